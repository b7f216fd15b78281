"""Where a notice can be read and answered, and whom of a platform it goes to."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation

from platforms.models import Contact, WebhookSecret
from reports.models import Handling

from ..liveness.marking import fell, is_there
from ..models import Delivery, Notice


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
    return at_turn(_usable(notice), rung)


def next_contacts(notice: Notice, after: int) -> list[Contact]:
    """The contacts of the nearest rung above `after`, or none."""
    return above(_usable(notice), after)


def at_turn(known: Iterable[Contact], rung: int) -> list[Contact]:
    """Of these, first rung first, those at `rung`, else at the nearest below, else above; and who
    hears instead of the absent among them."""
    everybody = list(known)
    rungs = sorted({one.rung for one in everybody}, key=lambda r: (r > rung, abs(r - rung)))
    return _with_others([one for one in everybody if one.rung == rungs[0]], everybody)


def above(known: Iterable[Contact], after: int) -> list[Contact]:
    """Of these, first rung first, those of the nearest rung above `after`, and who of those above
    hears instead of the absent among them."""
    higher = [one for one in known if one.rung > after]
    return _with_others([one for one in higher if one.rung == higher[0].rung], higher)


def _with_others(asked: list[Contact], known: Collection[Contact]) -> list[Contact]:
    """Where nobody is there behind the contacts whose turn it is, the next of the platform who is
    hear as well: those of the nearest rung above, else of the first of all. The silent get their
    letter all the same, for it is where the law says that it goes; what bounces does not."""
    there = [one for one in known if is_there(one)]
    if not any(map(is_there, asked)) and asked and there:
        above = [one for one in there if one.rung > asked[0].rung] or there
        asked = [*asked, *(one for one in above if one.rung == above[0].rung)]
    reached = [one for one in asked if one.liveness != Contact.Liveness.BOUNCING]
    return reached if any(map(is_there, reached)) else asked


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
            if notice.handling != Handling.SEALED or may_hear_sealed(contact)
        ]
        for notice in notices
    }


def of_platform(platform_id: int) -> list[Contact]:
    """All contacts of a platform to which something can be sent, first rung first."""
    return list(_of_platforms([platform_id]))


def reached(notice: Notice) -> list[Contact]:
    """The active contacts to whom any letter about these accounts was handed, or tried to be."""
    told = Delivery.objects.filter(notice__items__target__in=notice.items.values("target"))
    return list(_usable(notice).filter(pk__in=set(told.values_list("contact_id", flat=True))))


def _usable(notice: Notice) -> QuerySet[Contact]:
    found = _of_platforms([notice.platform_id])
    if notice.handling != Handling.SEALED:
        return found
    return found.filter(is_cleared=True).exclude(channel=Contact.Channel.WEBHOOK)


def may_hear_sealed(contact: Contact) -> bool:
    """Whether this contact hears that a sealed notice awaits: the cleared do, and no program."""
    return contact.is_cleared and contact.channel != Contact.Channel.WEBHOOK


def _of_platforms(platform_ids: Collection[int]) -> QuerySet[Contact]:
    """A webhook without a secret is kept for the record: nothing leaves unsigned."""
    by_mail = ~Q(channel=Contact.Channel.EMAIL) | ~Q(address="")
    signing = WebhookSecret.objects.filter(contact=OuterRef("pk"), ends_at=None)
    by_hook = ~Q(channel=Contact.Channel.WEBHOOK) | Exists(signing)
    found = Contact.objects.filter(by_mail, by_hook, platform_id__in=platform_ids, is_active=True)
    return found.order_by("rung", "id")


def mark_bouncing(notice: Notice, contact_id: int, *, at: datetime) -> None:
    """Remembers that this address refuses mail. What a sealed notice showed stays in its record:
    everybody reads how a platform is reached."""
    if notice.handling == Handling.ORDINARY:
        fell([contact_id], Contact.Liveness.BOUNCING, at=at)
