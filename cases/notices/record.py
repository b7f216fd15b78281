"""Writes what happened to a notice into the record: on its own thread and on that of each case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from moderation_portal import audit
from moderation_portal.models import User
from moderation_portal.roles import Actor
from reports.models import Handling

from ..models import Notice, NoticeItem


def cases_of(notice_ids: Iterable[int]) -> dict[int, list[int]]:
    """Notice id -> the ids of its cases."""
    rows = (
        NoticeItem.objects.filter(notice_id__in=list(notice_ids))
        .order_by("notice_id", "target__case_id")
        .values_list("notice_id", "target__case_id")
        .distinct()
    )
    found: dict[int, list[int]] = {}
    for notice_id, case_id in rows:
        found.setdefault(notice_id, []).append(case_id)
    return found


def lines(
    kind: str,
    notice: Notice,
    case_ids: Iterable[int],
    *,
    actor: User | Actor,
    data: Mapping[str, Any] | None = None,
) -> list[audit.Line]:
    """The same event once for the notice and once for each case whose timeline shows it."""
    told = {"notice": notice.pk, "number": notice.number, "rung": notice.rung, **(data or {})}
    subject = f"notice:{notice.pk}"
    is_sealed = notice.handling == Handling.SEALED
    threads = [subject, *(f"case:{pk}" for pk in case_ids)]
    return [
        audit.Line(kind, subject, actor, thread=thread, data=told, is_sealed=is_sealed)
        for thread in threads
    ]


def record(
    kind: str,
    notice: Notice,
    *,
    actor: User | Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    case_ids: Iterable[int] | None = None,
) -> None:
    """Appends the event for a notice and its cases."""
    if case_ids is None:
        case_ids = cases_of([notice.pk]).get(notice.pk, [])
    audit.record_many(lines(kind, notice, case_ids, actor=actor, data=data), at=at)
