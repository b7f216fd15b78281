"""Addresses as letters write them: defanged, without a scheme, broken over lines."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from platforms.locators import refang
from platforms.locators.hosts import TLDS, place_of

from .candidate import Candidate, Taken, candidate
from .mentions import NAMES

MAX_URL = 1900  # characters
_DOT = r"(?: ?\[ ?(?:\.|dot|titik) ?\] ?| ?\( ?(?:\.|dot|titik) ?\) ?|\{\.\}|\\\.|\[\.|\.\])"
_SCHEME = (
    r"(?:h(?:tt|xx|tx|xt|\*\*|__)ps?|fxp|ftp|tg|whatsapp)(?:\[:\]|\(:\)|:|：|\[:)(?://|\\\\"
    r"|\[/\]\[/\]|\[//\]|//\])|"
    r"h(?:tt|xx)ps?\[://\]"
)
_CHAR = (
    rf"(?:{_DOT}|;(?=\w+=)|[^\s;<>\"'«»“”„‘’`|{{}}^\\\[\]"
    r"\u3001\u3002\uff0c\uff1b\uff1a\uff08\uff09\u3010\u3011\u300a\u300b\u4e00-\u9fff])"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
# "https:// www. facebook. com/ name": spaces set on purpose, so that nobody clicks on it.
_SPACED_HOST = rf"(?:{_LABEL} ?\. |{_LABEL}\.){{1,5}}[^\W\d_]{{2,12}}(?: ?/ ?|(?=\s|$))"
_URL = re.compile(
    rf"(?<![A-Za-z0-9])(?:{_SCHEME})\s?(?:(?={_LABEL} ?\. ){_SPACED_HOST}{_CHAR}{{0,{MAX_URL}}}"
    rf"|{_CHAR}{{1,{MAX_URL}}})",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\w@./\\-])(?:(?:\d{{1,3}}(?:{_DOT}|\.)){{3}}\d{{1,3}}(?=[:/])|(?:{_LABEL}(?:{_DOT}|\.)"
    r"){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]{2,59})(?![\w@-]))"
    rf"(?::\d{{2,5}})?(?:[/?]{_CHAR}{{0,{MAX_URL}}})?",
    re.IGNORECASE,
)
# "contoh-cepat titik com", "t dot me slash contoh": spoken, so that nobody clicks on it.
_SPOKEN_DOT = r" (?:titik|dot|punto|ponto|точка) "
_SPOKEN_SLASH = r"(?:slash|garis miring|garing|miring)"
_SPOKEN = re.compile(
    rf"(?<![\w@./-])[A-Za-z0-9][\w-]*(?:{_SPOKEN_DOT}[\w-]+){{1,3}}(?: {_SPOKEN_SLASH} [\w.-]+)*",
    re.IGNORECASE,
)
EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%-]{1,64}(?:@|\s?(?:\[at\]|\(at\)|\[@\])\s?)[\w-]{1,63}(?:(?:\.|\[\.\]"
    r"|\(\.\))[\w-]{1,63}){1,6}",
    re.I,
)
_DEFANGED = re.compile(rf"^h(?:xx|tx|xt|\*\*|__)|{_DOT}", re.IGNORECASE)
_CJK_END = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
_TRAILING = ".,;:!?\"'“”‘’«»…*_~、。>"
_FILE_ENDINGS = frozenset("md py sh zip mov ps so js doc pdf rtf sig txt".split())
_TITLES = frozenset(
    (
        "a dr drs dra ir prof kompol akbp kombes akp iptu ipda brigjen irjen aipda bripka h hj st "
        "s m no"
    ).split()
)
_LIST_MARK = re.compile(
    r"(?:\(?\d{1,3}[.)]|#\d{1,3}\b|[-*•·▪–]|\(?[a-z][.)])(?:\s|$)|\d{1,3}\s*[|\t]", re.I
)
_OPENS = re.compile(r"https?|hxxps?|www\.|[(<\[\"“]", re.I)
_OTHER_NAME = re.compile(rf"(?:{NAMES})(?:[/:]|$)", re.IGNORECASE)
_HOST_FIRST = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}/|[\w-]+(?:\.[\w-]+)+(?:/|$)")
_NAMED_PATHS = re.compile(
    r"//(?:www\.|m\.)?(?:tiktok|youtube|threads|medium)\.\w+/$", re.IGNORECASE
)
_IS_PATH = re.compile(r"(?!\d|[A-Z]{1,5}/)[\w.-]+(?:/[\w@.-]|\?\w+=|/$)")
# The rest alone on the next line: of a slug ("…/4k2x" "m1q-jual-krim"), or of a number.
_CUT_IN_A_WORD = re.compile(
    r"/[\w-]*[\w/] [a-z0-9]+(?:-[a-z0-9]+){2,}/?$|=\d+ \d{5,}$"
    r"|(?<!/)/[a-z0-9-]+/ [a-z0-9]+(?:-[a-z0-9]+)+/?$"
)
_NEXT_LINE = re.compile(r"[ \t]*\n[ \t>]*(?P<more>[^\s<>\"|]+)")


def is_defanged(written: str) -> bool:
    """Whether an address is written so that nobody opens it by mistake."""
    return _DEFANGED.search(written) is not None


def find_addresses(
    text: str, spoken_for: list[tuple[int, int]], wraps: dict[int, tuple[int, int]]
) -> Iterator[Candidate]:
    known = _unbroken(text)
    position = 0
    taken = Taken(spoken_for)
    spans = sorted(
        [(m.start(), m.end(), "url") for m in _URL.finditer(text)]
        + [(m.start(), m.end(), "site") for m in _BARE.finditer(text)]
        + [(m.start(), m.end(), "site") for m in _SPOKEN.finditer(text)],
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
        if kind == "site" and not _is_site(_written(whole)):
            continue
        position = end
        address = refang(re.sub(r"\s", "", _written(whole))).replace("：", ":")
        if kind == "url" and not re.match(r"[\w+.-]+://[^/\s?#]", address):
            continue
        yield candidate(kind, whole, address, (start, end), "")


def _written(spoken: str) -> str:
    """An address whose dots and slashes are spelled out, as it is written; any other as it is."""
    if not _SPOKEN.fullmatch(spoken):
        return spoken
    dotted = re.sub(_SPOKEN_DOT, ".", spoken, flags=re.I)
    return re.sub(f" {_SPOKEN_SLASH} ", "/", dotted, flags=re.I)


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
    if _LIST_MARK.match(more + rest[:2]) or _OPENS.match(more):
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
    if re.search(r"//[^/]+/$", plain) and _IS_PATH.match(more):
        return True  # nobody asks for a host's front page and goes on with a path
    if not rest.strip() and _CUT_IN_A_WORD.search(f"{plain} {more}"):
        return True
    line_start = text.rfind("\n", 0, start) + 1
    width = _width(text, line_start, end)
    if end - line_start + len(more) < width - 2:
        return False  # the next word had room on the line: nothing forced a break
    is_full = end - line_start >= max(40, width - 4)
    return _looks_like_the_rest(plain, more, rest, is_full=is_full)


def _looks_like_the_rest(plain: str, more: str, rest: str, *, is_full: bool) -> bool:
    """Whether `more` looks like the end of an address that a line without room has broken."""
    if re.match(r"\s*\(", rest):
        return False  # a name with its explanation
    is_a_choice = re.fullmatch(r"[A-Za-z]+/[A-Za-z]+", more)
    if re.search(r"[/?=&%_]|[A-Za-z]\d|\d[A-Za-z]", more) and not is_a_choice:
        return True
    if more.isdigit():
        is_long = len(more) > 2 and not re.match(r"\s\w", rest)
        return plain[-1] in "/=" or (plain[-1].isdigit() and is_long)
    is_alone = not rest.strip()
    if plain.endswith("/") and not is_alone:
        return bool(re.search(r"[-.]\w", more)) and not more.endswith((".", ","))
    return is_alone and more.islower() and is_full


def _is_cut_off(address: str) -> bool:
    """Whether an address cannot end here: no host yet, or a sign that wants more."""
    rest = re.sub(r"^[\w*]+:/{0,2}", "", address)
    if not rest or re.search(r"[-=&?%~+_]$", address):
        return True
    host = re.split(r"[/?#:]", rest, maxsplit=1)[0]
    if host != rest:
        return False
    last = host.rpartition(".")[2].lower()
    return (
        "." not in host
        or host.lower().startswith("www.")
        and host.count(".") < 2
        or (last not in TLDS and last not in ("example", "onion", "test"))
    )


def _width(text: str, start: int, end: int) -> int:
    """The longest of the lines around: how wide the page was."""
    widest = end - start
    before = text.rfind("\n", max(0, start - 700), max(0, start - 1))
    first = before + 1 if before >= 0 else max(0, start - 300)
    for line in text[first : end + 700].split("\n")[:14]:
        if "|" not in line and "\t" not in line:
            widest = max(widest, min(len(line.rstrip()), 110))
    return widest


def _is_site(written: str) -> bool:
    """Whether something with dots is an address and not a title, a file, or two sentences."""
    address = refang(written)
    host = re.split(r"[/?:]", address, maxsplit=1)[0]
    labels = host.lower().split(".")
    if re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", host):
        return "/" in address and all(int(octet) < 256 for octet in labels)
    ending = labels[-1]
    if ending not in TLDS and ending not in ("example", "onion") and "xn--" not in ending:
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
