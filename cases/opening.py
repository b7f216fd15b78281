"""From what was told to what is decided: each account joins its open target, or opens a case.

At most one target of an account is open in each handling class; the database enforces it, and the
insert yields to whoever was first, so any number of workers may open at once. A report on a child
opens a sealed case of its own and withholds the account from the ordinary notices; nothing on the
ordinary side tells. Whoever reports only ever hears "received".
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import transaction

from moderation_portal import audit, series
from moderation_portal.roles import SYSTEM
from reports import routing
from reports.models import Handling, ReportItem
from reports.rows import settle_items

from . import rows, triage
from .models import (
    BEFORE_DECISION,
    OPEN_TARGETS,
    Case,
    CaseState,
    Joining,
    Target,
    Urgency,
    Withholding,
)
from .rows import Host, Item, Key, Spot, Told

ROUNDS = 3
# A sealed case that holds back the ordinary orders of its accounts.
HOLDING = (Withholding.BOUNDED, Withholding.HELD)
TITLE_LENGTH = 180

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
    """Items that wait for a case, with their reports; reports of one kind are weighed once."""

    items: list[Item]
    reports: dict[int, Told]
    at: datetime
    _weights: dict[tuple[str, str, bool], triage.Weight] = field(default_factory=dict)

    def key(self, item: Item) -> Key:
        return item.account_id, self.reports[item.report_id].handling

    def weight(self, told: Told) -> triage.Weight:
        kind = told.category, told.source, told.is_hastened
        if kind not in self._weights:
            self._weights[kind] = triage.weigh(
                told.category, told.source, self.at, is_hastened=told.is_hastened
            )
        return self._weights[kind]


@dataclass(frozen=True)
class Earlier:
    """Of reports that come back with something added: the cases they are counted in already, and
    the cases they opened that may still grow."""

    pairs: frozenset[tuple[int, int]] = frozenset()
    homes: dict[Home, int] = field(default_factory=dict)


@dataclass
class Round:
    """One attempt. `wanted` are the first items of accounts that were open nowhere, `homes` the
    cases in which they would live, `fresh` those of the cases that do not exist yet; `targets` is
    where each account is open now, `won` what this attempt has opened itself."""

    batch: Batch
    wanted: dict[Key, Item]
    homes: dict[Home, int]
    fresh: set[int]
    targets: dict[Key, Spot]
    won: set[Key] = field(default_factory=set)
    hosts: dict[int, Host] = field(default_factory=dict)

    def home(self, item: Item) -> int:
        return self.homes[home_of(item)]

    @cached_property
    def settled(self) -> list[tuple[Item, Spot, bool]]:
        """Every item that has found its target, and whether it brought it; any other joined."""
        found = []
        for item in self.batch.items:
            key = self.batch.key(item)
            if key in self.targets:
                is_first = key in self.won and self.wanted[key].id == item.id
                found.append((item, self.targets[key], is_first))
        return found


def open_or_join(report_ids: Iterable[int], *, at: datetime) -> Opened:
    """Takes every received item of these reports into a case; calling it again changes nothing.

    An account with an open target of its handling class joins it; the others open one case for
    each report, platform, category and handling class, or go on in the one that their report has
    opened before, while that is undecided. Findings without a verifier wait. One transaction,
    whose number of statements does not grow with the number of items.
    """
    whole = Opened()
    with transaction.atomic():
        reports = rows.lock_reports(report_ids)
        batch = Batch(rows.lock_items(reports), reports, at)
        earlier = _earlier(batch)
        for _round in range(ROUNDS):
            if not batch.items:
                break
            whole += _one_round(batch, earlier)
    return whole


def withheld_accounts(account_ids: Collection[int]) -> set[int]:
    """Of these accounts, those that an open sealed case holds back: an ordinary notice leaves them
    out. Not for ever: see `cases.withholding`.

    Ask after locking the ordinary targets: the opening of a sealed case locks them as well, so one
    of the two always sees the other.
    """
    sealed = Target.objects.filter(
        OPEN_TARGETS,
        handling=Handling.SEALED,
        account_id__in=account_ids,
        case__withholding__in=HOLDING,
    )
    return set(sealed.values_list("account_id", flat=True))


def home_of(item: Item) -> Home:
    """What the items of one case have in common, their report's category and handling aside."""
    return item.report_id, item.platform_id


def _earlier(batch: Batch) -> Earlier:
    """Asked only of reports of which some item is new no longer."""
    fresh = Counter(item.report_id for item in batch.items)
    ids = [pk for pk, n in fresh.items() if batch.reports[pk].item_count > n]
    if not ids:
        return Earlier()
    known = Joining.objects.filter(item__report_id__in=ids)
    pairs = frozenset(known.values_list("item__report_id", "target__case_id").distinct())
    cases = Case.objects.filter(pk__in={case for _report, case in pairs}, report_id__in=ids)
    grow = cases.filter(state__in=BEFORE_DECISION).order_by("id").select_for_update(no_key=True)
    homes = {(case.report_id or 0, case.platform_id): case.pk for case in grow}
    return Earlier(pairs, homes)


def _one_round(batch: Batch, earlier: Earlier) -> Opened:
    """Insert what is new, see who won, join the rest. What closed meanwhile waits for the next."""
    turn = _plan(batch, earlier)
    _insert(turn)
    _lock(turn)
    opened = _create_cases(turn)
    rows.withhold(_sealed(turn))
    rows.insert_joinings([(i.id, spot.target_id) for i, spot, _first in turn.settled], at=batch.at)
    state = {True: ReportItem.State.ACCEPTED.value, False: ReportItem.State.DUPLICATE.value}
    settle_items([(item.id, state[is_first]) for item, _spot, is_first in turn.settled])
    joined = Counter(spot.target_id for _item, spot, is_first in turn.settled if not is_first)
    rows.count_targets(list(joined.items()))
    rows.count_cases(list(_gains(turn, earlier)))
    _record(turn, opened)
    batch.items = [item for item in batch.items if batch.key(item) not in turn.targets]
    return Opened(opened, len(turn.won), joined.total(), len(batch.items))


def _plan(batch: Batch, earlier: Earlier) -> Round:
    known = rows.open_targets({batch.key(item) for item in batch.items})
    wanted: dict[Key, Item] = {}
    for item in batch.items:
        if batch.key(item) not in known:
            wanted.setdefault(batch.key(item), item)
    homes = dict.fromkeys(map(home_of, wanted.values()))
    fresh: dict[Home, int] = {}
    for handling in Handling:
        homeless = [
            home
            for home in homes
            if home not in earlier.homes and batch.reports[home[0]].handling == handling
        ]
        ids = series.take("cases_case", len(homeless), is_sealed=handling == Handling.SEALED)
        fresh |= zip(homeless, ids, strict=True)
    return Round(batch, wanted, {**earlier.homes, **fresh}, set(fresh.values()), known)


def _insert(turn: Round) -> None:
    """Opens what is open nowhere; what somebody else has opened meanwhile is looked up again."""
    new = rows.insert_targets(
        [(*key, turn.home(item), item.visibility) for key, item in turn.wanted.items()]
    )
    turn.won = set(new)
    lost = turn.wanted.keys() - turn.won
    turn.targets |= new | rows.open_targets(lost)


def _lock(turn: Round) -> None:
    """Locks the cases and targets that are joined, and keeps those that are open there still.

    With them go the ordinary twins of what is sealed now: their notices may be withheld.
    """
    turn.hosts = rows.lock_cases({spot.case_id for spot in turn.targets.values()} - turn.fresh)
    joined = {key: spot for key, spot in turn.targets.items() if key not in turn.won}
    open_still = rows.lock_targets([spot.target_id for spot in joined.values()], _sealed(turn))
    for key, spot in joined.items():
        if spot not in open_still:
            del turn.targets[key]


def _sealed(turn: Round) -> list[int]:
    """The accounts that a sealed case has open now."""
    return [account for account, handling in turn.targets if handling == Handling.SEALED]


def _create_cases(turn: Round) -> tuple[int, ...]:
    brought: dict[int, list[Item]] = {}
    tellers: dict[int, set[int]] = {}
    for item, spot, is_first in turn.settled:
        if spot.case_id in turn.fresh:
            tellers.setdefault(spot.case_id, set()).add(item.report_id)
            if is_first:
                brought.setdefault(spot.case_id, []).append(item)
    teams = routing.teams(items[0].rule for items in brought.values())
    made = [
        _case(turn.batch, pk, items, len(tellers[pk]), teams)
        for pk, items in sorted(brought.items())
    ]
    rows.insert_cases(made, at=turn.batch.at)
    for pk, items in brought.items():
        told = turn.batch.reports[items[0].report_id]
        turn.hosts[pk] = Host(pk, CaseState.NEW, told.category, told.handling)
    return tuple(sorted(brought))


def _case(
    batch: Batch, pk: int, items: list[Item], report_count: int, teams: Mapping[str, str]
) -> tuple:
    """A new case, in the order of `rows.INSERT_CASES`."""
    first = items[0]
    told = batch.reports[first.report_id]
    weight = batch.weight(told)
    others = f" +{len(items) - 1}" if len(items) > 1 else ""
    return (
        pk,
        first.platform_id,
        told.category,
        str(weight.urgency),
        told.handling,
        told.source,
        told.id,
        first.display[:TITLE_LENGTH] + others,
        len(items),
        report_count,
        told.is_formal,
        weight.decide_at,
        weight.first_look_at,
        teams.get(first.rule, ""),
        first.rule if first.rule in teams else "",
    )


def _gains(turn: Round, earlier: Earlier) -> Iterator[tuple]:
    """What each case that was there before has gained, in the order of `rows.COUNT_CASES`."""
    gains: dict[int, Counter[int]] = {}
    for item, spot, is_first in turn.settled:
        if spot.case_id not in turn.fresh:
            gains.setdefault(spot.case_id, Counter())[item.report_id] += is_first
    for case_id, brought in gains.items():
        host = turn.hosts[case_id]
        told = [turn.batch.reports[pk] for pk in brought]
        weights = [turn.batch.weight(one) for one in told]
        grows = host.state in BEFORE_DECISION
        yield (
            case_id,
            sum((pk, case_id) not in earlier.pairs for pk in brought),
            brought.total(),
            any(one.is_formal for one in told),
            grows and any(map(_makes_urgent, [host] * len(told), told, weights)),
            min(weight.decide_at for weight in weights) if grows else None,
            min(weight.first_look_at for weight in weights) if grows else None,
        )


def _makes_urgent(host: Host, told: Told, weight: triage.Weight) -> bool:
    """A designation that comes later makes a case of the same category urgent in law. A telling of
    another category only brings it forward: what the case is about stays for a person to say."""
    return told.category == host.category and weight.urgency == Urgency.URGENT


def _record(turn: Round, opened: tuple[int, ...]) -> None:
    accounts: dict[int, list[int]] = {pk: [] for pk in opened}
    later: list[audit.Line] = []
    for item, spot, is_first in turn.settled:
        if is_first and spot.case_id in turn.fresh:
            accounts[spot.case_id].append(item.account_id)
            continue
        kind = "target.added" if is_first else "target.joined"
        told_of = {"report": item.report_id, "item": item.id, "account": item.account_id}
        later.append(_line(kind, f"target:{spot.target_id}", turn.hosts[spot.case_id], told_of))
    openers = {turn.home(item): item.report_id for item in turn.wanted.values()}
    lines = []
    for pk in opened:
        told = turn.batch.reports[openers[pk]]
        urgency = str(turn.batch.weight(told).urgency)
        data: dict[str, object] = {"report": told.id, "category": told.category, "urgency": urgency}
        data |= {"accounts": accounts[pk]}
        lines.append(_line("case.opened", f"case:{pk}", turn.hosts[pk], data))
    audit.record_many(lines + later, at=turn.batch.at)


def _line(kind: str, subject: str, host: Host, data: Mapping[str, object]) -> audit.Line:
    is_sealed = host.handling == Handling.SEALED
    return audit.Line(
        kind, subject, SYSTEM, thread=f"case:{host.id}", data=data, is_sealed=is_sealed
    )
