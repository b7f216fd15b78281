"""Which of the things found in a letter the letter asks about, and why the others are set aside."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from urllib.parse import urlsplit

from platforms.locators.hosts import place_of

from . import cues, tables
from .addresses import EMAIL
from .candidate import Candidate
from .candidates import find
from .layout import Line, Zone
from .mentions import Mentions
from .page import Page

_SECOND_LEVEL = frozenset(
    "co go gov gob gub gouv ac or net com org edu mil sch web my desa nic police govt".split()
)
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


def judge(text: str, lines: list[Line], sender_address: str) -> list[Judged]:
    """Every candidate of a letter with its verdict, in order of appearance."""
    cells, wraps = tables.find(lines)
    text = tables.with_bars(text, cells)
    mentions = Mentions(text)
    mentions.tie([(cell.start, cell.end, cell.platform) for cell in cells if cell.platform])
    found = _with_cells(find(text, mentions, wraps), cells, mentions)
    page = Page(text, lines, found, cells)
    own = _own_hosts(text, lines, sender_address)
    judged = [Judged(one, _verdict(one, page, own), page.line_of(one).number) for one in found]
    return _settled(text, judged, page)


def _with_cells(
    found: list[Candidate], cells: list[tables.Cell], mentions: Mentions
) -> list[Candidate]:
    """The candidates, and the bare names that stand in account columns."""
    taken = sorted((one.start, one.end) for one in found)
    starts = [start for start, _ in taken]
    more = []
    for cell in cells:
        if cell.kind != "account" or not tables.is_id(cell.text):
            continue
        platform = cell.platform or mentions.of(cell.start, cell.end)
        if not platform:
            continue
        index = bisect_right(starts, cell.end) - 1
        if index >= 0 and taken[index][1] > cell.start:
            continue
        one = Candidate.named("id", cell.text, (cell.start, cell.end), platform)
        if not one.locator.problem:
            more.append(one)
    return sorted(found + more, key=lambda one: one.start) if more else found


def _verdict(one: Candidate, page: Page, own: frozenset[str]) -> str:
    zone = page.line_of(one).zone
    if zone in _ALWAYS_ASIDE:
        return _ALWAYS_ASIDE[zone]
    cell = page.cell_of(one)
    if cell in ("bank", "person"):
        return cell
    if one.kind in ("url", "site"):
        verdict = _address(one, page, own, is_listed=cell in ("url", "account"))
    elif one.kind == "repository":
        verdict = "target"
    else:
        verdict = _name_or_number(one, page, is_listed=cell in ("account", "phone", "url"))
    if verdict != "target":
        return verdict
    if zone is Zone.CLOSING and not page.in_list(one):
        return "signature"
    if zone in (Zone.QUOTED, Zone.DESCRIPTION) or page.is_spoken(one):
        return "weak"
    return "target"


def _address(one: Candidate, page: Page, own: frozenset[str], *, is_listed: bool) -> str:
    host, path = _host_and_path(one.canonical)
    if _base(host) in own:
        return "own_address"
    voice = page.voice(one)
    locator = one.locator
    if cues.OF_A_VICTIM.search(page.before(one)):
        return "victim"
    is_a_page = not path.strip("/") or (voice == "aside" and not is_listed)
    if locator.platform and locator.problem == "no_account" and is_a_page:
        return "platform_page"
    if (
        cues.SERVICE_HOST.match(host)
        or cues.SERVICE_PATH.search(path)
        and locator.kind in ("website", "url", "unknown")
    ):
        return "platform_page"
    if cues.GOVERNMENT.search(host):
        return (
            "target"
            if voice == "asked" and (is_listed or page.is_item(one)) and path.strip("/")
            else "government"
        )
    if is_listed:
        return "target"
    if voice == "aside" or cues.ASIDE_BEHIND.match(page.after(one)):
        return "cited"
    is_bare_site = one.kind == "site" and not path.strip("/") and locator.platform is None
    if is_bare_site and voice != "asked" and not page.in_list(one):
        return "cited"
    if page.has_site_label(one) and (voice != "asked" or page.in_contact_block(one)):
        return "contact"
    return "target"


def _name_or_number(one: Candidate, page: Page, *, is_listed: bool) -> str:
    if is_listed:
        return "target"
    if one.locator.problem not in ("", "no_platform"):
        return "no_account"
    if cues.OF_A_VICTIM.search(page.before(one)):
        return "victim"
    label = page.label(one)
    if one.kind == "phone":
        if not label and page.shares_line_with_mail(one):
            return "contact"
        if label in ("bank", "contact"):
            return label
        return "target" if label == "suspect" or one.is_named else "contact"
    if label != "suspect" and page.shares_line_with_mail(one):
        return "contact"
    if label == "bank" and not one.text.startswith("@"):
        return "bank"
    if page.voice(one) == "aside" or label == "contact" and one.kind != "handle":
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
    return _without_parents(settled)


def _without_parents(judged: list[Judged]) -> list[Judged]:
    """A bare host beside addresses on the same host only says where they are."""
    hosts = {
        _host_and_path(one.candidate.canonical)[0]
        for one in judged
        if one.verdict == "target" and one.candidate.kind == "url"
    }
    return [
        Judged(one.candidate, "platform_page", one.line)
        if one.verdict == "target"
        and one.candidate.kind == "site"
        and _host_and_path(one.candidate.canonical) in {(host, "") for host in hosts}
        else one
        for one in judged
    ]


def _host_and_path(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        return (parts.hostname or "").removeprefix("www."), parts.path
    except ValueError:
        return "", ""


def _base(host: str) -> str:
    """The part of a host that its owner registered."""
    labels = host.lower().split(".")
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def _own_hosts(text: str, lines: list[Line], sender_address: str) -> frozenset[str]:
    """The hosts of the sender: of his address, and of those in letterhead and signature."""
    hosts = {_base(sender_address.rpartition("@")[2])} if sender_address else set()
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
    return frozenset(host for host in hosts - cues.FREE_MAIL - {""} if place_of(host) is None)
