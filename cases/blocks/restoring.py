"""Normalisation: a request to restore access, decided within the law's time by a second person.

A complete request is acted on within 2x24 hours (Permenkominfo 5/2020 art. 20(4)); it may be
refused where something is lacking, or for a system that was blocked more than three times (20(5)).
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.roles import STAFF, Allowed, Denied, Verdict
from reports.texts import plain

from .. import permissions
from ..models import AccessLetter, Block, RestoreRequest
from ..notices import record
from . import sending, telling
from .deciding import held
from .seeing import visible_to

# A system is, or is being, blocked: what may be asked to be undone.
IN_FORCE = (Block.State.ORDERED, Block.State.BLOCKED)


def may_ask(user: User, block: Block) -> Verdict:
    """Whether this person may enter a request to restore access: staff, while the block stands."""
    if user.role not in STAFF or not visible_to(user).filter(pk=block.pk).exists():
        return Denied(permissions.wrong_role(STAFF))
    if block.state not in IN_FORCE:
        return Denied(_("Nothing is blocked here."))
    if sending.open_request(block) is not None:
        return Denied(_("A request waits for a decision already."))
    return Allowed()


def ask(
    block: Block,
    letter_number: str,
    letter_date: date,
    *,
    is_by_office: bool,
    documents: Collection[str],
    actor: User,
    at: datetime,
) -> RestoreRequest:
    """Enters a request: its letter, and which of the documents came with it. The law's time runs
    from here. Raises Refused, Invalid, or Conflict where one waits."""
    _check_asked(letter_number, letter_date, documents, at)
    with transaction.atomic():
        block = held(block)
        permissions.insist(may_ask(actor, block))
        made = RestoreRequest(
            block=block,
            is_by_office=is_by_office,
            letter_number=plain(letter_number)[:80],
            letter_date=letter_date,
            documents=sorted(documents),
            asked_by=actor,
            asked_at=at,
            due_at=at + policy.pack().limits_at(at).restoration,
        )
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as race:
            raise Conflict(_("A request waits for a decision already.")) from race
        data = {"block": block.pk, "due_at": made.due_at.isoformat()}
        record.record("restoration.asked", block.proposal, actor=actor, at=at, data=data)
        telling.asked(made, at=at)
    return made


def _check_asked(
    letter_number: str, letter_date: date, documents: Collection[str], at: datetime
) -> None:
    known = {one.code for one in policy.pack().normalisation_documents(at)}
    wrong = {}
    if not plain(letter_number):
        wrong["letter_number"] = _("Give the number of the letter.")
    if letter_date > policy.pack().day(at):
        wrong["letter_date"] = _("This day has not come yet.")
    if not known.issuperset(documents):
        wrong["documents"] = _("Choose from the list.")
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})


def lacking(request: RestoreRequest) -> list[str]:
    """The documents that the law wants and the request lacks, by name; a ministry or agency asks
    by letter alone (art. 20(3))."""
    if request.is_by_office:
        return []
    wanted = policy.pack().normalisation_documents(request.asked_at)
    return [str(one.name) for one in wanted if one.code not in request.documents]


def may_decide(user: User, block: Block) -> Verdict:
    """Whether this person may decide the request that waits: somebody who oversees and did not
    enter it."""
    request = sending.open_request(block)
    if request is None:
        return Denied(_("No request waits here."))
    if not permissions.oversees(user, block.proposal):
        return Denied(permissions.wrong_role(permissions.overseers(block.handling)))
    if request.asked_by_id == user.pk:
        return Denied(_("You entered this yourself; a second person must confirm it."))
    return Allowed()


def may_refuse_as_often(block: Block, user: User) -> bool:
    """Whether the platform was blocked so often that a complete request may be refused, as far as
    this person may know (art. 20(5))."""
    most = policy.pack().limits_at(block.entered_at).restoration_refusable_after_blocks
    done = visible_to(user).filter(proposal__platform=block.proposal.platform_id)
    return done.filter(state__in=[*IN_FORCE, Block.State.RESTORING, "restored"]).count() > most


def decide(
    block: Block,
    decision: str,
    answer: str,
    *,
    is_granted: bool,
    actor: User,
    at: datetime,
) -> RestoreRequest:
    """Decides the request: granted, every access provider is told by letter to restore access;
    refused, the reasons stand on record. A complete request is refused for the number of blocks
    alone. Raises Refused, Invalid, or Conflict where somebody was first."""
    _check_answer(decision, answer, is_granted=is_granted)
    with transaction.atomic():
        block = held(block)
        restoring = sending.open_request(block)
        if restoring is None:
            raise Conflict(_("No request waits here."))
        permissions.insist(may_decide(actor, block))
        _check_verdict(block, restoring, actor, is_granted=is_granted)
        states = RestoreRequest.State
        restoring.state = states.GRANTED if is_granted else states.REFUSED
        restoring.decision, restoring.answer = plain(decision)[:80], plain(answer)
        restoring.decided_by, restoring.decided_at = actor, at
        restoring.save()
        if is_granted:
            block.state = Block.State.RESTORING
            block.save(update_fields=["state"])
            sending.write(block, AccessLetter.Kind.RESTORE, restoring.decision, actor=actor, at=at)
        kind = "restoration.granted" if is_granted else "restoration.refused"
        record.record(kind, block.proposal, actor=actor, at=at, data={"block": block.pk})
    return restoring


def _check_answer(decision: str, answer: str, *, is_granted: bool) -> None:
    if not plain(answer):
        raise Invalid.field("answer", _("Give reasons: they stand on record."))
    if is_granted and not plain(decision):
        raise Invalid.field("decision", _("Give the number of the decision."))


def _check_verdict(
    block: Block, restoring: RestoreRequest, actor: User, *, is_granted: bool
) -> None:
    gaps = lacking(restoring)
    if not is_granted and not gaps and not may_refuse_as_often(block, actor):
        raise Invalid.field("verdict", _("A complete request cannot be refused here."))
    if is_granted and gaps:
        said = _("The request lacks: %(gaps)s.") % {"gaps": "; ".join(gaps)}
        raise Invalid.field("verdict", said)
