"""Mending a notice that was wrong: the next revision, with a clock of its own."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid, PortalError, Refused
from moderation_portal.formats import defang, instant
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from platforms.locators import identify

from .. import clocks, lifecycle, permissions
from ..models import OPEN_NOTICES, Notice, NoticeItem, Target, TargetState
from . import drafting, record, signing
from .issuing import discard, freeze, lock, rung_of
from .seeing import role_for

CORRECTION = "correction"
# A correction asks again for what was not answered, or was answered with a question.
CORRECTABLE = frozenset({TargetState.STANDING, TargetState.NEEDS_INFO, TargetState.NOT_FOUND})
# A profile that was seen nearby has no address: any words would pass for one.
NEARBY = "nearby"


def correctable(notice: Notice) -> list[NoticeItem]:
    """The accounts of a notice that a correction would name again, in their order."""
    if not _is_correctable(notice):
        return []
    items = notice.items.select_related("target__account").order_by("position")
    return list(items.filter(target__state__in=CORRECTABLE))


def may_correct(user: User, notice: Notice) -> bool:
    """Whether this person may correct this notice now, and anything in it is left to correct."""
    try:
        refuse_correction(notice, user)
    except PortalError:
        return False
    return bool(correctable(notice))


def refuse_correction(notice: Notice, actor: User) -> None:
    """Raises Refused for whoever may not correct this notice: the correction of an order is
    proposed by any of the staff, a corrected warning is signed anew in one of the roles whose
    signature it bore. Raises Conflict when it cannot be corrected now."""
    if notice.handling == "sealed" and not permissions.sees_sealed(actor):
        raise Refused(permissions.not_found())
    wanted = frozenset(notice.signatures_wanted) or STAFF
    if role_for(actor, notice) not in wanted:
        raise Refused(permissions.wrong_role(wanted))
    if not _is_correctable(notice):
        raise Conflict(_("Only an order or a warning that is still open can be corrected."))
    if first := proposal_for(notice):
        name = str(first.proposed_by)
        facts = {"name": name, "at": instant(first.drafted_at)}
        said = _("%(name)s proposed a correction on %(at)s. It waits for a second person.")
        raise Conflict(said % facts, {"who": name})
    if notice.items.filter(target__state=TargetState.REFUSED).exists():
        said = _("The platform objected, and nobody has weighed it yet. Weigh its reasons first.")
        raise Conflict(said)


def _is_correctable(notice: Notice) -> bool:
    """A proposal is never sent, so nothing of it is corrected; what is asked of a
    feature is no address to be mended: its order is withdrawn, and another decided."""
    rung = rung_of(notice)
    is_mended = rung is not None and rung.kind not in ("proposal", "feature")
    return notice.state in OPEN_NOTICES and is_mended


def proposal_for(notice: Notice) -> Notice | None:
    """The proposed correction of this notice that waits for a second person, if there is one."""
    waiting = notice.followed_by.filter(state=Notice.State.DRAFTED, proposed_by__isnull=False)
    return waiting.select_related("proposed_by").first()


def correct(
    notice: Notice,
    *,
    change: str,
    actor: User,
    at: datetime,
    locators: Mapping[int, str] | None = None,
) -> Notice:
    """Corrects an issued notice: the next revision, with a clock of its own; returns it.

    An order was decided by two persons, so its correction is a draft that a second one approves
    (`approve_correction`), and until then the order stands. A warning is signed anew by whoever
    corrects it and leaves at once, unless it names another account: that too takes a second person.
    `change` tells the platform what was wrong; `locators` are mended ones by target id. Raises
    Refused, Invalid or Conflict.
    """
    if not change.strip():
        said = _("Say what has been corrected.")
        raise Invalid.field("change", said)
    with transaction.atomic():
        locked = lock(notice.pk)
        refuse_correction(locked.notice, actor)
        items = [item for item in locked.items if item.target.state in CORRECTABLE]
        if not items:
            said = _("Every account of this notice is settled; nothing is left to correct.")
            raise Conflict(said)
        kept = _read_locators(items, locators or {}, locked.notice.platform.slug)
        new = drafting.draft_after(locked.notice, notice.rung, items, at=at, locators=kept)
        new.template, new.given = CORRECTION, {"change": drafting.said_now(change, new)}
        if new.signatures_wanted:
            signing.write_down(new, actor, "", at)
        is_alike = all(kept[item.target_id] == item.locator for item in items)
        new.proposed_by = None if new.signatures_wanted and is_alike else actor
        new.save(update_fields=["template", "given", "proposed_by"])
        if new.proposed_by is None:
            _put_in_force(new, locked.notice, actor, at)
        else:
            record.record("notice.correction_proposed", new, actor=actor, at=at)
        new.refresh_from_db()
    return new


def refuse_approval(draft: Notice, actor: User) -> None:
    """Raises Refused for whoever may not approve this proposed correction: it takes an overseer who
    did not propose it. Conflict when it waits for nobody any more."""
    permissions.refuse_strangers(draft.handling, actor)
    _refuse_ended(draft)
    if draft.proposed_by_id == actor.pk:
        raise Refused(_("You proposed this correction yourself; a second person must approve it."))


def may_approve(user: User, draft: Notice) -> bool:
    """Whether this person may approve this proposed correction now."""
    try:
        refuse_approval(draft, user)
    except PortalError:
        return False
    return True


def _refuse_ended(draft: Notice) -> None:
    if draft.proposed_by_id is None or draft.state != Notice.State.DRAFTED:
        state = {"state": draft.get_state_display()}
        raise Conflict(_("This notice is “%(state)s” already.") % state)


def approve_correction(draft: Notice, *, actor: User, at: datetime) -> Notice:
    """The second person's yes to a proposed correction: it takes the place of the order and leaves.

    Raises Refused for its proposer (the database refuses it too), and Conflict when an account of
    it was answered or settled since, or the order has ended.
    """
    with transaction.atomic():
        locked = lock(draft.pk)
        new = locked.notice
        refuse_approval(new, actor)
        old = Notice.objects.select_for_update(no_key=True).get(followed_by=new)
        moved_on = any(item.target.state not in CORRECTABLE for item in locked.items)
        if moved_on or old.state not in OPEN_NOTICES:
            said = _("The accounts have moved on since this was proposed. Drop it and look again.")
            raise Conflict(said)
        new.approved_by = actor
        new.save(update_fields=["approved_by"])
        _put_in_force(new, old, actor, at)
        new.refresh_from_db()
    return new


def drop_correction(draft: Notice, *, actor: User, at: datetime) -> None:
    """Discards a proposed correction; the order stands as it is. For its proposer and overseers.

    Raises Refused for anybody else, Conflict when it waits for nobody any more.
    """
    with transaction.atomic():
        new = lock(draft.pk).notice
        if new.proposed_by_id == actor.pk:
            _refuse_ended(new)
        else:
            refuse_approval(new, actor)
        discard([new.pk], actor=actor, at=at)


def _put_in_force(new: Notice, old: Notice, actor: User, at: datetime) -> None:
    """The old notice is withdrawn with the same stroke, and what was drafted after it dropped."""
    change = new.given["change"]
    old.items.update(next_step_at=None)
    Notice.objects.filter(pk=old.pk).update(state=Notice.State.WITHDRAWN, closed_at=at)
    others = old.followed_by.filter(state=Notice.State.DRAFTED).exclude(pk=new.pk)
    discard(others.values_list("pk", flat=True), actor=actor, at=at)
    answered = new.items.exclude(target__state=TargetState.STANDING)
    asked = list(answered.values_list("target_id", flat=True))
    lifecycle.move_targets(asked, TargetState.STANDING, actor=actor, at=at, reason=change)
    before = dict(old.items.values_list("target_id", "locator"))
    named = new.items.values_list("target_id", "locator")
    renamed = [pk for pk, locator in named if before.get(pk, locator) != locator]
    Target.objects.filter(pk__in=renamed).update(is_corrected=True, next_check_at=None)
    clocks.redue(set(new.items.values_list("target__case_id", flat=True)))
    signers = drafting.signers(new) or [actor]
    more = {"change": change, **drafting.signed_by(signers, new.language)}
    freeze(lock(new.pk), actor=actor, at=at, letter=CORRECTION, original=old, more=more)
    record.record("notice.corrected", old, actor=actor, at=at, data={"by": new.pk})


def _read_locators(
    items: Iterable[NoticeItem], mended: Mapping[int, str], slug: str
) -> dict[int, str]:
    """The locator of each account, by target id, the mended ones as a reported one is written.

    A platform is ordered nothing about what it does not host, nor by words that name no account.
    """
    read, wrong = {}, {}
    for item in items:
        read[item.target_id] = item.locator
        text = mended.get(item.target_id, item.locator)
        if text == item.locator:
            continue
        found = identify(text, platform=slug)
        is_loose = found.kind == NEARBY and item.target.account.kind != NEARBY
        if found.problem or found.platform != slug or is_loose:
            facts = {"text": defang(text), "platform": item.notice.platform.name}
            said = _("“%(text)s” is no account on %(platform)s. Give its address there.")
            wrong[f"locator-{item.pk}"] = said % facts
        read[item.target_id] = found.url or found.display
    if wrong:
        raise Invalid(next(iter(wrong.values())), {"fields": wrong})
    return read
