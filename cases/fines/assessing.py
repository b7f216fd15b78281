"""A fine is proposed by one person and assessed by the approval of another."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moderation_portal import figures, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.policy.fine_table import FINING
from moderation_portal.roles import STAFF, Allowed, Denied, Verdict
from reports.texts import plain, reason_of

from .. import notices, permissions, reckoning
from ..models import ANSWERABLE, Fine, Notice
from ..notices import fining, issuing, record
from . import telling

STANDING = (Fine.State.PROPOSED, Fine.State.OWED, Fine.State.OBJECTED, Fine.State.PAID)


def may_propose(user: User, notice: Notice) -> Verdict:
    """Whether this person may propose a fine for this notice, and if not, why: for a warning after
    which the law's ladder has fines assessed, once it was served."""
    if user.role not in STAFF:
        return Denied(permissions.wrong_role(STAFF))
    if not notices.visible_to(user).filter(pk=notice.pk).exists():
        return Denied(_("There is no such notice. Check the number."))
    rung = issuing.rung_of(notice)
    table = _table(notice)
    if rung is None or FINING.isdisjoint(rung.effects) or table is None:
        return Denied(_("No fine follows from this letter."))
    if not figures.may_be_used(table):
        return Denied(_("The figures of the table are assumed. A steward must confirm them first."))
    if notice.state not in ANSWERABLE or notice.served_at is None:
        return Denied(_("A fine is assessed for a warning that has reached the platform."))
    if Fine.objects.filter(notice=notice, state__in=STANDING).exists():
        return Denied(_("A fine for this letter is on record already."))
    return Allowed()


def propose(
    notice: Notice, choices: Mapping[str, str], reason: str, *, actor: User, at: datetime
) -> Fine:
    """Proposes a fine for the accounts of a warning; `choices` names the index of each factor that
    an officer chooses. Raises Refused, Invalid, or Conflict where one is on record already."""
    permissions.insist(may_propose(actor, notice))
    table, said = _table(notice), plain(reason)
    if table is None:
        raise Refused(_("No fine follows from this letter."))
    if not said:
        raise Invalid.field("reason", _("Give reasons: the platform reads them."))
    chosen = {one.code: choices.get(one.code, "") for one in table.chosen_by_officer}
    items = notice.items.select_related("target__case")
    lines = reckoning.reckon(table, items, notice.rung, chosen)
    made = Fine(
        notice=notice,
        table=table.code,
        policy_version=policy.pack().version,
        choices=chosen,
        lines=reckoning.kept(lines),
        amount=reckoning.total(lines),
        reason=said,
        language=(get_language() or "").partition("-")[0],
        proposed_by=actor,
        proposed_at=at,
    )
    try:
        with transaction.atomic():
            made.save()
            record.record("fine.proposed", notice, actor=actor, at=at, data={"fine": made.pk})
            telling.proposed(made, at=at)
    except IntegrityError as race:
        raise Conflict(_("A fine for this letter is on record already.")) from race
    return made


def may_approve(user: User, fine: Fine) -> Verdict:
    """Whether this person may assess the fine that waits: somebody who oversees and did not
    propose it."""
    if fine.state != Fine.State.PROPOSED:
        return Denied(_("This has been decided already."))
    if not permissions.oversees(user, fine.notice):
        return Denied(permissions.wrong_role(permissions.overseers(fine.handling)))
    if fine.proposed_by_id == user.pk:
        return Denied(_("You proposed this fine yourself; a second person must approve it."))
    return Allowed()


def approve(fine: Fine, *, actor: User, at: datetime) -> Fine:
    """Assesses the fine: its letter is issued over both names. Raises Refused, and Conflict where
    somebody was first or the warning was withdrawn meanwhile."""
    with transaction.atomic():
        fine = held(fine)
        permissions.insist(may_approve(actor, fine), is_late=fine.state != Fine.State.PROPOSED)
        if fine.notice.state not in ANSWERABLE:
            raise Conflict(_("The warning was withdrawn meanwhile: nothing follows from it."))
        fine.approved_by, fine.approved_at, fine.state = actor, at, Fine.State.OWED
        fining.assess(fine, actor=actor, at=at)
        fine.save(update_fields=["approved_by", "approved_at", "state", "letter"])
        record.record("fine.assessed", fine.notice, actor=actor, at=at, data={"fine": fine.pk})
        telling.judged(fine, telling.ASSESSED, actor=actor, at=at)
    return fine


def may_drop(user: User, fine: Fine) -> Verdict:
    """Whether this person may drop the proposal: whoever may approve it, or who proposed it."""
    is_own = fine.state == Fine.State.PROPOSED and fine.proposed_by_id == user.pk
    return Allowed() if is_own else may_approve(user, fine)


def drop(fine: Fine, reason: str, *, actor: User, at: datetime) -> Fine:
    """Turns a proposal down, or takes one's own back. Raises Refused, Invalid or Conflict."""
    said = reason_of(reason)
    with transaction.atomic():
        fine = held(fine)
        permissions.insist(may_drop(actor, fine), is_late=fine.state != Fine.State.PROPOSED)
        fine.state, fine.dropped_because = Fine.State.DROPPED, said
        fine.save(update_fields=["state", "dropped_because"])
        data = {"fine": fine.pk, "reason": said}
        record.record("fine.dropped", fine.notice, actor=actor, at=at, data=data)
        telling.judged(fine, telling.DROPPED, actor=actor, at=at)
    return fine


def held(fine: Fine) -> Fine:
    """The fine as it is now, locked after the cases and the warning, in the order of all verbs."""
    issuing.lock(fine.notice_id)
    locked = Fine.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("notice__platform", "letter", "proposed_by").get(pk=fine.pk)


def _table(notice: Notice):
    return policy.pack().fine_table(notice.issued_at or notice.drafted_at)
