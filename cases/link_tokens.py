"""The signed token in an answer link: which notice, which contact at which address, until when.
Stateless."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import policy, vault
from moderation_portal.errors import Refused
from platforms.models import Contact
from reports.models import Handling

from .models import ANSWERABLE, Notice

SALT = "cases.links"


def address(notice: Notice, contact: Contact) -> str:
    """The path of the link for this contact, in its language; the same on every copy.

    It ends `link_days` after the notice was issued, and when the contact gets another address.
    Raises Refused for a sealed notice: that is read after signing in only.
    """
    if notice.handling == Handling.SEALED or notice.issued_at is None:
        raise Refused(_("This notice is answered in the portal only. Please sign in."))
    ends = notice.issued_at + timedelta(days=policy.pack().limits_at(notice.issued_at).link_days)
    token = signing.Signer(salt=SALT).sign_object(
        {"n": notice.pk, "c": contact.pk, "x": int(ends.timestamp()), "a": mailbox(contact)}
    )
    with translation.override(language_of(contact)):
        return reverse("answer_link:show", args=[token])


def language_of(contact: Contact) -> str:
    """The language of the pages that a contact sees."""
    spoken = [code for code, _name in settings.LANGUAGES]
    return contact.language if contact.language in spoken else spoken[-1]


def read(token: str, at: datetime) -> tuple[Notice, Contact]:
    """The notice and the contact of a token.

    Raises Refused, always in the same words, for one that is forged, expired or revoked: because
    the contact is not active any more or the notice was withdrawn. Whoever holds one that went to
    an earlier address of the contact is told so.
    """
    refused = Refused(_("This link is not valid (any more). Ask for the notice to be sent again."))
    try:
        bound = signing.Signer(salt=SALT).unsign_object(token)
        ends, ids, given = bound["x"], (bound["n"], bound["c"]), bound["a"]
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        raise refused from None
    notice = (
        Notice.objects.select_related("platform", "follows")
        .filter(pk=ids[0], handling=Handling.ORDINARY, state__in=ANSWERABLE)
        .first()
    )
    contact = Contact.objects.filter(pk=ids[1], is_active=True).first()
    if notice is None or contact is None or at.timestamp() >= ends:
        raise refused
    if contact.platform_id != notice.platform_id:
        raise refused
    if given != mailbox(contact):
        raise Refused(
            _(
                "This link went to an earlier address of this contact and opens nothing any more. "
                "The next letter to the new address brings a new link; ask for the notice to be "
                "sent again if you need it sooner."
            )
        )
    return notice, contact


def mailbox(contact: Contact) -> str:
    """Stands for the address to which a link goes: a link dies with the address."""
    return vault.keyed_hash("link-address", contact.address.strip().casefold())[:16]
