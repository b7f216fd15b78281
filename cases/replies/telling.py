"""Writes what happens to a message into the record: on its own thread, and on those of its notice
and cases, in the handling class of the message; and tells who holds the cases that one waits."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from moderation_portal import audit, news
from moderation_portal.models import User
from moderation_portal.roles import Actor
from reports.models import Handling

from ..models import Case, Reply
from ..notices import record

WAITS = "mail.waits"

news.register(WAITS, gettext_lazy("A reply to %(number)s waits to be read."))


def tell(kind: str, reply: Reply, *, actor: User | Actor, at: datetime, **data: Any) -> None:
    """One event, once for each page of the record that shows it."""
    subject = f"mail:{reply.pk}"
    threads = [subject]
    told: dict[str, Any] = {"mail": reply.pk, **data}
    if reply.notice is not None:
        told |= {"notice": reply.notice_id, "number": reply.notice.number}
        cases = record.cases_of([reply.notice.pk]).get(reply.notice.pk, [])
        threads += [f"notice:{reply.notice.pk}", *(f"case:{pk}" for pk in cases)]
    is_sealed = reply.handling == Handling.SEALED
    audit.record_many(
        (
            audit.Line(kind, subject, actor, thread=thread, data=told, is_sealed=is_sealed)
            for thread in threads
        ),
        at=at,
    )


def tell_holders(reply: Reply, *, at: datetime) -> None:
    """Tells those who hold the cases of a notice that a reply to it waits to be read."""
    if reply.notice is None:
        return
    held = Case.objects.filter(targets__notice_items__notice=reply.notice).exclude(owner=None)
    news.tell(
        User.objects.filter(pk__in=held.values("owner")).order_by("pk"),
        WAITS,
        address=reverse("cases:message", args=[reply.pk]),
        facts={"number": str(reply.notice)},
        at=at,
        is_sealed=reply.handling == Handling.SEALED,
    )
