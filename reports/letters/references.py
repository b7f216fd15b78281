"""Numbers under which a letter, decision, register entry, court case or police report is filed.

Two ways lead to one: the number has a shape that nothing else has (LP/B/…/SPKT/…, 123-РИ), or a
word before it says that it is one ("Nomor", "дело №", "Case No", "文号").
"""

import re
from dataclasses import dataclass

from . import reference_words as words
from .dates import MONTH
from .reference_shapes import BREAK, SHAPES

MAX_NUMBER = 90  # characters

_UNIT_STOP = frozenset(
    "tanggal tertanggal tgl dengan atas a.n an perihal hal yang tentang pada dan telah tersebut "
    "oleh untuk lampiran klasifikasi sifat dated date kepada bahwa terkait guna dalam serta "
    "pelapor terlapor mengenai jo maka berdasarkan di ke dari adalah ini itu dimana yth".split()
)

_SIGN = rf"(?:{'|'.join(words.SIGNS)})"
_NUMBER_SIGN = rf"(?:(?<![^\W\d_]){_SIGN})"
_TOKEN = rf"(?=\S{{0,40}}\d)(?P<number>[\w№][\w./()\-–_]*(?:{BREAK}[/-]{BREAK}[\w.()\-_]+)*)"
_DATE_BETWEEN = (
    r"(?:\s*(?:от|dated|of|tanggal|tertanggal|de\s+fecha|de|del|du|vom|tgl\.?)\s*\d{1,2}[\w\s.,/-]{3,25}?"
    r"(?:г\.|года)?)?"
)


def _any_of(by_language: dict[str, tuple[str, ...]]) -> str:
    return "(?:" + "|".join(word for row in by_language.values() for word in row) + ")"


# A label, perhaps some words, and a sign or colon: "Laporan Polisi Nomor: …", "дело № …".
_LABELLED = tuple(
    (
        kind,
        re.compile(
            rf"(?<![\w/]){_any_of(labels)}(?![^\W\d_])\.?[^\n\d№#:;,.]{{0,60}}?{_DATE_BETWEEN}\s*"
            rf"(?:{_NUMBER_SIGN}\s*[:.]?|[:#])\s*(?:\n\s*)?{_TOKEN}",
            re.IGNORECASE,
        ),
    )
    for kind, labels in words.LABELS.items()
)
# A label right before something that can only be a number: "(case CEU/2025/0633)".
_DIRECT = tuple(
    (
        kind,
        re.compile(
            rf"(?<![\w/]){_any_of(labels)}(?![^\W\d_])(?:\s(?:ID|Code|{_SIGN}))?"
            rf"(?:[ \t]|\.{{2,}}|[:：])*(?:(?-i:[A-Z]{{2,6}})[ ](?=\d))?{_TOKEN}",
            re.IGNORECASE,
        ),
    )
    for kind, labels in words.LABELS.items()
)
# "案件編號 HQCCI 25003311", "الرقم المرجعي: TRA/…": no borders between words.
_IN_SCRIPT = re.compile(
    rf"{_any_of(words.SCRIPT_LABELS)}[ \t]*[:：]?[ \t]*第?"
    r"(?P<number>(?=[^\n]{0,24}\d)(?:[A-Z]{2,10} (?=\d{4}))?"
    r"(?:(?=\S*[\u0621-\u064a\u0900-\u097f]|[^\s\d]*[\uac00-\ud7af])[^\s:;,،؛|]{2,40}"
    r"|[\u0e00-\u0e7f.]{1,8} [\d./]{4,20}|"
    r"(?:[A-Z0-9](?:[A-Z0-9./_-]|\([A-Z0-9]{1,6}\))*|[\u4e00-\u9fff]{1,12}字?[\[〔(（]?[\d][\w〕\]）)-]*)))",
    re.IGNORECASE,
)
# Any number sign before something of several parts with a year or letters:
# "pengaduan nomor 0123/KPAI/VIII/2022".
_SLASHED = re.compile(
    rf"{_NUMBER_SIGN}\s*[:.]?\s*(?P<number>(?=[\w.()&-]*/(?:[^\s/]*/|[^\s/]*(?:19|20)\d\d))"
    r"(?=\S{0,60}\d)[\w.()&-]{1,30}(?:/[\w.()&-]{1,30}){1,6})",
    re.IGNORECASE,
)
# "… of the Ministry dated 01.02.2020 No. 77": whatever was decided then, under that number.
_DATED = re.compile(
    rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{1,2}}[»\"”]?\s+{MONTH}\.?,?\s+\d{{4}}"
    rf"|{MONTH}\.?\s+\d{{1,2}},?\s+\d{{4}})\s*(?:г\.|года|г)?[\s,(]*"
    rf"(?:№|No\.?|N[°ºo]?|nomor|bearing\s+no\.?)\s*:?\s*{_TOKEN}",
    re.IGNORECASE,
)
# "Our PULSE number is 12345678", "nomor tiket kami 12345678".
_STATED = re.compile(
    r"\b(?P<label>(?:our|my)\s+(?:[\w-]+\s+){0,2}(?:number|reference|ref\.?|file)\s+(?:is|[:=])"
    rf"|(?:nomor|no\.)\s+(?:[\w-]+\s+){{1,2}}kami(?:\s+adalah|\s*:)?)\s+{_TOKEN}",
    re.IGNORECASE,
)
# A sign, a number and its day: "№ 04-88213 от 03.06.2025".
_SIGNED_AND_DATED = re.compile(
    rf"{_NUMBER_SIGN}\s*:?\s*{_TOKEN}\s*,?\s*(?:от|від|dated|dtd\.?|tanggal|tertanggal|tgl\.?|du|vom"
    rf"|de\s+fecha|del?|di)\s+(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{1,2}}\.?\s+(?:de\s+)?{MONTH})",
    re.IGNORECASE,
)
# A number alone on a line: the letter's own where it stands among the first lines.
_ALONE = re.compile(
    r"^[ \t]*(?P<number>[^\W\d_]{1,12}(?:[./-]?\d{1,6}|\.[\w.]{1,20}"
    r"|[/-][\w.]{1,12})(?:[/-][\w.]{1,14}){1,8})(?=[ \t]*$|[ \t]{3,})",
    re.MULTILINE,
)
_TOP = 400  # characters in which a number alone on a line is the letter's
# A line that opens with the letter's number: "Nomor : …", "Our Ref: …", "Aktenzeichen: …".
_OWN_LABEL = (
    rf"(?:(?:Surat\s+)?(?:Nomor|Nomer)(?:\s+Surat)?|Number|No\.?\s?Pol\.?|{_SIGN}"
    r"|(?:[\w'’-]+\s){0,3}?(?:Ref(?:erence|erensi|erencia|\.)?|Case|File|Letter|Notice|Order"
    r"|Direction|Complaint|Request|Ticket|R[ée]f[ée]rence|Zeichen|Kenmerk|Rujukan)"
    rf"(?:\s?(?:{_SIGN}|ID|Code|Number))?|[NS]/Ref[.ª]?|Ruj(?:ukan)?\.?(?:\s(?:Kami|Tuan))?|Исх\w*\.?(?:\s?{_SIGN})?|文号|发文字号|编号"
    r"|編號|文號|發文字號|案号|案號|Sayı|F\.?\s?No\.?|Số|Aktenzeichen|Az\.?|"
    rf"Geschäfts(?:zeichen|zahl)|Gz\.?|Of[ií]cio(?:\s?{_SIGN})?|Processo(?:\s?{_SIGN})?|Expediente"
    rf"(?:\s?{_SIGN})?|Radicado(?:\s?{_SIGN})?|Prot(?:ocollo|\.)(?:\s?{_SIGN})?)"
)
# With a colon any word may say what the number is of: "No. Aduan : …", "OFORD N°: …".
_OWN_COLON = (
    rf"(?:{_SIGN}[ \t]+[^\W\d_]+|[^\W\d_]+(?:[ \t]+[^\W\d_]+){{0,2}}[ \t]+{_SIGN}"
    r"|R[ée]f[ée]rence[^\n:\d]{0,20})(?=[ \t]*[|:：])"
)
OWN = re.compile(
    rf"^[ \t>|*]*(?:\d{{1,2}}[.)]\s*)?(?P<label>(?:{_OWN_LABEL}\s*/\s*)?{_OWN_LABEL}|{_OWN_COLON})"
    r"(?:[ \t|*]*[:：][ \t|*]*|[ \t]*\.{3,}[ \t]*|[ \t]*\|[ \t]*"
    rf"|(?<=[.№#º°])[ \t]*|[ \t]+(?=[\w.-]*/|[\w.]*[^\W\d_][.-]?[\w.-]*\d))(?:(?:(?:Cr|Crime|FIR"
    rf"|Case)\.?\s?)?{_SIGN}\s*)?"
    r"(?P<number>[^\n|:\x01]{3,90}?)(?=(?<![/ \t])[ \t]{3,}(?![ \t]*/)|\t|[ \t]*\|"
    r"|,?[ \t]+(?:tanggal|tertanggal|dated|dtd|от|Date|Tanggal|tgl|de\s+\d)\b"
    r"|[ \t]+[^\W\d]+(?:\s[^\W\d]+)?,\s+\d{1,2}\s"
    r"|[ \t]*(?:$|\x01))",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_OWN = re.compile(words.NOT_OWN, re.IGNORECASE)
_REPEATED = re.compile(
    r"(?<![\w/+.-])(?P<number>(?:[A-Z]{1,6} )?(?=[\w/-]*\d{4})[\w/-]{6,30})(?![\w/-])"
)
_COLUMN = re.compile(r"\S+(?: \S+)*")
_HEADINGS = re.compile(
    r"(?:unser|mein|our|nos|notre|nuestra|ons|n/)\s?(?:zeichen|ref\.?|reference|références?|réf\.?|referencia|kenmerk)"
    r"(?![^\n]{0,40}[:：])(?=[^\n]{0,60}(?: {2,}|\t))",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:POLDA|POLRES(?:TA(?:BES)?)?|Res(?:tro|ta(?:bes)?|ort)|POLSEK|POLRI|PN|KAPOLDA|SATRESKRIM|BARESKRIM|KEJARI|KEJATI"
    r"|SPKT|BNN[PK]?|Polda|Polres(?:ta(?:bes)?)?|Polsek|Bareskrim)$"
)
# Regions' names that do not end here: over a line break only these draw the next word to them.
_COMPOUND = (
    r"(?:Jawa|Sumatera|Kalimantan|Sulawesi|Nusa|Nusa\s+Tenggara|Papua|Kepulauan|Bangka|Maluku"
    r"|Metro|Daerah|Jakarta|Tenggara)"
)
_MORE = re.compile(r"(?:[ ]{1,2}|[ ]?(\n)[ ]{0,30})([A-Z][\w.\-]*)")
_NOT_BEFORE = re.compile(
    rf"(?:\b(?:{words.NOT_BEFORE})\s*(?:no|nomor|n[°º]|№)?\s*[.:]*\s*)$", re.IGNORECASE
)


@dataclass(frozen=True)
class NumberFound:
    """A number as written, its one-line form, what it is, and the stretch that it covers."""

    text: str
    canonical: str
    kind: str
    start: int
    end: int


def find(text: str) -> list[NumberFound]:
    """Every reference number in order; citations of law must have been blanked out before."""
    found: list[NumberFound] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span("number" if "number" in match.groupdict() else 0)
            start = _whole_from(text, start) if kind in _PIECES else start
            _add(found, text, start, _with_region(text, start, end), kind)
    for start, end in (*own_numbers(text), *_under_headings(text)):
        _add(found, text, start, end, "letter")
    for match in _ALONE.finditer(text, 0, _TOP):
        if _is_strong(match["number"]):
            _add(found, text, *match.span("number"), "letter")
    for kind, pattern, is_certain in _WORDED:
        for match in pattern.finditer(text):
            start, end = match.span("number")
            number = text[start:end]
            if not (_could_be(number, kind) and (is_certain or _is_strong(number))):
                continue
            if _MONTH_NEXT.match(text, end):
                continue  # "Date of notice: 12 February"
            if _NOT_OWN.search(match.groupdict().get("label", "")):
                continue
            if not _NOT_BEFORE.search(text[max(0, start - 30) : start]):
                _add(found, text, start, _with_region(text, start, end), kind)
    return _merged(found)


def of_subject(subject: str, body: str) -> list[NumberFound]:
    """The numbers of a subject, and what can be nothing else because the letter repeats it."""
    found = find(subject)
    for match in _REPEATED.finditer(subject):
        if _could_be(match["number"], "incident") and match["number"] in body:
            _add(found, subject, *match.span("number"), "incident")
    return _merged(found)


def own_numbers(text: str) -> list[tuple[int, int]]:
    """Where the numbers stand that a label at the head of a line gives, in order."""
    spans = []
    for match in OWN.finditer(text):
        start, end = match.span("number")
        end = start + len(_SENTENCE.split(text[start:end], maxsplit=1)[0])
        if _could_be_own(text[start:end]) and not _NOT_OWN.search(match["label"]):
            spans.append((start, end))
    return spans


def _under_headings(text: str) -> list[tuple[int, int]]:
    """Numbers on the line below labels that stand side by side ("Ihr Zeichen   Unser Zeichen")."""
    spans = []
    for match in _HEADINGS.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        heads = [piece.start() for piece in _COLUMN.finditer(text[start : match.end()])]
        line = re.compile(r"[^\n]*\n\s*?([^\n]*\S[^\n]*)").match(text, match.end())
        values = [] if line is None else list(_COLUMN.finditer(text, line.start(1), line.end(1)))
        if len(values) < len(heads) or line is None:
            continue
        value = values[len(heads) - 1]
        if _could_be_own(value[0]):
            spans.append(value.span())
    return spans


# kind, pattern, and whether the words alone make a number of what follows them.
_WORDED: tuple[tuple[str, re.Pattern[str], bool], ...] = (
    *((kind, pattern, True) for kind, pattern in _LABELLED),
    *((kind, pattern, False) for kind, pattern in _DIRECT),
    ("letter", _IN_SCRIPT, True),
    ("letter", _SLASHED, True),
    ("decision", _DATED, True),
    ("letter", _SIGNED_AND_DATED, True),
    ("incident", _STATED, True),
)
_SENTENCE = re.compile(
    r"\s(?=[a-zà-ÿа-яё]{2,}(?:\s|$)|Sor)|\s[-–—](?:\s|$)|\s[Uu]/[Ss]\b|;|(?<=/\d\d)\s(?=\D+$)"
    rf"|,\s+(?=\d{{1,2}}\s+(?i:{MONTH})|\d{{1,2}}[./-]\d)"
)  # words, another number or its day go on behind the number
_MONTH_NEXT = re.compile(rf"(?:st|nd|rd|th)?\s+(?:de\s+|day\s+of\s+)?{MONTH}\b", re.IGNORECASE)
# Shapes that may be the end of a longer number, which is then the number.
_PIECES = ("letter", "incident", "police_letter")
_SIGN_FIRST = re.compile(r"(?:No|Nomor|Nr|Ref|Number)[.:]", re.IGNORECASE)


def _whole_from(text: str, start: int) -> int:
    """Where a number begins of which a shape was recognised in the middle ("SEBI/…/SEC-4/…")."""
    if start == 0 or text[start - 1] not in "/-":
        return start
    window = text[max(0, start - 60) : start]
    lead = re.split(r"[^A-Za-z0-9./-]", window)[-1]
    sign = _SIGN_FIRST.match(lead)
    lead = lead[sign.end() :] if sign else lead.lstrip("./-")
    return start - len(lead)


def _is_strong(number: str) -> bool:
    """Whether a token can be nothing but a number: many digits, or in parts or beside letters."""
    number = number.rstrip(".,;:()-")
    digits = sum(c.isdigit() for c in number)
    has_parts = bool(re.search(r"\w[/_-]\w|[^\W\d_]\d|\d[^\W\d_]", number))
    is_word = bool(re.fullmatch(r"\d+[-–]?[^\W\d_]+", number))  # "24-hour", "16th"
    return digits >= 10 or digits >= 3 and has_parts and not is_word


_COMPILED = tuple((kind, re.compile(shape)) for kind, shape in SHAPES)


def _with_region(text: str, start: int, end: int) -> int:
    """A unit's name is followed by its region in capitals: "…/POLDA METRO JAYA"."""
    last = re.split(r"[/ \n]", text[start:end])[-1]
    if not _UNIT.search(last):
        return end
    for taken in range(4):
        match = _MORE.match(text, end)
        if match is None or match[2].lower().rstrip(".,;:") in _UNIT_STOP:
            break
        needs_region = not taken and re.match(r"(?i)polda|polres|polsek|pn$", last)
        if match[1] and not (
            needs_region or match[2].isupper() or re.search(rf"\b{_COMPOUND}$", text[start:end])
        ):
            break
        end = match.end()
        if len(match[2]) > 4 and match[2].endswith("."):
            break  # of a sentence
        slash = re.compile(r"/[A-Z][\w.]*").match(text, end)
        if slash:
            return _with_region(text, start, slash.end())
    return end


_DAY_OR_YEAR = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|(?:19|20)\d\d|\d{4}-\d\d-\d\d")


def _could_be(number: str, kind: str) -> bool:
    """Whether a labelled token is a number and not a word, a date, a list index or a year."""
    number = number.rstrip(".,;:()-")
    digits = sum(c.isdigit() for c in number)
    if not digits or len(number) > MAX_NUMBER:
        return False
    if _DAY_OR_YEAR.fullmatch(number):
        return False
    if number.isdigit():
        return digits >= (2 if kind in ("police_report", "court_case", "decision") else 4)
    return digits >= 2 or len(number) >= 4


def _could_be_own(number: str) -> bool:
    """Whether what stands after "Nomor:" at the head of a line is the number of a letter."""
    number = re.sub(r"\s*/\s*", "/", number.strip())
    if not any(c.isdigit() for c in number) or len(number.split()) > 6:
        return False
    if "//" in number:
        return False  # "B/      /III/2023": left blank, to be filled in by hand
    if _DAY_OR_YEAR.fullmatch(number):
        return False
    if re.fullmatch(r"[+\d\s().-]{6,}", number):
        digits = sum(c.isdigit() for c in number)
        is_phone = digits >= 9 and re.match(r"[+(]|0|62|8[ (]", number)
        return not is_phone and (number.isdigit() or bool(re.search(r"\d-\d", number)))
    first = next((word for word in number.split()[:2] if any(c.isdigit() for c in word)), "")
    has_parts = re.search(r"\d", first) and re.search(r"[/\-._#〔(\[]", first.rstrip(".,;:"))
    return bool(has_parts) or (number.isdigit() and len(number) > 2)


# "N2-6-18/…-АИ": typed for "№" where the alphabet has no such sign.
_SIGN_BEFORE = re.compile(r"№+\s?(?=\w)|N(?=\d\S*[а-яё])", re.IGNORECASE)


def _add(found: list[NumberFound], text: str, start: int, end: int, kind: str) -> None:
    sign = _SIGN_BEFORE.match(text, start, end)
    start = sign.end() if sign else start
    written = text[start:end].rstrip(" \t\n.,;:-–—")
    while written.endswith(")") and written.count(")") > written.count("("):
        written = written[:-1].rstrip(" .,;:")
    if written.count("(") > written.count(")"):
        written = written[: written.rfind("(")].rstrip(" .,;:")
    if not any(c.isdigit() for c in written) or len(written) > MAX_NUMBER + 30:
        return
    canonical = re.sub(r"\s*\n\s*", lambda m: "" if _glued(written, m) else " ", written)
    canonical = re.sub(r"\s*/\s*", "/", " ".join(canonical.split()))
    found.append(NumberFound(written, canonical, kind, start, start + len(written)))


def _glued(written: str, match: re.Match[str]) -> bool:
    return written[match.start() - 1] in "/-" or written[match.end() : match.end() + 1] in "/-"


def _merged(found: list[NumberFound]) -> list[NumberFound]:
    """Of overlapping finds the longest; what has a shape of its own wins a tie."""
    kept: list[NumberFound] = []
    for one in sorted(found, key=lambda n: (n.start, -(n.end - n.start))):
        if kept and one.start < kept[-1].end:
            if one.end - one.start > kept[-1].end - kept[-1].start:
                kept[-1] = one
            continue
        kept.append(one)
    return kept
