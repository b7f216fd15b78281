"""The rulebook of a case's life. Buttons, API, permissions and docs/case-life.md all read it.

A verb may have several rows, one for each group of states it starts from. A row without a target
leaves the state as it is. Nothing here approves, fines or blocks by itself: the system's own rows
only follow what persons have decided or platforms and observations have shown.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import REPRESENTATIVES, STAFF, Role
from reports.models import ReportItem

from .models import BEFORE_DECISION, TargetState
from .models import CaseOutcome as Outcome
from .models import CaseState as State

SYSTEM = frozenset({Role.SYSTEM})
WORKERS = STAFF
OVERSEERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
NOBODY: frozenset[str] = frozenset()
SEALED_OVERSEERS = OVERSEERS | {Role.CHILD_PROTECTION}
UNDECIDED = (State.IN_REVIEW, State.NEEDS_INFO)
OPEN = tuple(state for state in State if state != State.CLOSED)
BEGUN = tuple(state for state in OPEN if state != State.NEW)
Progress = ReportItem.Progress


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row: who may take a case from where to where, and what follows.

    `sealed_roles` replaces `roles` for sealed cases (clearance is asked for besides). `holder_or`:
    while somebody holds the case, only they or these roles may. `is_judgement`: only what this
    person has opened, and only so many at once. `frees_targets`: its open accounts are released.
    `progress`: what the reporter's page says from then on. `sentence` takes `%(name)s`.
    """

    verb: str
    label: Promise
    event: str
    sentence: Promise
    sources: tuple[str, ...]
    roles: frozenset[str]
    target: str | None = None
    outcome: str = ""
    sealed_roles: frozenset[str] | None = None
    reason_required: bool = False
    second_person: bool = False
    holder_or: frozenset[str] | None = None
    is_judgement: bool = False
    frees_targets: bool = False
    topics: tuple[str, ...] = ()
    progress: str = ""

    def roles_for(self, handling: str) -> frozenset[str]:
        """The roles that may do this to a case of this handling class."""
        if handling == "sealed" and self.sealed_roles is not None:
            return self.sealed_roles
        return self.roles


@dataclass(frozen=True, kw_only=True)
class TargetMove:
    """One row of a target's life: from which states it may come to `target`, and by whom."""

    target: str
    sources: tuple[str, ...]
    roles: frozenset[str]
    event: str
    sentence: Promise


def taking_up(*, later: tuple[str, ...], **facts: Any) -> tuple[Transition, Transition]:
    """What takes up a new case does the same to one that is under way, and leaves its state."""
    first = Transition(
        sources=(State.NEW,), target=State.IN_REVIEW, progress=Progress.LOOKED_AT, **facts
    )
    return first, Transition(sources=later, **facts)


def about_the_ordinary_order(**facts: Any) -> Transition:
    """What a sealed case does to the ordinary order of the same account."""
    return Transition(
        sources=BEGUN,
        roles=NOBODY,
        sealed_roles=WORKERS,
        reason_required=True,
        holder_or=OVERSEERS,
        **facts,
    )


def taking_back(sources: tuple[str, ...], progress: str) -> Transition:
    """An order that was wrong; whether it had left already makes a difference to the reporters."""
    return Transition(
        verb="withdraw",
        label=_("Withdraw the order"),
        event="case.withdrawn",
        sentence=_("%(name)s withdrew the order"),
        sources=sources,
        target=State.CLOSED,
        outcome=Outcome.WITHDRAWN,
        roles=OVERSEERS,
        sealed_roles=SEALED_OVERSEERS,
        reason_required=True,
        frees_targets=True,
        progress=progress,
    )


TABLE: tuple[Transition, ...] = (
    *taking_up(
        verb="claim",
        label=_("Take"),
        event="case.claimed",
        sentence=_("%(name)s took the case"),
        later=UNDECIDED,
        roles=WORKERS,
        holder_or=NOBODY,
    ),
    *taking_up(
        verb="assign",
        label=_("Assign"),
        event="case.assigned",
        sentence=_("%(name)s assigned the case"),
        later=BEGUN,
        roles=OVERSEERS,
        sealed_roles=SEALED_OVERSEERS,
    ),
    Transition(
        verb="note",
        label=_("Add a note"),
        event="case.noted",
        sentence=_("%(name)s wrote a note"),
        sources=tuple(State),
        roles=WORKERS,
    ),
    Transition(
        verb="tick",
        label=_("Tick the checklist"),
        event="case.ticked",
        sentence=_("%(name)s ticked the checklist"),
        sources=UNDECIDED,
        roles=WORKERS,
        holder_or=OVERSEERS,
    ),
    Transition(
        verb="ask_info",
        label=_("Ask for information"),
        event="case.info_asked",
        sentence=_("%(name)s asked for information"),
        sources=(State.IN_REVIEW,),
        target=State.NEEDS_INFO,
        roles=WORKERS,
        reason_required=True,
        holder_or=OVERSEERS,
    ),
    Transition(
        verb="resume",
        label=_("Resume"),
        event="case.resumed",
        sentence=_("%(name)s resumed the case"),
        sources=(State.NEEDS_INFO,),
        target=State.IN_REVIEW,
        roles=WORKERS | SYSTEM,
        holder_or=OVERSEERS,
    ),
    Transition(
        verb="refer",
        label=_("Refer to a unit"),
        event="case.referred",
        sentence=_("%(name)s referred the case to a unit"),
        sources=BEGUN,
        roles=WORKERS,
        reason_required=True,
        holder_or=OVERSEERS,
    ),
    Transition(
        verb="preserve",
        label=_("Ask for preservation"),
        event="preservation.asked",
        sentence=_("%(name)s asked the platform to preserve the data"),
        sources=BEGUN,
        roles=WORKERS,
        holder_or=OVERSEERS,
    ),
    about_the_ordinary_order(
        verb="withhold",
        label=_("Hold the ordinary order back"),
        event="withholding.held",
        sentence=_("%(name)s holds back the ordinary order of the same account"),
    ),
    about_the_ordinary_order(
        verb="let_go",
        label=_("Let the ordinary order go on"),
        event="withholding.ended",
        sentence=_("%(name)s let the ordinary order of the same account go on"),
    ),
    Transition(
        verb="hand_over",
        label=_("Refer and close"),
        event="case.handed_over",
        sentence=_("%(name)s referred the case and closed it"),
        sources=UNDECIDED,
        target=State.CLOSED,
        outcome=Outcome.REFERRED,
        roles=WORKERS,
        reason_required=True,
        holder_or=OVERSEERS,
        frees_targets=True,
        progress=Progress.REFERRED,
    ),
    Transition(
        verb="dismiss",
        label=_("Dismiss"),
        event="case.dismissed",
        sentence=_("%(name)s dismissed the case"),
        sources=UNDECIDED,
        target=State.CLOSED,
        outcome=Outcome.NO_VIOLATION,
        roles=WORKERS,
        reason_required=True,
        holder_or=OVERSEERS,
        frees_targets=True,
        progress=Progress.NOT_REMOVED,
    ),
    Transition(
        verb="merge",
        label=_("Merge"),
        event="case.merged",
        sentence=_("%(name)s merged the case into another"),
        sources=BEFORE_DECISION,
        target=State.CLOSED,
        outcome=Outcome.MERGED,
        roles=WORKERS,
        holder_or=OVERSEERS,
    ),
    Transition(
        verb="uphold",
        label=_("Uphold"),
        event="case.upheld",
        sentence=_("%(name)s upheld the case"),
        sources=(State.IN_REVIEW,),
        target=State.AWAITING_APPROVAL,
        roles=WORKERS,
        reason_required=True,
        holder_or=OVERSEERS,
        is_judgement=True,
    ),
    Transition(
        verb="approve",
        label=_("Approve"),
        event="case.approved",
        sentence=_("%(name)s approved the decision"),
        sources=(State.AWAITING_APPROVAL,),
        target=State.APPROVED,
        roles=OVERSEERS,
        sealed_roles=SEALED_OVERSEERS,
        second_person=True,
        is_judgement=True,
        topics=("notices.gather",),
    ),
    Transition(
        verb="send_back",
        label=_("Send back"),
        event="case.sent_back",
        sentence=_("%(name)s sent the case back"),
        sources=(State.AWAITING_APPROVAL,),
        target=State.IN_REVIEW,
        roles=OVERSEERS,
        sealed_roles=SEALED_OVERSEERS,
        reason_required=True,
    ),
    Transition(
        verb="order",
        label=_("Order"),
        event="case.ordered",
        sentence=_("the notice was issued by %(name)s"),
        sources=(State.APPROVED,),
        target=State.ORDERED,
        roles=SYSTEM,
        progress=Progress.ORDERED,
    ),
    Transition(
        verb="close_gone",
        label=_("Close: accounts gone"),
        event="case.closed",
        sentence=_("the case was closed by %(name)s: its accounts are gone"),
        sources=OPEN,
        target=State.CLOSED,
        outcome=Outcome.GONE,
        roles=SYSTEM,
        progress=Progress.REMOVED,
    ),
    Transition(
        verb="release",
        label=_("Accept the platform's reasons"),
        event="case.released",
        sentence=_("%(name)s accepted the platform's reasons and closed the case"),
        sources=(State.ORDERED,),
        target=State.CLOSED,
        outcome=Outcome.RELEASED,
        roles=OVERSEERS | SYSTEM,
        sealed_roles=SEALED_OVERSEERS | SYSTEM,
        reason_required=True,
        frees_targets=True,
        progress=Progress.RELEASED,
    ),
    taking_back((State.APPROVED,), Progress.NOT_REMOVED),
    taking_back((State.ORDERED,), Progress.WITHDRAWN),
    Transition(
        verb="reopen",
        label=_("Reopen"),
        event="case.reopened",
        sentence=_("the case was reopened by %(name)s"),
        sources=(State.CLOSED,),
        target=State.IN_REVIEW,
        roles=SYSTEM,
        reason_required=True,
        progress=Progress.LOOKED_AT,
    ),
)

# Who may say what became of an account: the platform answers, a person or the probe looks.
ANSWERERS = REPRESENTATIVES | STAFF | SYSTEM
LOOKERS = STAFF | SYSTEM
T = TargetState
STANDS = (T.STANDING, T.CLAIMED, T.REFUSED, T.NEEDS_INFO, T.NOT_FOUND)


def said(target: str, event: str, sentence: Promise) -> TargetMove:
    """The platform may say this of an account of which it has said something else, or nothing."""
    others = tuple(state for state in STANDS if state != target)
    return TargetMove(
        target=target, sources=others, roles=ANSWERERS, event=event, sentence=sentence
    )


def seen(
    target: str, event: str, sentence: Promise, sources: tuple[str, ...] = STANDS
) -> TargetMove:
    """Only we ourselves may say this, whatever the platform said before."""
    return TargetMove(target=target, sources=sources, roles=LOOKERS, event=event, sentence=sentence)


TARGET_TABLE: tuple[TargetMove, ...] = (
    said(T.CLAIMED, "target.claimed", _("%(name)s: the platform says it is gone")),
    said(T.REFUSED, "target.refused", _("%(name)s: the platform disagrees")),
    said(T.NEEDS_INFO, "target.questioned", _("%(name)s: the platform asks for more")),
    said(T.NOT_FOUND, "target.not_found", _("%(name)s: the platform cannot find it")),
    seen(T.GONE, "target.gone", _("%(name)s: it is gone, seen twice")),
    said(T.STANDING, "target.standing", _("%(name)s: it is still up")),
    seen(T.STANDING, "target.reappeared", _("%(name)s: it is there again"), (T.GONE, T.RELEASED)),
    seen(T.RELEASED, "target.released", _("%(name)s: it is released")),
)

VERBS: tuple[str, ...] = tuple(dict.fromkeys(row.verb for row in TABLE))
SENTENCES: dict[str, Promise] = {
    **{row.event: row.sentence for row in TABLE},
    **{move.event: move.sentence for move in TARGET_TABLE},
    "case.absorbed": _("%(name)s merged another case into this one"),
}
BY_VERB_AND_STATE = {(row.verb, source): row for row in TABLE for source in row.sources}
MOVES = {(row.target, source): row for row in TARGET_TABLE for source in row.sources}


def rows_of(verb: str) -> tuple[Transition, ...]:
    """The rows of a verb; KeyError for a word that the table does not know."""
    found = tuple(row for row in TABLE if row.verb == verb)
    if not found:
        raise KeyError(verb)
    return found
