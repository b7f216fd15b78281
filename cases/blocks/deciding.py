"""The decision on a proposal: entered by one person, carried out by another."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.roles import Allowed, Denied, Verdict
from reports.texts import plain, reason_of

from .. import notices, permissions
from ..models import AccessLetter, Block, Notice
from ..notices import issuing, record
from ..rungs import proposals
from . import sending, telling


def may_enter(user: User, proposal: Notice) -> Verdict:
    """Whether this person may enter what was decided on this notice: somebody who
    oversees, for an issued proposal on which nothing is entered yet."""
    if not notices.visible_to(user).filter(pk=proposal.pk).exists():
        return Denied(_("There is no such notice. Check the number."))
    if proposal.rung not in proposals(policy.pack()):
        return Denied(_("This is no proposal to block."))
    if not permissions.oversees(user, proposal):
        return Denied(permissions.wrong_role(permissions.overseers(proposal.handling)))
    if proposal.state != Notice.State.ISSUED:
        return Denied(_("The proposal has not been issued: both signatures come first."))
    if Block.objects.filter(proposal=proposal).exclude(state=Block.State.DROPPED).exists():
        return Denied(_("The decision on this proposal is on record already."))
    return Allowed()


def enter(
    proposal: Notice,
    decision: str,
    decided_on: date,
    *,
    is_granted: bool,
    hosts: Collection[str],
    note: str = "",
    actor: User,
    at: datetime,
) -> Block:
    """Enters what was decided: its number and day, and of a block the addresses (reviewed
    hosts of the platform). Raises Refused, Invalid, or Conflict where somebody was first."""
    permissions.insist(may_enter(actor, proposal))
    _check(proposal, decision, decided_on, hosts if is_granted else None, at)
    made = Block(
        proposal=proposal,
        is_granted=is_granted,
        decision=plain(decision)[:80],
        decided_on=decided_on,
        hosts=sorted(hosts) if is_granted else [],
        note=plain(note),
        entered_by=actor,
        entered_at=at,
    )
    try:
        with transaction.atomic():
            made.save()
            record.record("block.entered", proposal, actor=actor, at=at, data={"block": made.pk})
            telling.entered(made, at=at)
    except IntegrityError as race:
        raise Conflict(_("The decision on this proposal is on record already.")) from race
    return made


def _check(
    proposal: Notice, decision: str, decided_on: date, hosts: Collection[str] | None, at: datetime
) -> None:
    wrong = {}
    if not plain(decision):
        wrong["decision"] = _("Give the number of the decision.")
    if decided_on > policy.pack().day(at):
        wrong["decided_on"] = _("This day has not come yet.")
    if proposal.issued_at and decided_on < policy.pack().day(proposal.issued_at):
        wrong["decided_on"] = _("The decision cannot be older than the proposal.")
    if hosts is not None:
        known = set(proposal.platform.hosts.values_list("host", flat=True))
        if not hosts or not known.issuperset(hosts):
            wrong["hosts"] = _("Choose at least one reviewed address of the platform.")
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})


def may_issue(user: User, block: Block) -> Verdict:
    """Whether this person may have the decision carried out: somebody who oversees and did not
    enter it."""
    if block.state != Block.State.ENTERED:
        return Denied(_("This has been decided already."))
    if not permissions.oversees(user, block.proposal):
        return Denied(permissions.wrong_role(permissions.overseers(block.handling)))
    if block.entered_by_id == user.pk:
        return Denied(_("You entered this yourself; a second person must confirm it."))
    return Allowed()


def issue(block: Block, *, actor: User, at: datetime) -> Block:
    """Confirms what was entered: a granted block goes to every access provider, each by a numbered
    letter; a refusal ends the matter. Raises Refused, or Conflict where somebody was first or the
    proposal was withdrawn meanwhile."""
    with transaction.atomic():
        block = held(block)
        permissions.insist(may_issue(actor, block), is_late=block.state != Block.State.ENTERED)
        if block.is_granted and block.proposal.state != Notice.State.ISSUED:
            raise Conflict(_("The proposal was withdrawn meanwhile: nothing follows from it."))
        block.issued_by, block.issued_at = actor, at
        block.state = Block.State.ORDERED if block.is_granted else Block.State.REFUSED
        block.save(update_fields=["issued_by", "issued_at", "state"])
        if block.is_granted:
            sending.write(block, AccessLetter.Kind.BLOCK, block.decision, actor=actor, at=at)
        kind = "block.ordered" if block.is_granted else "block.refused"
        record.record(kind, block.proposal, actor=actor, at=at, data={"block": block.pk})
    return block


def may_drop(user: User, block: Block) -> Verdict:
    """Whether this person may drop the entry: whoever made it, or may confirm it."""
    is_own = block.state == Block.State.ENTERED and block.entered_by_id == user.pk
    return Allowed() if is_own else may_issue(user, block)


def drop(block: Block, reason: str, *, actor: User, at: datetime) -> Block:
    """Drops an entry that was wrong, so that another can be made. Raises Refused, Invalid or
    Conflict."""
    said = reason_of(reason)
    with transaction.atomic():
        block = held(block)
        permissions.insist(may_drop(actor, block), is_late=block.state != Block.State.ENTERED)
        block.state = Block.State.DROPPED
        block.save(update_fields=["state"])
        data = {"block": block.pk, "reason": said}
        record.record("block.dropped", block.proposal, actor=actor, at=at, data=data)
    return block


def held(block: Block) -> Block:
    """The block as it is now, locked after cases and proposal, in the order of all verbs."""
    issuing.lock(block.proposal_id)
    locked = Block.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("proposal__platform").get(pk=block.pk)
