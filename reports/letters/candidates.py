"""Everything in a letter that could name an account, with where it stands: addresses, handles,
telephone numbers, labelled ids, "owner / repo" names, profiles seen nearby."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from platforms.locators.hosts import FACTS, facts_for
from platforms.locators.nearby import read_nearby

from .addresses import EMAIL, find_addresses
from .candidate import Candidate, Taken, candidate
from .display_names import find_names
from .ids import find_ids
from .mentions import NAMES, Mentions
from .telephones import find_phones

_AT = re.compile(r"(?<![\w@.:=-])@(?P<name>[A-Za-z0-9_][\w.-]{1,59})(?![\w@])")
_SUBREDDIT = re.compile(r"(?<![\w/.@-])(?:r|u|user)/[A-Za-z0-9_-]{2,30}(?![\w/-])")
# "package name com.contoh.app": an application by the name under which stores keep it.
_PACKAGE = re.compile(
    r"\b(?:package|(?:nama\s+)?paket|app(?:lication)?\s+id)(?:\s+(?:name|id|aplikasi))?\s*[:=]?\s*[\"“(]?"
    r"(?P<name>[a-z]\w*(?:\.\w+){2,})",
    re.IGNORECASE,
)
_SLASHED = re.compile(
    r"(?<![\w/.@\])-])(?P<owner>[A-Za-z0-9][\w-]{0,38})(?P<gap>\s?/\s?)(?P<repo>[\w.-]{2,100})"
    r"(?![\w/])"
)
_NAMED = re.compile(
    rf"(?<!\w)(?:{NAMES})[ \t]*(?:akun|account|id|handle|user\s?name|user|channel|profil\w*|page"
    rf"|[帳账帐][號号户]|專頁|专页)?[ \t]*[:=]?[ \t]*[\"“]?$",
    re.IGNORECASE,
)
_NO_REPOSITORY = re.compile(
    r"^(?:and/or|he/she|his/her|s/he|n/a|w/o|c/o|him/her|y/o|и/или|dan/atau|and|or|either)$", re.I
)
_SAYS_NEARBY = re.compile(
    r"nearby|(?:orang|pengguna)\s+(?:di\s+)?(?:sekitar|terdekat)|(?:pencarian|fitur)\s+(?:sekitar"
    r"|terdekat)|look\s?around|附近",
    re.I,
)
# A paragraph that announces a list: the profiles are those of the list.
_ANNOUNCES = re.compile(r"[:：]-?\s*$|\b(?:berikut|di\s?bawah|following|below)\b", re.I)
# "an Instagram handle of the same name", "akun TikTok dengan nama yang sama".
_SAME_NAME = re.compile(
    rf"\b(?P<name>{NAMES})\s+(?:akun|account|handle|channel|kanal|page|profil\w*|halaman)?\s*"
    r"(?:of|with|by|under|bearing|dengan)\s+(?:nama\s+(?:pengguna\s+)?(?:yang\s+)?sama|(?:the|an)\s+(?:same|identical)"
    r"\s+(?:user\s?)?(?:name|handle))|\b(?:nama\s+(?:yang\s+)?sama|the\s+same\s+(?:user\s?)?(?:name|handle))\s+"
    rf"(?:di|pada|on)\s+(?P<place>{NAMES})",
    re.I,
)
_BLOCK = re.compile(
    r"^[^\n]*\S[^\n]*(?:\n(?![ \t]*(?:\d{1,3}[.)]|[-*•])\s)(?=[^\n]*\S)[^\n]*)*", re.MULTILINE
)
_SAYS_REPOSITORY = re.compile(
    r"repositor|\brepo\b|репозитор|仓库|代码库|\bdepo\b|git\s?(?:hub|lab)|bitbucket", re.I
)


def find(
    text: str, mentions: Mentions, wraps: dict[int, tuple[int, int]], country: str
) -> list[Candidate]:
    """Every candidate of `text` in order, none inside another.

    `wraps` says where a table cell goes on that ends at a place: {end: (start, end) of the rest};
    `country` whose national telephone numbers are to be expected.
    """
    emails = [match.span() for match in EMAIL.finditer(text)]
    # "owner / name.github.io" is a repository, so those come before bare addresses.
    found = list(_repositories(text, mentions))
    found += [
        candidate("id", match["name"], match["name"], match.span("name"), "google-play")
        for match in _PACKAGE.finditer(text)
    ]
    found += list(find_addresses(text, emails + [(one.start, one.end) for one in found], wraps))
    ids = list(find_ids(text, mentions))
    found = _without_names(text, found, ids)
    found = _with_free(found, _handles(text, mentions, wraps), emails)
    found = _with_free(found, ids, emails)
    found = _with_free(found, find_phones(text, mentions, country), emails)
    found = _with_free(found, find_names(text, mentions, found), emails)
    found = _with_free(found, _same_names(text, found), emails)
    found.sort(key=lambda one: one.start)
    told = list(_without_precise(found, _nearby(text, mentions)))
    cards = Taken([(one.start, one.end) for one in told])
    # The name on a card is told by the card.
    kept = [one for one in found if one.kind != "name" or cards.is_free(one.start, one.end)]
    return sorted(kept + told, key=lambda one: one.start)


def _with_free(
    found: list[Candidate], more: Iterable[Candidate], emails: list[tuple[int, int]]
) -> list[Candidate]:
    """`found`, and those of `more` that stand where nothing was found yet."""
    taken = Taken(emails + [(one.start, one.end) for one in found])
    ordered = sorted(more, key=lambda one: one.start)
    return found + [one for one in ordered if taken.is_free(one.start, one.end)]


def _without_names(text: str, found: list[Candidate], ids: list[Candidate]) -> list[Candidate]:
    """Without the bare sites that are accounts' names, ending like a domain's: right behind a
    platform's name ("Instagram toko.id") or in a row of ids ("toko_1, toko.id dan toko_3")."""
    sites = {(one.start, one.end) for one in found if one.kind == "site"}
    names = set()
    before: Candidate | None = None
    for one in sorted(ids, key=lambda one: one.start):
        is_in_row = before is not None and before.end <= one.start <= before.end + 12
        if is_in_row or _NAMED.search(text, max(0, one.start - 40), one.start):
            names.add((one.start, one.end))
        is_name = (one.start, one.end) in names or (one.start, one.end) not in sites
        before = one if is_name else None
    return [one for one in found if one.kind != "site" or (one.start, one.end) not in names]


def _handles(
    text: str, mentions: Mentions, wraps: dict[int, tuple[int, int]]
) -> Iterator[Candidate]:
    for match in _AT.finditer(text):
        name = match["name"].rstrip(".-")
        if len(name) < 2:
            continue
        end = match.start("name") + len(name)
        platform = mentions.of(match.start(), end)
        span = (match.start(), end)
        whole = text[slice(*span)] + (text[slice(*wraps[end])] if end in wraps else "")
        yield candidate("handle", whole, f"@{whole[1:]}", span, platform)
    for match in _SUBREDDIT.finditer(text) if mentions.names("reddit") else ():
        yield candidate("handle", match[0], match[0], match.span(), "reddit")


def _same_names(text: str, found: list[Candidate]) -> Iterator[Candidate]:
    """Accounts that are called as the one named last before them, on another platform."""
    named = [one for one in found if one.kind in ("handle", "id")]
    named.sort(key=lambda one: one.start)
    for match in _SAME_NAME.finditer(text):
        index = bisect_left(named, match.start(), key=lambda one: one.start) - 1
        facts = facts_for(match["name"] or match["place"])
        if index >= 0 and facts is not None:
            one = named[index]
            yield candidate("id", one.text, one.canonical, match.span(), facts.slug)


def _nearby(text: str, mentions: Mentions) -> Iterator[Candidate]:
    """Profiles seen in a people-nearby search, told by name and area in one item or paragraph."""
    for match in _BLOCK.finditer(text):
        block = match[0]
        if len(block) > 1500 or not _SAYS_NEARBY.search(block) or _ANNOUNCES.search(block):
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
        says_so = says_so or _SAYS_REPOSITORY.match(text[end : end + 12].lstrip(" (,–-"))
        is_apart = "\n\n" in before[-40:] and not is_spaced
        if not says_so and (is_apart or not _SAYS_REPOSITORY.search(before)):
            continue
        if not is_spaced and not is_odd and not says_so or re.fullmatch(r"[\d./-]+", repo):
            continue
        address = f"https://github.com/{owner}/{repo}"
        yield candidate("repository", written, address, (match.start(), end), "github")
