"""Fines as lists show them, to the desk and to the platform."""

from datetime import datetime
from typing import Any

from moderation_portal.models import User

from .. import fines, reckoning
from ..models import Fine

TONES = {
    Fine.State.PROPOSED: "warn",
    Fine.State.OWED: "progress",
    Fine.State.OBJECTED: "warn",
    Fine.State.PAID: "good",
    Fine.State.CANCELLED: "neutral",
    Fine.State.DROPPED: "neutral",
}


def row(fine: Fine, user: User, at: datetime) -> dict[str, Any]:
    """One fine as a list shows it, with what it comes to for this reader."""
    table, come = reckoning.table_of(fine), fines.sum_of(fine, user)
    state = fines.state_for(fine, user)
    is_open = state in (Fine.State.OWED, Fine.State.OBJECTED)
    is_overdue = fine.pay_due_at is not None and fine.pay_due_at <= at and come.left > 0
    return {
        "fine": fine,
        "number": str(fine.letter or fine.notice),
        "state": str(state.label),
        "tone": TONES[state],
        "amount": reckoning.money(table, come.amount),
        "paid": reckoning.money(table, come.paid) if come.paid else "",
        "left": reckoning.money(table, come.left),
        "is_open": is_open,
        "is_late": is_open and is_overdue,
        "lacks_commitment": is_open
        and fine.committed_at is None
        and fine.commit_due_at is not None
        and fine.commit_due_at <= at,
    }
