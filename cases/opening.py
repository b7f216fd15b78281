"""From what was told to what is decided: each account joins its open target, or opens a case.

At most one target of an account is open in each handling class; the database enforces it, and the
insert yields to whoever was first, so any number of workers may open at once. A report on a child
opens a sealed case of its own and withholds the account from the ordinary notices; nothing on the
ordinary side tells. Whoever reports only ever hears "received".
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import connection, transaction
from django.db.models import Q

from moderation_portal import audit
from moderation_portal.roles import SYSTEM
from reports.models import Handling, Report, ReportItem

from . import triage
from .models import OPEN_TARGETS, Case, CaseState, Joining, NoticeItem, Target, Urgency

ROUNDS = 3
# Until it is decided a case may still grow, and what is told later may hurry it.
GROWING = (CaseState.NEW, CaseState.IN_REVIEW, CaseState.NEEDS_INFO)
TITLE_LENGTH = 180

CASE_IDS = """
SELECT nextval(pg_get_serial_sequence('cases_case', 'id')) FROM generate_series(1, %s)
"""

COUNT_TARGETS = """
UPDATE cases_target t SET report_count = t.report_count + given.n
FROM unnest(%s::bigint[], %s::int[]) AS given (id, n) WHERE t.id = given.id
"""

# Nothing told later ever slows a case down.
COUNT_CASES = """
UPDATE cases_case c SET
    report_count = c.report_count + given.reports,
    target_count = c.target_count + given.targets,
    is_formal = c.is_formal OR given.is_formal,
    urgency = CASE WHEN given.is_urgent THEN 'urgent' ELSE c.urgency END,
    ours_due_at = least(c.ours_due_at, given.decide_at),
    due_at = least(c.due_at, CASE c.state WHEN 'new' THEN given.look_at ELSE given.decide_at END)
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::bool[], %s::bool[], %s::timestamptz[],
    %s::timestamptz[]) AS given (id, reports, targets, is_formal, is_urgent, decide_at, look_at)
WHERE c.id = given.id
"""

Key = tuple[int, str]  # what may be open only once: an account, in a handling class
Home = tuple[int, int]  # one report's accounts on one platform share a case


@dataclass(frozen=True)
class Opened:
    """What came of it: cases opened, accounts brought, items that joined, items left for later."""

    cases: tuple[int, ...] = ()
    targets: int = 0
    joined: int = 0
    left: int = 0

    def __add__(self, other: "Opened") -> "Opened":
        return Opened(
            self.cases + other.cases,
            self.targets + other.targets,
            self.joined + other.joined,
            other.left,
        )


@dataclass
class Batch:
    """Items that wait for a case, with their reports; each report is weighed once."""

    items: list[ReportItem]
    reports: dict[int, Report]
    at: datetime
    _weights: dict[int, triage.Weight] = field(default_factory=dict)

    def key(self, item: ReportItem) -> Key:
        return item.account_id, self.reports[item.report_id].handling

    def home(self, item: ReportItem) -> Home:
        return item.report_id, item.account.platform_id

    def weight(self, report_id: int) -> triage.Weight:
        if report_id not in self._weights:
            self._weights[report_id] = triage.weigh(self.reports[report_id], self.at)
        return self._weights[report_id]


@dataclass(frozen=True)
class Earlier:
    """Of reports that come back with something added: the cases they are counted in already, and
    the cases they opened that may still grow."""

    pairs: frozenset[tuple[int, int]] = frozenset()
    homes: dict[Home, int] = field(default_factory=dict)


@dataclass
class Round:
    """One attempt: `wanted` are the first items of accounts without an open target, `homes` the
    cases these would live in, `fresh` those of the cases that do not exist yet."""

    batch: Batch
    wanted: dict[Key, ReportItem]
    homes: dict[Home, int]
    fresh: set[int]
    targets: dict[Key, Target] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)

    def is_won(self, key: Key) -> bool:
        """Whether the open target of this account is the one that we have just inserted."""
        first, target = self.wanted.get(key), self.targets.get(key)
        if first is None or target is None:
            return False
        return target.case_id == self.homes[self.batch.home(first)]

    @cached_property
    def settled(self) -> list[tuple[ReportItem, Target]]:
        """Every item that has found its target."""
        pairs = ((item, self.targets.get(self.batch.key(item))) for item in self.batch.items)
        return [(item, target) for item, target in pairs if target is not None]

    def brought(self, item: ReportItem) -> bool:
        """Whether this very item brought its target; any other joined."""
        key = self.batch.key(item)
        return self.is_won(key) and self.wanted[key].pk == item.pk


def open_or_join(report_ids: Iterable[int], *, at: datetime) -> Opened:
    """Takes every received item of these reports into a case; calling it again changes nothing.

    An account with an open target of its handling class joins it; the others open one case for
    each report, platform, category and handling class, or go on in the one that their report has
    opened before, while that is undecided. Findings without a verifier wait. One transaction,
    whose number of statements does not grow with the number of items.
    """
    whole = Opened()
    with transaction.atomic():
        reports = _lock_reports(report_ids)
        batch = Batch(_lock_items(reports), reports, at)
        earlier = _earlier(batch)
        for _round in range(ROUNDS):
            if not batch.items:
                break
            whole += _one_round(batch, earlier)
    return whole


def withheld_accounts(account_ids: Collection[int]) -> set[int]:
    """Of these accounts, those with an open sealed case: an ordinary notice leaves them out.

    Ask after locking the ordinary targets: the opening of a sealed case locks them as well, so one
    of the two always sees the other.
    """
    sealed = Target.objects.filter(
        OPEN_TARGETS, handling=Handling.SEALED, account_id__in=account_ids
    )
    return set(sealed.values_list("account_id", flat=True))


def _lock_reports(ids: Iterable[int]) -> dict[int, Report]:
    """Locked in order, so that two workers with the same report come one after the other."""
    found = Report.objects.filter(pk__in=set(ids), needs_verifier=False).order_by("id")
    found = found.select_related("reporter", "formal_request")
    return {report.pk: report for report in found.select_for_update(no_key=True, of=("self",))}


def _lock_items(report_ids: Iterable[int]) -> list[ReportItem]:
    waiting = ReportItem.objects.filter(
        report_id__in=list(report_ids), state=ReportItem.State.RECEIVED, account__isnull=False
    )
    waiting = waiting.select_related("account").order_by("report_id", "position")
    return list(waiting.select_for_update(no_key=True, of=("self",)))


def _earlier(batch: Batch) -> Earlier:
    """Asked only of reports of which some item is new no longer."""
    fresh = Counter(item.report_id for item in batch.items)
    ids = [pk for pk, n in fresh.items() if batch.reports[pk].item_count > n]
    if not ids:
        return Earlier()
    known = Joining.objects.filter(item__report_id__in=ids)
    pairs = frozenset(known.values_list("item__report_id", "target__case_id").distinct())
    cases = Case.objects.filter(pk__in={case for _report, case in pairs}, report_id__in=ids)
    grow = cases.filter(state__in=GROWING).order_by("id").select_for_update(no_key=True)
    return Earlier(pairs, {(case.report_id, case.platform_id): case.pk for case in grow})


def _one_round(batch: Batch, earlier: Earlier) -> Opened:
    """Insert what is new, see who won, join the rest. What closed meanwhile waits for the next."""
    turn = _plan(batch, earlier)
    _insert_targets(turn)
    _lock_found(turn)
    opened = _create_cases(turn)
    _settle(turn)
    _count(turn, earlier)
    _record(turn, opened)
    batch.items = [item for item in batch.items if batch.key(item) not in turn.targets]
    brought = sum(turn.brought(item) for item, _target in turn.settled)
    return Opened(opened, brought, len(turn.settled) - brought, len(batch.items))


def _open_targets(keys: Iterable[Key]) -> dict[Key, Target]:
    wanted = set(keys)
    found = Target.objects.filter(OPEN_TARGETS, account_id__in={account for account, _ in wanted})
    rows = {(target.account_id, target.handling): target for target in found}
    return {key: target for key, target in rows.items() if key in wanted}


def _plan(batch: Batch, earlier: Earlier) -> Round:
    known = _open_targets(map(batch.key, batch.items))
    wanted: dict[Key, ReportItem] = {}
    for item in batch.items:
        if batch.key(item) not in known:
            wanted.setdefault(batch.key(item), item)
    homes = dict.fromkeys(map(batch.home, wanted.values()))
    homeless = [home for home in homes if home not in earlier.homes]
    with connection.cursor() as cursor:
        cursor.execute(CASE_IDS, [len(homeless)])
        ids = [row[0] for row in cursor.fetchall()]
    fresh = dict(zip(homeless, ids, strict=True))
    return Round(
        batch, wanted, {home: fresh.get(home) or earlier.homes[home] for home in homes}, set(ids)
    )


def _insert_targets(turn: Round) -> None:
    """In one order everywhere, so that workers wait for each other and never in a circle. The cases
    follow: their ids are checked at commit, and a case whose every account was lost is not made."""
    rows = [
        Target(
            case_id=turn.homes[turn.batch.home(item)],
            account_id=key[0],
            handling=key[1],
            visibility=item.visibility,
        )
        for key, item in sorted(turn.wanted.items(), key=lambda pair: pair[0])
    ]
    Target.objects.bulk_create(rows, ignore_conflicts=True)


def _lock_found(turn: Round) -> None:
    """Locks the cases and targets that are joined; keeps those that are open still.

    With them the ordinary twins of what is sealed now: their notices are being withheld.
    """
    turn.targets = _open_targets(map(turn.batch.key, turn.batch.items))
    joined = {key: one for key, one in turn.targets.items() if not turn.is_won(key)}
    case_ids = {one.case_id for one in turn.targets.values()} - turn.fresh
    cases = Case.objects.filter(pk__in=case_ids).order_by("id").select_for_update(no_key=True)
    turn.cases = {case.pk: case for case in cases}
    sealed = {account for account, handling in turn.targets if handling == Handling.SEALED}
    twins = Q(account_id__in=sealed, handling=Handling.ORDINARY)
    wanted = Q(pk__in=[one.pk for one in joined.values()]) | twins
    open_still = Target.objects.filter(OPEN_TARGETS, wanted).order_by("id")
    locked = {one.pk for one in open_still.select_for_update(no_key=True)}
    for key, one in joined.items():
        if one.pk not in locked:
            del turn.targets[key]
    if sealed:
        _withhold(sealed)


def _withhold(account_ids: Collection[int]) -> None:
    """The ordinary notices go on without these accounts; in the ordinary view nothing changes."""
    items = NoticeItem.objects.filter(
        target__in=Target.objects.filter(
            OPEN_TARGETS, account_id__in=account_ids, handling=Handling.ORDINARY
        ),
        is_withheld=False,
    )
    items.update(is_withheld=True)


def _create_cases(turn: Round) -> tuple[int, ...]:
    members: dict[int, list[ReportItem]] = {}
    reports: dict[int, set[int]] = {}
    for item, target in turn.settled:
        if target.case_id in turn.fresh:
            reports.setdefault(target.case_id, set()).add(item.report_id)
            if turn.brought(item):
                members.setdefault(target.case_id, []).append(item)
    cases = [
        _case(turn.batch, pk, items, len(reports[pk])) for pk, items in sorted(members.items())
    ]
    Case.objects.bulk_create(cases)
    turn.cases |= {case.pk: case for case in cases}
    return tuple(case.pk for case in cases)


def _case(batch: Batch, pk: int, items: list[ReportItem], report_count: int) -> Case:
    first = items[0]
    report, weight = batch.reports[first.report_id], batch.weight(first.report_id)
    others = f" +{len(items) - 1}" if len(items) > 1 else ""
    return Case(
        pk=pk,
        platform_id=first.account.platform_id,
        category=report.category,
        urgency=weight.urgency,
        handling=report.handling,
        source=report.reporter.kind,
        report=report,
        title=first.account.display[:TITLE_LENGTH] + others,
        target_count=len(items),
        report_count=report_count,
        is_formal=report.formal_request_id is not None,
        opened_at=batch.at,
        ours_due_at=weight.decide_at,
        due_at=weight.first_look_at,
    )


def _settle(turn: Round) -> None:
    Joining.objects.bulk_create(
        Joining(item=item, target=target, joined_at=turn.batch.at) for item, target in turn.settled
    )
    for state in (ReportItem.State.ACCEPTED, ReportItem.State.DUPLICATE):
        is_first = state == ReportItem.State.ACCEPTED
        ids = [item.pk for item, _target in turn.settled if turn.brought(item) == is_first]
        ReportItem.objects.filter(pk__in=ids).update(state=state)


def _count(turn: Round, earlier: Earlier) -> None:
    joined = Counter(target.pk for item, target in turn.settled if not turn.brought(item))
    rows = list(_gains(turn, earlier))
    with connection.cursor() as cursor:
        if joined:
            cursor.execute(COUNT_TARGETS, [list(joined), list(joined.values())])
        if rows:
            cursor.execute(COUNT_CASES, [list(column) for column in zip(*rows, strict=True)])


def _gains(turn: Round, earlier: Earlier) -> Iterator[tuple]:
    """What each case that was there before has gained, in the order of COUNT_CASES."""
    gains: dict[int, dict[int, int]] = {}
    for item, target in turn.settled:
        if target.case_id not in turn.fresh:
            brought = gains.setdefault(target.case_id, {})
            brought[item.report_id] = brought.get(item.report_id, 0) + turn.brought(item)
    for case_id, brought in gains.items():
        case = turn.cases[case_id]
        told = [(turn.batch.reports[pk], turn.batch.weight(pk)) for pk in brought]
        new = [pk for pk in brought if (pk, case_id) not in earlier.pairs]
        grows = case.state in GROWING
        yield (
            case_id,
            len(new),
            sum(brought.values()),
            any(report.formal_request_id for report, _weight in told),
            grows and any(_makes_urgent(case, *one) for one in told),
            min(weight.decide_at for _report, weight in told) if grows else None,
            min(weight.first_look_at for _report, weight in told) if grows else None,
        )


def _makes_urgent(case: Case, report: Report, weight: triage.Weight) -> bool:
    """A designation that comes later makes a case of the same category urgent in law. A telling of
    another category only brings it forward: what the case is about stays for a person to say."""
    return report.category == case.category and weight.urgency == Urgency.URGENT


def _record(turn: Round, opened: tuple[int, ...]) -> None:
    accounts: dict[int, list[int]] = {}
    lines = []
    for item, target in turn.settled:
        if target.case_id in turn.fresh and turn.brought(item):
            accounts.setdefault(target.case_id, []).append(item.account_id)
            continue
        kind = "target.added" if turn.brought(item) else "target.joined"
        data = {"report": item.report_id, "item": item.pk, "account": item.account_id}
        lines.append(_line(kind, f"target:{target.pk}", turn.cases[target.case_id], data))
    for pk in opened:
        case = turn.cases[pk]
        data = {"report": case.report_id, "category": case.category, "urgency": case.urgency}
        lines.append(_line("case.opened", case.thread, case, data | {"accounts": accounts[pk]}))
    audit.record_many(sorted(lines, key=lambda line: line.kind), at=turn.batch.at)


def _line(kind: str, subject: str, case: Case, data: dict) -> audit.Line:
    is_sealed = case.handling == Handling.SEALED
    return audit.Line(kind, subject, SYSTEM, thread=case.thread, data=data, is_sealed=is_sealed)
