"""Accounts that a label introduces: "ID MiChat: abc", "akun Instagram dewi_99 dan rara.x"."""

import re
from collections.abc import Iterator

from platforms.locators.hosts import FACTS

from .candidate import Candidate, candidate
from .mentions import NAMES, SCRIPT_NAMES, Mentions

_ID_WORD = (
    r"(?:user\s?id|uid|id|user\s?name|nama\s+pengguna|nama\s+akun|user|akun|account|handle"
    r"|nick(?:name)?|profil|"
    r"usuario|cuenta|аккаунт\w*|пользовател\w*|никнейм|учетн\w+\s+запис\w+|用户名|账号|帐号|微信号"
    r"|hesab\w*|kullanıcı\s+adı)"
)
_NO_ID = frozenset(
    "url link tautan akun username user nama keterangan platform media nomor no id account handle "
    "profil tidak ada tanpa none "
    "unknown belum dihapus diblokir ditutup resmi asli palsu anonim terlampir berikut tersebut "
    "below following above yang milik dengan atas bernama tersangka pelaku itu ini dan atau untuk "
    "pada dari sebagai adalah "
    "telah sudah lain lainnya serta korban terlapor saya kami pribadi bisnis dimaksud sebagaimana "
    "melalui guna agar oleh secara masih aktif terkait "
    "diduga karena saudara pemilik pengguna penyedia mereka berupa antara terhadap dalam maupun "
    "juga akan dapat bisa harus mohon segera namun grup kanal "
    "halaman konten video foto which that used with were from have been this these those "
    "under owner status jenis kategori catatan waktu tanggal remarks type category description "
    "lokasi "
    "alasan bukti konten temuan".split()
)
# An id that no colon or quote introduces must look like one; and a platform's name is none.
_VALUE = (
    rf"@?(?P<value>(?!\d{{1,2}}\.[A-Za-z]|(?:{NAMES}"
    rf"|{'|'.join(_NO_ID)})(?![\w.-]))[A-Za-z0-9_][\w.-]{{1,48}})"
)
_ODD_AHEAD = r"(?=@?[\w.-]{0,48}?(?:[\d_]|\w\.\w))"  # a hyphen alone makes no id: "ganti-ganti"
_LABELLED = re.compile(
    rf"(?<![\w@/]){_ID_WORD}(?P<words>(?:(?:[ \t]+|[ \t]?\n[ \t]*)(?!dan\b|atau\b|and\b|or\b"
    r"|yang\b)[\w()&/-]{1,14}){0,5}?)\s*"
    r"(?:(?P<sep>[:：=|]|\b(?:yang\s+|whose\s+name\s+is\s+)?(?:namanya|bernama|named|called|is)\b(?=\s+\S*[\d_])|\badalah\b|\bbernama\b|\bname\b)\s*[\"“'‘«]?|\s[\"“'‘«]"
    rf"|\s{_ODD_AHEAD}){_VALUE}(?=[\s,;|)\"”'’».]|$)",
    re.IGNORECASE,
)
# "Instagram: dewi_88": the platform itself is the label.
_UNDER_NAME = re.compile(
    rf"(?<![\w@/.-])(?P<name>{NAMES})[ \t]*(?:\([^()\n]{{1,20}}\)[ \t]*)?"
    rf"(?::[ \t]*\n[ \t]*{_ODD_AHEAD}|:|=|–|—|-(?=[ \t])|/{_ODD_AHEAD}"
    rf"|(?:[ \t]+(?:is|adalah|namanya|bernama)|[ \t]?-?nya)[ \t]+{_ODD_AHEAD})[ \t]*(?:(?:id"
    rf"|username"
    r"|akun|user)[ \t]*:?[ \t]*)?"
    rf"[\"“'‘]?(?!(?:https?|hxxps?|www)\b){_VALUE}(?=[\s,;|)\"”'’.]|$)",
    re.IGNORECASE,
)
_UNDER_SCRIPT_NAME = re.compile(
    rf"(?:{SCRIPT_NAMES})[^\n:：]{{0,12}}[:：][ \t]*(?!(?:https?|hxxps?|www)\b){_VALUE}"
    r"(?=[\s,;،|)]|$)",
    re.IGNORECASE,
)
# "dewi_88 (TikTok)" anywhere, "dewi_88 - TikTok" as an item.
_KIND = (
    r"(?:akun|account|id|handle|user\s?name|user\s?id|user|channel|kanal|page|profil\w*|grup|group)"
)
_BEFORE_NAME = re.compile(
    rf"(?<![\w@./:-]){_ODD_AHEAD}{_VALUE}[ \t]*[(\[][ \t]*(?:{_KIND}[ \t]+|di[ \t]+|on[ \t]+)?"
    rf"(?P<name>{NAMES})[ \t]*(?:{_KIND}[ \t]*)?[)\](]",
    re.IGNORECASE,
)
# "melati (MiChat ID)": the bracket says that a plain word is an id.
_SAID_ID = re.compile(
    rf"(?<![\w@./:-]){_VALUE}[ \t]*[(\[][ \t]*(?:(?:{_KIND}[ \t]+){{1,2}}(?:{NAMES})|(?:{NAMES})"
    rf"(?:[ \t]+{_KIND}){{1,2}})[ \t]*[)\]]",
    re.IGNORECASE,
)
# "Instagram dewi_99;": what follows a platform's name and can be no word.
_BEHIND_NAME = re.compile(
    rf"(?<![\w@/.-])(?:{NAMES})(?:-\w+)?[ \t]+(?:{_KIND}(?:[ \t]+|,[ \t]*(?=[\"“])"
    r"|,?(?:[ \t]|\n[ \t>]*)(?=[\w.-]*(?:_|[a-z]\.[a-z]|[a-z]\d))))?"
    rf"(?:[\"“'‘「]|«[ ]?)?(?!v?\d+(?:\.\d+)+"
    rf"|(?:\w{{1,2}}\.)+\w{{0,2}}(?!\w))"
    rf"(?=[\w.-]{{0,48}}?(?:[\d_]|\w\.\w))(?=[\w.-]{{0,48}}?[a-z]){_VALUE}(?=[\s,;|)\"”'’»」.]|$)",
    re.IGNORECASE,
)
# "1.dewi_88 2.rara99": the numbers of a list glued to its items, all in one paragraph.
_GLUED = re.compile(
    r"(?<![\w.])(?P<number>\d{1,3})[.)]\s?@?(?P<value>[A-Za-z_][\w.-]{2,48}|\d{6,12})(?=[\s,;]|$)"
)
# In Chinese nothing parts a label from the words before it.
_IN_CHINESE = re.compile(
    r"(?:微信[号號]|用户名|用戶名|[账帐帳賬][号號]|[群Q]{1,2}[号號]"
    r"|(?<=[\u4e00-\u9fff])ID)[ \t]*[为為是:：]?[ \t]*[「『“\"]?"
    rf"@?(?P<value>(?!(?i:{NAMES})(?![\w.-]))[A-Za-z_][\w.-]{{3,48}})(?![\w.-]*[@/])",
    re.ASCII,
)
_ITEM_BEFORE_NAME = re.compile(
    rf"(?:^|(?<=\n))[ \t]*(?:\(?\d{{1,3}}[.)]|[-*•·▪–]|\(?[a-z][.)])?[ \t]*{_ODD_AHEAD}{_VALUE}"
    rf"[ \t]*[–-][ \t]*(?:{NAMES})[ \t]*(?=[\n,;]|$)",
    re.IGNORECASE,
)
_ID_LINE = re.compile(
    r"[ \t]*(?:\(?\d{1,3}[.)][ \t]|[-*•·▪–][ \t]*|\(?[a-z][.)][ \t])?[ \t]*"
    rf"{_ODD_AHEAD}{_VALUE}[ \t]*[;,.]?[ \t]*(?=\n|$)",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"(?:\bakun|account|user|handle|profil|\bid\b|berikut|following|аккаунт|cuenta|账号).*[:：]-?\s*$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[ \t]*(?:\(?\d{1,3}[.)]|[-*•·▪–]|\(?[a-z][.)])\s*\S")
_ITS_ADDRESS = re.compile(
    r"[\"”]?[ \t]*[-–—:(][ \t]*[<(\[]?(?:https?|hxxps?|www\.|\w+\.com/)", re.IGNORECASE
)
# "akun Instagram melati, kenanga dan senja": plain words are ids when they stand in a row of such.
_PLAIN_ROW = re.compile(
    r"(?P<value>[a-z][a-z0-9]{3,30})(?=(?:, ?[a-z][\w.]{3,30}){1,40}(?: ?,? ?(?:dan|serta|and)"
    r" [a-z][\w.]{3,30})?(?:[\s,.;]|$)|"
    r" (?:dan|serta|and) [a-z][\w.]{3,30}(?:[,.;\n]| yang\b| serta akun\b| karena\b| which\b|$))"
)
_NEXT_ITEM = re.compile(
    r"[\"”'’»]?\s{0,2}(?:、|及|和|,|;|&|/|\b(?:dan|and|serta|atau|y|и)\b)(?:\s{1,2}(?:dan|and|serta)"
    r")?\s{0,3}[\"“'‘«]?@?(?P<value>[A-Za-z0-9_][\w.-]{2,48})"
    r"(?=[\s,;)\"”'’».]|$)",
    re.IGNORECASE,
)
_ACCOUNT_OF = re.compile(
    rf"(?:akun|username|account|id)(?:-akun|s)?[ \t]+(?:{NAMES})[ \t]+", re.IGNORECASE
)
_MORE_WORDS = re.compile(
    r"[ \t]+(?!(?:dan|and|serta|atau|yang|di|pada|dengan|y|и|на)\b)[^\W\d_]{2,}"
)
_ODD = re.compile(r"[\d_]|\w\.\w")
_PHONE_LIKE = re.compile(r"(?:0|62)[\d.-]{8,18}|\d{2,5}(?:-\d{3,5}){1,3}")
_DATE_LIKE = re.compile(r"\d{1,2}[-.]\d{1,2}[-.]\d{2,4}|\d{4}|[\d.-]{1,4}")


_PATTERNS = (
    _LABELLED,
    _UNDER_NAME,
    _UNDER_SCRIPT_NAME,
    _BEFORE_NAME,
    _SAID_ID,
    _ITEM_BEFORE_NAME,
    _BEHIND_NAME,
    _IN_CHINESE,
)


def find_ids(text: str, mentions: Mentions) -> Iterator[Candidate]:
    """Accounts that a label introduces: "ID MiChat: abc", "akun Instagram dewi_99 dan rara.x"."""
    labelled = [(match, False) for pattern in _PATTERNS for match in pattern.finditer(text)]
    for label in _ACCOUNT_OF.finditer(text):
        row = _PLAIN_ROW.match(text, label.end())
        if row and row["value"] not in _NO_ID:
            labelled.append((row, True))
    labelled += [(match, False) for match in (*_listed(text), *_glued(text))]
    position = 0
    for match, is_row in sorted(labelled, key=lambda pair: pair[0].start("value")):
        if match.start("value") < position or _is_a_cell_further_on(text, match):
            continue
        label_start = match.start() - 30 * is_row
        platform = mentions.inside(label_start, match.start("value"))
        platform = platform or mentions.of(*match.span("value"))
        if not is_row and _is_display_name(text, match, platform):
            continue
        for one in _row_of_ids(text, mentions, match, platform, is_row):
            position = one.end
            yield one


def _listed(text: str) -> Iterator[re.Match[str]]:
    """Lines that are nothing but an id, under a line that announces accounts with a colon."""
    is_list = False
    position = 0
    for line in text.split("\n"):
        match = _ID_LINE.match(text, position) if len(line) < 80 else None
        if match and is_list and re.search(r"[a-z]|\d{6}", match["value"], re.IGNORECASE):
            yield match
        elif line.strip() and not (is_list and len(line) < 80 and _MARKED.match(line)):
            is_list = bool(_ANNOUNCES.search(line[-200:]))
        position += len(line) + 1


def _glued(text: str) -> Iterator[re.Match[str]]:
    """Items of a numbered list that runs on in a paragraph, behind words that announce it."""
    run: list[re.Match[str]] = []
    for match in [*_GLUED.finditer(text), None]:
        goes_on = match and (
            int(match["number"]) == int(run[-1]["number"]) + 1
            and match.start() - run[-1].end() <= 12
            and not re.search(r"\w", text[run[-1].end() : match.start()])
            if run
            else match["number"] == "1"
        )
        if match and goes_on:
            run.append(match)
            continue
        before = text[max(0, run[0].start() - 200) : run[0].start()] if run else ""
        if len(run) > 1 and _ANNOUNCES.search(before.replace("\n", " ")):
            yield from run
        run = [match] if match and match["number"] == "1" else []


def _is_a_cell_further_on(text: str, match: re.Match[str]) -> bool:
    """Whether a bar parts it from the cell before, and that one does not open its line."""
    if match.groupdict().get("sep") != "|":
        return False
    return "|" in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]


def _row_of_ids(
    text: str, mentions: Mentions, match: re.Match[str], platform: str, is_row: bool
) -> Iterator[Candidate]:
    """The id of `match` and those joined to it by commas and "and"."""
    is_quoted = text[match.start("value") - 1] in "\"“'‘«"
    is_stated = is_row or bool(match.groupdict().get("sep", ":")) or is_quoted
    following: re.Match[str] | None = match
    while following is not None:
        value = following["value"].rstrip(".-")
        span = (following.start("value"), following.start("value") + len(value))
        if not _could_be_id(value, is_stated and (is_row or following is match), platform):
            return
        at = "@" if text[span[0] - 1 : span[0]] == "@" else ""
        slug = mentions.behind(span[1]) or platform
        if not _ITS_ADDRESS.match(text, span[1]):
            yield candidate("id", at + value, at + value, (span[0] - len(at), span[1]), slug)
        following = _NEXT_ITEM.match(text, span[1])


def _is_display_name(text: str, match: re.Match[str], platform: str) -> bool:
    """Whether what is labelled is how a person is called ("Nama profil: Rara Manis"), not an id."""
    value = match["value"]
    if _ODD.search(value) or text[match.start("value") - 1] == "@":
        return False
    has_nearby = platform in FACTS and FACTS[platform].has_nearby_search
    says_profile = re.match(r"profil|nama\s+akun|nick", match[0], re.IGNORECASE)
    return bool(_MORE_WORDS.match(text, match.end("value"))) or bool(has_nearby and says_profile)


def _could_be_id(value: str, is_stated: bool, platform: str) -> bool:
    if _DATE_LIKE.fullmatch(value) or not platform or value.lower() in _NO_ID:
        return False
    if _PHONE_LIKE.fullmatch(value) and FACTS[platform].has_phone_accounts:
        return False
    has_letters = bool(re.search(r"[a-z]", value, re.I))
    return is_stated or (bool(_ODD.search(value)) and (has_letters or len(value) >= 6))
