"""Who sees which case and who may do what to it. Loading is authorising: start from `visible_to`.

Roles stand in the table (`cases.table`); here is only how a row of it is judged.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Refused
from moderation_portal.formats import instant
from moderation_portal.models import User
from moderation_portal.roles import AUDITORS, STAFF, Actor, Allowed, Denied, Role, Verdict
from reports.models import Handling

from .models import Appeal, Case, CaseOutcome, CaseState, Decision, Notice, Target, TargetState
from .table import (
    BY_VERB_AND_STATE,
    OVERSEERS,
    SEALED_OVERSEERS,
    VERBS,
    Transition,
    rows_of,
)

# Who reads cases at all, and whom a clearance lets into the sealed ones.
READERS = STAFF | AUDITORS
CLEARABLE = STAFF | {Role.CLEARED_AUDITOR}
NAMES_SHOWN = 5


@dataclass(frozen=True)
class Author:
    """Who wrote the decision that waits for a second person."""

    pk: int
    name: str


@dataclass(frozen=True)
class Offer:
    """A verb as a case's page shows it: its row of the table, and whether this person may."""

    transition: Transition
    verdict: Verdict


class TooLate(Denied):
    """No, because somebody else was first: the state has moved on, or the case is held."""


def visible_to(user: User) -> QuerySet[Case]:
    """The cases that this person may see.

    Staff and auditors read the ordinary ones; the cleared read the sealed ones as well; nobody
    else sees a case at all. Raises TypeError for anybody who is not a signed-in user.
    """
    if not isinstance(user, User) or user.pk is None:
        raise TypeError("cases are shown to signed-in users only; name one")
    if not user.is_active or user.role not in READERS:
        return Case.objects.none()
    if sees_sealed(user):
        return Case.objects.all()
    return Case.objects.filter(handling=Handling.ORDINARY)


def sees_sealed(user: User | Actor) -> bool:
    """Whether this actor may know that a sealed case exists."""
    if user.role == Role.SYSTEM:
        return True
    return user.role in CLEARABLE and bool(user.is_cleared)


def may(actor: User | Actor, verb: str, case: Case, *, at: datetime | None = None) -> Verdict:
    """Whether this actor may do this to this case now; Denied carries the sentence that says why.

    Without `at` no claim is taken to have lapsed. Raises KeyError for a verb that is no verb.
    """
    row = BY_VERB_AND_STATE.get((verb, case.state)) or rows_of(verb)[0]
    authors = authors_of([case.pk]) if row.second_person else {}
    if biased_in(verb, [case.pk], actor):
        return Denied(biased())
    return judge(actor, verb, case, authors.get(case.pk), at=at)


def verbs_for(user: User, case: Case, *, at: datetime | None = None) -> list[Offer]:
    """The verbs that the table knows for the state the case is in, each with its verdict.

    What is the system's own business is left out. At most three statements.
    """
    rows = [BY_VERB_AND_STATE.get((verb, case.state)) for verb in VERBS]
    offered = [row for row in rows if row and row.roles_for(case.handling) & STAFF]
    wants_author = any(row.second_person for row in offered)
    author = authors_of([case.pk]).get(case.pk) if wants_author else None
    offers = [Offer(row, judge(user, row.verb, case, author, at=at)) for row in offered]
    own = _own_judgements(case, user) if any(_is_biasable(offer) for offer in offers) else set()
    return [
        Offer(offer.transition, Denied(biased()))
        if _is_biasable(offer) and offer.transition.verb in own
        else offer
        for offer in offers
    ]


def _is_biasable(offer: Offer) -> bool:
    return bool(offer.verdict) and offer.transition.verb in ("release", "withdraw")


def _own_judgements(case: Case, user: User) -> set[str]:
    """`biased_in` of one case for both its verbs, in one statement."""
    objected = Target.objects.filter(case=case, state=TargetState.REFUSED)
    mine = Decision.objects.filter(case=case, state=Decision.State.APPROVED)
    mine = mine.filter(Q(author=user) | Q(approver=user)).annotate(is_objected=Exists(objected))
    found = list(mine.values_list("is_objected", flat=True))
    return ({"release"} if found else set()) | ({"withdraw"} if any(found) else set())


def authors_of(case_ids: Collection[int]) -> dict[int, Author]:
    """Case id -> who wrote the decision that waits for approval there."""
    waiting = Decision.objects.filter(case_id__in=case_ids, state=Decision.State.PROPOSED)
    rows = waiting.values_list("case_id", "author_id", "author__name")
    return {case_id: Author(pk, name) for case_id, pk, name in rows}


def deciders_of(case_ids: Collection[int], actor: User | Actor) -> set[int]:
    """Of these cases those whose order this person wrote or approved."""
    if actor.pk is None:
        return set()
    ordered = Decision.objects.filter(case_id__in=case_ids, state=Decision.State.APPROVED)
    mine = ordered.filter(Q(author_id=actor.pk) | Q(approver_id=actor.pk))
    return set(mine.values_list("case_id", flat=True))


def biased_in(verb: str, case_ids: Collection[int], actor: User | Actor) -> set[int]:
    """Of these cases those in which this person would judge what the platform objected to their
    own order: by releasing it, or by withdrawing it while the objection waits."""
    if verb == "withdraw":
        objected = Target.objects.filter(case_id__in=case_ids, state=TargetState.REFUSED)
        case_ids = set(objected.values_list("case_id", flat=True))
    elif verb != "release":
        return set()
    return deciders_of(case_ids, actor)


def biased() -> str:
    """The sentence that says why whoever decided does not weigh what is objected to it."""
    return _("You took part in this decision; another person must weigh what is said against it.")


def judge(
    actor: User | Actor, verb: str, case: Case, author: Author | None, *, at: datetime | None = None
) -> Verdict:
    """`may`, once the author of the waiting decision is known; no statement unless it says no."""
    row = BY_VERB_AND_STATE.get((verb, case.state))
    rule = row or rows_of(verb)[0]
    if not is_visible(actor, case):
        return Denied(not_found())
    if rule.not_sealed and case.handling == Handling.SEALED:
        return Denied(str(rule.not_sealed))
    if actor.role not in rule.roles_for(case.handling):
        return Denied(wrong_role(rule.roles_for(case.handling)))
    if row is None:
        return TooLate(_wrong_state(verb, case))
    if row.of_outcome and case.outcome != row.of_outcome:
        return Denied(_wrong_outcome(row, case))
    if _is_held_by_another(actor, row, case, at):
        return (TooLate if verb == "claim" else Denied)(_held_by(case))
    if row.second_person and author is not None and author.pk == actor.pk:
        return Denied(_second_person(case, row, author))
    return Allowed()


def handlings_of(user: User | Actor) -> list[str]:
    """The handling classes of which this actor may know, for a statement that is led by them."""
    return [str(one) for one in Handling if one == Handling.ORDINARY or sees_sealed(user)]


def staff_for(handling: str) -> QuerySet[User]:
    """The active staff who may know of cases of this handling class, by name."""
    staff = User.objects.filter(role__in=STAFF, is_active=True)
    if handling == Handling.SEALED:
        staff = staff.filter(is_cleared=True)
    return staff.order_by("name", "pk")


def overseeing(handling: str) -> QuerySet[User]:
    """The active staff who may change or take back what was ordered in this handling class."""
    return staff_for(handling).filter(role__in=overseers(handling))


def insist(verdict: Verdict, *, is_late: bool = False) -> None:
    """Raises Refused with the reason of a denial; Conflict where somebody was first (`is_late`)."""
    if not verdict:
        raise (Conflict if is_late else Refused)(verdict.reason)


def is_visible(actor: User | Actor, case: Case) -> bool:
    """Whether this actor's clearance reaches the handling class of this case."""
    return case.handling == Handling.ORDINARY or sees_sealed(actor)


def overseers(handling: str) -> frozenset[Role]:
    """The roles that may change or take back what was ordered, in this handling class."""
    return SEALED_OVERSEERS if handling == Handling.SEALED else OVERSEERS


def oversees(user: User | Actor, matter: Case | Notice | Appeal) -> bool:
    """Whether this person may change or take back what was ordered here."""
    is_hidden = matter.handling == Handling.SEALED and not sees_sealed(user)
    return not is_hidden and user.role in overseers(matter.handling)


def refuse_strangers(handling: str, actor: User | Actor) -> None:
    """Raises Refused for everybody but those who may take an order back or change it."""
    if handling == Handling.SEALED and not sees_sealed(actor):
        raise Refused(not_found())
    if actor.role not in overseers(handling):
        raise Refused(wrong_role(overseers(handling)))


def not_found() -> str:
    """What is said of a case that is not there, and, in the same words, of one that is hidden."""
    return _("There is no such case. Check the number.")


def role_names(roles: Iterable[str]) -> str:
    """Roles as a reader names them, in the order of the list of roles: “supervisor, director”."""
    wanted = set(roles) - {Role.SYSTEM}
    return ", ".join(str(role.label) for role in Role if role in wanted)


def wrong_role(roles: Iterable[str]) -> str:
    """The sentence that says who else may do it."""
    names = role_names(roles)
    if not names:
        return _("This happens by itself; nobody does it by hand.")
    return _("Only these may do this: %(roles)s. Ask one of them.") % {"roles": names}


def has_lapsed(case: Case, at: datetime) -> bool:
    """Whether a claim has gone stale: its holder has done nothing for `lease_minutes`.

    What a supervisor assigned, and nobody has begun with, does not lapse.
    """
    if case.held_at is None:
        return False
    minutes = policy.pack().limits_at(case.held_at).lease_minutes
    return (at - case.held_at).total_seconds() >= minutes * 60


def _is_held_by_another(
    actor: User | Actor, row: Transition, case: Case, at: datetime | None
) -> bool:
    if row.holder_or is None or case.owner_id in (None, actor.pk) or actor.role == Role.SYSTEM:
        return False
    if row.verb == "claim":
        return at is None or not has_lapsed(case, at)
    return actor.role not in row.holder_or


def _wrong_state(verb: str, case: Case) -> str:
    wanted = [str(state.label) for state in CaseState if (verb, state) in BY_VERB_AND_STATE]
    return _("%(number)s is %(state)s; this can be done only while it is: %(wanted)s.") % {
        "number": case.number,
        "state": case.get_state_display(),
        "wanted": ", ".join(wanted),
    }


def _wrong_outcome(row: Transition, case: Case) -> str:
    facts = {
        "number": case.number,
        "outcome": case.get_outcome_display(),
        "wanted": CaseOutcome(row.of_outcome).label,
    }
    return _("%(number)s ended otherwise: %(outcome)s. This is only for: %(wanted)s.") % facts


def _held_by(case: Case) -> str:
    holder = case.owner.name if case.owner else ""
    facts = {"name": holder, "number": case.number, "at": instant(case.held_at)}
    if case.held_at is None:
        said = _("%(number)s is assigned to %(name)s.") % facts
    else:
        said = _("%(name)s holds %(number)s and last worked on it on %(at)s.") % facts
    return f"{said} {_('Ask them, or have a supervisor assign it to you.')}"


def _second_person(case: Case, row: Transition, author: Author) -> str:
    """Names who may approve instead of the author (four eyes)."""
    others = approvers(case, row).exclude(pk=author.pk)
    names = [person.name for person in others[:NAMES_SHOWN]]
    if not names:
        return _(
            "You wrote this decision yourself; a second person must approve it. Nobody else may "
            "yet: ask the steward to add one."
        )
    return _("You wrote this decision yourself; a second person must approve it: %(names)s.") % {
        "names": ", ".join(names)
    }


def approvers(case: Case, row: Transition) -> QuerySet[User]:
    """The people whose role, and for a sealed case whose clearance, lets them do this."""
    return staff_for(case.handling).filter(role__in=row.roles_for(case.handling))
