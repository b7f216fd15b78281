"""What a platform's administrator does about its responders: asks for one, switches one off.

Who gets to read notices is decided by two persons of the regulator, so a request only waits for a
steward. Switching off lowers, and must not wait: the administrator does it alone.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import account_mail, audit, limits, news
from moderation_portal.account_mail import Recipient
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.mailboxes import bare_address
from moderation_portal.models import User
from moderation_portal.roles import Role

from .deputies import administers, colleagues
from .models import Platform, Representative, ResponderRequest

ASKED = "responder.asked"
REQUESTS_A_DAY = 20
LONGEST_NAME, LONGEST_REASON = 120, 2_000

news.register(ASKED, gettext_lazy("%(platform)s asks for another responder"))


def ask(
    person_name: str, email: str, reason: str, *, actor: User, at: datetime
) -> ResponderRequest:
    """Puts a request for somebody who answers for the administrator's platform before the
    stewards. Raises Refused for anybody else, Invalid for what is missing, Conflict for somebody
    who was asked for already or answers already."""
    own = administers(actor)
    if own is None:
        raise Refused(_("Only the administrator of a platform asks for its responders."))
    given = {"name": person_name.strip(), "email": email.strip().lower(), "reason": reason.strip()}
    for field, text in given.items():
        if not text:
            raise Invalid.field(field, _("This is needed."))
    for field, most in (("name", LONGEST_NAME), ("reason", LONGEST_REASON)):
        if len(given[field]) > most:
            raise Invalid.field(field, _("This is too long. Shorten it."))
    try:
        bare_address(given["email"])
    except ValidationError as error:
        raise Invalid.field("email", " ".join(error.messages)) from error
    if not limits.take(ASKED, str(own.platform_id), REQUESTS_A_DAY, timedelta(days=1), at=at):
        raise Conflict(_("Too many requests in one day. Go on tomorrow."))
    with transaction.atomic():
        Platform.objects.select_for_update(no_key=True).get(pk=own.platform_id)
        if _is_known(own, given["email"]):
            raise Conflict(_("This person was asked for already, or answers for you already."))
        made = ResponderRequest.objects.create(
            platform=own.platform, asked_by=actor, asked_at=at, **given
        )
        subject = f"platform:{own.platform_id}"
        audit.record(ASKED, subject, actor=actor, at=at, data={"request": made.pk})
        news.tell(
            User.objects.filter(role=Role.STEWARD, is_active=True),
            ASKED,
            address=reverse("admin:platforms_responderrequest_change", args=[made.pk]),
            facts={"platform": str(own.platform)},
            at=at,
        )
    return made


def switch_off(pk: int, *, actor: User, at: datetime) -> Representative:
    """Ends at once that a responder answers for the administrator's platform, and mails them.

    Raises Refused for anybody else and for anybody but a responder of that platform: an
    administrator is switched off by the regulator.
    """
    with transaction.atomic():
        mine = colleagues(actor).filter(pk=pk, kind=Representative.Kind.RESPONDER)
        found = mine.select_for_update(of=("self",)).first()
        if found is None:
            raise Refused(_("Only the administrator of a platform switches off its responders."))
        if not found.is_active:
            return found
        found.is_active = False
        found.save(update_fields=["is_active"])
        data = {"user": found.user_id, "is_active": False}
        audit.record(
            "representative.lowered", f"representative:{pk}", actor=actor, at=at, data=data
        )
        person = found.user
        told = {Recipient(person.email, person.name, person.language)}
        account_mail.tell("account_changed", told, lambda: _lines(found), at=at)
    return found


def _lines(found: Representative) -> list[str]:
    said = _("You do not answer for %(platform)s any more.")
    return [said % {"platform": found.platform}]


def _is_known(own: Representative, email: str) -> bool:
    waiting = ResponderRequest.objects.filter(
        platform_id=own.platform_id, email__iexact=email, settled_at=None
    )
    answering = Representative.objects.filter(
        platform_id=own.platform_id, user__email__iexact=email, is_active=True
    )
    return waiting.exists() or answering.exists()
