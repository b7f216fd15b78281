"""What follows silence: reminders, the platform's next contact, then warnings that persons sign.

Due steps are stored instants (`NoticeItem.next_step_at`), so a sweep costs what is due and an idle
one costs a single look at an index. Nothing formal leaves by itself: the ladder only drafts.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.arrays import columns
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.policy import Ladder, Rung
from moderation_portal.roles import SYSTEM, Role
from platforms.models import Contact
from reports.models import Handling

from . import clocks, deadlines, lifecycle, notices, permissions
from .holds import running
from .liveness.marking import fell
from .models import (
    OPEN_STATES,
    Delivery,
    Notice,
    NoticeItem,
    Target,
    TargetState,
    letters_by,
)
from .notices import addresses, drafting, issuing, parcels, record, redating
from .rungs import FINE, FORMAL, UNASKED, plan, steps
from .stopping import HAS_CLOCK, STOPPED

__all__ = ["climb", "movable", "override_due", "plan", "resume"]

MOST = 1_000
# So often what a Hold keeps back is looked at again.
PAUSE = timedelta(hours=1)
# Guards against a slip of the pen, such as a wrong year, that would put an order to sleep; no law
# gives a number.
FURTHEST = timedelta(days=90)
# A formal rung is never issued without a person, whatever a policy pack leaves out.
SOMEBODY = (Role.SUPERVISOR.value,)

Taken = dict[tuple[int, str], list[NoticeItem]]

# Each notice once, however many of its accounts are due, and without its letter.
NOTICES = Notice.objects.select_related("platform", "follows").defer(*letters_by("", "follows__"))
ADVANCE = """
UPDATE cases_noticeitem item SET step = given.step, next_step_at = given.next_step_at
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS given (id, step, next_step_at)
WHERE item.id = given.id
"""


def climb(at: datetime, *, most: int = MOST) -> int:
    """Takes every due step of up to `most` notice items; returns how many items it touched.

    Any number of workers may climb at once: each takes other rows. Accounts that were answered or
    removed since are left alone; those for which a sealed case speaks climb like any other, for it
    would tell if they did not, but nothing of it reaches the platform. Those under a Hold wait.
    """
    due = NoticeItem.objects.filter(next_step_at__lte=at)
    if not due.exists():
        return 0
    with transaction.atomic():
        items = list(
            due.order_by("next_step_at", "id")
            .select_related("target")
            .prefetch_related(Prefetch("notice", NOTICES))
            .select_for_update(no_key=True, skip_locked=True, of=("self",))[:most]
        )
        taken: Taken = {}
        unserved: dict[int, Notice] = {}
        left = running.accounts({item.target.account_id for item in items})
        for item in items:
            if item.target.account_id in left and _is_left_alone(item):
                item.next_step_at = at + PAUSE
                continue
            _step(item, at, taken, unserved)
        _advance(items)
        _one_reminder(taken)
        for (_pk, code), group in sorted(taken.items()):
            notice = group[0].notice
            _carry_out(notice, issuing.ladder_of(notice).rung(code), group, at)
        for notice in unserved.values():
            _find_somebody(notice, at)
    return len(items)


def resume(target_ids: Iterable[int], *, at: datetime) -> list[int]:
    """Lets the ladder go on for accounts that stand again; returns the targets that climb now.

    Each goes on with the newest notice that names it, where it had stopped; what fell due meanwhile
    is done at once. An account that a drafted warning names already waits for its signature.
    """
    newest = (
        NoticeItem.objects.filter(target_id__in=list(target_ids), notice__state=Notice.State.SERVED)
        .exclude(notice__rung__in=UNASKED)
        .exclude(target__notice_items__in=_drafted_warnings())
        .select_related("notice__platform")
        .order_by("target_id", "-notice__drafted_at", "-notice_id")
        .distinct("target_id")
    )
    climbing = []
    for item in newest:
        ladder = issuing.ladder_of(item.notice)
        hosts_users = item.notice.platform.is_user_generated
        rungs = steps(ladder, item.notice.rung, hosts_users=hosts_users)
        if not rungs or item.due_at is None:
            continue
        item.step = min(item.step, len(rungs) - 1)
        following = plan(item, ladder, after=at)
        if following is not None:
            item.next_step_at = max(following.at, at)
            climbing.append(item)
    _advance(climbing)
    return [item.target_id for item in climbing]


def override_due(
    items: Iterable[int], *, due_at: datetime, reason: str, actor: User, at: datetime
) -> int:
    """Sets another due time for those of these items (ids) that wait for an answer; returns how
    many.

    For a supervisor or director. The platform is told by letter; the old time stays in the
    explanation, and a warning that was drafted for it is discarded. What is late stays late: a due
    time that has passed is not moved, nor one that was answered. Raises Refused, Invalid or
    Conflict.
    """
    if not reason.strip():
        raise Invalid.field("reason", _("Give a reason."))
    _refuse_odd(due_at, at)
    with transaction.atomic():
        wanted = NoticeItem.objects.filter(pk__in=list(items), notice__state=Notice.State.SERVED)
        case_ids = sorted(set(wanted.values_list("target__case_id", flat=True)))
        lifecycle.lock(case_ids)
        owed = wanted.filter(HAS_CLOCK, target__state=TargetState.STANDING)
        others = movable(owed, at).exclude(due_at=due_at, due_at__isnull=False)
        locked = list(
            others.select_related("notice__platform", "target")
            .order_by("pk")
            .select_for_update(no_key=True, of=("self",))
        )
        if not locked:
            raise _nothing_to_set(owed, at)
        for handling in {item.notice.handling for item in locked}:
            permissions.refuse_strangers(handling, actor)
        dues = ((one.pk, one.due_at or deadlines.last_due(one.due_steps)) for one in locked)
        former = {pk: due for pk, due in dues if due}
        _set_due(locked, due_at, reason.strip(), actor, at)
        redating.tell(locked, former, due_at=due_at, reason=reason, actor=actor, at=at)
        _record_override(locked, due_at, reason.strip(), actor, at)
        clocks.redue(case_ids)
    return len(locked)


def _refuse_odd(due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        said = _("The new due time must lie in the future.")
        raise Invalid.field("due_at", said)
    if due_at > at + FURTHEST:
        said = _("The new due time must lie within %(days)s days from now.")
        said %= {"days": FURTHEST.days}
        raise Invalid.field("due_at", said)


def movable(items: QuerySet[NoticeItem], at: datetime) -> QuerySet[NoticeItem]:
    """Those of these items that may get another due time: the platform still owes an answer, and
    their due time has not passed, or their clock stands still."""
    owed = items.filter(notice__state=Notice.State.SERVED, target__state=TargetState.STANDING)
    return owed.filter(Q(due_at__gte=at) | STOPPED)


def _nothing_to_set(owed: QuerySet[NoticeItem], at: datetime) -> Conflict:
    """Why no due time was set: it stands already, has passed, or nothing is owed any more."""
    if movable(owed, at).exists():
        return Conflict(_("This due time is set already, and the platform was told of it."))
    if owed.exists():
        said = _("The due time has passed and stays as it is. Only one still to come can be moved.")
        return Conflict(said)
    return Conflict(_("None of these accounts is waiting for an answer any more."))


def _drafted_warnings() -> QuerySet[NoticeItem]:
    """The items of drafts that wait for a signature. A proposed correction stops no ladder, nor
    does what follows an unpaid fine."""
    drafts = Notice.objects.filter(state=Notice.State.DRAFTED, proposed_by=None)
    return NoticeItem.objects.filter(notice__in=drafts.exclude(follows__rung=FINE))


def _advance(items: Collection[NoticeItem]) -> None:
    """Writes how far each item has climbed and when it goes on; one statement."""
    if items:
        with connection.cursor() as cursor:
            rows = [(item.pk, item.step, item.next_step_at) for item in items]
            cursor.execute(ADVANCE, columns(rows))


def _is_left_alone(item: NoticeItem) -> bool:
    """Whether a step about an account under a Hold waits: its notice has others, one of which may
    need somebody to be found who can be reached."""
    if item.target.state != TargetState.STANDING:
        return False
    return item.notice.state != Notice.State.ISSUED or issuing.is_held_back(item.notice)


def _step(item: NoticeItem, at: datetime, taken: Taken, unserved: dict[int, Notice]) -> None:
    """Moves one item past everything that is due, and notes what is worth doing."""
    notice = item.notice
    if item.target.state != TargetState.STANDING:
        item.next_step_at = None
        if notice.state == Notice.State.ISSUED:
            _pass_watch_on(item, at)
    elif notice.state == Notice.State.ISSUED:
        unserved[notice.pk] = notice
        item.step += 1
        item.next_step_at = at + issuing.patience(notice)
    elif notice.state != Notice.State.SERVED:
        item.next_step_at = None
    else:
        for rung in _due_rungs(item, issuing.ladder_of(notice), at):
            taken.setdefault((notice.pk, rung.code), []).append(item)


def _pass_watch_on(item: NoticeItem, at: datetime) -> None:
    """One item watches for all of an unserved notice; when it is settled another one takes over."""
    heirs = item.notice.items.filter(target__state=TargetState.STANDING)
    free = heirs.exclude(pk=item.pk).select_for_update(no_key=True, skip_locked=True, of=("self",))
    if (heir := free.order_by("pk").first()) is not None:
        NoticeItem.objects.filter(pk=heir.pk, next_step_at=None).update(next_step_at=at)


def _due_rungs(item: NoticeItem, ladder: Ladder, at: datetime) -> list[Rung]:
    """The steps to take now. After an outage one reminder is enough, and none once it is due."""
    due: list[Rung] = []
    following = plan(item, ladder)
    while following is not None and following.at <= at:
        due.append(following.rung)
        item.step = following.index + 1
        following = plan(item, ladder)
    item.next_step_at = following.at if following else None
    reminders = [rung for rung in due if rung.kind == "reminder"]
    is_over = item.due_at is not None and item.due_at <= at
    stale = reminders if is_over else reminders[:-1]
    return [rung for rung in due if rung not in stale]


def _one_reminder(taken: Taken) -> None:
    """Accounts of one notice that are due at different times may be reminded of in the same turn:
    the platform gets one mail, which bears the name of the latest of these steps."""
    steps_of: dict[int, list[Rung]] = {}
    for (pk, code), group in taken.items():
        rung = issuing.ladder_of(group[0].notice).rung(code)
        if rung.kind == "reminder":
            steps_of.setdefault(pk, []).append(rung)
    for pk, rungs in steps_of.items():
        *earlier, last = sorted(rungs, key=lambda rung: rung.offset)
        for rung in earlier:
            taken[pk, last.code] += taken.pop((pk, rung.code))


def _carry_out(notice: Notice, rung: Rung, items: list[NoticeItem], at: datetime) -> None:
    own = issuing.rung_of(notice)
    place = own.contact_rung if own else 0
    if rung.kind == "reminder":
        issuing.remind(notice, addresses.contacts(notice, place), items, step=rung.code, at=at)
    elif rung.kind == "contact":
        _mark_silent(notice, at)
        others = addresses.next_contacts(notice, max(place, rung.contact_rung - 1))
        if not issuing.enqueue(notice, others, step=rung.code, at=at):
            record.record("notice.without_next_contact", notice, actor=SYSTEM, at=at)
    elif rung.kind in FORMAL:
        _draft(notice, rung, items, at)


def _draft(notice: Notice, rung: Rung, items: list[NoticeItem], at: datetime) -> None:
    """The next formal notice for what still stands; it waits for its signatures (Permenkominfo
    5/2020 art. 15(11): a warning for each further interval, three at most).

    A proposal names what a sealed case speaks for as well, or its absence would tell. That letters
    of it never left stands in the sealed record, for the cleared to act before it is signed.
    """
    frame = drafting.Frame(
        notice.platform,
        rung.code,
        notice.urgency,
        notice.handling,
        notice.basis,
        follows=notice,
        signatures_wanted=tuple(rung.signatures) or SOMEBODY,
    )
    standing = sorted(items, key=lambda item: item.position)
    targets = Target.objects.select_related("account").in_bulk([i.target_id for i in standing])
    made = drafting.draft(
        frame,
        [targets[item.target_id] for item in standing],
        at=at,
        locators={item.target_id: item.locator for item in standing},
        withheld=[item.target_id for item in standing if item.is_withheld],
    )
    record.record("notice.drafted", made, actor=SYSTEM, at=at)
    if rung.kind == "proposal":
        record.held_back(made, at=at, kind="notice.proposed_beside")


def _find_somebody(notice: Notice, at: datetime) -> None:
    """The notice has reached nobody for as long as its deadline: others of the platform hear of it,
    and the record says so where there is nobody left."""
    tried = Delivery.objects.filter(notice=notice).values_list("contact__rung", flat=True)
    others = addresses.next_contacts(notice, max(tried, default=-1))
    issuing.enqueue(notice, others, step=parcels.ELSEWHERE, at=at)
    if others:
        record.record("notice.unserved", notice, actor=SYSTEM, at=at)
    else:
        record.unreachable(notice, at=at)


def _mark_silent(notice: Notice, at: datetime) -> None:
    """Everybody reads how a platform is reached: the silence after a sealed notice stays unsaid."""
    if notice.handling == Handling.SEALED:
        return
    asked = Delivery.objects.filter(notice=notice, state=Delivery.State.ACCEPTED)
    fell(set(asked.values_list("contact_id", flat=True)), Contact.Liveness.SILENT, at=at)


def _set_due(
    items: list[NoticeItem], due_at: datetime, reason: str, actor: User, at: datetime
) -> None:
    for item in items:
        item.due_steps = deadlines.override(item.due_steps, due_at, reason, actor.name)
        item.due_at, item.step, item.next_step_at = due_at, 0, None
        following = plan(item, issuing.ladder_of(item.notice), after=at)
        if item.target.state == TargetState.STANDING and following:
            item.step, item.next_step_at = following.index, following.at
    fields = ["due_at", "due_steps", "step", "next_step_at"]
    NoticeItem.objects.bulk_update(items, fields, batch_size=500)
    for pk in {item.notice_id for item in items}:
        dues = NoticeItem.objects.filter(notice_id=pk, target__state__in=OPEN_STATES)
        soonest = min(filter(None, dues.values_list("due_at", flat=True)), default=due_at)
        Notice.objects.filter(pk=pk).update(due_at=soonest)
    early = Notice.objects.filter(
        state=Notice.State.DRAFTED,
        proposed_by=None,
        follows_id__in={item.notice_id for item in items},
        items__target_id__in=[item.target_id for item in items],
    )
    notices.discard(set(early.values_list("pk", flat=True)), actor=actor, at=at)


def _record_override(
    items: list[NoticeItem], due_at: datetime, reason: str, actor: User, at: datetime
) -> None:
    threads: dict[str, tuple[str, list[int], bool]] = {}
    for item in items:
        is_sealed = item.notice.handling == Handling.SEALED
        for thread in (f"notice:{item.notice_id}", f"case:{item.target.case_id}"):
            told = threads.setdefault(thread, (f"notice:{item.notice_id}", [], is_sealed))
            told[1].append(item.pk)
    audit.record_many(
        (
            audit.Line(
                "deadline.overridden",
                subject,
                actor,
                thread=thread,
                data={"due_at": due_at.isoformat(), "reason": reason, "items": ids},
                is_sealed=is_sealed,
            )
            for thread, (subject, ids, is_sealed) in threads.items()
        ),
        at=at,
    )
