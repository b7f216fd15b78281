"""Everything in a letter that could name an account, with where it stands: addresses, handles,
telephone numbers, labelled ids, "owner / repo" names, profiles seen nearby."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from platforms.locators import identify
from platforms.locators.hosts import FACTS
from platforms.locators.nearby import read_nearby

from .addresses import EMAIL, find_addresses
from .candidate import Candidate, Taken, candidate
from .ids import find_ids
from .mentions import Mentions

_AT = re.compile(r"(?<![\w@.:=-])@(?P<name>[A-Za-z0-9_][\w.-]{1,59})(?![\w@])")
_PHONE = re.compile(
    r"(?<![\w+/.:=-])(?:\(?\+62\)?\s?\d|\(?\+\(?\d|\(?0|62)(?:(?:[ .()\u2010-\u2015-]{0,3}"
    r"|-\n[ \t]{0,20})\d){7,14}(?![\w/@]|-\w)"
)
_DAY = re.compile(r"\(?\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([-./ ])\d\d\2\d\d")
_SLASHED = re.compile(
    r"(?<![\w/.@\])-])(?P<owner>[A-Za-z0-9][\w-]{0,38})(?P<gap>\s?/\s?)(?P<repo>[\w.-]{2,100})"
    r"(?![\w/])"
)
_NO_REPOSITORY = re.compile(
    r"^(?:and/or|he/she|his/her|s/he|n/a|w/o|c/o|him/her|y/o|и/или|dan/atau|and|or|either)$", re.I
)
_SAYS_NEARBY = re.compile(
    r"nearby|(?:orang|pengguna)\s+(?:di\s+)?(?:sekitar|terdekat)|(?:pencarian|fitur)\s+(?:sekitar"
    r"|terdekat)|look\s?around|附近",
    re.I,
)
_BLOCK = re.compile(
    r"^[^\n]*\S[^\n]*(?:\n(?![ \t]*(?:\d{1,3}[.)]|[-*•])\s)(?=[^\n]*\S)[^\n]*)*", re.MULTILINE
)
_SAYS_REPOSITORY = re.compile(
    r"repositor|\brepo\b|репозитор|仓库|代码库|\bdepo\b|git\s?(?:hub|lab)|bitbucket", re.I
)


def find(text: str, mentions: Mentions, wraps: dict[int, tuple[int, int]]) -> list[Candidate]:
    """Every candidate of `text` in order, none inside another.

    `wraps` says where a table cell goes on that ends at a place: {end: (start, end) of the rest}.
    """
    emails = [match.span() for match in EMAIL.finditer(text)]
    # "owner / name.github.io" is a repository, so those come before bare addresses.
    found = list(_repositories(text, mentions))
    found += list(find_addresses(text, emails + [(one.start, one.end) for one in found], wraps))
    taken = Taken(emails + [(one.start, one.end) for one in found])
    for finder in (_handles, find_ids, _phones):
        more = [one for one in finder(text, mentions) if taken.is_free(one.start, one.end)]
        found = found + more
        taken = Taken(emails + [(one.start, one.end) for one in found])
    found.sort(key=lambda one: one.start)
    found += list(_without_precise(found, _nearby(text, mentions)))
    return sorted(found, key=lambda one: one.start)


def _handles(text: str, mentions: Mentions) -> Iterator[Candidate]:
    for match in _AT.finditer(text):
        name = match["name"].rstrip(".-")
        if len(name) < 2:
            continue
        end = match.start("name") + len(name)
        platform = mentions.of(match.start(), end)
        span = (match.start(), end)
        yield candidate("handle", text[slice(*span)], f"@{name}", span, platform)


def _phones(text: str, mentions: Mentions) -> Iterator[Candidate]:
    for match in _PHONE.finditer(text):
        if _DAY.match(match[0]):
            continue
        near = _with_phones(mentions.near(*match.span()))
        platform = near or _with_phones(mentions.whole())
        locator = identify(match[0], platform=platform or "whatsapp")
        is_phone = locator.kind == "phone"
        if is_phone and not locator.problem or match[0].lstrip("(").startswith("+"):
            canonical = locator.canonical if is_phone else match[0]
            span = match.span()
            yield Candidate("phone", match[0], canonical, *span, platform, locator, bool(near))


def _with_phones(slug: str) -> str:
    """The platform, if its accounts are telephone numbers."""
    return slug if slug in FACTS and FACTS[slug].has_phone_accounts else ""


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
        name = rf"\b{re.escape(FACTS[slug].name)}\b"
        told = read_nearby(slug, re.sub(name, " ", plain, flags=re.IGNORECASE))
        if told is not None and not told.problem:
            start = match.start() + len(block) - len(block.lstrip())
            shown = block.strip()
            yield Candidate("nearby", shown, told.canonical, start, match.end(), slug, told)


def _without_precise(found: list[Candidate], told: Iterator[Candidate]) -> Iterator[Candidate]:
    """The profiles whose item does not also name the account precisely."""
    starts = [one.start for one in found]
    for one in told:
        inside = found[bisect_left(starts, one.start) : bisect_left(starts, one.end)]
        precise = (other for other in inside if not other.locator.problem)
        if not any(other.platform == one.platform for other in precise):
            yield one


def _repositories(text: str, mentions: Mentions) -> Iterator[Candidate]:
    """Names like "owner / repo", where the words nearby say that it is a repository."""
    if not mentions.names("github"):
        return
    for match in _SLASHED.finditer(text):
        owner, repo = match["owner"], match["repo"].rstrip(".,;:")
        end = match.start("repo") + len(repo)
        written = text[match.start() : end]
        is_phrase = _NO_REPOSITORY.match(written.replace(" ", ""))
        if not repo or is_phrase or not re.search(r"[A-Za-z]", owner):
            continue
        before = text[max(0, match.start() - 160) : match.start()]
        is_spaced = match["gap"].strip() != match["gap"]
        is_odd = bool(re.search(r"[\d_-]", owner + repo)) or "." in repo.strip(".")
        says_so = _SAYS_REPOSITORY.search(before.rpartition("\n")[2])
        is_apart = "\n\n" in before[-40:] and not is_spaced
        if not says_so and (is_apart or not _SAYS_REPOSITORY.search(before)):
            continue
        if not is_spaced and not is_odd and not says_so or re.fullmatch(r"[\d./-]+", repo):
            continue
        address = f"https://github.com/{owner}/{repo}"
        yield candidate("repository", written, address, (match.start(), end), "github")
