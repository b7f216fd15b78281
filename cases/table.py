"""The rulebook of a case's life. Buttons, API, permissions and docs/case-life.md all read it.

A verb may have several rows, one for each group of states it starts from. A row without a target
leaves the state as it is. Nothing here approves, fines or blocks by itself: the system's own rows
only follow what persons have decided or platforms and observations have shown.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import STAFF, Role
from reports.models import ReportItem

from .models import CaseOutcome as Outcome
from .models import CaseState as State
from .table_rows import Transition
from .target_table import TARGET_TABLE

SYSTEM = frozenset({Role.SYSTEM})
WORKERS = STAFF
OVERSEERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
NOBODY: frozenset[str] = frozenset()
SEALED_OVERSEERS = OVERSEERS | {Role.CHILD_PROTECTION}
UNDECIDED = (State.IN_REVIEW, State.NEEDS_INFO)
OPEN = tuple(state for state in State if state != State.CLOSED)
BEGUN = tuple(state for state in OPEN if state != State.NEW)
Progress = ReportItem.Progress


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


def before_a_panel(**facts: Any) -> Transition:
    """What brings a case before a panel and back: its members are not cleared, and its advice
    decides nothing."""
    sealed = _("The members of a panel are not cleared: no sealed case is put before one.")
    return Transition(
        roles=WORKERS, sealed_roles=NOBODY, not_sealed=sealed, holder_or=OVERSEERS, **facts
    )


def between_cases(**facts: Any) -> Transition:
    """What goes from one case into another before either is decided."""
    return Transition(roles=WORKERS, holder_or=OVERSEERS, **facts)


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
        verb="give_back",
        label=_("Give back"),
        event="case.given_back",
        sentence=_("%(name)s gave the case back"),
        sources=UNDECIDED,
        roles=WORKERS,
        reason_required=True,
        holder_or=NOBODY,
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
    before_a_panel(
        verb="ask_panel",
        label=_("Ask a panel"),
        event="panel.asked",
        sentence=_("%(name)s put the case before a panel"),
        sources=(State.IN_REVIEW,),
        target=State.WITH_PANEL,
        reason_required=True,
    ),
    before_a_panel(
        verb="record_advice",
        label=_("Record the panel's advice"),
        event="panel.advised",
        sentence=_("%(name)s recorded the advice of the panel"),
        sources=(State.WITH_PANEL,),
        target=State.IN_REVIEW,
    ),
    before_a_panel(
        verb="recall_panel",
        label=_("Take back from the panel"),
        event="panel.recalled",
        sentence=_("%(name)s took the case back from the panel"),
        sources=(State.WITH_PANEL,),
        target=State.IN_REVIEW,
        reason_required=True,
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
        label=_("Dismiss: nothing unlawful"),
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
    between_cases(
        verb="merge",
        label=_("Merge"),
        event="case.merged",
        sentence=_("%(name)s merged the case into another"),
        sources=(State.NEW, *UNDECIDED),
        target=State.CLOSED,
        outcome=Outcome.MERGED,
    ),
    between_cases(
        verb="unmerge",
        label=_("Take the merge back"),
        event="case.unmerged",
        sentence=_("%(name)s took the merge back"),
        sources=(State.CLOSED,),
        of_outcome=Outcome.MERGED,
        target=State.IN_REVIEW,
        reason_required=True,
        progress=Progress.LOOKED_AT,
    ),
    between_cases(
        verb="move",
        label=_("Move accounts"),
        event="case.accounts_moved",
        sentence=_("%(name)s moved accounts into another case"),
        sources=(State.NEW, *UNDECIDED),
        reason_required=True,
    ),
    Transition(
        verb="uphold",
        label=_("Uphold: it is unlawful"),
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
        renews_promise=True,
        progress=Progress.LOOKED_AT,
    ),
)

VERBS: tuple[str, ...] = tuple(dict.fromkeys(row.verb for row in TABLE))
SENTENCES: dict[str, Promise] = {
    **{row.event: row.sentence for row in TABLE},
    **{move.event: move.sentence for move in TARGET_TABLE},
    "case.absorbed": _("%(name)s merged another case into this one"),
    "case.separated": _("%(name)s took the merge of another case back"),
    "case.accounts_gained": _("%(name)s moved accounts of another case into this one"),
    "case.split_off": _("%(name)s opened the case for accounts of another"),
}
BY_VERB_AND_STATE = {(row.verb, source): row for row in TABLE for source in row.sources}


def rows_of(verb: str) -> tuple[Transition, ...]:
    """The rows of a verb; KeyError for a word that the table does not know."""
    found = tuple(row for row in TABLE if row.verb == verb)
    if not found:
        raise KeyError(verb)
    return found
