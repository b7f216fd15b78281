"""What follows a notice if nothing is answered: each rung with its time, whom it reaches, who signs
it, why it comes and by which article. The ladder itself (`ladder.climb`) goes by the same steps.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import policy
from moderation_portal.policy import Pack, Rung
from moderation_portal.roles import Role

from .models import Notice
from .notices.issuing import ladder_of
from .rungs import steps

# Why a rung comes.
WHY = {
    "reminder": gettext_lazy("The deadline comes near and accounts are not answered."),
    "contact": gettext_lazy("The deadline has passed without an answer."),
    "warning": gettext_lazy("The deadline has passed and the accounts still stand."),
    "proposal": gettext_lazy("No further warning is left and the accounts still stand."),
}
# Whom it reaches; what goes by itself needs nobody here.
WHOM = {
    "reminder": gettext_lazy("Goes by itself to whom this notice was sent."),
    "contact": gettext_lazy("Goes by itself to the platform's next contact."),
    "warning": gettext_lazy("Drafted by the portal; it leaves once it is signed by: %(roles)s."),
    "proposal": gettext_lazy(
        "Drafted by the portal for %(whom)s, never for the platform; signed by: %(roles)s."
    ),
}


@dataclass(frozen=True)
class Ahead:
    """One rung that is still to come. `whom` and `why` are sentences, `law` a citation."""

    at: datetime
    rung: Rung
    whom: str
    why: str
    law: str


def of_notice(notice: Notice, due_at: datetime, *, hosts_users: bool, at: datetime) -> list[Ahead]:
    """The rungs that follow this notice for accounts that are due at `due_at`, as of `at`: what
    lies behind is left out. Empty for what has no ladder to climb, or has reached nobody yet."""
    if notice.state != Notice.State.SERVED:
        return []
    rungs = steps(ladder_of(notice), notice.rung, hosts_users=hosts_users)
    planned = ((due_at + rung.offset, rung) for rung in rungs)
    return [Ahead(when, rung, *told(rung)) for when, rung in planned if when > at]


def told(rung: Rung, pack: Pack | None = None) -> tuple[str, str, str]:
    """Whom a rung of this pack that follows silence reaches, why it comes, and its article, in the
    active language."""
    roles = ", ".join(str(Role(one).label) for one in rung.signatures)
    facts = {"roles": roles or str(Role.SUPERVISOR.label), "whom": rung.goes_to}
    whom = str(WHOM[rung.kind]) % facts
    if "assess_fine" in rung.effects or "cumulative_fine" in rung.effects:
        whom = f"{whom} {_('From this letter on a fine may be assessed.')}"
    return whom, str(WHY[rung.kind]), str((pack or policy.pack()).basis(rung.basis).citation)
