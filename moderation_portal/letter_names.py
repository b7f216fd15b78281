"""What the letters of the portal are called on its pages."""

from django.utils.translation import gettext_lazy as _

NAMES = {
    "order": _("Takedown order"),
    "feature_order": _("Order to adjust a feature"),
    "reminder": _("Reminder"),
    "next_contact": _("Reminder to the next contact"),
    "warning_1": _("First warning"),
    "warning_2": _("Second warning"),
    "warning_3": _("Third warning"),
    "block_proposal": _("Proposal to block access"),
    "unpaid_proposal": _("Proposal to block access for an unpaid fine"),
    "block_order": _("Order to block access"),
    "normalisation": _("Order to restore access"),
    "fine": _("Assessment of a fine"),
    "fine_decision": _("Decision on an objection to a fine"),
    "withdrawal": _("Withdrawal of an order"),
    "due_change": _("New deadline of an order"),
    "correction": _("Correction of an order"),
    "restoration": _("Request to restore"),
    "restoration_order": _("Order to restore after an appeal"),
    "prior_information": _("Information before the first order"),
    "order_copy": _("Copy of an order to another authority"),
    "preservation": _("Request to preserve data"),
    "sealed_notice_awaits": _("News of a sealed notice"),
    "receipt": _("Receipt of a report"),
    "outcome_removed": _("Outcome of a report: gone"),
    "outcome_declined": _("Outcome of a report: declined"),
    "outcome_taken_back": _("Outcome of a report: order withdrawn"),
    "outcome_routed": _("Outcome of a report: passed on"),
    "needs_info": _("Question to a reporter"),
    "petition_reply": _("Reply to a petition"),
    "code": _("One-time code"),
    "account_changed": _("News of a changed account"),
    "contact_changed": _("News of a changed contact"),
    "still_you": _("Question whether a contact is still there"),
    "deputy_told": _("News to a deputy"),
    "dispute_decided": _("Decision on a disputed deadline"),
    "password_link": _("Link to a new password"),
}


def name_of(code: str) -> str:
    """The name of the letter with this code of the policy pack, in the reader's language."""
    return str(NAMES.get(code, code))
