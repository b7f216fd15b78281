"""The end of what a platform was asked to preserve: whoever needs the data longer hears in time.

How long a platform keeps what it was asked to keep, and how long before that it is told of, are
figures of the policy (`preserve_days`, `preserve_reminder_days`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import news, policy
from moderation_portal.formats import day
from moderation_portal.models import User
from reports.models import FormalRequest, Handling

from .. import permissions
from ..effects import until
from ..models import Notice, NoticeItem
from ..rungs import PRESERVATION

ENDS = "preservation.ends"
BATCH = 200


def tell_ends(at: datetime) -> list[int]:
    """Tells the caseworkers, and the liaisons whose letters asked for it, of each preservation that
    ends soon, once; gives the ids of its letters. Of a sealed one the cleared alone hear."""
    limits = policy.pack().limits_at(at)
    soon = at - timedelta(days=limits.preserve_days - limits.preserve_reminder_days)
    with transaction.atomic():
        waiting = Notice.objects.filter(rung=PRESERVATION, end_told_at=None, issued_at__lte=soon)
        ending = list(
            waiting.select_for_update(skip_locked=True, no_key=True)
            .only("number", "handling", "issued_at")
            .order_by("issued_at", "pk")[:BATCH]
        )
        for notice in ending:
            if notice.issued_at is not None:
                _tell(notice, until(notice.issued_at), at)
        Notice.objects.filter(pk__in=[one.pk for one in ending]).update(end_told_at=at)
    return [one.pk for one in ending]


def _tell(notice: Notice, ends_at: datetime, at: datetime) -> None:
    is_sealed = notice.handling == Handling.SEALED
    told: dict[str, Any] = {
        "facts": {"number": notice.number, "until": ends_at.isoformat()},
        "at": at,
        "is_sealed": is_sealed,
    }
    address = reverse("cases:notice", args=[notice.pk])
    news.tell(_caseworkers(notice), ENDS, address=address, **told)
    if not is_sealed:
        for request, liaison in _liaisons(notice):
            address = reverse("reports:request_edit", args=[request])
            news.tell([liaison], ENDS, address=address, **told)


def _caseworkers(notice: Notice) -> list[User]:
    """Who holds the cases and may still read them; whoever oversees them where nobody does."""
    staff = permissions.staff_for(notice.handling)
    holders = list(staff.filter(cases__targets__notice_items__notice=notice).distinct())
    return holders or list(staff.filter(role__in=permissions.overseers(notice.handling)))


def _liaisons(notice: Notice) -> Iterable[tuple[int, User]]:
    """The requests that asked for it, each with the liaison who filed it."""
    joinings = "target__joinings__item__report__formal_request_id"
    ids = NoticeItem.objects.filter(notice=notice).values_list(joinings, flat=True)
    asked = FormalRequest.objects.filter(pk__in=ids, is_preservation_wanted=True)
    for request in asked.select_related("contact_point__user"):
        if request.contact_point and request.contact_point.user:
            yield request.pk, request.contact_point.user


def _words(facts: Mapping[str, Any]) -> str:
    told = {"number": facts["number"], "day": day(datetime.fromisoformat(facts["until"]))}
    return (
        _("%(number)s: the platform keeps the data until %(day)s. Ask for longer if it is needed.")
        % told
    )


news.register(ENDS, _words)
