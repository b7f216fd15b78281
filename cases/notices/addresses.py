"""Where a notice can be read and answered, and whom of a platform it goes to."""

from collections.abc import Collection

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation

from platforms.models import Contact
from reports.models import Handling

from ..models import Delivery, Notice

# The ways out that the portal can use; a contact of another kind is kept for the record only.
USABLE = (Contact.Channel.EMAIL, Contact.Channel.PORTAL)


def portal_address(notice: Notice) -> str:
    """The page on which a representative reads and answers a notice after signing in."""
    return settings.BASE_URL + reverse("cases:answer", args=[notice.pk])


def objection_address(language: str) -> str:
    """The public page that tells uploaders, and anybody, how to object to an order."""
    with translation.override(language):
        return settings.BASE_URL + reverse("answer_link:objection")


def contacts(notice: Notice, rung: int) -> list[Contact]:
    """The contacts to address at this rung (0 is asked first).

    Where the platform has none of that rung the nearest below answers for it, else the nearest
    above. A sealed notice goes to cleared contacts only.
    """
    known = list(_usable(notice))
    rungs = sorted({contact.rung for contact in known}, key=lambda r: (r > rung, abs(r - rung)))
    return [contact for contact in known if rungs and contact.rung == rungs[0]]


def next_contacts(notice: Notice, after: int) -> list[Contact]:
    """The contacts of the nearest rung above `after`, or none."""
    higher = [contact for contact in _usable(notice) if contact.rung > after]
    return [contact for contact in higher if contact.rung == higher[0].rung]


def everybody(notice: Notice) -> list[Contact]:
    """All contacts of the platform that a notice may go to, first rung first."""
    return list(_usable(notice))


def everybody_of(notices: Collection[Notice]) -> dict[int, list[Contact]]:
    """Notice id -> `everybody`, in one statement for all of them."""
    known: dict[int, list[Contact]] = {}
    for contact in _of_platforms({notice.platform_id for notice in notices}):
        known.setdefault(contact.platform_id, []).append(contact)
    return {
        notice.pk: [
            contact
            for contact in known.get(notice.platform_id, [])
            if contact.is_cleared or notice.handling != Handling.SEALED
        ]
        for notice in notices
    }


def reached(notice: Notice) -> list[Contact]:
    """The active contacts to whom any letter about these accounts was handed, or tried to be."""
    told = Delivery.objects.filter(notice__items__target__in=notice.items.values("target"))
    return list(_usable(notice).filter(pk__in=set(told.values_list("contact_id", flat=True))))


def _usable(notice: Notice) -> QuerySet[Contact]:
    found = _of_platforms([notice.platform_id])
    return found.filter(is_cleared=True) if notice.handling == Handling.SEALED else found


def _of_platforms(platform_ids: Collection[int]) -> QuerySet[Contact]:
    by_mail = ~Q(channel=Contact.Channel.EMAIL) | ~Q(address="")
    found = Contact.objects.filter(
        by_mail, platform_id__in=platform_ids, is_active=True, channel__in=USABLE
    )
    return found.order_by("rung", "id")


def mark_bouncing(notice: Notice, contact_id: int) -> None:
    """Remembers that this address refuses mail. What a sealed notice showed stays in its record:
    everybody reads how a platform is reached."""
    if notice.handling == Handling.ORDINARY:
        bouncing = Contact.Liveness.BOUNCING
        Contact.objects.filter(pk=contact_id).update(liveness=bouncing)
