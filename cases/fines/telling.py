"""What colleagues hear of a fine on their page of news."""

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal import news
from moderation_portal.models import User
from reports.models import Handling

from .. import permissions
from ..models import Fine

PROPOSED, ASSESSED, DROPPED = "fine.proposed", "fine.assessed", "fine.dropped"
COMMITTED, OBJECTED, DECIDED = "fine.committed", "fine.objected", "fine.decided"
UNPAID = "fine.unpaid"
WORDS: dict[str, Promise] = {
    PROPOSED: _("%(by)s proposed a fine for %(number)s. It waits for a second person."),
    ASSESSED: _("%(by)s approved the fine for %(number)s."),
    DROPPED: _("%(by)s dropped the fine that was proposed for %(number)s."),
    COMMITTED: _("%(by)s filed the letter of commitment for the fine for %(number)s."),
    OBJECTED: _("%(by)s objected to the fine for %(number)s. A third person decides."),
    UNPAID: _(
        "The fine for %(number)s was not paid in time: a proposal to block waits for signing."
    ),
    DECIDED: _("%(by)s decided on the objection to the fine for %(number)s."),
}


def proposed(fine: Fine, *, at: datetime) -> None:
    """Tells those who may approve it."""
    _tell(_overseers(fine, fine.proposed_by), fine, PROPOSED, fine.proposed_by, at)


def judged(fine: Fine, kind: str, *, actor: User, at: datetime) -> None:
    """Tells who proposed it what another made of it."""
    if fine.proposed_by_id != actor.pk:
        _tell([fine.proposed_by], fine, kind, actor, at)


def filed(fine: Fine, kind: str, *, at: datetime) -> None:
    """Tells who proposed it, and of an objection those who may decide it."""
    by = fine.objected_by if kind == OBJECTED else fine.committed_by
    people = _overseers(fine, fine.proposed_by) if kind == OBJECTED else [fine.proposed_by]
    if by is not None:
        _tell([one for one in people if one.pk != by.pk], fine, kind, by, at)


def unpaid(fine: Fine, *, at: datetime) -> None:
    """Tells those who sign such proposals, and who proposed the fine."""
    people = {one.pk: one for one in (*_overseers(fine), fine.proposed_by)}
    _tell(list(people.values()), fine, UNPAID, None, at)


def _overseers(fine: Fine, but: User | None = None) -> list[User]:
    return [one for one in permissions.overseeing(fine.handling) if one != but]


def _tell(people: list[User], fine: Fine, kind: str, by: User | None, at: datetime) -> None:
    news.tell(
        people,
        kind,
        address=reverse("cases:fine", args=[fine.pk]),
        facts={"by": by.name if by else "", "number": fine.notice.number},
        at=at,
        is_sealed=fine.handling == Handling.SEALED,
    )


for _kind, _words in WORDS.items():
    news.register(_kind, _words)
