"""Accounts told by the name that they show: "akun MiChat Rara Contoh", 'profil MiChat "Rara 19"'.

Only where a platform finds people by place do such names name an account at all; elsewhere a name
of several words is a person's, and not a target.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from platforms.locators.hosts import FACTS

from .candidate import Candidate
from .mentions import NAMES, Mentions

_WORD = r"[^\W\d_a-z][\w.'’]*"
_NAME = rf"(?P<name>(?!(?:{NAMES})\b){_WORD}(?:[ ](?:{_WORD}|\d{{1,4}}\b|[✨💋🔞♡❤]+)){{1,3}})"
_WHOLE = re.compile(_NAME)
_LABEL = (
    r"(?:akun|ada\s+(?:yang\s+)?nama(?:nya)?|profil|pengguna|account|profile|user|nick(?:name)?|display\s+name|named|called|bernama"
    r"|(?:menamakan|menyebut)\s+diri(?:nya)?|call(?:s|ing)\s+(?:it|him|her|them)sel(?:f|ves)"
    r"|a\.n\.|atas\s+nama|nama(?:\s+(?:akun|profil|tampilan|pengguna))?(?:nya)?)"
)
_PLATFORM = rf"(?:[ ]+(?:di[ ]+|on[ ]+|aplikasi[ ]+)?(?:{NAMES}))?"
_END = (
    r"(?=\s*(?:[,;.)(\n]|\b(?:dan|and|serta|yang|which|who|di|on|karena|untuk|dengan)\b"
    r"|\d+\s?(?:m|meter|km)\b|$))"
)
_QUOTE, _UNQUOTE = r"[\"“'‘「『«]", r"[\"”'’」』»]"
_LABELLED = re.compile(
    rf"\b{_LABEL}{_PLATFORM}(?:[ ]+(?:bernama|dengan[ ]+nama|atas[ ]+nama|a\.n\.|named"
    rf"|called))?[ ]*[:=]?[ ]*"
    rf"(?:{_QUOTE}(?P<quoted>[^\n\"”“]{{2,40}}?){_UNQUOTE}|(?-i:{_NAME}){_END})",
    re.IGNORECASE,
)
_ITEM = re.compile(
    rf"^[ \t]*(?:\(?\d{{1,3}}[.)]|[-*•·▪–]|\(?[a-z][.)])[ \t]*{_QUOTE}?{_NAME}{_UNQUOTE}?"
    rf"[ \t]*(?:\((?i:{NAMES})[^()\n]{{0,20}}\))?[ \t]*[;,.]?[ \t]*$",
    re.MULTILINE,
)
_ANNOUNCES = re.compile(r"(?:\bakun|\baccounts?|\bprofil)[^\n]*[:：]-?\s*$", re.IGNORECASE)
_NEXT = re.compile(
    rf"[\"”'’」]?\s{{0,2}}(?:,|;|、|/|\b(?:dan|and|serta)\b)(?:\s{{1,2}}(?:dan|and|serta))?\s{{1,3}}"
    rf"(?:akun[ ]+)?(?:{_QUOTE}(?P<quoted>[^\n\"”“]{{2,40}}?){_UNQUOTE}|{_NAME}{_END})"
)
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:\(?\d{1,3}[.)]|[-*•])\s)")
_JOINT = re.compile(r",|;|\n|\b(?:dan|serta|and)\b", re.IGNORECASE)
_CALLED = re.compile(r"\bnama|named|called|a\.n\.|atas\s|name\b", re.IGNORECASE)
_NEXT_ID = re.compile(
    rf"{_UNQUOTE}?\s{{0,2}}(?:,|;|、|/|\b(?:dan|and|serta)\b)(?:\s{{1,2}}(?:dan|and"
    rf"|serta))?\s{{1,3}}(?:akun[ ]+)?"
    rf"{_QUOTE}?(?P<value>(?=[\w.]*[\d_])[A-Za-z][\w.]{{2,40}}\w)"
)
_NO_NAME = re.compile(
    r"^(?:yang|dan|di|untuk|sebagai\w*|terlampir|pada)\b|\b(?:tersebut|berikut|dimaksud|polres\w*|polda|polsek|kepala|pte|ltd|indonesia|inc|pasal|nomor"
    r"|laporan|kabupaten|kota|jalan)\b|[/@:]|\w\.\w",
    re.IGNORECASE,
)


def find_names(text: str, mentions: Mentions, ids: list[Candidate]) -> Iterator[Candidate]:
    """The accounts told by a shown name, in no order; `ids` are those told by an id."""
    taken = sorted(one.start for one in ids)
    starts = [
        (m, m.start()) for m in _LABELLED.finditer(text) if not _tells_of_an_id(text, m, taken)
    ]
    starts += [(m, m.start()) for m in _ITEM.finditer(text) if _is_announced(text, m.start())]
    for match, at in starts:
        slug = mentions.inside(at, match.end()) or mentions.of(at, match.end())
        if _shows_names(slug):
            yield from _row(text, match, slug)
    for one in ids:
        if one.kind in ("id", "handle") and _shows_names(one.platform):
            following = _NEXT.match(text, one.end)
            if following:
                yield from _row(text, following, one.platform)


def _tells_of_an_id(text: str, match: re.Match[str], taken: list[int]) -> bool:
    """Whether the name only says how the account of an id is called: "ID 7 / nama X"."""
    said = text[match.start() : match.end()]
    if not _CALLED.search(said):
        return False
    if ":" in said or "=" in said:  # a form: its other lines are about the same account
        start = _last_end(_BLOCK_END, text, max(0, match.start() - 400), match.start())
        ended = _BLOCK_END.search(text, match.end(), match.end() + 400)
        end = ended.start() if ended else match.end() + 400
    else:
        start = _last_end(_JOINT, text, max(0, match.start() - 40), match.start())
        joint = _JOINT.search(text, match.end(), match.end() + 40)
        end = joint.start() if joint else match.end() + 40
    index = bisect_left(taken, start)
    return index < len(taken) and taken[index] < end


def _last_end(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    for match in pattern.finditer(text, start, end):
        start = match.end()
    return start


def is_shown_name(text: str, slug: str) -> bool:
    """Whether the words of an account cell can be the name that an account on `slug` shows."""
    return _shows_names(slug) and bool(_WHOLE.fullmatch(text)) and not _NO_NAME.search(text)


def _shows_names(slug: str) -> bool:
    return slug in FACTS and FACTS[slug].has_nearby_search


def _is_announced(text: str, start: int) -> bool:
    """Whether the list that this line is part of stands under a line that announces accounts."""
    for line in reversed(text[max(0, start - 1500) : start].rstrip("\n").split("\n")):
        if _ANNOUNCES.search(line):
            return True
        if line.strip() and (
            len(line) > 80 or not re.match(r"\s*(?:\(?\w{1,3}[.)]|[-*•·▪–])", line)
        ):
            return False
    return False


def _row(text: str, match: re.Match[str], slug: str) -> Iterator[Candidate]:
    """The name of `match` and those joined to it by commas and "and"."""
    following: re.Match[str] | None = match
    while following is not None:
        group = "quoted" if following.groupdict().get("quoted") else "name"
        name = following[group].rstrip(" .,")
        start = following.start(group)
        end = start + len(name)
        if len(name.split()) < 2 or len(name.split()) > 5 or _NO_NAME.search(name):
            return
        yield Candidate.named("name", name, (start, end), slug)
        following = _NEXT.match(text, end)
        joined = _NEXT_ID.match(text, end)
        while joined is not None:  # ids between the names
            span = joined.span("value")
            yield Candidate.named("id", joined["value"], span, slug)
            following = _NEXT.match(text, span[1])
            joined = _NEXT_ID.match(text, span[1])
