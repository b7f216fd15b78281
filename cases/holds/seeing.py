"""Who knows of a Hold. Loading is authorising: start from `visible_to`."""

from django.db.models import QuerySet

from moderation_portal.models import User
from moderation_portal.roles import Role
from reports.permissions import requests_visible_to

from .. import permissions
from ..models import OPEN_TARGETS, Case, Hold, Target


def knows(user: User) -> bool:
    """Whether this person may know that there are Holds: the cleared of the regulator and of the
    audit, and the police of their own."""
    return user.role == Role.POLICE or permissions.sees_sealed(user)


def visible_to(user: User) -> QuerySet[Hold]:
    """The Holds that this person may see: the cleared all, the police those of their own unit."""
    if not user.is_active:
        return Hold.objects.none()
    if permissions.sees_sealed(user):
        return Hold.objects.all()
    if user.role == Role.POLICE:
        return Hold.objects.filter(request__in=requests_visible_to(user))
    return Hold.objects.none()


def of_case(case: Case, user: User) -> list[Hold]:
    """The running Holds on the open accounts of a case, for whoever may know of them."""
    if not permissions.sees_sealed(user):
        return []
    here = Target.objects.filter(OPEN_TARGETS, case=case)
    running = Hold.objects.filter(
        state=Hold.State.RUNNING, account_id__in=here.values("account_id")
    )
    return list(running.select_related("account", "agency").order_by("until", "pk"))
