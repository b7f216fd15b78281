"""The electronic signature of a letter, made between its issue and its sending.

Issue freezes what a letter says. Signing it may mean to ask a service outside, so that is a step of
its own, with no transaction open, and sending comes after it: a signer that fails delays a notice
and loses none, and one that was asked twice has still signed one letter, the one that was kept.
"""

from datetime import datetime

from django.db import transaction

from moderation_portal import faults, outbox
from moderation_portal.errors import PortalError
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM

from ..models import Notice
from . import files, issuing, record

NOT_SIGNED = "notice.not_signed"


def sign_letter(notice_id: int, *, at: datetime) -> None:
    """Signs the letter of an issued notice and has it sent (`letter.sign`).

    Raises `outbox.Later` when it cannot be signed now; the record of the notice says so once.
    """
    signed = Notice.objects.get(pk=notice_id)
    if signed.pdf:
        return
    try:
        files.put_down(signed, at=at)
    except PortalError as fault:
        _not_signed(signed, fault, at)
        raise outbox.Later(fault.sentence) from fault
    with transaction.atomic():
        here = issuing.lock(notice_id).notice
        if here.pdf:
            return
        signed.save(update_fields=["markdown", "pdf", "pdf_sha256", "letter_signed_at"])
        data = {"sha256": signed.pdf_sha256}
        record.record("notice.letter_signed", here, actor=SYSTEM, at=at, data=data)
        issuing.send_first(signed, at=at)


@transaction.atomic
def _not_signed(notice: Notice, fault: PortalError, at: datetime) -> None:
    if not Event.objects.filter(thread=f"notice:{notice.pk}", kind=NOT_SIGNED).exists():
        data = {"reason": faults.code_of(fault)}
        record.record(NOT_SIGNED, notice, actor=SYSTEM, at=at, data=data)
