"""The signatures of a formal rung: persons sign, the system only drafts."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import Denied

from ..models import Notice, Signature
from . import record
from .issuing import freeze, lock, rung_of
from .seeing import may_sign, missing_roles, role_for


def sign(notice: Notice, *, actor: User, at: datetime, note: str = "") -> Notice:
    """Signs a drafted warning or proposal; with the last signature it is issued.

    `note` says how the platform's reasons were weighed; a proposal to block wants it (Permenkominfo
    5/2020 art. 15(7), (9), (12)). Each person signs once. Raises Refused or Invalid, and Conflict
    when the notice has moved on. A draft whose accounts have all been answered is discarded.
    """
    with transaction.atomic():
        locked = lock(notice.pk)
        here = locked.notice
        if here.state != Notice.State.DRAFTED:
            state = {"state": here.get_state_display()}
            raise Conflict(_("This notice is “%(state)s” already.") % state)
        verdict = may_sign(actor, here)
        if isinstance(verdict, Denied):
            raise Refused(verdict.reason)
        rung = rung_of(here, at)
        if rung is not None and rung.weighs_reasons and not note.strip():
            said = _("Say how the reasons that the platform gave were weighed.")
            raise Invalid.field("note", said)
        write_down(here, actor, note, at)
        record.record(
            "notice.signed", here, actor=actor, at=at, case_ids=locked.case_ids,
            data={"role": role_for(actor, here), "note": note.strip()},
        )  # fmt: skip
        if not missing_roles(here):
            freeze(locked, actor=actor, at=at)
    return here


def write_down(notice: Notice, actor: User, note: str, at: datetime) -> None:
    """Keeps a signature. Raises Conflict when this role, or this person, has signed already."""
    try:
        with transaction.atomic():
            Signature.objects.create(
                notice=notice,
                signer=actor,
                role=role_for(actor, notice),
                note=note.strip(),
                signed_at=at,
            )
    except IntegrityError as race:
        raise Conflict(_("Somebody signed in this role at the same moment.")) from race
