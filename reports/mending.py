"""What came in incomplete: completed by an officer or by the reporter, or declined for a reason
that the reporter hears. Whoever completes it, it is judged again as if it had just come in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, vault
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.policy import pack
from moderation_portal.roles import PUBLIC
from platforms.locators import Locator

from . import completeness, evidence, intake, judging, permissions, reporter_mail, rows
from .completeness import LOCATOR, REPORTER, VERIFIER
from .judging import ItemDraft
from .models import Handling, Report, ReporterIdentity, ReporterKind, ReportItem
from .tellings import Line, ReporterFacts
from .texts import plain

OPEN = (ReportItem.State.NEEDS_INFO, ReportItem.State.RECEIVED)


@dataclass(frozen=True)
class Supplied:
    """What a reporter adds to a report that is in; whatever is empty was not given.

    `line` names the one account that was asked about; everything else is of the whole report.
    """

    line: Line | None = None
    reason: str = ""
    seen_at: datetime | None = None
    is_good_faith: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""
    picture: evidence.Prepared | None = None


def waiting(user) -> QuerySet[ReportItem]:
    """The items that wait for information and that this person may see, oldest first; behind them
    the sealed ones, whose ids are in no order."""
    visible = permissions.reports_visible_to(user).values("pk")
    items = ReportItem.objects.filter(state=ReportItem.State.NEEDS_INFO, report__in=visible)
    return items.select_related("report").order_by("id")


def complete(
    item_id: int, given: Mapping[str, str], *, actor, at: datetime, told: Supplied | None = None
) -> ReportItem:
    """Fills what an item lacks: `given` maps gap codes to what fills them.

    `locator_precise` takes an address or handle, with `platform` as a hint beside it. Who the
    reporter is and how to reach them comes as `told`: it is kept encrypted, and every account of
    the report that waits is judged by it. Any other code takes the officer's word on how it was
    met, which stays with the item. The record holds codes only, for it can never be erased. The
    item moves on as soon as nothing is missing. Raises Refused, Invalid when the address names no
    account or the e-mail address is none, Conflict when it no longer waits.
    """
    words = {code: word for code, text in given.items() if (word := plain(text))}
    hint = words.pop("platform", "")
    if REPORTER & words.keys():
        raise Invalid(_("Give the reporter's name, e-mail address and phone in their own fields."))
    told = _cleaned(told or Supplied())
    line = Line(words.pop(LOCATOR), hint) if LOCATOR in words else None
    with transaction.atomic():
        item, others = _lock_of_report(item_id, actor, with_others=_is_of_reporter(told))
        before = {one.pk: _codes(one) for one in (item, *others)}
        _keep(item.report, told, actor, at)
        item.vouched = {**(item.vouched or {}), **words} or None
        _judge_again(item.report, [item], {item.pk: line}, at, waived=words.keys())
        _judge_again(item.report, others, {}, at)
        changed = [one for one in others if _codes(one) != before[one.pk]]
        _record_completed((item, *changed), before, actor, at)
        _go_on(item.report, [item, *changed], at)
    return item


def supply(report_id: int, position: int, told: Supplied, *, at: datetime) -> ReportItem:
    """Takes what a reporter adds to the account at this position of their report, and judges anew
    every account of the report that waits. The record says what was added, never the words.

    Raises Conflict when nothing is missing of that account any more, Invalid when the address
    names no account or what was added was not missing.
    """
    with transaction.atomic():
        report, items = _lock_report(Report.objects.filter(pk=report_id))
        asked = next((item for item in items if item.position == position), None)
        if asked is None:
            raise Conflict(_("Nothing is missing of this account any more."))
        before = {item.pk: _codes(item) for item in items}
        _keep(report, told, PUBLIC, at)
        _judge_again(report, items, {asked.pk: told.line}, at)
        changed = [item for item in items if _codes(item) != before[item.pk]]
        if not changed:
            raise Invalid(_("This does not fill what is missing. Add what is asked for."))
        _record_completed(changed, before, PUBLIC, at)
        _go_on(report, changed, at)
    return asked


def attach(
    report_id: int, files: Sequence[evidence.Prepared], *, actor: User, at: datetime
) -> Report:
    """Keeps files that an officer adds to a report, whatever has become of it: pictures that the
    law demands (Permenkominfo 5/2020 art. 15(2)) and the public may not send, or a designation.
    Accounts that wait are judged again. Raises Refused, Invalid when there is nothing to keep.
    """
    permissions.only_staff(actor)
    if not files:
        raise Invalid(_("Choose at least one file."))
    with transaction.atomic():
        visible = permissions.reports_visible_to(actor).filter(pk=report_id)
        report, items = _lock_report(visible)
        before = {item.pk: _codes(item) for item in items}
        for file in files:
            evidence.keep(file, report=report, actor=actor, at=at)
        _judge_again(report, items, {}, at)
        changed = [item for item in items if _codes(item) != before[item.pk]]
        _record_completed(changed, before, actor, at)
        _go_on(report, changed, at)
    return report


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
            _record("item.declined", item, actor, at, because=because)
        wanted = ReportItem.objects.filter(pk__in=[item.pk for item in items])
        return decline_open(wanted, words, because=because, at=at)


def decline_open(
    items: QuerySet[ReportItem], words: str, *, at: datetime, because: str = ""
) -> int:
    """Declines those of `items` that are not in a case; their reporters are told: `words`, or the
    reason `because` in their own language where there are none."""
    open_items = items.filter(state__in=OPEN)
    reports = set(open_items.values_list("report_id", flat=True))
    declined = open_items.update(
        state=ReportItem.State.DECLINED, declined_code=because, declined_because=words
    )
    reporter_mail.queue_outcomes(reports, at=at)
    return declined


def worded_gaps(item: ReportItem) -> list[tuple[str, str]]:
    """Code and sentence of each gap, in the active language."""
    return list(
        zip((gap["code"] for gap in item.gaps), completeness.messages(item.gaps), strict=True)
    )


def _lock_report(wanted: QuerySet[Report]) -> tuple[Report, list[ReportItem]]:
    """The one report, locked, and its items that wait."""
    found = wanted.select_related("reporter").select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise Invalid(_("There is no such report."))
    items = (
        found.items.filter(state=ReportItem.State.NEEDS_INFO)
        .select_related("report", "account__platform")
        .select_for_update(of=("self",))
        .order_by("id")
    )
    return found, list(items)


def _lock_of_report(
    item_id: int, actor, *, with_others: bool
) -> tuple[ReportItem, list[ReportItem]]:
    """The item; and, in id order as everybody locks them, the others of its report that wait."""
    others: list[ReportItem] = []
    if with_others:
        of_report = ReportItem.objects.filter(pk=item_id).values("report_id")
        reports = permissions.reports_visible_to(actor).filter(pk__in=of_report)
        list(Report.objects.filter(pk__in=reports.values("pk")).select_for_update(no_key=True))
        others = list(
            ReportItem.objects.filter(report__in=reports, state=ReportItem.State.NEEDS_INFO)
            .select_related("report__reporter", "account__platform")
            .select_for_update(of=("self",))
            .order_by("id")
        )
    return _lock(item_id, actor), [one for one in others if one.pk != item_id]


def _lock(item_id: int, actor) -> ReportItem:
    permissions.only_staff(actor)
    visible = permissions.reports_visible_to(actor).values("pk")
    item = (
        ReportItem.objects.select_related("report__reporter", "account__platform")
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


def _is_of_reporter(told: Supplied) -> bool:
    return bool(told.name or told.email or told.phone)


def _cleaned(told: Supplied) -> Supplied:
    who = ReporterFacts(
        kind=ReporterKind.PUBLIC, name=told.name, email=told.email, phone=told.phone
    )
    who = judging.cleaned_reporter(who)
    return replace(told, name=who.name, email=who.email, phone=who.phone)


def _keep(report: Report, told: Supplied, actor, at: datetime) -> None:
    """Writes down what was missing of the report as a whole; what is there already stays."""
    report.reason = report.reason or told.reason
    report.seen_at = report.seen_at or told.seen_at
    report.is_good_faith = report.is_good_faith or told.is_good_faith
    report.save(update_fields=["reason", "seen_at", "is_good_faith"])
    if told.picture is not None:
        evidence.keep(told.picture, report=report, actor=actor, at=at)
    if _is_of_reporter(told):
        new = {"name": told.name, "email": told.email, "phone": told.phone}
        empty = dict.fromkeys(new, b"")
        known, _is_new = ReporterIdentity.objects.get_or_create(
            reporter_id=report.reporter_id, defaults=empty
        )
        for field, text in new.items():
            if text and not getattr(known, field):
                setattr(known, field, vault.encrypt(text))
        known.save()


def _judge_again(
    report: Report,
    items: Sequence[ReportItem],
    lines: Mapping[int, Line | None],
    at: datetime,
    waived: Collection[str] = (),
) -> None:
    """Judges `items` by all that is known now; `lines` name some of them anew, by item id.

    What has been missing of an item may be filled, or `waived` by an officer; nothing new is asked.
    """
    named = {pk: judging.name([line])[0] for pk, line in lines.items() if line is not None}
    pairs = [(item, named.get(item.pk) or _known(item)) for item in items]
    for item, draft in zip(items, judging.again(report, pairs, at=at), strict=True):
        if item.pk in named and not draft.is_passed_on:
            _set_account(item, draft, at)
        _take_over(item, draft, waived)
        item.save()


def _known(item: ReportItem) -> Locator:
    """What an item is named by so far; with the problem that it has when it names no account."""
    account = item.account
    if account is not None:
        return Locator(
            account.platform.slug,
            account.kind,
            account.canonical,
            "",
            account.url,
            account.display,
            visibility=account.visibility,
        )
    problem = next((gap["problem"] for gap in item.gaps if gap.get("problem")), "no_platform")
    return Locator(None, "unknown", "", "", "", "", problem=problem)


def _set_account(item: ReportItem, draft: ItemDraft, at: datetime) -> None:
    locator, platform = draft.locator, draft.platform
    if locator.problem or platform is None:
        raise Invalid(
            _("This does not lead to one account. Give its link, or its name and the platform."),
            {"problem": locator.problem or "no_platform"},
        )
    key = (platform.pk, locator.kind, locator.canonical)
    shown = (locator.display, locator.url, locator.visibility)
    item.account_id = rows.accounts({key: shown}, at=at)[key]


def _take_over(item: ReportItem, draft: ItemDraft, waived: Collection[str]) -> None:
    if draft.routed is not None:
        item.unit, item.rule = draft.routed.unit, draft.routed.rule
    if draft.is_passed_on:
        item.state, item.gaps = ReportItem.State.ROUTED, []
        return
    still = _codes(item) - set(waived)
    item.gaps = [gap.as_json() for gap in draft.gaps if gap.code in still]
    if not _codes(item) - {VERIFIER}:
        item.state = ReportItem.State.RECEIVED


def _codes(item: ReportItem) -> set[str]:
    return {gap["code"] for gap in item.gaps}


def _go_on(report: Report, items: Iterable[ReportItem], at: datetime) -> None:
    """Hands on what is complete now, and tells the reporter of what was passed to others."""
    items = list(items)
    if not report.needs_verifier and any(i.state == ReportItem.State.RECEIVED for i in items):
        intake.go_on([report], at=at)
    units = dict.fromkeys(item.unit for item in items if item.state == ReportItem.State.ROUTED)
    identities = ReporterIdentity.objects.filter(reporter_id=report.reporter_id)
    if units and report.receipt_hash is not None and identities.exclude(email=b"").exists():
        reporter_mail.queue([(report.pk, reporter_mail.ROUTED, unit) for unit in units], at=at)


def _record_completed(
    items: Iterable[ReportItem], before: Mapping[int, set[str]], actor, at: datetime
) -> None:
    for item in items:
        _record("item.completed", item, actor, at, added=sorted(before[item.pk] - _codes(item)))


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
