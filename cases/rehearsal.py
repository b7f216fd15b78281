"""A changed ladder or calendar played over past months: what would have gone to whom and when, and
whose verdict would have been another. Nothing is written.

Both packs are played by the same rules, the one in use and the changed one, so that only the change
makes a difference. What the platform said, and when, is taken as it was. A warning waits for its
signature as long as `signing` says, and is then served at once; of today's contacts it is told whom
a rung addresses.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.formats import number
from moderation_portal.models import User
from moderation_portal.policy import Ladder, Pack, Rung
from platforms.models import Contact, Platform

from . import deadlines, notices
from .models import Answer, Notice, NoticeItem, TargetState, letters_by
from .notices import addresses
from .rungs import ORDERS, find, steps

AT_ONCE = timedelta(0)
# More accounts than this take longer than somebody waits for a page.
MOST = 20_000
Verdict = Literal["in_time", "late", "overdue", "running"]


@dataclass(frozen=True)
class Played:
    """An account of an order, and when the platform first said something of it."""

    item: NoticeItem
    said_at: datetime | None


@dataclass(frozen=True)
class Letter:
    """What would have left: which rung, when, for how many accounts of which order, to whom.

    `waits_for` are the roles that sign it, none where it goes by itself; `is_new`: by the pack in
    use it would not have left, or not then.
    """

    at: datetime
    rung: Rung
    notice: Notice
    accounts: int
    contacts: tuple[str, ...]
    is_new: bool = False

    @property
    def waits_for(self) -> tuple[str, ...]:
        return self.rung.signatures


@dataclass(frozen=True)
class Flip:
    """An account whose verdict is another under the changed pack. `clause` is the promise (id) that
    is judged, None for the law's own time; a promise that nobody can count has no verdict."""

    item: NoticeItem
    clause: int | None
    due_before: datetime | None
    due_after: datetime | None
    before: Verdict | None
    after: Verdict | None


@dataclass
class Rehearsal:
    """Both plays of the orders served from `since` until `until`; counts are by name of the rung,
    verdicts by `Verdict`. `letters` are those of the changed pack, `flips` in order of the notice.
    """

    since: datetime
    until: datetime
    before: Pack
    after: Pack
    notices: int = 0
    letters: list[Letter] = field(default_factory=list)
    sent_before: Counter[str] = field(default_factory=Counter)
    sent_after: Counter[str] = field(default_factory=Counter)
    verdicts_before: Counter[str] = field(default_factory=Counter)
    verdicts_after: Counter[str] = field(default_factory=Counter)
    flips: list[Flip] = field(default_factory=list)

    @property
    def accounts(self) -> int:
        return sum(self.verdicts_before.values())


def rehearse(
    changed: Pack,
    *,
    user: User,
    since: datetime,
    until: datetime,
    platform: Platform | None = None,
    signing: timedelta = AT_ONCE,
) -> Rehearsal:
    """Plays the orders that this person may see and that were served in [since, until).

    Raises Invalid where the period is empty or holds too much, or where the changed pack has no
    ladder for an order in it.
    """
    if since >= until:
        raise Invalid.field("until", _("The last day must not be before the first."))
    told = Rehearsal(since, until, policy.pack(), changed)
    orders = _orders(user, since, until, platform)
    if (held := orders.aggregate(held=Sum("item_count"))["held"] or 0) > MOST:
        raise Invalid.field(
            "until",
            _("This period holds %(held)s accounts. Choose a shorter one, or one platform.")
            % {"held": number(held)},
        )
    found = list(orders)
    contacts, asked = addresses.everybody_of(found), _asked(found, until)
    for notice in found:
        if notice.served_at is not None:
            _play(notice, asked[notice.pk], contacts[notice.pk], notice.served_at, told, signing)
    told.letters.sort(key=lambda one: (one.at, one.notice.pk))
    return told


def _orders(
    user: User, since: datetime, until: datetime, platform: Platform | None
) -> QuerySet[Notice]:
    """The orders to play; what was taken back is left out."""
    here = notices.visible_to(user).filter(
        rung__in=ORDERS, served_at__gte=since, served_at__lt=until
    )
    if platform is not None:
        here = here.filter(platform=platform)
    return (
        here.exclude(state=Notice.State.WITHDRAWN)
        .select_related("platform")
        .defer(*letters_by(""))
        .order_by("served_at", "pk")
    )


def _asked(orders: Collection[Notice], until: datetime) -> defaultdict[int, list[Played]]:
    """Order (id) -> what is asked of each of its accounts; those released are left out."""
    said = Answer.objects.filter(item__target=OuterRef("target"), answered_at__lt=until)
    said = said.exclude(code=Answer.Code.NEEDS_TIME).order_by("answered_at", "pk")
    asked = (
        NoticeItem.objects.filter(notice__in=orders)
        .exclude(target__state=TargetState.RELEASED)
        .annotate(said_at=Subquery(said.values("answered_at")[:1]))
        .order_by("position")
    )
    order_of = {one.pk: one for one in orders}
    found: defaultdict[int, list[Played]] = defaultdict(list)
    for item in asked:
        item.notice = order_of[item.notice_id]
        found[item.notice_id].append(Played(item, item.said_at))
    return found


def _play(
    notice: Notice,
    asked: list[Played],
    contacts: list[Contact],
    served_at: datetime,
    told: Rehearsal,
    signing: timedelta,
) -> None:
    """Adds one order to both plays."""
    told.notices += 1
    before, after = _ladder(notice, told.before), _ladder(notice, told.after)
    old = list(_letters(notice, asked, contacts, before, told.until, signing))
    new = list(_letters(notice, asked, contacts, after, told.until, signing))
    went = {(one.at, one.rung.code) for one in old}
    told.sent_before.update(one.rung.code for one in old)
    told.sent_after.update(one.rung.code for one in new)
    told.letters += [replace(one, is_new=(one.at, one.rung.code) not in went) for one in new]
    for one in asked:
        _judge(one, served_at, before, after, told)


def _ladder(notice: Notice, pack: Pack) -> Ladder:
    """The ladder of an order; Invalid where the pack has none for it."""
    ladder = pack.ladder(notice.urgency, notice.issued_at or notice.drafted_at)
    if find(ladder, notice.rung) is None:
        raise Invalid(
            _("The ladder “%(ladder)s” has no rung “%(rung)s”, and notices stand on it.")
            % {"ladder": ladder.code, "rung": notice.rung}
        )
    return ladder


def _letters(
    notice: Notice,
    asked: list[Played],
    contacts: list[Contact],
    ladder: Ladder,
    until: datetime,
    signing: timedelta,
) -> Iterator[Letter]:
    """What follows silence after an order and after each of its warnings, as `ladder` climbs."""
    code, served_at = notice.rung, notice.served_at
    while served_at is not None:
        here, next_served_at = ladder.rung(code), None
        for rung in steps(ladder, code, hosts_users=notice.platform.is_user_generated):
            standing = _standing(asked, here, rung, served_at, until)
            whom = tuple(one.name for one in _whom(contacts, here, rung))
            if whom or rung.kind == "proposal":
                for at, count in sorted(standing.items()):
                    yield Letter(at, rung, notice, count, whom)
            if rung.kind == "warning" and standing:
                code, next_served_at = rung.code, min(standing) + signing
        served_at = next_served_at


def _standing(
    asked: list[Played], here: Rung, rung: Rung, served_at: datetime, until: datetime
) -> Counter[datetime]:
    """When `rung` follows a notice of the rung `here`, and how many accounts stand then."""
    found: Counter[datetime] = Counter()
    for one in asked:
        at = _due(one.item, here, served_at) + rung.offset
        is_stale = rung.kind == "reminder" and at <= served_at
        if not is_stale and at < until and (one.said_at is None or one.said_at > at):
            found[at] += 1
    return found


def _due(item: NoticeItem, rung: Rung, served_at: datetime) -> datetime:
    """By when an account is due; what a person set anew for its order stays as it was set."""
    if rung.code == item.notice.rung and item.due_at and deadlines.changes(item.due_steps):
        return item.due_at
    return served_at + (rung.due or AT_ONCE)


def _whom(contacts: list[Contact], here: Rung, rung: Rung) -> list[Contact]:
    """Whom of the platform a rung addresses when it follows a notice of the rung `here`."""
    if rung.kind == "reminder":
        return addresses.at_turn(contacts, here.contact_rung)
    if rung.kind == "contact":
        return addresses.above(contacts, max(here.contact_rung, rung.contact_rung - 1))
    return [] if rung.kind == "proposal" else addresses.at_turn(contacts, rung.contact_rung)


def _judge(
    one: Played, served_at: datetime, before: Ladder, after: Ladder, told: Rehearsal
) -> None:
    """The law's time, and every promise that was in force, by both packs."""
    item, rung = one.item, one.item.notice.rung
    old = _due(item, before.rung(rung), served_at)
    new = _due(item, after.rung(rung), served_at)
    was, would = (_verdict(due, one.said_at, told.until) for due in (old, new))
    told.verdicts_before[was] += 1
    told.verdicts_after[would] += 1
    if was != would:
        told.flips.append(Flip(item, None, old, new, was, would))
    for clause in item.clauses:
        told.flips.extend(_promise(item, clause, served_at, told))


def _promise(
    item: NoticeItem, clause: Mapping[str, Any], served_at: datetime, told: Rehearsal
) -> Iterator[Flip]:
    old = deadlines.promised(clause, served_at, told.before)
    new = deadlines.promised(clause, served_at, told.after)
    done_at: datetime | None = getattr(item, f"{clause['leg']}_at")
    was, would = (_verdict(due, done_at, told.until) if due else None for due in (old, new))
    if was != would:
        yield Flip(item, clause["clause"], old, new, was, would)


def _verdict(due: datetime, done_at: datetime | None, until: datetime) -> Verdict:
    if done_at is not None and done_at < until:
        return "in_time" if done_at <= due else "late"
    return "overdue" if due < until else "running"
