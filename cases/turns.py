"""Whose turn it is: the next case for a person, and a case given back with a reason."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Refused
from moderation_portal.models import User

from . import decisions, lifecycle, permissions, withholding
from .models import Case, CaseState, Skip
from .results import Result
from .table import rows_of

# What waits for information cannot be worked on, and is decided before it is anybody's next.
READY = (CaseState.NEW, CaseState.IN_REVIEW)
REST = timedelta(days=1)


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
        free = free_for(cases, actor, at).order_by("due_at", "pk")
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

    `is_skip` false: taken by mistake, so it may be offered to them again at once.
    """
    with transaction.atomic():
        held = lifecycle.hold(cases, "give_back", actor=actor, at=at, reason=reason)
        strange = Conflict(_("It is not on your desk, so you cannot give it back."))
        held.sift(lambda case: None if case.owner_id == actor.pk else strange, skips=True)
        withholding.left(held.ids)
        if is_skip:
            _remember(held.ids, actor, held.reason, at)
        return lifecycle.move(held, owner=None)


def _remember(case_ids: Collection[int], user: User, reason: str, at: datetime) -> None:
    Skip.objects.bulk_create(
        Skip(case_id=pk, user=user, reason=reason, skipped_at=at) for pk in case_ids
    )


def skips_visible_to(user: User) -> QuerySet[Skip]:
    """What was given back and why, newest first: for those who oversee, and for auditors; of the
    cases that they see."""
    seen = permissions.visible_to(user)
    found = Skip.objects.filter(case__in=seen).select_related("case", "user")
    return found.order_by("-skipped_at", "-case_id")
