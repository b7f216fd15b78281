"""Everything in a letter that could name an account, with where it stands: addresses (defanged,
broken over lines), handles, telephone numbers, labelled ids, "owner / repo" names."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from platforms.locators import Locator, identify, refang
from platforms.locators.hosts import FACTS, TLDS, place_of
from platforms.locators.nearby import read_nearby

from .mentions import NAMES, Mentions

MAX_URL = 1900  # characters

_DOT = r"(?: ?\[ ?(?:\.|dot|titik) ?\] ?| ?\( ?(?:\.|dot|titik) ?\) ?|\{\.\}|\\\.|\[\.|\.\])"
_SCHEME = (
    r"(?:h(?:tt|xx|tx|xt|\*\*|__)ps?|fxp|ftp|tg|whatsapp)(?:\[:\]|\(:\)|:|：|\[:)(?://|\\\\|\[/\]\[/\]|\[//\]|//\])|"
    r"h(?:tt|xx)ps?\[://\]"
)
_CHAR = rf"(?:{_DOT}|;(?=\w+=)|[^\s;<>\"'«»“”„‘’`|{{}}^\\\[\]\u3001\u3002\uff0c\uff1b\uff1a\uff08\uff09\u3010\u3011\u300a\u300b\u4e00-\u9fff])"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_URL = re.compile(rf"(?<![A-Za-z0-9])(?:{_SCHEME})\s?{_CHAR}{{1,{MAX_URL}}}", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@./\\-])(?:(?:\d{{1,3}}(?:{_DOT}|\.)){{3}}\d{{1,3}}(?=[:/])|(?:{_LABEL}(?:{_DOT}|\.)){{1,8}}(?:[^\W\d_]{{2,24}}|xn--[\w-]{{2,59}})(?![\w@-]))"
    rf"(?::\d{{2,5}})?(?:[/?]{_CHAR}{{0,{MAX_URL}}})?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}(?:@|\s?(?:\[at\]|\(at\)|\[@\])\s?)[\w-]{1,63}(?:(?:\.|\[\.\]|\(\.\))[\w-]{1,63}){1,6}", re.I)
_AT = re.compile(r"(?<![\w@.:=-])@(?P<name>[A-Za-z0-9_][\w.-]{1,59})(?![\w@])")
_PHONE = re.compile(
    r"(?<![\w+/.:=-])(?:\(?\+62\)?\s?\d|\(?\+\(?\d|\(?0|62)(?:(?:[ .()\u2010-\u2015-]{0,3}|-\n[ \t]{0,20})\d){7,14}(?![\w/@]|-\w)"
)
_CJK_END = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
_TRAILING = ".,;:!?\"'“”‘’«»…*_~、。>"
_FILE_ENDINGS = frozenset("md py sh zip mov rs pl ps so cc do js app page doc pdf rtf sig txt".split())
_TITLES = frozenset("a dr drs dra ir prof kompol akbp kombes akp iptu ipda brigjen irjen aipda bripka h hj st s m no".split())
_LIST_MARK = re.compile(r"(?:\(?\d{1,3}[.)]|[-*•·▪–]|\(?[a-z][.)])(?:\s|$)|\d{1,3}\s*[|\t]", re.I)
_OTHER_NAME = re.compile(rf"(?:{NAMES})(?:[/:]|$)", re.IGNORECASE)
_HOST_FIRST = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}/|[\w-]+(?:\.[\w-]+)+(?:/|$)")
_NAMED_PATHS = re.compile(r"//(?:www\.|m\.)?(?:tiktok|youtube|threads|medium)\.\w+/$", re.IGNORECASE)
_DAY = re.compile(r"\(?\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([-./ ])\d\d\2\d\d")
_NEXT_LINE = re.compile(r"[ \t]*\n[ \t>]*(?P<more>[^\s<>\"|]+)")
_SLASHED = re.compile(r"(?<![\w/.@\])-])(?P<owner>[A-Za-z0-9][\w-]{0,38})(?P<gap>\s?/\s?)(?P<repo>[\w.-]{2,100})(?![\w/])")
_NO_REPOSITORY = re.compile(r"^(?:and/or|he/she|his/her|s/he|n/a|w/o|c/o|him/her|y/o|и/или|dan/atau|and|or|either)$", re.I)
_SAYS_NEARBY = re.compile(r"nearby|(?:orang|pengguna)\s+(?:di\s+)?(?:sekitar|terdekat)|(?:pencarian|fitur)\s+(?:sekitar|terdekat)|look\s?around|附近", re.I)
_BLOCK = re.compile(
    r"^[^\n]*\S[^\n]*(?:\n(?![ \t]*(?:\d{1,3}[.)]|[-*•])\s)(?=[^\n]*\S)[^\n]*)*", re.MULTILINE
)
_SAYS_REPOSITORY = re.compile(r"repositor|\brepo\b|репозитор|仓库|代码库|\bdepo\b|git\s?(?:hub|lab)|bitbucket", re.I)

_ID_WORD = (
    r"(?:user\s?id|uid|id|user\s?name|nama\s+pengguna|nama\s+akun|user|akun|account|handle|nick(?:name)?|profil|"
    r"usuario|cuenta|аккаунт\w*|пользовател\w*|никнейм|учетн\w+\s+запис\w+|用户名|账号|帐号|微信号|hesab\w*|kullanıcı\s+adı)"
)
_NO_ID = frozenset(
    "url link tautan akun username user nama keterangan platform media nomor no id account handle profil tidak ada tanpa none "
    "unknown belum dihapus diblokir ditutup resmi asli palsu anonim terlampir berikut tersebut below following above yang milik dengan atas bernama tersangka pelaku itu ini dan atau untuk pada dari sebagai adalah "
    "telah sudah lain lainnya serta korban terlapor saya kami pribadi bisnis dimaksud sebagaimana melalui guna agar oleh secara masih aktif terkait "
    "diduga karena saudara pemilik pengguna penyedia mereka berupa antara terhadap dalam maupun juga akan dapat bisa harus mohon segera namun grup kanal "
    "halaman konten video foto which that used with were from have been this these those under owner".split()
)
# An id that no colon or quote introduces must look like one; and a platform's name is none.
_VALUE = rf"@?(?P<value>(?!(?:{NAMES}|{'|'.join(_NO_ID)})(?![\w.-]))[A-Za-z0-9_][\w.-]{{1,48}})"
_ODD_AHEAD = r"(?=@?[\w.-]{0,48}?(?:[\d_]|\w[.-]\w))"
_LABELLED = re.compile(
    rf"(?<![\w@/]){_ID_WORD}(?P<words>(?:(?:[ \t]+|[ \t]?\n[ \t]*)(?!dan\b|atau\b|and\b|or\b|yang\b)[\w()&/-]{{1,14}}){{0,5}}?)\s*"
    rf"(?:(?P<sep>[:：=|]|\badalah\b|\bbernama\b|\bname\b)\s*[\"“'‘«]?|\s[\"“'‘«]|\s{_ODD_AHEAD}){_VALUE}(?=[\s,;|)\"”'’».]|$)",
    re.IGNORECASE,
)
# "Instagram: dewi_88": the platform itself is the label.
_UNDER_NAME = re.compile(
    rf"(?<![\w@/.-])(?P<name>{NAMES})[ \t]*(?:\([^()\n]{{1,20}}\)[ \t]*)?(?::[ \t]*\n[ \t]*{_ODD_AHEAD}|:|=|–|—|-(?=[ \t])|/{_ODD_AHEAD})[ \t]*(?:(?:id|username|akun|user)[ \t]*:?[ \t]*)?"
    rf"[\"“'‘]?(?!(?:https?|hxxps?|www)\b){_VALUE}(?=[\s,;|)\"”'’.]|$)",
    re.IGNORECASE,
)
# "dewi_88 (TikTok)" anywhere, "dewi_88 - TikTok" as an item.
_BEFORE_NAME = re.compile(
    rf"(?<![\w@./:-]){_ODD_AHEAD}{_VALUE}[ \t]*[(\[][ \t]*(?:akun[ \t]+|di[ \t]+|on[ \t]+)?(?P<name>{NAMES})[ \t]*[)\](]", re.IGNORECASE
)
_ITEM_BEFORE_NAME = re.compile(
    rf"(?:^|(?<=\n))[ \t]*(?:\(?\d{{1,3}}[.)]|[-*•·▪–]|\(?[a-z][.)])?[ \t]*{_ODD_AHEAD}{_VALUE}[ \t]*[–-][ \t]*(?:{NAMES})[ \t]*(?=[\n,;]|$)",
    re.IGNORECASE,
)
_ITS_ADDRESS = re.compile(r"[\"”]?[ \t]*[-–—:(][ \t]*[<(\[]?(?:https?|hxxps?|www\.|\w+\.com/)", re.IGNORECASE)
# "akun Instagram melati, kenanga dan senja": plain words are ids when they stand in a row of such.
_PLAIN_ROW = re.compile(
    r"(?P<value>[a-z][a-z0-9]{3,30})(?=(?:, ?[a-z][\w.]{3,30}){1,40}(?: ?,? ?(?:dan|serta|and) [a-z][\w.]{3,30})?(?:[\s,.;]|$)|"
    r" (?:dan|serta|and) [a-z][\w.]{3,30}(?:[,.;\n]| yang\b| serta akun\b| karena\b| which\b|$))"
)
_NEXT_ITEM = re.compile(
    r"[\"”'’»]?\s{0,2}(?:,|;|&|/|\b(?:dan|and|serta|atau|y|и)\b)(?:\s{1,2}(?:dan|and|serta))?\s{1,3}[\"“'‘«]?@?(?P<value>[A-Za-z0-9_][\w.-]{2,48})"
    r"(?=[\s,;)\"”'’».]|$)",
    re.IGNORECASE,
)
_ACCOUNT_OF = re.compile(rf"(?:akun|username|account|id)(?:-akun|s)?[ \t]+(?:{NAMES})[ \t]+", re.IGNORECASE)
_MORE_WORDS = re.compile(r"[ \t]+(?!(?:dan|and|serta|atau|yang|di|pada|dengan|y|и|на)\b)[^\W\d_]{2,}")
_ODD = re.compile(r"[\d_]|\w[.-]\w")
_DATE_LIKE = re.compile(r"\d{1,2}[-.]\d{1,2}[-.]\d{2,4}|\d{4}|[\d.-]{1,4}")


@dataclass
class Candidate:
    """A possible target. `kind`: url, site (an address without scheme), handle, phone, id or
    repository; `platform` the slug that the text around it names, "" when none."""

    kind: str
    text: str
    canonical: str
    start: int
    end: int
    platform: str
    locator: Locator

    @property
    def key(self) -> tuple[str | None, str, str]:
        """What makes two candidates the same account."""
        return self.locator.platform, self.locator.kind, self.locator.canonical

    @classmethod
    def named(cls, kind: str, text: str, span: tuple[int, int], platform: str) -> "Candidate":
        """A candidate whose canonical text is as written."""
        return cls(kind, text, text, *span, platform, identify(text, platform=platform))


def find(text: str, mentions: Mentions, wraps: dict[int, tuple[int, int]]) -> list[Candidate]:
    """Every candidate of `text` in order, none inside another.

    `wraps` says where a table cell goes on that ends at a place: {end: (start, end) of the rest}.
    """
    emails = [match.span() for match in EMAIL.finditer(text)]
    # "owner / name.github.io" is a repository, so those come before bare addresses.
    found = list(_repositories(text, mentions))
    found += list(_addresses(text, emails + [(one.start, one.end) for one in found], wraps))
    taken = _Taken(emails + [(one.start, one.end) for one in found])
    for finder in (_handles, _ids, _phones):
        more = [one for one in finder(text, mentions) if taken.is_free(one.start, one.end)]
        found = found + more
        taken = _Taken(emails + [(one.start, one.end) for one in found])
    found.sort(key=lambda one: one.start)
    found += list(_without_precise(found, _nearby(text, mentions)))
    return sorted(found, key=lambda one: one.start)


class _Taken:
    """Stretches already spoken for."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._index = 0

    def is_free(self, start: int, end: int) -> bool:
        """Asked in ascending order of `start`."""
        while self._index < len(self._spans) and self._spans[self._index][1] <= start:
            self._index += 1
        return self._index >= len(self._spans) or self._spans[self._index][0] >= end


def _candidate(kind: str, text: str, canonical: str, span: tuple[int, int], platform: str) -> Candidate:
    return Candidate(kind, text, canonical, *span, platform, identify(canonical, platform=platform))


# --- addresses


def _addresses(
    text: str, spoken_for: list[tuple[int, int]], wraps: dict[int, tuple[int, int]]
) -> Iterator[Candidate]:
    known = _unbroken(text)
    position = 0
    taken = _Taken(spoken_for)
    spans = sorted(
        [(m.start(), m.end(), "url") for m in _URL.finditer(text)]
        + [(m.start(), m.end(), "site") for m in _BARE.finditer(text)],
        key=lambda span: (span[0], -span[1]),
    )
    for start, end, kind in spans:
        if start < position or not taken.is_free(start, min(end, start + 8)):
            continue
        end = _trim(text, start, end)
        if end in wraps:
            whole = text[start:end] + text[slice(*wraps[end])]
        else:
            whole, end = _joined(text, start, end, known)
        if kind == "site" and not _is_site(whole):
            continue
        position = end
        address = refang(re.sub(r"\s", "", whole)).replace("：", ":")
        if kind == "url" and not re.match(r"[\w+.-]+://[^/\s?#]", address):
            continue
        yield _candidate(kind, whole, address, (start, end), "")


class _Whole:
    """Addresses that stand whole within a line: they tell how a broken one goes on."""

    def __init__(self, addresses: set[str]) -> None:
        self._set = addresses
        self._sorted = sorted(addresses)

    def __contains__(self, address: str) -> bool:
        return address in self._set

    def has_longer(self, prefix: str) -> bool:
        index = bisect_left(self._sorted, prefix)
        return index < len(self._sorted) and self._sorted[index].startswith(prefix)


def _unbroken(text: str) -> _Whole:
    whole = set()
    for match in _URL.finditer(text):
        end = _trim(text, match.start(), match.end())
        if text[match.end() : match.end() + 1] != "\n":
            whole.add(refang(text[match.start() : end]).rstrip("/").lower())
    return _Whole(whole)


def _trim(text: str, start: int, end: int) -> int:
    """The end of an address without the punctuation of the sentence around it."""
    while end > start + 1:
        last = text[end - 1]
        is_dot_token = last in ")]" and text[end - 3 : end] in ("[.]", "(.)")
        if last in _TRAILING and not is_dot_token:
            if last in "*_~" and text[start - 1 : start] != last:
                break  # a name may end so; only what opened with it is emphasis
            end -= 1
        elif last in ")]" and not is_dot_token:
            opening = "(" if last == ")" else "["
            if text.count(opening, start, end) >= text.count(last, start, end):
                break
            end -= 1
        else:
            break
    return end


def _joined(text: str, start: int, end: int, known: _Whole) -> tuple[str, int]:
    """An address that runs on in the next line, put together; and where it ends."""
    whole = text[start:end]
    for _ in range(6):
        following = _NEXT_LINE.match(text, end)
        if following is None or len(whole) > MAX_URL:
            break
        more = following["more"]
        more_end = following.start("more") + len(more)
        if _CJK_END.search(more):
            break
        more_end = _trim(text, following.start("more"), more_end)
        more = text[following.start("more") : more_end]
        if not more or not _goes_on(text, whole, more, (start, end, more_end), known):
            break
        whole, end = whole + more, more_end
    return whole, end


def _goes_on(text: str, whole: str, more: str, span: tuple[int, int, int], known: _Whole) -> bool:
    """Whether the word at the start of the next line belongs to the address above it."""
    start, end, more_end = span
    line_end = text.find("\n", more_end)
    rest = text[more_end : len(text) if line_end < 0 else line_end]
    if _LIST_MARK.match(more + rest[:2]) or re.match(r"(?:https?|hxxps?|www\.)", more, re.I) or more[0] in "(<[\"“":
        return False
    if more[0] == "@":
        return whole.endswith("/") and bool(_NAMED_PATHS.search(refang(whole)))
    if not more.isascii() or EMAIL.match(more):
        return False
    if _OTHER_NAME.match(more):
        return False
    if _HOST_FIRST.match(refang(more)) and not _is_cut_off(refang(whole)) and _is_site(more):
        return False
    plain = refang(whole)
    lowered = plain.lower().rstrip("/")
    if known.has_longer((plain + refang(more)).lower().rstrip("/")):
        return True
    if _is_cut_off(plain):
        return True
    if lowered in known:
        return False
    if more[0] in "/?#&=%_" or (more[0] == "." and len(more) > 3):
        return True
    if re.search(r"//[^/]+/$", plain) and re.match(r"(?!\d|[A-Z]{1,5}/)[\w.-]+(?:/[\w@.-]|\?\w+=|/$)", more):
        return True  # nobody asks for a host's front page and goes on with a path
    line_start = text.rfind("\n", 0, start) + 1
    width = _width(text, line_start, end)
    if end - line_start + len(more) < width - 2:
        return False  # the next word had room on the line: nothing forced a break
    if re.match(r"\s*\(", rest):
        return False  # a name with its explanation
    if re.search(r"[/?=&%_]|[A-Za-z]\d|\d[A-Za-z]", more) and not re.fullmatch(r"[A-Za-z]+/[A-Za-z]+", more):
        return True
    if more.isdigit():
        return plain[-1] in "/=" or plain[-1].isdigit() and (len(more) > 2 and not re.match(r"\s\w", rest))
    is_alone = not rest.strip()
    if plain.endswith("/") and not is_alone:
        return bool(re.search(r"[-.]\w", more)) and not more.endswith((".", ","))
    return is_alone and more.islower() and end - line_start >= max(40, width - 4)


def _is_cut_off(address: str) -> bool:
    """Whether an address cannot end here: no host yet, or a sign that wants more."""
    rest = re.sub(r"^[\w*]+:/{0,2}", "", address)
    if not rest or re.search(r"[-=&?%~+_]$", address):
        return True
    host = re.split(r"[/?#:]", rest, maxsplit=1)[0]
    if host != rest:
        return False
    last = host.rpartition(".")[2].lower()
    return "." not in host or host.lower().startswith("www.") and host.count(".") < 2 or (
        last not in TLDS and last not in ("example", "onion", "test")
    )


def _width(text: str, start: int, end: int) -> int:
    """The longest of the lines around: how wide the page was."""
    widest = end - start
    before = text.rfind("\n", max(0, start - 700), max(0, start - 1))
    for line in text[before + 1 if before >= 0 else max(0, start - 300) : end + 700].split("\n")[:14]:
        if "|" not in line and "\t" not in line:
            widest = max(widest, min(len(line.rstrip()), 110))
    return widest


def _is_site(written: str) -> bool:
    """Whether something with dots is an address and not a title, a file, or two sentences."""
    address = refang(written)
    host = re.split(r"[/?:]", address, maxsplit=1)[0]
    labels = host.lower().split(".")
    if re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", host):
        return "/" in address
    if labels[-1] not in TLDS and labels[-1] not in ("example", "onion") and "xn--" not in labels[-1]:
        return False
    has_path = len(address) > len(host) + 1
    if place_of(host.lower()) is not None or labels[0] == "www":
        return True
    if labels[-2] in _TITLES or len(labels[-2]) < 2 or (len(labels) == 2 and labels[0] in _TITLES):
        return False
    if not has_path:
        if labels[-1] in _FILE_ENDINGS and written == address:
            return False
        if any(label[:1].isupper() for label in host.split(".")[1:]) and not host.isupper():
            return False
        if re.fullmatch(r"[\d.]+[a-z]+", host.lower()) or host.isupper() and len(labels) > 2:
            return False
    return True


# --- names and numbers


def _handles(text: str, mentions: Mentions) -> Iterator[Candidate]:
    for match in _AT.finditer(text):
        name = match["name"].rstrip(".-")
        if len(name) < 2:
            continue
        end = match.start("name") + len(name)
        platform = mentions.of(match.start(), end)
        yield _candidate("handle", text[match.start() : end], f"@{name}", (match.start(), end), platform)


def _phones(text: str, mentions: Mentions) -> Iterator[Candidate]:
    for match in _PHONE.finditer(text):
        if _DAY.fullmatch(match[0]):
            continue
        platform = mentions.of(*match.span())
        facts = FACTS.get(platform)
        slug = platform if facts and facts.has_phone_accounts else "whatsapp"
        locator = identify(match[0], platform=slug)
        if locator.kind == "phone" and not locator.problem or match[0].lstrip("(").startswith("+"):
            slug = slug if facts and facts.has_phone_accounts else ""
            canonical = locator.canonical if locator.kind == "phone" else match[0]
            yield Candidate("phone", match[0], canonical, *match.span(), slug, locator)


def _ids(text: str, mentions: Mentions) -> Iterator[Candidate]:
    """Accounts that a label introduces: "ID MiChat: abc", "akun Instagram dewi_99 dan rara.x"."""
    labelled = [(match, False) for match in _LABELLED.finditer(text)]
    labelled += [(match, False) for pattern in (_UNDER_NAME, _BEFORE_NAME, _ITEM_BEFORE_NAME) for match in pattern.finditer(text)]
    for label in _ACCOUNT_OF.finditer(text):
        row = _PLAIN_ROW.match(text, label.end())
        if row and row["value"] not in _NO_ID:
            labelled.append((row, True))
    position = 0
    for match, is_row in sorted(labelled, key=lambda pair: pair[0].start("value")):
        if match.start("value") < position:
            continue
        platform = mentions.inside(match.start() - 30 * is_row, match.start("value")) or mentions.of(*match.span("value"))
        if not is_row and _is_display_name(text, match, platform):
            continue
        for one in _row_of_ids(text, mentions, match, platform, is_row):
            position = one.end
            yield one


def _row_of_ids(
    text: str, mentions: Mentions, match: re.Match[str], platform: str, is_row: bool
) -> Iterator[Candidate]:
    """The id of `match` and those joined to it by commas and "and"."""
    is_stated = is_row or bool(match.groupdict().get("sep", ":")) or text[match.start("value") - 1] in "\"“'‘«"
    following: re.Match[str] | None = match
    while following is not None:
        value = following["value"].rstrip(".-")
        span = (following.start("value"), following.start("value") + len(value))
        if not _could_be_id(value, is_stated and (is_row or following is match), platform):
            return
        at = "@" if text[span[0] - 1 : span[0]] == "@" else ""
        slug = mentions.behind(span[1]) or platform
        if not _ITS_ADDRESS.match(text, span[1]):
            yield _candidate("id", at + value, at + value, (span[0] - len(at), span[1]), slug)
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
    if re.fullmatch(r"(?:0|62)\d{8,13}", value) and FACTS[platform].has_phone_accounts:
        return False
    return is_stated or bool(_ODD.search(value)) and bool(re.search(r"[a-z]", value, re.I) or len(value) >= 6)


def _nearby(text: str, mentions: Mentions) -> Iterator[Candidate]:
    """Profiles seen in a people-nearby search, told by name and area in one item or paragraph."""
    for match in _BLOCK.finditer(text):
        block = match[0]
        if len(block) > 1500 or not _SAYS_NEARBY.search(block):
            continue
        slug = mentions.inside(*match.span()) or mentions.of(match.start(), match.start())
        if slug not in FACTS or not FACTS[slug].has_nearby_search:
            continue
        plain = re.sub(r"^\s*(?:\d{1,3}[.)]|[-*•])\s*", "", block)
        told = read_nearby(slug, re.sub(rf"\b{re.escape(FACTS[slug].name)}\b", " ", plain, flags=re.IGNORECASE))
        if told is not None and not told.problem:
            start = match.start() + len(block) - len(block.lstrip())
            shown = block.strip()
            yield Candidate("nearby", shown, told.canonical, start, match.end(), slug, told)


def _without_precise(found: list[Candidate], told: Iterator[Candidate]) -> Iterator[Candidate]:
    """The profiles whose item does not also name the account precisely."""
    starts = [one.start for one in found]
    for one in told:
        inside = found[bisect_left(starts, one.start) : bisect_left(starts, one.end)]
        if not any(other.platform == one.platform and not other.locator.problem for other in inside):
            yield one


def _repositories(text: str, mentions: Mentions) -> Iterator[Candidate]:
    """"owner / repo", where the words nearby say that it is a repository."""
    if not mentions.names("github"):
        return
    for match in _SLASHED.finditer(text):
        owner, repo = match["owner"], match["repo"].rstrip(".,;:")
        end = match.start("repo") + len(repo)
        written = text[match.start() : end]
        if not repo or _NO_REPOSITORY.match(written.replace(" ", "")) or not re.search(r"[A-Za-z]", owner):
            continue
        before = text[max(0, match.start() - 160) : match.start()]
        is_spaced = match["gap"].strip() != match["gap"]
        is_odd = bool(re.search(r"[\d_-]", owner + repo)) or "." in repo.strip(".")
        says_so = _SAYS_REPOSITORY.search(before.rpartition("\n")[2])
        if not says_so and ("\n\n" in before[-40:] and not is_spaced or not _SAYS_REPOSITORY.search(before)):
            continue
        if not is_spaced and not is_odd and not says_so or re.fullmatch(r"[\d./-]+", repo):
            continue
        yield _candidate("repository", written, f"https://github.com/{owner}/{repo}", (match.start(), end), "github")
