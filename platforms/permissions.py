"""Whose platform is whose: a representative answers for one platform and sees no other."""

from moderation_portal.roles import REPRESENTATIVES

from .models import Representative


def platforms_of(user) -> list[int]:
    """The ids of the platforms that this person answers for, empty for everybody else."""
    if user.role not in REPRESENTATIVES:
        return []
    return list(
        Representative.objects.filter(user_id=user.pk, is_active=True).values_list(
            "platform_id", flat=True
        )
    )
