"""Which of the things found in a letter the letter asks about, and why the others are set aside."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from urllib.parse import urlsplit

from platforms.locators.hosts import place_of

from . import cues, exclusions, tables
from .addresses import EMAIL, is_defanged
from .candidate import Candidate, candidate
from .candidates import find
from .display_names import is_shown_name
from .layout import Line, Zone
from .mentions import Mentions
from .page import Page
from .references import own_numbers

_SECOND_LEVEL = frozenset(
    "co go gov gob gub gouv ac or net com org edu mil sch web my desa nic police govt "
    "example".split()
)
_NO_NAMES = frozenset(
    "www mail email smtp example police policia polizei polis police cyber siber info portal "
    "webmail notice notices abuse".split()
)
_SAID_ACCOUNT = re.compile(
    r"(?:akun|accounts?|profil\w*|cuenta|conta|compte|konto|hesab\w*|аккаунт\w*)\W{1,4}$", re.I
)
_INTERNATIONAL = re.compile(r"\+\d{8,15}")
_ALWAYS_ASIDE = {
    Zone.HEAD: "letterhead",
    Zone.COPIES: "copies",
    Zone.FOOTER: "footer",
    Zone.ATTRIBUTION: "quoted",
}


@dataclass(frozen=True)
class Judged:
    """A candidate and the verdict: "target", "weak" (only if there is nothing else) or a reason."""

    candidate: Candidate
    verdict: str
    line: int


def judge(text: str, lines: list[Line], sender_address: str, country: str) -> list[Judged]:
    """Every candidate of a letter with its verdict, in order of appearance.

    `country`: the ISO 3166 code of whoever wrote, in whose way telephone numbers are read."""
    cells, wraps = tables.find(lines)
    text = tables.with_bars(text, cells)
    mentions = Mentions(text)
    mentions.tie([(cell.start, cell.end, cell.platform) for cell in cells if cell.platform])
    found = _with_cells(text, find(text, mentions, wraps, country), cells, mentions)
    found = _as_addressed(text, found, mentions)
    page = Page(text, lines, found, cells)
    own = _own_hosts(text, lines, sender_address)
    numbers = own_numbers(text)
    left_alone = exclusions.spared(text, found, page.firsts)

    def verdict(one: Candidate) -> str:
        if one.kind == "site" and _is_inside(one, numbers):
            return "number"
        return "spared" if one.start in left_alone else _verdict(one, page, own)

    judged = [Judged(one, verdict(one), page.line_of(one).number) for one in found]
    return _settled(text, judged, page)


def _is_inside(one: Candidate, spans: list[tuple[int, int]]) -> bool:
    """Whether it is a piece of a letter's number ("489/Diskominfo.id/2025") and no address."""
    index = bisect_right(spans, one.start, key=lambda span: span[0]) - 1
    return index >= 0 and one.end <= spans[index][1]


def _with_cells(
    text: str, found: list[Candidate], cells: list[tables.Cell], mentions: Mentions
) -> list[Candidate]:
    """The candidates, and the bare names that stand in account columns."""
    # "toko.id" in the column of accounts of a platform is a name that ends as a site's does.
    columns = {(cell.start, cell.end) for cell in cells if cell.kind == "account" and cell.platform}
    found = [
        one
        for one in found
        if one.kind != "site"
        or one.locator.platform
        or "/" in one.text
        or (one.start, one.end) not in columns
    ]
    taken = sorted((one.start, one.end) for one in found)
    starts = [start for start, _ in taken]
    more = []
    for cell in cells:
        platform = cell.platform or mentions.of(cell.start, cell.end)
        is_name = " " in cell.text and is_shown_name(cell.text, platform)
        if cell.kind != "account" or not platform or not (is_name or tables.is_id(cell.text)):
            continue
        index = bisect_right(starts, cell.end) - 1
        if index >= 0 and taken[index][1] > cell.start:
            continue
        if is_name and index + 1 < len(starts) and "\n" not in text[cell.end : starts[index + 1]]:
            continue  # its address stands in a cell further on
        kind = "name" if is_name else "id"
        one = Candidate.named(kind, cell.text, (cell.start, cell.end), platform)
        if is_name or not one.locator.problem:
            more.append(one)
    return sorted(found + more, key=lambda one: one.start) if more else found


def _as_addressed(text: str, found: list[Candidate], mentions: Mentions) -> list[Candidate]:
    """With the address of accounts whose platform only the address of a post by them tells."""
    pages: dict[str, tuple[str, str]] = {}
    for one in found:
        if one.kind == "url" and one.locator.platform:
            parts = one.canonical.split("/")
            for end, part in enumerate(parts[3:], 4):
                name = part.lstrip("@").lower()
                pages.setdefault(name, (one.locator.platform, "/".join(parts[:end])))
    placed = []
    for one in found:
        slug, address = pages.get(one.text.lstrip("@").lower(), ("", ""))
        is_told = mentions.inside(one.start - 60, one.start) or mentions.behind(one.end)
        is_said = _SAID_ACCOUNT.search(text, max(0, one.start - 20), one.start) and not is_told
        if one.kind == "handle" and slug not in ("", one.platform) and is_said:
            one = candidate("url", one.text, address, (one.start, one.end), slug)
        placed.append(one)
    return placed


def _verdict(one: Candidate, page: Page, own: frozenset[str]) -> str:
    zone = page.line_of(one).zone
    if zone in _ALWAYS_ASIDE:
        return _ALWAYS_ASIDE[zone]
    if page.is_a_speaker(one):
        return "speaker"
    cell = page.cell_of(one)
    if cell in ("bank", "person"):
        return cell
    if one.kind in ("url", "site"):
        verdict = _address(one, page, own, is_listed=cell in ("url", "account"))
    elif one.kind == "repository":
        verdict = "target"
    else:
        verdict = _name_or_number(one, page, own, is_listed=cell in ("account", "phone", "url"))
    if verdict != "target":
        return verdict
    if zone is Zone.CLOSING and not page.in_list(one):
        return "signature"
    if zone in (Zone.QUOTED, Zone.DESCRIPTION) or page.is_spoken(one):
        return "weak"
    return "target"


def _address(one: Candidate, page: Page, own: frozenset[str], *, is_listed: bool) -> str:
    host, path = _host_and_path(one.canonical)
    voice = page.voice(one)
    # Pages on one's own site are asked for where somebody broke into it, and only in a list.
    is_asked = voice == "asked" and (is_listed or page.is_item(one)) and bool(path.strip("/"))
    is_asked = is_asked and (is_listed or not page.is_labelled(one))
    if _base(host) in own:
        return "target" if is_asked else "own_address"
    if own & set(host.split(".")[:-1]) and voice != "asked":
        return "own_address"
    if path.strip("/") and _is_own_name(one, page, own):
        return "own_address"
    locator = one.locator
    if cues.OF_A_VICTIM.search(page.before(one)):
        return "victim"
    is_a_page = not path.strip("/") or (voice == "aside" and not is_listed)
    if locator.platform and locator.problem == "no_account" and is_a_page:
        return "platform_page"
    is_listed_page = page.is_item(one) and voice == "asked" and path.count("/") > 1
    if (
        cues.SERVICE_HOST.match(host)
        and not is_listed_page
        or cues.SERVICE_PATH.search(path)
        and locator.kind in ("website", "url", "unknown")
    ):
        return "platform_page"
    if cues.GOVERNMENT.search(host):
        return "target" if is_asked else "government"
    if is_listed or path.strip("/") and is_defanged(one.text):
        return "target"  # nobody makes an address harmless that is not held to do harm
    if voice == "aside" or cues.ASIDE_BEHIND.match(page.after(one)):
        return "cited"
    is_bare_site = one.kind == "site" and not path.strip("/") and locator.platform is None
    is_joined = page.is_joined(one)  # "a.example/x, b.example and c.example"
    is_meant = voice == "asked" or page.in_list(one) or page.leads_on(one) or is_joined
    if is_bare_site and not is_meant:
        return "cited"
    if page.has_site_label(one) and (voice != "asked" or page.in_contact_block(one)):
        return "contact"
    return "target"


def _is_own_name(one: Candidate, page: Page, own: frozenset[str]) -> bool:
    """Whether a name made of the sender's stands where the letter does not ask ("X: @kpai_resmi").

    Impostors have such names too, but they are asked about, or stand in a list."""
    if page.in_list(one):
        return False
    if page.shares_line_with_host(one, own) and one.kind in ("handle", "id"):
        return True
    names = {re.sub(r"\W", "", name) for name in own if "." not in name}
    written = one.text.rstrip("/").rpartition("/")[2].lower()
    is_one = bool(names & set(re.split(r"[\W_]+", written))) and page.is_in_lower_half(one)
    is_one = is_one and page.voice(one) != "asked"
    plain = re.sub(r"[\W_]", "", written)
    return is_one or page.is_at_foot(one) and any(len(n) > 4 and n in plain for n in names)


def _name_or_number(one: Candidate, page: Page, own: frozenset[str], *, is_listed: bool) -> str:
    if is_listed:
        return "target"
    is_told = one.kind == "name" or one.kind == "phone" and _INTERNATIONAL.fullmatch(one.canonical)
    if one.locator.problem not in ("", "no_platform") and not is_told:
        return "no_account"
    if cues.OF_A_VICTIM.search(page.before(one)):
        return "victim"
    label = page.label(one)
    if one.kind == "phone":
        if label == "bank" and page.is_named_before(one):
            label = "suspect"
        if not label and page.shares_line_with_mail(one):
            return "contact"
        if label in ("bank", "contact"):
            return label
        is_signed = page.is_at_foot(one) and page.is_labelled(one) and not page.in_list(one)
        is_meant = label == "suspect" and not (is_signed and page.is_item(one))
        return "target" if is_meant or one.is_named else "contact"
    if label != "suspect" and page.shares_line_with_mail(one):
        return "contact"
    if one.kind == "handle" and not one.platform and page.in_contact_line(one):
        return "contact"
    is_named = one.text.startswith("@") or page.is_named_before(one)
    if label == "bank" and not is_named:
        return "bank"
    if one.kind in ("handle", "id") and _is_own_name(one, page, own):
        return "own_address"
    voice = page.voice(one)
    is_a_contact = label == "contact" and (one.kind != "handle" or voice != "asked")
    if voice == "aside" or is_a_contact:
        return "cited"
    return "target"


def _settled(text: str, judged: list[Judged], page: Page) -> list[Judged]:
    """Each account once; what is quoted or described counts only if nothing else was asked."""
    has_targets = any(one.verdict == "target" for one in judged)
    head = re.sub(r"\S+://\S+|@\S+", " ", text[:5000])
    repeats = has_targets and bool(cues.STILL_STANDS.search(head))
    settled: list[Judged] = []
    verdicts: dict[tuple[str | None, str, str], int] = {}
    for one in judged:
        verdict = one.verdict
        if verdict == "weak":
            is_quoted = page.line_of(one.candidate).zone is Zone.QUOTED
            verdict = (
                "target"
                if not has_targets or (repeats and is_quoted)
                else ("quoted" if is_quoted else "described")
            )
        key = one.candidate.key
        if key in verdicts:
            if verdict == "target" and settled[verdicts[key]].verdict != "target":
                settled[verdicts[key]] = Judged(one.candidate, verdict, one.line)
            continue
        verdicts[key] = len(settled)
        settled.append(Judged(one.candidate, verdict, one.line))
    return _without_contacts(_without_parents(settled), page)


def _without_parents(judged: list[Judged]) -> list[Judged]:
    """Without what another address tells: the bare host that it is on, the name that it ends in."""
    urls = [
        _host_and_path(one.candidate.canonical)
        for one in judged
        if one.verdict == "target" and one.candidate.kind in ("url", "site")
    ]
    hosts = {(host, "") for host, path in urls if path.strip("/")}
    names = {part.lstrip("@").lower() for _, path in urls for part in re.split("[/?=&]", path)}

    def is_told_by_another(one: Candidate) -> bool:
        if one.kind == "site" and _host_and_path(one.canonical) in hosts:
            return True
        # "user contoh.shop (https://market.example/u/contoh.shop/)": the name, not a site.
        is_loose = one.kind == "site" or one.kind in ("handle", "id") and not one.platform
        return is_loose and one.text.lstrip("@").lower() in names

    return [
        Judged(one.candidate, "platform_page", one.line)
        if one.verdict == "target" and is_told_by_another(one.candidate)
        else one
        for one in judged
    ]


def _without_contacts(judged: list[Judged], page: Page) -> list[Judged]:
    """Without the sender's own numbers and accounts on a line of contacts under his letter."""
    signed = {
        one.candidate.start
        for one in judged
        if one.verdict == "target"
        and not is_defanged(one.candidate.text)
        and page.in_contact_strip(one.candidate)
    }
    asked = [one for one in judged if one.verdict == "target" and one.candidate.start not in signed]
    if not signed or not asked:
        return judged
    return [
        Judged(one.candidate, "contact", one.line) if one.candidate.start in signed else one
        for one in judged
    ]


def _host_and_path(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        query = f"?{parts.query}" if parts.query else ""
        return (parts.hostname or "").removeprefix("www."), parts.path + query
    except ValueError:
        return "", ""


def _base(host: str) -> str:
    """The part of a host that its owner registered."""
    labels = host.lower().split(".")
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def _own_hosts(text: str, lines: list[Line], sender_address: str) -> frozenset[str]:
    """The hosts of the sender: of his address, and of those in letterhead and signature; and the
    names in his host, by which he may have others ("kpai" of kpai.go.id has kpai.example.id)."""
    hosts = {_base(sender_address.rpartition("@")[2])} if sender_address else set()
    names = _names(sender_address.rpartition("@")[2]) if hosts.isdisjoint(cues.FREE_MAIL) else set()
    for line in lines:
        if (
            line.zone in (Zone.HEAD, Zone.CLOSING)
            and ("@" in line.text or "www." in line.text)
            and len(line.text) < 500
        ):
            hosts |= {
                _base(re.split(r"@|\[at\]|\(at\)", m[0])[-1].strip())
                for m in EMAIL.finditer(line.text)
            }
            if line.zone is Zone.HEAD:
                hosts |= {_base(m[1]) for m in re.finditer(r"www\.([\w.-]+\w)", line.text)}
    own = {host for host in hosts - cues.FREE_MAIL - {""} if place_of(host) is None}
    return frozenset(own | names)


def _names(host: str) -> set[str]:
    """The labels of a host that name somebody, and not a kind of site or country."""
    return {
        label
        for label in host.lower().split(".")[:-1]
        if len(label) > 2 and label not in _SECOND_LEVEL | _NO_NAMES
    }
