"""Writes what happened to a notice into the record: on its own thread and on that of each case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from moderation_portal import audit
from moderation_portal.models import Event, User
from moderation_portal.roles import SYSTEM, Actor
from platforms.models import Contact
from reports.models import Handling

from ..models import Notice, NoticeItem, Target

UNREACHABLE = "notice.unreachable"


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


def unreachable(notice: Notice, *, at: datetime) -> None:
    """The platform has nobody left to be asked: told once, and again only for a contact who was not
    there then."""
    known = Contact.objects.filter(platform_id=notice.platform_id, is_active=True)
    asked = list(known.order_by("pk").values_list("pk", flat=True))
    told = Event.objects.filter(thread=f"notice:{notice.pk}", kind=UNREACHABLE)
    before = list(told.values_list("data__asked", flat=True))
    if not before or set(asked).difference(*(pks or () for pks in before)):
        record(UNREACHABLE, notice, actor=SYSTEM, at=at, data={"asked": asked})


def held_back(notice: Notice, *, at: datetime, kind: str = "notice.held_back") -> None:
    """Says in the sealed cases that speak for its accounts that this notice did not leave (or, with
    another `kind`, that it leaves now). On the notice's own side nothing is told."""
    accounts = notice.items.filter(is_withheld=True).values("target__account_id")
    sealed = Target.objects.filter(account_id__in=accounts, handling=Handling.SEALED)
    case_ids = sorted(set(sealed.values_list("case_id", flat=True)))
    told = {"notice": notice.pk, "number": notice.number, "rung": notice.rung}
    subject = f"notice:{notice.pk}"
    audit.record_many(
        (
            audit.Line(kind, subject, SYSTEM, thread=f"case:{pk}", data=told, is_sealed=True)
            for pk in case_ids
        ),
        at=at,
    )


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
