"""Which account of which notice an appeal means."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import SYSTEM, Allowed, Denied, Verdict
from platforms import locators
from platforms.models import Platform
from reports.models import Handling

from .. import notices, permissions
from ..models import OPEN_APPEALS, Appeal, Notice, NoticeItem
from ..notices import numbering
from ..rungs import UNASKED, proposals
from . import record, telling


def is_order(notice: Notice) -> bool:
    """Whether this letter asks a platform to act on accounts."""
    return notice.rung not in (*UNASKED, *proposals(policy.pack()))


def among(items: QuerySet[NoticeItem], text: str, platform: Platform) -> NoticeItem | None:
    """The account of these that a text means: as the letter names it, or in any other form that
    leads to the same account of that platform."""
    written = " ".join(locators.refang(text).split())
    means = Q(locator__iexact=written) | Q(target__account__display__iexact=written)
    found = locators.identify(text, platform=platform.slug)
    if not found.problem:
        means |= Q(target__account__kind=found.kind, target__account__canonical=found.canonical)
        if found.url:
            means |= Q(target__account__url=found.url)
    known = items.filter(means).select_related("target__case", "notice__platform")
    return known.order_by("position", "pk").first()


@transaction.atomic
def place(appeal_id: int, *, at: datetime) -> None:
    """Looks up what the holder of an account means, once. Where the number is that of a sealed
    notice, or could be, the appeal stays with the cleared."""
    appeal = Appeal.objects.select_for_update(no_key=True).get(pk=appeal_id)
    if appeal.placed_at is not None:
        return
    notice = _named(appeal.number, Notice.objects.all())
    if notice is not None:
        appeal.handling = notice.handling
        appeal.item = among(notice.items.all(), appeal.account, notice.platform)
    elif not numbering.looks_sealed(appeal.number):
        appeal.handling = Handling.ORDINARY
    appeal.placed_at = at
    appeal.save(update_fields=["handling", "item", "placed_at"])
    data = {"is_found": appeal.item is not None}
    record.note("appeal.placed", appeal, actor=SYSTEM, at=at, data=data)
    telling.came_in(appeal, at=at)


def may_assign(user: User, appeal: Appeal) -> Verdict:
    """Whether this person may say what is meant: somebody who oversees, while nobody knows."""
    if appeal.state not in OPEN_APPEALS or appeal.item_id is not None:
        return Denied(_("It is known which account is meant."))
    if not permissions.oversees(user, appeal):
        return Denied(permissions.wrong_role(permissions.overseers(appeal.handling)))
    return Allowed()


def assign(appeal: Appeal, number: str, account: str, *, actor: User, at: datetime) -> Appeal:
    """Somebody who oversees says which account of which notice is meant, where no lookup found it;
    what the appellant wrote stays. Raises Refused, Invalid, or Conflict where it is known."""
    verdict = may_assign(actor, appeal)
    if isinstance(verdict, Denied):
        is_open = appeal.state in OPEN_APPEALS and appeal.item_id is None
        raise (Refused if is_open else Conflict)(verdict.reason)
    notice = _named(number, notices.visible_to(actor))
    if notice is None:
        raise Invalid.field("number", _("There is no such notice. Check the number."))
    item = among(notice.items.all(), account, notice.platform)
    if item is None:
        unknown = _("This notice names no such account. Write it as in the letter.")
        raise Invalid.field("account", unknown)
    with transaction.atomic():
        appeal = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
        if appeal.item_id is not None or appeal.state not in OPEN_APPEALS:
            raise Conflict(_("Somebody else changed this at the same moment. Load the page anew."))
        appeal.item, appeal.handling = item, notice.handling
        appeal.save(update_fields=["item", "handling"])
        record.note("appeal.assigned", appeal, actor=actor, at=at)
    return appeal


def _named(number: str, known: QuerySet[Notice]) -> Notice | None:
    """The order of this number, however it is spaced."""
    found = known.filter(numbering.named(number), issued_at__isnull=False)
    notice = found.select_related("platform").first()
    return notice if notice is not None and is_order(notice) else None
