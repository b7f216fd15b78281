"""A copy of each order for the authority of the country in which its provider is established.

Regulation (EU) 2021/784 art. 4(1). Who gets one stands in the policy pack, where the provider is
established in the platform's reference data. The copy shows what the provider is told and nothing
else: what is held back from it is copied once it goes on.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moderation_portal import letter_texts, letters, news, policy
from moderation_portal.policy.beside import Authority
from moderation_portal.roles import SYSTEM
from platforms.channels import Attachment
from reports.models import Handling

from .. import permissions
from ..models import AuthorityCopy, Notice
from ..rungs import ORDERS
from . import copies, files, office_mail, record

LETTER, FAILED = "order_copy", "order.copy_failed"


def mail(notice_id: int, *, at: datetime) -> bool:
    """Mails the copy of an order (`order.copy`), once; False where none is due, or none yet.

    Where no address is known, or the order is sealed, the overseers hear that it goes another way.
    Raises as `office_mail.mail`.
    """
    notice = Notice.objects.select_related("platform").get(pk=notice_id)
    authority = authority_of(notice)
    theirs = copies.for_platform(notice, at=at) if is_due(notice) else None
    if theirs is None:
        return False
    row = _row(notice, authority, at)
    if row.sent_at is not None or row.failure:
        return False
    if authority is None:
        _not_mailed(row, AuthorityCopy.UNKNOWN, at)
        return False
    if notice.handling == Handling.SEALED:
        _not_mailed(row, AuthorityCopy.SEALED, at)
        return False
    whole = Attachment(files.file_name(notice), theirs.pdf)
    letter = letters.reread(policy.pack(), row.markdown)
    office_mail.mail(
        letter,
        row.address,
        thing=f"authority:{row.pk}",
        purpose=LETTER,
        attached=(whole,),
        at=at,
    )
    with transaction.atomic():
        is_first = AuthorityCopy.objects.filter(pk=row.pk, sent_at=None).update(sent_at=at) == 1
        if is_first:
            record.record("order.copied", notice, actor=SYSTEM, at=at, data={"to": row.name})
    return is_first


def not_mailed(notice_id: int, why: str, *, at: datetime) -> None:
    """No mail server takes it: those who oversee the order hear that it goes another way."""
    _not_mailed(AuthorityCopy.objects.select_related("notice").get(notice=notice_id), why, at)


def of(notice: Notice) -> AuthorityCopy | None:
    """The copy of this order, if one was due by now."""
    return AuthorityCopy.objects.filter(notice=notice).first() if is_due(notice) else None


def authority_of(notice: Notice) -> Authority | None:
    """The authority of the provider's country, by its name in any language; None where the policy
    knows none."""
    at = notice.issued_at or notice.drafted_at
    wanted = notice.platform.establishment.strip().casefold()
    for one in policy.pack().authorities(at):
        if wanted in (name.casefold() for name in one.country.values()):
            return one
    return None


def is_due(notice: Notice) -> bool:
    """Whether another country's authority gets a copy of this: of each order under a law that says
    so, save to providers that are established here."""
    at = notice.issued_at or notice.drafted_at
    if notice.rung not in ORDERS or not policy.pack().authorities(at):
        return False
    authority = authority_of(notice)
    return authority is None or not authority.is_own


def _row(notice: Notice, authority: Authority | None, at: datetime) -> AuthorityCopy:
    found = AuthorityCopy.objects.select_related("notice").filter(notice=notice).first()
    if found is not None:
        return found
    pack = policy.pack()
    language = pack.languages[0]
    facts: dict[str, object] = {"country": notice.platform.establishment, "issued_at": at}
    if authority is not None:
        given = {
            "issued_at": at,
            "number": notice.number,
            "addressee": authority.name.say(language),
            "platform": notice.platform.name,
            "original_issued_at": notice.issued_at,
            "establishment": authority.country.say(language),
        }
        facts |= {
            "name": given["addressee"],
            "address": authority.email,
            "markdown": letter_texts.write(LETTER, language, given).markdown,
        }
    facts["policy_version"] = letter_texts.version_at(LETTER, language, at)
    return AuthorityCopy.objects.get_or_create(notice=notice, defaults=facts)[0]


def _not_mailed(row: AuthorityCopy, why: str, at: datetime) -> None:
    notice = row.notice
    with transaction.atomic():
        if not AuthorityCopy.objects.filter(pk=row.pk, failure="").update(failure=why[:1_000]):
            return
        record.record(FAILED, notice, actor=SYSTEM, at=at, data={"to": row.name})
        news.tell(
            permissions.overseeing(notice.handling),
            FAILED,
            address=reverse("cases:notice", args=[notice.pk]),
            facts={"number": notice.number},
            at=at,
            is_sealed=notice.handling == Handling.SEALED,
        )


news.register(FAILED, _("The copy of order %(number)s for another authority goes by hand."))
