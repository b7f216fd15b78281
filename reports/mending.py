"""What came in incomplete: completed by a person, or declined for a reason the reporter hears."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Lane
from moderation_portal.policy import pack
from moderation_portal.roles import STAFF
from platforms import directory

from . import completeness, intake, judging, permissions, reporter_mail, routing, rows
from .completeness import LOCATOR, VERIFIER
from .models import Handling, ReporterIdentity, ReportItem
from .tellings import Line
from .texts import plain

OPEN = (ReportItem.State.NEEDS_INFO, ReportItem.State.RECEIVED)


def waiting(user) -> QuerySet[ReportItem]:
    """The items that wait for information and that this person may see, oldest first."""
    visible = permissions.reports_visible_to(user).values("pk")
    items = ReportItem.objects.filter(state=ReportItem.State.NEEDS_INFO, report__in=visible)
    return items.select_related("report").order_by("id")


def complete(item_id: int, given: dict[str, str], *, actor, at: datetime) -> ReportItem:
    """Fills what an item lacks: `given` maps gap codes to what fills them.

    `locator_precise` takes an address or handle, with `platform` as a hint beside it; any other
    code takes the officer's word on how it was met, which is recorded. The item moves on as soon
    as nothing is missing. Raises Refused, Invalid when the address names no account, Conflict when
    it no longer waits.
    """
    with transaction.atomic():
        item = _lock(item_id, actor)
        given = {code: plain(word) for code, word in given.items()}
        filled = {code for code, word in given.items() if word}
        if LOCATOR in filled:
            _name_anew(item, given, at)
        item.gaps = [gap for gap in item.gaps if gap["code"] not in filled]
        is_ready = all(gap["code"] == VERIFIER for gap in item.gaps)
        if is_ready and item.state == ReportItem.State.NEEDS_INFO:
            item.state = ReportItem.State.RECEIVED
        item.save()
        _record("item.completed", item, actor, at, given={code: given[code] for code in filled})
        if item.state == ReportItem.State.RECEIVED and not item.report.needs_verifier:
            is_urgent = pack().category(item.report.category, at).urgency == "urgent"
            lane = Lane.URGENT if is_urgent else Lane.INTERNAL
            intake.hand_on([item.report_id], lane=lane, at=at)
        elif item.state == ReportItem.State.ROUTED:
            _tell_of_routing(item, at)
    return item


def decline(item_ids: Iterable[int], because: str, *, actor, at: datetime, words: str = "") -> int:
    """Declines items that cannot be acted on; gives how many. `because` is a code of the pack's
    decline reasons, `words` what the reporter reads beside it."""
    reason = pack().choice("decline_reasons", because, at)
    words = plain(words)
    if reason.needs_reason and not words:
        raise Invalid(_("Say why, in words that the reporter understands."))
    with transaction.atomic():
        items = [_lock(item_id, actor) for item_id in sorted(set(item_ids))]
        for item in items:
            _record("item.declined", item, actor, at, because=because, words=words)
        told = words or str(reason.name)
        wanted = ReportItem.objects.filter(pk__in=[item.pk for item in items])
        return decline_open(wanted, told, at=at)


def decline_open(items: QuerySet[ReportItem], told: str, *, at: datetime) -> int:
    """Declines those of `items` that are not in a case; their reporters are told."""
    open_items = items.filter(state__in=OPEN)
    reports = set(open_items.values_list("report_id", flat=True))
    declined = open_items.update(state=ReportItem.State.DECLINED, declined_because=told)
    reporter_mail.queue_outcomes(reports, at=at)
    return declined


def _lock(item_id: int, actor) -> ReportItem:
    if actor.role not in STAFF:
        raise Refused(_("Only the regulator's own staff may do this."))
    visible = permissions.reports_visible_to(actor).values("pk")
    item = (
        ReportItem.objects.select_related("report__reporter")
        .filter(report__in=visible, pk=item_id)
        .select_for_update(of=("self",))
        .first()
    )
    if item is None:
        raise Invalid(_("There is no such account in any report."))
    if item.state != ReportItem.State.NEEDS_INFO:
        raise Conflict(
            _("This account no longer waits: it is %(state)s.")
            % {"state": item.get_state_display()}
        )
    return item


def _name_anew(item: ReportItem, given: dict[str, str], at: datetime) -> None:
    """Sets the account, or passes the item on, by the address that an officer gives."""
    locator = judging.name([Line(text=given[LOCATOR], platform_hint=given.get("platform", ""))])[0]
    platform = directory.by_slug().get(locator.platform) if locator.platform else None
    category = pack().category(item.report.category, at)
    source = item.report.reporter.kind
    is_cloud = platform is not None and platform.is_cloud
    host_kind = routing.host_kind_of(locator, is_cloud)
    routed = routing.route(host_kind, category, source=source, at=at)
    if routed is not None:
        item.state, item.unit, item.rule = ReportItem.State.ROUTED, routed.unit, routed.rule
        return
    if locator.problem or platform is None:
        raise Invalid(
            _("This does not lead to one account. Give its link, or its name and the platform."),
            {"problem": locator.problem or "no_platform"},
        )
    key = (platform.pk, locator.kind, locator.canonical)
    shown = (locator.display, locator.url, locator.visibility)
    item.account_id = rows.accounts({key: shown}, at=at)[key]


def _tell_of_routing(item: ReportItem, at: datetime) -> None:
    identities = ReporterIdentity.objects.filter(reporter_id=item.report.reporter_id)
    if item.report.receipt_hash is not None and identities.exclude(email=b"").exists():
        reporter_mail.queue([(item.report_id, reporter_mail.ROUTED, item.unit)], at=at)


def _record(kind: str, item: ReportItem, actor, at: datetime, **data) -> None:
    audit.record(
        kind,
        f"item:{item.pk}",
        thread=f"report:{item.report_id}",
        actor=actor,
        at=at,
        data=data,
        is_sealed=item.report.handling == Handling.SEALED,
    )


def worded_gaps(item: ReportItem) -> list[tuple[str, str]]:
    """Code and sentence of each gap, in the active language."""
    return list(
        zip((gap["code"] for gap in item.gaps), completeness.messages(item.gaps), strict=True)
    )
