"""Words that a decision may begin with: what the policy pack usually says, and what was reported.

They save typing and nothing else. What the platform will read is never proposed from a report: its
words may name who told us.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.models import User
from reports.models import Handling, ReportItem

from .models import Case
from .permissions import sees_sealed

# So much of a report's words is quoted; all of them stand beside the form.
LONGEST_QUOTE = 1_000


def of(case: Case, user: User, *, at: datetime) -> dict[str, str]:
    """Field of the decision -> its proposal in the reader's language; only where there is one."""
    found = dict(policy.pack().proposals(case.category, at))
    if words := _reported(case, user):
        found["legality"] = _("The report says: “%(words)s”") % {"words": words}
    return found


def is_usual(case: Case, part: str, text: str, *, at: datetime) -> bool:
    """Whether this part of a decision reads as the policy pack proposes it, in any language."""
    return text.strip() in policy.pack().proposed_words(case.category, part, at)


def _reported(case: Case, user: User) -> str:
    """The words of the newest telling that this person may read. One statement."""
    told = ReportItem.objects.filter(joining__target__case=case).exclude(report__reason="")
    if not sees_sealed(user):
        told = told.filter(report__handling=Handling.ORDINARY)
    newest = told.order_by("-report__received_at", "-report_id").values_list("report__reason")
    return next((reason.strip()[:LONGEST_QUOTE] for (reason,) in newest[:1]), "")
