"""A fine that was not paid in time: a proposal to block is drafted, and persons decide on it.

Access may be blocked for an unpaid fine as well (Permenkominfo 5/2020 art. 15(12)), whatever became
of the content. The ladder of the policy says by which rung; the draft waits for its signatures like
any proposal, and nothing follows by itself.
"""

from datetime import datetime

from django.db import transaction

from moderation_portal.models import User
from moderation_portal.policy import Rung
from moderation_portal.roles import SYSTEM, Actor

from ..models import Fine, Notice
from ..notices import drafting, issuing, record
from . import telling
from .assessing import held
from .seeing import paid


def look(at: datetime) -> list[int]:
    """Drafts the proposals that are due, each in a transaction of its own; gives their fines."""
    late = Fine.objects.filter(
        state=Fine.State.OWED, unpaid_proposal=None, pay_due_at__lte=at
    ).order_by("pay_due_at", "pk")
    return [pk for pk in list(late.values_list("pk", flat=True)) if _propose(pk, at)]


def rung_of(fine: Fine) -> Rung | None:
    """By which rung of its ladder an unpaid fine leads on; None where the law knows none."""
    rungs = issuing.ladder_of(fine.notice).rungs
    return next((rung for rung in rungs if rung.follows_unpaid_fine), None)


def drop(fine: Fine, *, actor: User | Actor, at: datetime) -> None:
    """Discards a proposal that nobody needs any more, as long as it is a draft: the fine was paid,
    cancelled or objected to. Call it with the fine held."""
    proposal = fine.unpaid_proposal
    if proposal is None or proposal.state != Notice.State.DRAFTED:
        return
    issuing.discard([proposal.pk], actor=actor, at=at)
    fine.unpaid_proposal = None
    fine.save(update_fields=["unpaid_proposal"])


@transaction.atomic
def _propose(pk: int, at: datetime) -> bool:
    fine = held(Fine.objects.get(pk=pk))
    rung = rung_of(fine)
    is_late = fine.pay_due_at is not None and fine.pay_due_at <= at
    if rung is None or not is_late or fine.state != Fine.State.OWED or fine.unpaid_proposal_id:
        return False
    if paid(fine) >= fine.amount:
        return False
    frame = drafting.Frame(
        fine.notice.platform,
        rung.code,
        fine.notice.urgency,
        fine.handling,
        fine.notice.basis,
        follows=fine.letter,
        signatures_wanted=tuple(rung.signatures),
    )
    items = list(fine.notice.items.select_related("target__account").order_by("position"))
    made = drafting.draft(
        frame,
        [item.target for item in items],
        at=at,
        locators={item.target_id: item.locator for item in items},
        withheld=[item.target_id for item in items if item.is_withheld],
    )
    fine.unpaid_proposal = made
    fine.save(update_fields=["unpaid_proposal"])
    record.record("notice.drafted", made, actor=SYSTEM, at=at)
    record.held_back(made, at=at, kind="notice.proposed_beside")
    telling.unpaid(fine, at=at)
    return True
