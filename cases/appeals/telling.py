"""What colleagues hear of an appeal on their page of news."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal import news
from moderation_portal.models import User
from reports.models import Handling

from .. import permissions
from ..models import Appeal

CAME_IN, NOT_RESTORED, LATE = "appeal.came_in", "appeal.not_restored", "appeal.late"
WORDS: dict[str, Promise] = {
    CAME_IN: _("An appeal about %(number)s came in. It waits for a reviewer."),
    NOT_RESTORED: _("The platform says that it cannot restore what was appealed (%(number)s)."),
    LATE: _("What was appealed (%(number)s) is not seen restored within its time."),
}


def came_in(appeal: Appeal, *, at: datetime) -> None:
    """Tells those who may review it."""
    staff = permissions.staff_for(appeal.handling)
    people = staff.filter(role__in=permissions.overseers(appeal.handling))
    _tell([one for one in people if one.pk != appeal.filed_by_id], appeal, CAME_IN, at)


def reviewer(appeal: Appeal, kind: str, *, at: datetime) -> None:
    """Tells who decided it."""
    if appeal.reviewer is not None:
        _tell([appeal.reviewer], appeal, kind, at)


def _tell(people: Iterable[User], appeal: Appeal, kind: str, at: datetime) -> None:
    news.tell(
        people,
        kind,
        address=reverse("cases:appeal", args=[appeal.pk]),
        facts={"number": appeal.number},
        at=at,
        is_sealed=appeal.handling == Handling.SEALED,
    )


for _kind, _words in WORDS.items():
    news.register(_kind, _words)
