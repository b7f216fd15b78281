"""What is known of contacts: somebody is there, or nobody is, and who of ours is told.

Nothing that only a sealed notice showed is written here: everybody reads how a platform is reached.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import audit, formats, news
from moderation_portal.models import User
from moderation_portal.roles import SYSTEM, Role
from platforms.models import Contact, Ping, Platform

FELL, HEARD = "contact.fell", "contact.heard"
ABSENT = (Contact.Liveness.SILENT, Contact.Liveness.BOUNCING)
Outcome = Ping.Outcome


def is_there(contact: Contact) -> bool:
    """Whether nothing tells that nobody reads what goes to this contact."""
    return contact.liveness not in ABSENT


def heard(contact_id: int, *, at: datetime) -> None:
    """Somebody of this contact has shown that they read what it gets: they are not asked again
    this time. Recorded where it was not known."""
    alive = Contact.Liveness.ALIVE
    with transaction.atomic(savepoint=False):
        waiting = Ping.objects.filter(contact=contact_id, ended_at=None)
        waiting.update(ended_at=at, outcome=Outcome.CONFIRMED)
        others = Contact.objects.filter(pk=contact_id).exclude(liveness=alive)
        if others.update(liveness=alive):
            audit.record(HEARD, f"contact:{contact_id}", actor=SYSTEM, at=at)


@transaction.atomic
def fell(contact_ids: Collection[int], state: Contact.Liveness, *, at: datetime) -> None:
    """Marks contacts as silent or bouncing. A silent one that bounced before still bounces.

    Where nothing was wrong before, the stewards and supervisors are told, and whether the platform
    has anybody left.
    """
    rows = Contact.objects.filter(pk__in=contact_ids).select_for_update(of=("self",), no_key=True)
    found = list(rows.select_related("platform").order_by("pk"))
    worse = [one for one in found if is_there(one) or state == Contact.Liveness.BOUNCING]
    changed = [one for one in worse if one.liveness != state]
    Contact.objects.filter(pk__in=[one.pk for one in changed]).update(liveness=state)
    audit.record_many(
        (audit.Line(FELL, f"contact:{one.pk}", SYSTEM, data={"to": str(state)}) for one in changed),
        at=at,
    )
    for platform in {one.platform for one in changed if is_there(one)}:
        _tell(platform, at)


def out_of_reach() -> QuerySet[Platform]:
    """The platforms that have contacts to be written to, of whom none is there."""
    written_to = Contact.objects.filter(platform=OuterRef("pk"), is_active=True).exclude(address="")
    there = written_to.exclude(liveness__in=ABSENT)
    return Platform.objects.filter(Exists(written_to), ~Exists(there)).order_by("name", "pk")


def said_of(contacts: Iterable[Contact]) -> dict[int, str]:
    """Contact id -> what came of asking it last, in a sentence; nothing for one that was never
    asked, or that has shown since, in another way, that it is there."""
    known = {one.pk: one for one in contacts}
    asked = Ping.objects.filter(contact__in=known).exclude(outcome=Outcome.OVERTAKEN)
    newest = asked.order_by("contact_id", "-asked_at", "-pk").distinct("contact_id")
    return {
        one.contact_id: _sentence(one)
        for one in newest
        if one.outcome in ("", Outcome.CONFIRMED) or not is_there(known[one.contact_id])
    }


def _sentence(ping: Ping) -> str:
    sentences = {
        Outcome.CONFIRMED: _("Showed on %(day)s that somebody is there."),
        Outcome.DENIED: _("Said on %(day)s that it is not the contact any more."),
        Outcome.SILENT: _("Did not answer by %(day)s whether somebody is there."),
        Outcome.BOUNCED: _("The question whether somebody is there came back on %(day)s."),
    }
    asked = _("Was asked on %(day)s whether somebody is there.")
    said = sentences[Outcome(ping.outcome)] if ping.outcome else asked
    return said % {"day": formats.day(ping.ended_at or ping.asked_at)}


def _tell(platform: Platform, at: datetime) -> None:
    """Each where they can do something: stewards mend contacts, supervisors find somebody."""
    has_somebody = not out_of_reach().filter(pk=platform.pk).exists()
    facts = {"platform": platform.name, "has_somebody": has_somebody}
    contacts = f"{reverse('admin:platforms_contact_changelist')}?platform__id__exact={platform.pk}"
    pages = {Role.STEWARD: contacts, Role.SUPERVISOR: reverse("cases:platform", args=[platform.pk])}
    for role, address in pages.items():
        people = User.objects.filter(role=role, is_active=True).order_by("pk")
        news.tell(people, FELL, address=address, facts=facts, at=at)


def _words(facts: Mapping[str, Any]) -> str:
    if facts["has_somebody"]:
        said = _("A contact of %(platform)s is silent or bounces. The next one hears as well.")
    else:
        said = _("No contact of %(platform)s can be reached any more. Find somebody who answers.")
    return said % {"platform": facts["platform"]}


news.register(FELL, _words)
