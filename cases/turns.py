"""Whose turn it is: the next case for a person, and a case given back with a reason."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Refused
from moderation_portal.models import User
from moderation_portal.roles import AUDITORS

from . import decisions, lifecycle, permissions, withholding
from .models import Case, CaseState, CaseView, Skip
from .results import Held, Result
from .table import rows_of

# What waits for information cannot be worked on, and is decided before it is anybody's next.
READY = (CaseState.NEW, CaseState.IN_REVIEW)
REST = timedelta(days=1)
# Who reads why cases were given back.
READ_SKIPS = permissions.OVERSEERS | AUDITORS
# How long what was taken by mistake can be put back as if it had never been taken.
UNDO = timedelta(minutes=15)


def take_next(cases: QuerySet[Case], *, actor: User, at: datetime) -> Case | None:
    """Takes for this person the soonest due of these cases that is nobody's, or whose claim has
    lapsed; None where there is none. What they gave back within `REST` is not offered.

    Two who ask at the same moment get two cases: what somebody else is just taking is passed over.
    Raises Refused for whoever takes no cases.
    """
    roles = rows_of("claim")[0].roles
    if actor.role not in roles:
        raise Refused(permissions.wrong_role(roles))
    passed: list[int] = []
    with transaction.atomic():
        free = free_for(cases, actor, at).order_by("queued_at", "pk")
        locked = free.select_for_update(skip_locked=True, no_key=True, of=("self",))
        while found := locked.exclude(pk__in=passed).first():
            if decisions.claim([found.pk], actor=actor, at=at).done:
                return found
            passed.append(found.pk)
    return None


def free_for(cases: QuerySet[Case], user: User, at: datetime) -> QuerySet[Case]:
    """Of these cases those that may be offered to this person as their next one."""
    lease = timedelta(minutes=policy.pack().limits_at(at).lease_minutes)
    rested = Skip.objects.filter(case=OuterRef("pk"), user=user, skipped_at__gt=at - REST)
    is_free = Q(owner=None) | Q(held_at__lte=at - lease) & ~Q(owner=user)
    return cases.filter(is_free, ~Exists(rested), state__in=READY)


def give_back(
    cases: Iterable[int | Case], *, reason: str, actor: User, at: datetime, is_skip: bool = True
) -> Result:
    """Puts cases back from this person's desk; what they said is kept for supervisors.

    `is_skip` false: taken by mistake, so it may be offered to them again at once. What they have
    opened since, or took longer than `UNDO` ago, is no mistake: it is given back for a reason.
    """
    with transaction.atomic():
        held = lifecycle.hold(cases, "give_back", actor=actor, at=at, reason=reason)
        strange = Conflict(_("It is not on your desk, so you cannot give it back."))
        held.sift(lambda case: None if case.owner_id == actor.pk else strange, skips=True)
        if not is_skip:
            _keep_worked_on(held, actor, at)
        withholding.left(held.ids)
        if is_skip:
            _remember(held.ids, actor, held.reason, at)
        return lifecycle.move(held, owner=None)


def _keep_worked_on(held: Held, actor: User, at: datetime) -> None:
    """Skips what this person took longer than `UNDO` ago, or has looked at since they took it."""
    seen = CaseView.objects.filter(case__in=held.ids, user=actor, opened_at__gte=F("case__held_at"))
    opened = set(seen.values_list("case_id", flat=True))
    said = Conflict(_("You have worked on it since you took it. Give it back with a reason."))

    def check(case: Case) -> Conflict | None:
        is_fresh = case.held_at is not None and case.held_at > at - UNDO
        return None if is_fresh and case.pk not in opened else said

    held.sift(check, skips=True)


def _remember(case_ids: Collection[int], user: User, reason: str, at: datetime) -> None:
    Skip.objects.bulk_create(
        Skip(case_id=pk, user=user, reason=reason, skipped_at=at) for pk in case_ids
    )


def skips_visible_to(user: User) -> QuerySet[Skip]:
    """What was given back and why, newest first: for those who oversee, and for auditors; of the
    cases that they see. Nothing for anybody else."""
    if user.role not in READ_SKIPS:
        return Skip.objects.none()
    seen = permissions.visible_to(user)
    found = Skip.objects.filter(case__in=seen).select_related("case", "user")
    return found.order_by("-skipped_at", "-case_id")
