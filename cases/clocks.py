"""What a due time asked for, and when that was done: the clock of a case, and of a notice.

Before an order the clock is our own promise, met when the decision is approved; it runs again while
an order has reached nobody. After that the platform's runs, from one account to the next, and is
met when the platform has answered for all that is open. A clock that is met stands still; weighing
or a look of ours may set it going again.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from .models import OPEN_STATES, Answer, Case, CaseState, Notice, NoticeItem, TargetState
from .results import ids_of
from .rungs import RESTORATION

# Each open account counts with the newest clock that runs for it. What the platform still owes goes
# first, then the soonest. An answer counts as late by what the record says of it: whoever mends one
# that came in time stays in time, and no later due time makes a late one good.
REDUE = """
UPDATE cases_case c
SET due_at = coalesce(theirs.due_at, c.ours_due_at),
    met_at = coalesce(theirs.met_at, ours.met_at),
    is_answered = theirs.met_at IS NOT NULL
FROM unnest(%s::bigint[]) AS given (id) JOIN cases_case was USING (id)
LEFT JOIN LATERAL (
    SELECT coalesce(said.missed_at, newest.due_at) AS due_at, said.met_at FROM cases_target t
    JOIN LATERAL (
        SELECT max(i.due_at) AS due_at FROM cases_noticeitem i
        JOIN cases_notice n ON n.id = i.notice_id AND n.state = 'served'
        WHERE i.target_id = t.id
    ) newest ON newest.due_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT missed.at AS missed_at, CASE
            WHEN a.is_late THEN greatest(a.answered_at, missed.at + interval '1 second')
            ELSE least(a.answered_at, newest.due_at) END AS met_at
        FROM cases_answer a JOIN cases_noticeitem i ON i.id = a.item_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN a.is_late THEN least(i.due_at, newest.due_at) END AS at
        ) missed
        WHERE i.target_id = t.id AND t.state <> 'standing' AND a.code <> 'needs_time'
        ORDER BY a.id DESC LIMIT 1
    ) said ON true
    WHERE t.case_id = given.id AND t.state = ANY(%s)
    ORDER BY said.met_at IS NOT NULL, coalesce(said.missed_at, newest.due_at) LIMIT 1
) theirs ON true
LEFT JOIN LATERAL (
    SELECT min(coalesce(t.ready_at, was.ours_due_at)) AS met_at FROM cases_target t
    WHERE theirs.due_at IS NULL AND t.case_id = given.id AND t.state = ANY(%s) AND (
        t.ready_at IS NOT NULL OR EXISTS (
            SELECT FROM cases_hold h WHERE h.account_id = t.account_id AND h.state = 'running'
        )
    )
) ours ON true
WHERE c.id = given.id AND c.state = 'ordered'
    AND (c.due_at, c.met_at, c.is_answered) IS DISTINCT FROM (
        coalesce(theirs.due_at, c.ours_due_at),
        coalesce(theirs.met_at, ours.met_at),
        theirs.met_at IS NOT NULL
    )
"""


def redue(case_ids: Iterable[int | Case]) -> int:
    """Sets `due_at`, `met_at` and `is_answered` of these cases anew, as far as they are ordered.

    One statement; returns how many changed.

    Without a notice that has reached the platform the clock is our own, and runs: it is we who owe.
    It stands still for what was approved and waits for its list, or is kept back by a Hold.
    """
    open_states = list(map(str, OPEN_STATES))
    with connection.cursor() as cursor:
        cursor.execute(REDUE, [list(ids_of(case_ids)), open_states, open_states])
        return cursor.rowcount


def whose(case: Case) -> str:
    """Whose clock that of a case is now; a notice that has reached nobody has none, nor one that
    stands still by law."""
    if case.state == CaseState.ORDERED and case.due_at != case.ours_due_at:
        return _("Platform's deadline")
    if case.state == CaseState.ORDERED:
        return _("Our own deadline: the next step is ours")
    if case.state == CaseState.APPROVED:
        return _("Our own deadline to decide")
    return _("Our own deadline")


def is_answered(case: Case) -> bool:
    """Whether the platform owes nothing any more, and what is next is ours to do."""
    return case.state == CaseState.ORDERED and case.is_answered


# Notices that name an account of which the platform has said nothing.
STILL_OWED = Exists(
    NoticeItem.objects.filter(notice=OuterRef("pk"), target__state=TargetState.STANDING)
)


def with_answers(
    notices: QuerySet[Notice], known: Callable[[str], Q] = lambda way: Q()
) -> QuerySet[Notice]:
    """The notices with `is_owed`, `has_late` and `answered_at`, which `met_at` reads.

    `known` narrows the accounts to those that the reader may know of; it is given the way to them.
    """
    items = NoticeItem.objects.filter(known(""), notice=OuterRef("pk"))
    way = "item__target__notice_items__"
    said = Answer.objects.filter(known(way), **{f"{way}notice": OuterRef("pk")})
    last = said.exclude(code=Answer.Code.NEEDS_TIME).order_by("-pk")
    is_owed = Q(target__state=TargetState.STANDING) | Q(notice__rung=RESTORATION, answer_code="")
    # What was said of an order before is no answer to the letter that asks to restore.
    rung = ExpressionWrapper(OuterRef("rung"), output_field=CharField())
    is_its_own = Q(item__notice=OuterRef("pk")) | ~Q(asking=RESTORATION)
    own = last.annotate(asking=rung).filter(is_its_own)
    return notices.annotate(
        is_owed=Exists(items.filter(is_owed)),
        has_late=Exists(items.filter(is_late=True)),
        answered_at=Subquery(own.values("answered_at")[:1]),
    )


def met_at(notice: Any) -> datetime | None:
    """Since when the clock of a notice (of `with_answers`) stands still; None while it runs."""
    if notice.is_owed:
        return None
    if notice.answered_at is None:
        return notice.closed_at
    if notice.due_at is None:
        return notice.answered_at
    if notice.has_late:
        return max(notice.answered_at, notice.due_at + timedelta(seconds=1))
    return min(notice.answered_at, notice.due_at)
