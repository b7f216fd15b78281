"""Reads tellings before anything is written: names the accounts, routes, lists what is missing."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid, PortalError, Refused
from moderation_portal.mailboxes import bare_address
from moderation_portal.policy import Category, Source, pack
from platforms import directory, locators
from platforms.locators import Locator
from platforms.models import Platform

from . import coarse, completeness, duplicates, features, permissions, routing
from .completeness import LOCATOR, VERIFIER, Gap
from .models import (
    Evidence,
    Finding,
    FormalRequest,
    Report,
    ReporterIdentity,
    ReporterKind,
    ReportItem,
    Visibility,
)
from .routing import Matter, Routed
from .tellings import REPEATED, FindingFacts, ItemResult, Line, ReporterFacts, Telling
from .texts import plain

RAW_MOST = 2000
LONGEST = {"reason": 20_000, "place": 160, "area": 13, "requested_remedy": 20}
LONGEST_IDENTITY = {"name": 200, "email": 254, "phone": 40, "area": 13, "language": 5}
LONGEST_FINDING = {
    "tool": 80,
    "tool_version": 40,
    "rule": 120,
    "rule_version": 40,
    "query": 300,
    "public_access_proof": 20_000,
    "content_hash": 64,
    "capture": 300,
}
MOST_LINES = 5_000
VISIBILITIES = frozenset({"", *Visibility.values})
EARLIEST = 2000  # no account that still stands was seen before
PHONE = re.compile(r"\+?[0-9][0-9 ().\-/]*|\([0-9][0-9 ().\-/]*")


@dataclass(slots=True)
class Draft:
    """A telling on its way in. `said` is why it cannot be taken, "" when it can."""

    telling: Telling
    category: Category = None  # type: ignore[assignment]  # none only where `said` says why
    items: list["ItemDraft"] = field(default_factory=list)
    teller: str = ""
    digest: str = ""
    said: str = ""

    @property
    def is_finding(self) -> bool:
        """Whether a machine told it, so that a human must look before it can become a case."""
        return self.telling.reporter.kind == ReporterKind.DETECTOR


@dataclass(slots=True)
class ItemDraft:
    """One line of a telling, and what it comes to; its visibility is blank where nobody said."""

    position: int
    raw: str
    locator: Locator
    platform: Platform | None
    visibility: str
    state: str
    gaps: tuple[Gap, ...] = ()
    routed: Routed | None = None

    @property
    def is_passed_on(self) -> bool:
        """Whether another office has it now."""
        return self.routed is not None and bool(self.routed.unit)

    def result(self) -> ItemResult:
        """The same as the teller hears it."""
        return ItemResult(
            position=self.position,
            raw=self.raw,
            state=self.state,
            gaps=self.gaps,
            platform=self.platform.slug if self.platform else "",
            canonical=self.locator.canonical,
            unit=self.routed.unit if self.routed else "",
            problem=self.locator.problem,
        )


class Book:
    """What the pack and the platforms say on one day, looked up once for a whole batch."""

    def __init__(self, at: datetime):
        self.at = at
        self.platforms: Mapping[str, Platform] = directory.by_slug()
        self._known: dict[tuple, object] = {}

    def category(self, code: str) -> Category:
        """The category in force; Invalid for a code that the pack does not know."""
        return self._once(("category", code), lambda: pack().category(code, self.at))

    def source(self, kind: str) -> Source:
        """What the law says of this kind of reporter; Invalid for one that the pack lacks."""
        return self._once(("source", kind), lambda: pack().source(kind, self.at))

    def reporter(self, who: ReporterFacts) -> ReporterFacts:
        """The reporter with clean texts; Invalid names what is too long or no address."""
        return self._once(("reporter", who), lambda: cleaned_reporter(who))

    def gaps(self, source: str, category: Category, met: frozenset[str]) -> tuple[Gap, ...]:
        """What a telling that brings `met` still lacks."""
        key = ("gaps", source, category.code, met)
        return self._once(key, lambda: tuple(completeness.gaps(source, category, met, at=self.at)))

    def locator_gap(self, source: str, category: Category, problem: str) -> Gap:
        """The gap of a line that names no account, with the locator's own code of why."""
        everything_else = completeness.KNOWN - {LOCATOR}
        found = self.gaps(source, category, everything_else)
        return replace(next(gap for gap in found if gap.code == LOCATOR), problem=problem)

    def route(self, matter: Matter) -> Routed | None:
        """The unit that such a matter is passed to, or the team before whom it lies, or None."""
        rules = self._once(("rules",), lambda: routing.rules_at(self.at))
        return self._once(matter.key, lambda: routing.route(matter, rules, at=self.at))

    def _once(self, key: tuple, find):
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]


def judge(tellings: Sequence[Telling], *, actor, at: datetime) -> list[Draft]:
    """Reads every telling; one that cannot be taken says so in `said` and hinders no other."""
    book = Book(at)
    drafts = [_checked(telling, actor, book) for telling in tellings]
    sound = [draft for draft in drafts if not draft.said]
    lines = [line for draft in sound for line in draft.telling.lines]
    found = iter(zip(lines, name(lines), strict=True))
    for draft in sound:
        _judge_lines(draft, [next(found) for _line in draft.telling.lines], book)
    return drafts


def again(
    report: Report, named: Sequence[tuple[ReportItem, Locator]], *, at: datetime
) -> list[ItemDraft]:
    """Judges accounts of a report that is in already, by everything that is known of it now.

    `named` pairs each account with what it is named by now; the answer is in the same order.
    """
    book = Book(at)
    category, source = book.category(report.category), report.reporter.kind
    missing = book.gaps(source, category, frozenset({LOCATOR} | _on_file(report)))
    drafts = []
    for item, locator in named:
        draft = ItemDraft(
            position=item.position,
            raw=item.raw,
            locator=locator,
            platform=book.platforms.get(locator.platform) if locator.platform else None,
            visibility=item.visibility,
            state=ReportItem.State.RECEIVED,
        )
        _settle(draft, Matter("", category, source, area=report.area), missing, book)
        drafts.append(draft)
    return drafts


def name(lines: Iterable[Line]) -> list[Locator]:
    """The account that each line means."""
    return [
        features.locator_of(line, line.feature)
        if line.feature
        else locators.identify(line.text, platform=line.platform_hint, description=line.description)
        for line in lines
    ]


def _checked(telling: Telling, actor, book: Book) -> Draft:
    """The telling with clean texts and its category, or why it cannot be taken."""
    try:
        category = book.category(telling.category)
        telling = _cleaned(telling, book)
        _check(telling, actor, book)
        _check_times(telling, book.at)
    except PortalError as error:
        return Draft(telling, said=str(error.sentence))
    return Draft(telling, category)


def _check(telling: Telling, actor, book: Book) -> None:
    who = telling.reporter
    allowed = permissions.may_speak_as(actor, who.kind, telling.area or who.area)
    if not allowed:
        raise Refused(allowed.reason)
    features.refuse_strangers(telling)
    if who.kind == ReporterKind.MONITOR and (finer := coarse.problem(telling.place)):
        raise Invalid(finer)
    if not telling.lines:
        raise Invalid(_("No account is named. Give at least one address, handle or number."))
    is_public = who.kind == ReporterKind.PUBLIC and telling.channel == Report.Channel.WEB
    most = pack().limits_at(book.at).public_items_max if is_public else MOST_LINES
    if len(telling.lines) > most:
        raise Invalid(
            _("These are %(count)s accounts; at most %(most)s go into one report.")
            % {"count": len(telling.lines), "most": most}
        )
    if any(line.visibility not in VISIBILITIES for line in telling.lines):
        raise Invalid(_("Visibility must be public, discoverable or private."))
    request = telling.formal_request
    is_submitted = request is not None and request.state == FormalRequest.State.SUBMITTED
    if book.source(who.kind).is_official and not is_submitted:
        raise Invalid(_("An official request comes as a letter through a contact point."))


def _check_times(telling: Telling, at: datetime) -> None:
    finding = telling.finding
    for instant in (telling.seen_at, finding.fetched_at if finding else None):
        if instant is None:
            continue
        if instant.year < EARLIEST or instant > at + timedelta(days=1):
            raise Invalid(
                _("It cannot have been seen on this day: %(day)s. Correct the date.")
                % {"day": instant.date().isoformat()}
            )


def is_phone(text: str) -> bool:
    """Whether this could be somebody's telephone number, of any country (ITU-T E.164)."""
    return PHONE.fullmatch(text) is not None and 6 <= sum(c.isdigit() for c in text) <= 15


def is_address(email: str) -> bool:
    """Whether this is one e-mail address and nothing besides."""
    try:
        bare_address(email)
    except ValidationError:
        return False
    return True


def _cleaned(telling: Telling, book: Book) -> Telling:
    texts = _plain_fields(telling, LONGEST)
    who = book.reporter(telling.reporter)
    finding = telling.finding
    if finding is not None:
        finding = replace(finding, **_plain_fields(finding, LONGEST_FINDING))
    if who is not telling.reporter:
        texts["reporter"] = who
    if finding is not telling.finding:
        texts["finding"] = finding
    return replace(telling, **texts) if texts else telling


def cleaned_reporter(who: ReporterFacts) -> ReporterFacts:
    """The reporter with clean texts; Invalid names what is too long or no address."""
    if who.email and not is_address(plain(who.email)):
        raise Invalid(_("“%(email)s” is no e-mail address.") % {"email": who.email[:60]})
    if who.phone and not is_phone(plain(who.phone)):
        raise Invalid(_("“%(phone)s” is no telephone number.") % {"phone": who.phone[:60]})
    changed = _plain_fields(who, LONGEST_IDENTITY)
    return replace(who, **changed) if changed else who


def _plain_fields(value: object, longest: Mapping[str, int]) -> dict[str, Any]:
    """The fields that had to be cleaned; Invalid names the first that is too long."""
    changed: dict[str, Any] = {}
    for name_, most in longest.items():
        text = getattr(value, name_)
        if not text:
            continue
        clean = plain(text)
        if len(clean) > most:
            raise Invalid(
                _("“%(field)s” is too long: %(length)s characters, at most %(most)s.")
                % {"field": name_, "length": len(clean), "most": most}
            )
        if clean != text:
            changed[name_] = clean
    return changed


def _judge_lines(draft: Draft, named: list[tuple[Line, Locator]], book: Book) -> None:
    telling, category = draft.telling, draft.category
    missing = _gaps(draft, book)
    who = telling.reporter
    matter = Matter("", category, who.kind, area=telling.area or who.area)
    seen: set[tuple[str | None, str, str]] = set()
    for position, (line, locator) in enumerate(named, start=1):
        item = ItemDraft(
            position=position,
            raw=plain(line.text or line.description)[:RAW_MOST],
            locator=locator,
            platform=book.platforms.get(locator.platform) if locator.platform else None,
            # Of a profile that was seen nearby the telling itself says who can see it.
            visibility=line.visibility or (locator.visibility if locator.kind == "nearby" else ""),
            state=ReportItem.State.RECEIVED,
        )
        draft.items.append(item)
        key = (locator.platform, locator.kind, locator.canonical or item.raw)
        if key in seen:
            item.state = REPEATED
            continue
        seen.add(key)
        _settle(item, matter, missing, book)
    accounts = (f"{p}/{k}/{c}" for p, k, c in sorted(seen, key=str))
    draft.teller = duplicates.teller(telling)
    draft.digest = duplicates.telling_hash(telling, draft.teller, accounts, category.code)


def _settle(item: ItemDraft, matter: Matter, missing: tuple[Gap, ...], book: Book) -> None:
    """Routed elsewhere, or waiting for what is missing, or taken. `matter` is what is known of it
    without its locator."""
    is_cloud = item.platform is not None and item.platform.is_cloud
    host_kind = routing.host_kind_of(item.locator, is_cloud)
    slug = item.platform.slug if item.platform else ""
    item.routed = book.route(replace(matter, host_kind=host_kind, platform=slug))
    if item.is_passed_on:
        item.state = ReportItem.State.ROUTED
        return
    if item.locator.problem or item.platform is None:
        problem = item.locator.problem or "no_platform"
        missing = (book.locator_gap(matter.source, matter.category, problem), *missing)
    item.gaps = missing
    if any(gap.code != VERIFIER for gap in missing):
        item.state = ReportItem.State.NEEDS_INFO


def _gaps(draft: Draft, book: Book) -> tuple[Gap, ...]:
    """What the telling as a whole lacks; its locators are judged one by one."""
    telling = draft.telling
    met = {LOCATOR} | _brought(telling)
    if telling.formal_request is not None:
        met |= completeness.REQUEST | completeness.TELLING  # `formal.submit` has checked them
    return book.gaps(telling.reporter.kind, draft.category, frozenset(met))


def _brought(telling: Telling) -> set[str]:
    who = telling.reporter
    return _met(
        telling,
        kinds={upload.kind for upload in telling.uploads},
        finding=telling.finding or FindingFacts(),
        is_named=bool(who.name or who.user),
        is_reachable=bool(who.email or who.phone or who.user),
    )


def _on_file(report: Report) -> set[str]:
    """The same of a report that is in; names and addresses stay encrypted."""
    identity = ReporterIdentity.objects.filter(reporter_id=report.reporter_id).first()
    is_user = report.reporter.user_id is not None
    met = _met(
        report,
        kinds=set(report.evidence.values_list("kind", flat=True)),
        finding=Finding.objects.filter(report=report).first() or FindingFacts(),
        is_named=is_user or bool(identity and identity.name),
        is_reachable=is_user or bool(identity and (identity.email or identity.phone)),
    )
    if not report.needs_verifier:
        met.add(VERIFIER)
    if report.formal_request_id is not None:
        met |= completeness.REQUEST | completeness.TELLING
    return met


def _met(
    told: Telling | Report,
    *,
    kinds: Collection[str],
    finding: FindingFacts | Finding,
    is_named: bool,
    is_reachable: bool,
) -> set[str]:
    facts = {
        "reporter_identity": is_named,
        "reporter_contact": is_reachable,
        "reason": bool(told.reason),
        "good_faith": told.is_good_faith,
        "seen_at": bool(told.seen_at or finding.fetched_at),
        "screenshot": Evidence.Kind.SCREENSHOT in kinds,
        "designation_document": Evidence.Kind.OTHER in kinds,
        "detector_rule": bool(finding.tool and finding.rule and finding.rule_version),
        "detector_query": bool(finding.query),
        "public_access_proof": bool(finding.public_access_proof),
    }
    return {code for code, is_there in facts.items() if is_there}
