"""Who sees which appeal, and what its own page tells the holder of an account."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES
from reports import receipts

from .. import notices, permissions
from ..models import OPEN_APPEALS, UPHELD_APPEALS, Appeal, letters_by

NOT_FOUND = _("No order of ours against this account is found under this number.")
SENTENCES: dict[str, Promise] = {
    Appeal.State.FILED: _("Received. Somebody who had no part in the order will look at it."),
    Appeal.State.IN_REVIEW: _("Somebody who had no part in the order is looking at it."),
    Appeal.State.UPHELD: _("You are right: the order is annulled, and the platform must restore."),
    Appeal.State.PARTLY: _("You are right in part: the platform restores, but for what is named."),
    Appeal.State.DISMISSED: _("The order stands."),
    Appeal.State.INADMISSIBLE: _("Your objection cannot be decided on."),
}


@dataclass(frozen=True)
class Told:
    """What the holder of an account reads. `due_at` while nobody has decided, `answer` and `stays`
    once somebody has, `ordered_at` when the platform was told to restore, `restored_at` when we saw
    that it has."""

    number: str
    account: str
    filed_at: datetime
    sentence: str
    is_open: bool
    due_at: datetime | None = None
    answer: str = ""
    stays: str = ""
    ordered_at: datetime | None = None
    restored_at: datetime | None = None


def visible_to(user: User) -> QuerySet[Appeal]:
    """The appeals that this person may see, newest first: the desk those of its handling class once
    it is known what they mean, a platform those that it filed itself."""
    if user.role in permissions.READERS and user.is_active:
        found = Appeal.objects.filter(placed_at__isnull=False)
        found = found.filter(handling__in=permissions.handlings_of(user))
    elif user.role in REPRESENTATIVES:
        theirs = notices.visible_to(user)
        by = Appeal.Appellant.PLATFORM
        found = Appeal.objects.filter(appellant=by, item__notice__in=theirs)
    else:
        return Appeal.objects.none()
    joined = found.select_related(
        "item__notice__platform", "item__target__case", "item__target__account",
        "filed_by", "reviewer", "restoration",
    )  # fmt: skip
    return joined.defer(*letters_by("item__notice__", "restoration__")).order_by("-filed_at", "-pk")


def waiting(user: User) -> QuerySet[Appeal]:
    """Of these the ones that nobody has decided, soonest due first."""
    return visible_to(user).filter(state__in=OPEN_APPEALS).order_by("due_at", "pk")


def by_code(code: str) -> Told | None:
    """What the receipt code opens; None where it opens nothing. Any code costs the same work."""
    rows = Appeal.objects.select_related("item__notice", "restoration")
    found = rows.filter(receipt_hash=receipts.hash_of(code)).first()
    if found is None or receipts.looks_mistyped(code):
        return None
    return _told(found)


def _told(appeal: Appeal) -> Told:
    """What its page tells: how it ended, only where the platform was told of the account."""
    is_open, is_known = appeal.state in OPEN_APPEALS, _is_known(appeal)
    says = is_known and not is_open
    ordered = appeal.restoration if says and appeal.state in UPHELD_APPEALS else None
    return Told(
        number=appeal.number,
        account=appeal.account,
        filed_at=appeal.filed_at,
        sentence=str(SENTENCES[appeal.state] if is_open or is_known else NOT_FOUND),
        is_open=is_open,
        due_at=appeal.due_at if is_open else None,
        answer=appeal.answer if says else "",
        stays=appeal.stays if says else "",
        ordered_at=ordered.issued_at if ordered else None,
        restored_at=appeal.restored_at if says else None,
    )


def _is_known(appeal: Appeal) -> bool:
    """Whether the platform was told of what this appeal means: only then could the holder be. What
    a reviewer wrote of a number under which nothing is found tells nothing either."""
    item = appeal.item
    return item is not None and (not item.is_withheld or item.sent_at is not None)
