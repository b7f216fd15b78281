"""Who sees which block."""

from django.db.models import QuerySet

from moderation_portal.models import User

from .. import notices, permissions
from ..models import Block, letters_by


def visible_to(user: User) -> QuerySet[Block]:
    """The blocks of the proposals that this person of the desk may see, newest first. A platform
    learns of a block by what the law prescribes, never here."""
    if user.role not in permissions.READERS:
        return Block.objects.none()
    found = Block.objects.filter(proposal__in=notices.visible_to(user))
    joined = found.select_related("proposal__platform", "entered_by", "issued_by")
    return joined.defer(*letters_by("proposal__")).order_by("-entered_at", "-pk")
