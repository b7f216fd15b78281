"""How long a sealed case holds back the ordinary orders of its accounts, and what follows.

While it does it speaks for the account (`cases.twins`). It does so by itself only until somebody
cleared takes the case, at most for the policy's time (`limits.withhold`): anybody may report any
account as showing a child, and an order must not stop for that. Whoever has taken it decides: it is
held on, or let go. When that ends, or the case does without removal, the ordinary order still has
to reach the platform. All of this stands in the sealed record only.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from moderation_portal import audit, policy
from moderation_portal.models import Event, User
from moderation_portal.roles import SYSTEM
from reports.models import Handling

from . import ladder, lifecycle, rows, twins
from .holds import running
from .models import (
    OPEN_NOTICES,
    OPEN_TARGETS,
    Case,
    CaseState,
    Delivery,
    Notice,
    NoticeItem,
    Target,
    TargetState,
    Withholding,
)
from .notices import issuing, preserving, record
from .notices.service import OPENED, unserve
from .opening import HOLDING
from .results import Result, ids_of
from .rungs import ORDER, PRESERVATION, UNASKED

Cases = Iterable[int | Case]
ARRIVED = (Delivery.State.ACCEPTED, Delivery.State.PLACED)


def hold(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """A cleared person holds the ordinary orders of these sealed cases' accounts back, until they
    or another let them go."""
    ids = ids_of(cases)
    with transaction.atomic():
        lifecycle.lock([*ids, *twins.cases_beside(ids)])
        result = lifecycle.advance(
            ids, "withhold", actor=actor, at=at, reason=reason, withholding=Withholding.HELD
        )
        here = Target.objects.filter(OPEN_TARGETS, case_id__in=result.done)
        rows.withhold(list(here.values_list("account_id", flat=True)))
        return result


def let_go(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """A cleared person lets the ordinary orders go on (`give_back` sends them)."""
    return lifecycle.advance(
        cases, "let_go", actor=actor, at=at, reason=reason, withholding=Withholding.LET_GO
    )


def taken(case_ids: Collection[int]) -> None:
    """Somebody cleared has taken these cases up: what they hold back waits for their decision."""
    bounded = Case.objects.filter(pk__in=case_ids, withholding=Withholding.BOUNDED)
    bounded.update(withholding=Withholding.HELD)


def left(case_ids: Collection[int]) -> None:
    """Whoever had taken these cases has given them back: what they hold back is bounded again,
    save what an officer holds back on purpose."""
    held = Case.objects.filter(pk__in=case_ids, withholding=Withholding.HELD)
    threads = {f"case:{pk}": pk for pk in held.values_list("pk", flat=True)}
    chosen = Event.objects.filter(thread__in=threads, kind="withholding.held")
    on_purpose = {threads[thread] for thread in chosen.values_list("thread", flat=True)}
    held.exclude(pk__in=on_purpose).update(withholding=Withholding.BOUNDED)


def lapse(at: datetime) -> list[int]:
    """Lets the ordinary orders go on for which sealed cases have waited too long for somebody to
    take them; returns these cases."""
    limit = policy.pack().limits_at(at).withhold
    waiting = Case.objects.filter(withholding=Withholding.BOUNDED, opened_at__lte=at - limit)
    due = waiting.exclude(state=CaseState.CLOSED)
    if not due.exists():
        return []
    with transaction.atomic():
        ids = list(due.order_by("id").select_for_update(no_key=True).values_list("pk", flat=True))
        Case.objects.filter(pk__in=ids).update(withholding=Withholding.LAPSED)
        telling = twins.having_twins(ids)
        audit.record_many(
            (
                audit.Line("withholding.lapsed", f"case:{pk}", SYSTEM, is_sealed=True)
                for pk in ids
                if pk in telling
            ),
            at=at,
        )
    return ids


def give_back(at: datetime) -> list[int]:
    """Sends, or lets climb again, what no sealed case holds back any more, and no Hold; returns the
    notices.

    A letter that asks to preserve the data leaves before the order that it belongs to. Call it
    outside a transaction: each notice is one of its own.
    """
    waiting = _waiting()
    found = set(waiting.values_list("notice_id", "notice__rung"))
    letters = sorted(pk for pk, rung in found if rung == PRESERVATION)
    notice_ids = [*letters, *sorted(pk for pk, rung in found if rung != PRESERVATION)]
    for pk in notice_ids:
        with transaction.atomic():
            locked = issuing.lock(pk)
            items = list(waiting.filter(notice_id=pk))
            record.held_back(locked.notice, at=at, kind="notice.given_back")
            if pk in letters:
                _preserve_late(locked, items, at)
            else:
                _give_back(locked, items, at)
    return notice_ids


def _waiting() -> QuerySet[NoticeItem]:
    """What is withheld of open notices for no sealed case and no Hold any more: of each account the
    newest notice that asks for something, and every letter that asks to preserve. An account that
    the sealed case saw to its end needs no second order, unless it comes back."""
    here = Target.objects.filter(
        account_id=OuterRef("target__account_id"), handling=Handling.SEALED
    )
    spoken_for = here.filter(OPEN_TARGETS, case__withholding__in=HOLDING)
    newest = here.order_by("-case__opened_at", "-pk").values("state")[:1]
    asking = NoticeItem.objects.filter(notice__state__in=OPEN_NOTICES)
    asking = asking.exclude(notice__rung__in=UNASKED)
    newer = asking.filter(
        target_id=OuterRef("target_id"), notice__drafted_at__gt=OuterRef("notice__drafted_at")
    )
    goes_on = Q(notice__rung=PRESERVATION, sent_at=None) | (
        ~Q(notice__rung__in=UNASKED) & Q(target__ready_at=None) & ~Exists(newer)
    )
    open_still = NoticeItem.objects.filter(notice__state__in=OPEN_NOTICES, is_withheld=True)
    standing = open_still.filter(goes_on, target__state=TargetState.STANDING)
    of_ordinary = Q(target__handling=Handling.ORDINARY)
    free = standing.exclude(running.on("target__account_id"))
    free = free.exclude(of_ordinary & Exists(spoken_for)).annotate(ended=Subquery(newest))
    return free.filter(~of_ordinary | Q(ended=None) | ~Q(ended=TargetState.GONE))


def _give_back(locked: issuing.Locked, items: list[NoticeItem], at: datetime) -> None:
    """An account of which the platform was told by this notice climbs on; an order that never left
    leaves now; any other account is ordered anew, by a letter that names it."""
    notice = locked.notice
    told = [item for item in items if item.sent_at is not None]
    is_whole = len(items) == len(locked.items) and not told
    if is_whole and (notice.rung == ORDER or not _looks_handed_over(notice)):
        _release(items)
        _send_late(locked, at)
        return
    _release(told)
    ladder.resume([item.target_id for item in told], at=at)
    again = {item.target_id for item in items} - {item.target_id for item in told}
    _order_anew(again, at)


def _looks_handed_over(notice: Notice) -> bool:
    """Whether the record tells of it as of one that left: a Hold lets nothing seem so."""
    return notice.deliveries.filter(state__in=ARRIVED).exists()


def _preserve_late(locked: issuing.Locked, items: list[NoticeItem], at: datetime) -> None:
    """A letter that never left is handed over now; what a sent one left out is asked anew."""
    NoticeItem.objects.filter(pk__in=[item.pk for item in items]).update(is_withheld=False)
    if len(items) == len(locked.items):
        _send_late(locked, at)
    else:
        preserving.ask_anew(locked.notice, [item.target_id for item in items], at=at)


def _release(items: Iterable[NoticeItem]) -> None:
    """Of these accounts the platform may be told again, in whatever asks it to act."""
    targets = [item.target_id for item in items]
    asking = NoticeItem.objects.filter(target_id__in=targets).exclude(notice__rung=PRESERVATION)
    asking.update(is_withheld=False)


def _send_late(locked: issuing.Locked, at: datetime) -> None:
    """The clock that ran counted from nothing. The copies that never left are left behind like any
    attempt whose end is uncertain, and the notice is handed over now."""
    notice = locked.notice
    quiet = notice.deliveries.filter(is_quiet=True, state__in=ARRIVED)
    voided = quiet.exclude(step__startswith=OPENED)
    if voided.update(state=Delivery.State.UNCERTAIN, ended_at=at) or notice.served_at is not None:
        unserve(notice, locked.case_ids, is_sent_late=True)
    Notice.objects.filter(pk=notice.pk).update(acknowledged_at=None)
    notice.items.filter(answer_code="").update(acknowledged_at=None)
    notice.refresh_from_db()
    issuing.watch_service(notice, at=at)
    rung = issuing.rung_of(notice)
    issuing.send(notice, rung.contact_rung if rung else 0, at=at, again=at.isoformat())


def _order_anew(target_ids: Collection[int], at: datetime) -> None:
    """These accounts stop climbing where they stand and are gathered into a new order."""
    Target.objects.filter(pk__in=target_ids).update(ready_at=at)
    climbing = NoticeItem.objects.filter(target_id__in=target_ids, next_step_at__isnull=False)
    climbing.update(next_step_at=None)
    drafts = Notice.objects.filter(
        state=Notice.State.DRAFTED, items__target_id__in=target_ids
    ).exclude(items__is_withheld=False)
    issuing.discard(set(drafts.values_list("pk", flat=True)), actor=SYSTEM, at=at)
