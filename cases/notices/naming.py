"""What a notice is called on pages, and in what machines read."""

from datetime import datetime

from django.utils.translation import gettext as _

from moderation_portal import policy

from ..models import Notice
from ..rungs import RESTORATION_LETTER


def rung_name(notice: Notice) -> str:
    """What kind of notice it is: an order, a warning, a withdrawal."""
    at: datetime = notice.issued_at or notice.drafted_at
    rungs = {rung.code: str(rung.name) for rung in policy.pack().ladder(notice.urgency, at).rungs}
    if notice.template == RESTORATION_LETTER:
        return _("Order to restore")
    others = {
        "withdrawal": _("Withdrawal"),
        "restoration": _("Request to restore"),
        "preservation": _("Request to preserve"),
        "due_change": _("Change of a deadline"),
        "fine": _("Assessment of a fine"),
        "fine_decision": _("Decision on an objection to a fine"),
    }
    return rungs.get(notice.rung) or others.get(notice.rung) or notice.rung
