"""The signed token in an answer link: which notice, which contact, until when. Stateless."""

from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Refused
from platforms.models import Contact
from reports.models import Handling

from .models import ANSWERABLE, Notice

SALT = "cases.links"
LANGUAGES = ("id", "en")


def address(notice: Notice, contact: Contact) -> str:
    """The path of the link for this contact, in its language; the same on every copy.

    It ends `link_days` after the notice was issued. Raises Refused for a sealed notice: that is
    read after signing in only.
    """
    if notice.handling == Handling.SEALED or notice.issued_at is None:
        raise Refused(_("This notice is answered in the portal only. Please sign in."))
    ends = notice.issued_at + timedelta(days=policy.pack().limits.link_days)
    token = signing.Signer(salt=SALT).sign_object(
        {"n": notice.pk, "c": contact.pk, "x": int(ends.timestamp())}
    )
    with translation.override(language_of(contact)):
        return reverse("answer_link:show", args=[token])


def language_of(contact: Contact) -> str:
    """The language of the pages that a contact sees."""
    return contact.language if contact.language in LANGUAGES else "en"


def read(token: str, at: datetime) -> tuple[Notice, Contact]:
    """The notice and the contact of a token.

    Raises Refused, always in the same words, for one that is forged, expired or revoked: because
    the contact is no longer active or the notice was withdrawn.
    """
    refused = Refused(_("This link is not valid (any more). Ask for the notice to be sent again."))
    try:
        bound = signing.Signer(salt=SALT).unsign_object(token)
        ends, ids = bound["x"], (bound["n"], bound["c"])
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
    return notice, contact
