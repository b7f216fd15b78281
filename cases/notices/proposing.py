"""What a proposal tells whoever decides on it."""

from typing import Any

from django.utils import translation

from moderation_portal import clock, policy

from .. import reckoning
from ..models import Fine, Notice


def given(notice: Notice) -> dict[str, Any]:
    """Every letter before it, how the platform's reasons were weighed (Permenkominfo 5/2020 art.
    15(7), (9), (12)), and of an unpaid fine how much was to be paid until when."""
    notes = notice.signatures.order_by("pk").values_list("note", flat=True)
    history, earlier, tz = [], notice.follows, policy.pack().tz
    while earlier is not None:
        issued_on = clock.local(earlier.issued_at or earlier.drafted_at, tz).date()
        history.append(f"{earlier.number}, {issued_on:%Y-%m-%d}")
        first, earlier = earlier, earlier.follows
    return {
        "history": history[::-1],
        "weighed": "\n\n".join(filter(None, notes)),
        "original_number": first.number,
        "original_issued_at": first.issued_at,
        "served_at": first.served_at,
        "due_at": first.due_at,
        **_unpaid(notice),
    }


def _unpaid(notice: Notice) -> dict[str, Any]:
    fine = Fine.objects.filter(unpaid_proposal=notice).first()
    if fine is None:
        return {}
    with translation.override(notice.language):
        amount = reckoning.money(reckoning.table_of(fine), fine.amount)
    return {"amount": amount, "until": fine.pay_due_at}
