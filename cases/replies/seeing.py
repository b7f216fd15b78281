"""Who reads which mail. Loading is authorising: start from `visible_to`."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal.errors import Refused
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from reports.models import Handling

from .. import permissions
from ..models import Notice, Reply


def visible_to(user: User) -> QuerySet[Reply]:
    """The messages that this person may read: ordinary ones for staff and auditors, sealed ones for
    the cleared among them. What no worker has read yet is there for nobody."""
    if not user.is_active or user.role not in permissions.READERS:
        return Reply.objects.none()
    if permissions.sees_sealed(user):
        return Reply.objects.all()
    return Reply.objects.filter(handling=Handling.ORDINARY)


def of_notice(notice: Notice, user: User) -> QuerySet[Reply]:
    """The messages that belong to a notice, or seem to, newest first."""
    return visible_to(user).filter(notice=notice).order_by("-received_at", "-pk")


def only_filers(reply: Reply, user: User) -> None:
    """Raises Refused for whoever does not file mail, or may not know of this."""
    if not visible_to(user).filter(pk=reply.pk).exists():
        raise Refused(not_found())
    if user.role not in STAFF:
        raise Refused(permissions.wrong_role(STAFF))


def not_found() -> str:
    """What is said of a message that is not there, and of one that is hidden."""
    return _("There is no such message.")
