"""Who sees which notice, and who may sign it. Loading is authorising: start from `visible_to`."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import AUDITORS, REPRESENTATIVES, STAFF, Allowed, Denied, Role, Verdict
from platforms.permissions import platforms_of
from reports.models import Handling

from .. import permissions
from ..models import Notice, NoticeItem
from ..rungs import proposals

LEFT_THE_HOUSE = (
    Notice.State.ISSUED,
    Notice.State.SERVED,
    Notice.State.SETTLED,
    Notice.State.WITHDRAWN,
)


def visible_to(user: User) -> QuerySet[Notice]:
    """The notices that this person may see.

    Staff and auditors read the ordinary ones, the cleared the sealed ones as well. A representative
    reads what was issued to their own platform, sealed ones only with clearance; drafts, proposals
    and notices held back for a sealed case are not there for them, nor letters that wait for their
    electronic signature.
    """
    if not user.is_active:
        return Notice.objects.none()
    if user.role in STAFF | AUDITORS:
        everything = Notice.objects.all()
        is_cleared = permissions.sees_sealed(user)
        return everything if is_cleared else everything.filter(handling=Handling.ORDINARY)
    if user.role in REPRESENTATIVES:
        return _visible_to_platform(user)
    return Notice.objects.none()


def told(prefix: str = "") -> Q:
    """What a platform knows, or may know, of a notice: the items that no sealed case speaks for,
    and those that it had been told of before one did. `prefix` is the way to them ("items__")."""
    return Q(**{f"{prefix}is_withheld": False}) | Q(**{f"{prefix}sent_at__isnull": False})


def items_for_platform(notice: Notice) -> list[NoticeItem]:
    """The accounts of a notice as its platform knows them, in the order of the letter."""
    # Their notice is the one at hand: read beside each of them, a long letter is read that often.
    return list(notice.items.filter(told()).select_related("target").order_by("position"))


def may_sign(user: User, notice: Notice) -> Verdict:
    """Whether this person's signature is wanted on this draft, and if not, why."""
    if notice.state != Notice.State.DRAFTED or not notice.signatures_wanted:
        return Denied(_("This notice waits for no signature."))
    if notice.handling == Handling.SEALED and not permissions.sees_sealed(user):
        return Denied(permissions.not_found())
    signed = list(notice.signatures.select_related("signer"))
    if any(signature.signer_id == user.pk for signature in signed):
        return Denied(_("You have signed this notice already. Another person must sign as well."))
    missing = missing_roles(notice)
    if role_for(user, notice) in missing:
        return Allowed()
    names = permissions.role_names(missing)
    return Denied(_("This notice waits for the signature of: %(roles)s.") % {"roles": names})


def missing_roles(notice: Notice) -> list[str]:
    """The roles that have yet to sign."""
    signed = set(notice.signatures.values_list("role", flat=True))
    return [role for role in notice.signatures_wanted if role not in signed]


def role_for(user: User, notice: Notice) -> str:
    """As what somebody signs: in sealed matters the child-protection officer is the supervisor."""
    is_officer = user.role == Role.CHILD_PROTECTION
    if is_officer and notice.handling == Handling.SEALED:
        return Role.SUPERVISOR
    return user.role


def _visible_to_platform(user: User) -> QuerySet[Notice]:
    shown = NoticeItem.objects.filter(told(), notice=OuterRef("pk"))
    found = Notice.objects.filter(
        Exists(shown),
        platform_id__in=platforms_of(user),
        state__in=LEFT_THE_HOUSE,
    ).exclude(Q(rung__in=proposals(policy.pack())) | Q(pdf=""))
    return found if user.is_cleared else found.filter(handling=Handling.ORDINARY)
