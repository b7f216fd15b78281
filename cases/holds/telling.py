"""What is written down of a Hold, sealed, and who hears of it: who must act, and who asked."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moderation_portal import audit, news, policy
from moderation_portal.models import User
from moderation_portal.roles import Acting

from ..models import Hold

ASKED, PROPOSED, ANSWERED = "hold.asked", "hold.proposed", "hold.answered"
ENDS = "hold.ends"


def record(kind: str, holds: Iterable[Hold], *, actor: Acting, at: datetime) -> None:
    """Appends the event to the timeline of each of these Holds; nobody uncleared reads any."""
    lines = [
        audit.Line(
            kind,
            f"hold:{one.pk}",
            actor,
            thread=f"hold:{one.pk}",
            data={"account": one.account_id, "request": one.request_id, "days": one.days},
            is_sealed=True,
        )
        for one in holds
    ]
    audit.record_many(lines, at=at)


def record_asked(holds: Collection[Hold], *, actor: User, at: datetime) -> None:
    """Writes down what was asked for; those who may propose it hear of it."""
    if not holds:
        return
    record(ASKED, holds, actor=actor, at=at)
    _tell(cleared(policy.pack().limits_at(at).hold_proposers), ASKED, holds, at)


def record_proposed(holds: Collection[Hold], *, actor: User, at: datetime) -> None:
    """Writes down what was proposed; those who may be the second person hear of it."""
    record(PROPOSED, holds, actor=actor, at=at)
    others = [one for one in cleared(policy.pack().limits_at(at).hold_approvers) if one != actor]
    _tell(others, PROPOSED, holds, at)


def record_answered(kind: str, holds: Collection[Hold], *, actor: Acting, at: datetime) -> None:
    """Writes down how it went on; who asked hears that there is an answer."""
    record(kind, holds, actor=actor, at=at)
    by_person: dict[User, list[Hold]] = {}
    for one in holds:
        if one.asked_by_id != actor.pk:
            by_person.setdefault(one.asked_by, []).append(one)
    for person, theirs in by_person.items():
        # Their own matter: a clearance of the regulator's says nothing about the police.
        _tell([person], ANSWERED, theirs, at, is_sealed=False)


def ends(hold: Hold, *, at: datetime) -> None:
    """Its people hear that it ends soon: who asked, and the two who let it begin, as long as they
    may know of it."""
    _tell([hold.asked_by], ENDS, [hold], at, is_sealed=False)
    both = [one for one in (hold.proposed_by, hold.approved_by) if one is not None]
    _tell([one for one in both if one.is_active and one.is_cleared], ENDS, [hold], at)


def cleared(roles: Collection[str]) -> list[User]:
    """The active people of the regulator in these roles who may know of it."""
    found = User.objects.filter(role__in=list(roles), is_active=True, is_cleared=True)
    return list(found.order_by("pk"))


def _tell(
    people: Iterable[User],
    kind: str,
    holds: Collection[Hold],
    at: datetime,
    *,
    is_sealed: bool = True,
) -> None:
    """One line for many Holds; of a single one it leads to its page."""
    ids = [one.pk for one in holds]
    address = reverse("cases:hold", args=ids) if len(ids) == 1 else reverse("cases:holds")
    facts = {"n": len(ids)}
    news.tell(people, kind, address=address, at=at, facts=facts, is_sealed=is_sealed)


news.register(ASKED, _("The police ask for a Hold: look at it and propose or decline it."))
news.register(PROPOSED, _("A proposed Hold waits for a second person."))
news.register(ANSWERED, _("There is an answer about a Hold that you asked for."))
news.register(ENDS, _("A Hold ends soon. Whoever still needs it asks to renew it in time."))
