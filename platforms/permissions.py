"""Whose platform is whose: a representative answers for one platform and sees no other."""

from django.db.models import QuerySet

from moderation_portal.roles import AUDITORS, REPRESENTATIVES, STAFF, Role

from .models import Contact, Platform, Representative


def platforms_of(user) -> list[int]:
    """The ids of the platforms that this person answers for, empty for everybody else."""
    if user.role not in REPRESENTATIVES:
        return []
    return list(
        Representative.objects.filter(user_id=user.pk, is_active=True).values_list(
            "platform_id", flat=True
        )
    )


def platforms_visible_to(user) -> QuerySet[Platform]:
    """The platforms whose pages this person may open."""
    if user.role in STAFF | AUDITORS | {Role.STEWARD}:
        return Platform.objects.all()
    return Platform.objects.filter(pk__in=platforms_of(user))


def contacts_visible_to(user) -> QuerySet[Contact]:
    """The contacts that this person may see: staff all, an administrator those of the platform."""
    if user.role in STAFF | AUDITORS | {Role.STEWARD}:
        return Contact.objects.all()
    if user.role != Role.PLATFORM_ADMIN:
        return Contact.objects.none()
    return Contact.objects.filter(platform_id__in=platforms_of(user))
