"""The only door in: one telling or a thousand, by form, letter, API or file.

A call is one transaction and a handful of statements, whatever the number of tellings; past a
thousand a Job calls it again and again (`csv_import`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from moderation_portal import audit, outbox
from moderation_portal.models import Lane
from moderation_portal.policy import pack
from moderation_portal.roles import PUBLIC

from . import evidence, judging, receipts, reporter_mail, rows
from .judging import Draft
from .models import Handling, Report, ReportItem, report_number
from .tellings import (
    DONE,
    REFUSED,
    REPEATED,
    SKIPPED,
    FindingFacts,
    ItemResult,
    Line,
    Received,
    ReporterFacts,
    Telling,
)

__all__ = [
    "DONE",
    "PUBLIC",
    "REFUSED",
    "REPEATED",
    "SKIPPED",
    "FindingFacts",
    "ItemResult",
    "Line",
    "Received",
    "ReporterFacts",
    "Telling",
    "receive",
]

CHUNK = 1_000
# Past this many tellings in one call nobody is waiting at a screen for them.
BULK_FROM = 50


def receive(tellings: Sequence[Telling], *, actor, at: datetime) -> list[Received]:
    """Takes tellings in and says, in their order, what became of each.

    Accounts are named and found again, websites and other agencies' matters passed on, gaps listed
    (Permenkominfo 5/2020 art. 15(2), 16(4)), uploads kept, events recorded. What can become a case
    is handed on as `report.received` after the commit; a machine's finding waits for its verifier.
    A telling that cannot be taken is refused alone; the others go in.
    """
    drafts = judging.judge(tellings, actor=actor, at=at)
    with transaction.atomic():
        return _take_in(drafts, actor=actor, at=at)


def hand_on(report_ids: Iterable[int], *, lane: str, at: datetime) -> None:
    """Tells the next room of reports in which something can now become a case."""
    ids = sorted(report_ids)
    outbox.enqueue_many(
        [
            outbox.Message("report.received", {"reports": ids[start : start + CHUNK]}, lane)
            for start in range(0, len(ids), CHUNK)
        ],
        at=at,
    )


def go_on(reports: Iterable[Report], *, at: datetime) -> None:
    """`hand_on` for reports that were waiting until now, each in its lane."""
    for report in reports:
        is_urgent = pack().category(report.category, at).urgency == "urgent"
        hand_on([report.pk], lane=Lane.URGENT if is_urgent else Lane.INTERNAL, at=at)


def _take_in(drafts: list[Draft], *, actor, at: datetime) -> list[Received]:
    sound = [draft for draft in drafts if not draft.said]
    rows.hold(draft.teller for draft in sound)
    known = rows.heard_before([draft.digest for draft in sound])
    fresh, seen = [], set(known)
    for draft in sound:
        if draft.digest not in seen:
            seen.add(draft.digest)
            fresh.append(draft)
    codes = {draft.digest: receipts.issue() for draft in fresh if draft.telling.wants_receipt}
    ids = _write_reports(fresh, codes, at)
    _write_items(fresh, ids, at)
    _write_evidence(fresh, ids, actor, at)
    rows.findings({ids[d.digest]: d.telling.finding for d in fresh if d.telling.finding})
    _record(fresh, ids, actor, at)
    _hand_on(fresh, ids, at)
    _tell_reporters(fresh, ids, at)
    return _answers(drafts, fresh, ids, known, codes, at)


def _write_reports(
    fresh: list[Draft], codes: dict[str, tuple[str, str]], at: datetime
) -> dict[str, int]:
    """Report id by telling hash."""
    if not fresh:
        return {}
    tellers = rows.reporters((draft.telling.reporter for draft in fresh), at=at)
    ids = rows.reports([_report_row(draft, tellers, codes, at) for draft in fresh])
    return {draft.digest: i for draft, i in zip(fresh, ids, strict=True)}


def _report_row(draft: Draft, tellers: dict[ReporterFacts, int], codes, at) -> tuple:
    telling, category = draft.telling, draft.category
    return (
        draft.digest,
        tellers[telling.reporter],
        telling.formal_request.pk if telling.formal_request else None,
        telling.channel,
        category.code,
        category.handling,
        telling.reason,
        telling.requested_remedy,
        telling.area or telling.reporter.area,
        telling.place,
        telling.is_good_faith,
        telling.seen_at or (telling.finding.fetched_at if telling.finding else None),
        telling.reporter.language,
        codes[draft.digest][1] if draft.digest in codes else None,
        sum(item.state != REPEATED for item in draft.items),
        draft.is_finding,
        at,
    )


def _write_items(fresh: list[Draft], ids: dict[str, int], at: datetime) -> None:
    found: dict[rows.AccountKey, tuple[str, str, str]] = {}
    for draft in fresh:
        for item in draft.items:
            if item.platform is not None and not item.locator.problem:
                seen = item.locator
                found.setdefault(
                    (item.platform.pk, seen.kind, seen.canonical),
                    (seen.display, seen.url, item.visibility or seen.visibility),
                )
    accounts = rows.accounts(found, at=at)
    written = [
        (
            ids[draft.digest],
            item.position,
            item.raw,
            _account_of(item, accounts),
            item.state,
            item.visibility,
            rows.as_json([gap.as_json() for gap in item.gaps]),
            item.routed.unit if item.routed else "",
            item.routed.rule if item.routed else "",
            ReportItem.Progress.WAITING.value,
            "",
        )
        for draft in fresh
        for item in draft.items
        if item.state != REPEATED
    ]
    if written:
        rows.items(written)


def _account_of(item: judging.ItemDraft, accounts: dict[rows.AccountKey, int]) -> int | None:
    if item.platform is None or item.locator.problem:
        return None
    return accounts[item.platform.pk, item.locator.kind, item.locator.canonical]


def _write_evidence(fresh: list[Draft], ids: dict[str, int], actor, at: datetime) -> None:
    with_files = [draft for draft in fresh if draft.telling.uploads]
    if not with_files:
        return
    reports = Report.objects.in_bulk([ids[draft.digest] for draft in with_files])
    for draft in with_files:
        for upload in draft.telling.uploads:
            evidence.keep(upload, report=reports[ids[draft.digest]], actor=actor, at=at)


def _record(fresh: list[Draft], ids: dict[str, int], actor, at: datetime) -> None:
    lines = []
    for draft in fresh:
        subject = f"report:{ids[draft.digest]}"
        is_sealed = Handling(draft.category.handling) == Handling.SEALED
        told = {
            "channel": draft.telling.channel,
            "source": draft.telling.reporter.kind,
            "category": draft.category.code,
            "items": _counts(item.state for item in draft.items),
        }
        lines.append(audit.Line("report.received", subject, actor, "", told, is_sealed))
        ruled = _counts(item.routed for item in draft.items if item.routed)
        for routed, count in ruled.items():
            where = {"unit": routed.unit} if routed.unit else {"team": routed.team}
            data = {**where, "rule": routed.rule, "items": count}
            lines.append(audit.Line("item.routed", subject, actor, "", data, is_sealed))
    audit.record_many(lines, at=at)


def _counts(values: Iterable) -> dict:
    found: dict = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def _hand_on(fresh: list[Draft], ids: dict[str, int], at: datetime) -> None:
    ready = [
        draft
        for draft in fresh
        if not draft.is_finding
        and any(item.state == ReportItem.State.RECEIVED for item in draft.items)
    ]
    urgent = [ids[d.digest] for d in ready if d.category.urgency == "urgent"]
    others = [ids[d.digest] for d in ready if d.category.urgency != "urgent"]
    hand_on(urgent, lane=Lane.URGENT, at=at)
    is_bulk = len(fresh) > BULK_FROM or any(d.telling.channel == Report.Channel.CSV for d in fresh)
    hand_on(others, lane=Lane.BULK if is_bulk else Lane.INTERNAL, at=at)


def _tell_reporters(fresh: list[Draft], ids: dict[str, int], at: datetime) -> None:
    """Queues the letters of those who left an address: received, what is missing, who has it."""
    wanted = []
    for draft in fresh:
        if not (draft.telling.reporter.email and draft.telling.wants_receipt):
            continue
        report_id, states = ids[draft.digest], {item.state for item in draft.items}
        if states - {ReportItem.State.ROUTED, REPEATED}:
            wanted.append((report_id, reporter_mail.RECEIPT, ""))
        if ReportItem.State.NEEDS_INFO in states:
            wanted.append((report_id, reporter_mail.NEEDS_INFO, ""))
        units = dict.fromkeys(i.routed.unit for i in draft.items if i.routed and i.routed.unit)
        wanted += [(report_id, reporter_mail.ROUTED, unit) for unit in units]
    reporter_mail.queue(wanted, at=at)


def _answers(
    drafts: list[Draft],
    fresh: list[Draft],
    ids: dict[str, int],
    known: dict,
    codes: dict[str, tuple[str, str]],
    at: datetime,
) -> list[Received]:
    taken = {id(draft) for draft in fresh}
    answers = []
    for draft in drafts:
        if draft.said:
            answers.append(Received(REFUSED, reason=draft.said))
            continue
        told = tuple(item.result() for item in draft.items)
        report_id, received_at = known.get(draft.digest) or (ids[draft.digest], at)
        number = report_number(report_id, received_at)
        is_new = id(draft) in taken
        answers.append(
            Received(
                outcome=DONE if is_new else SKIPPED,
                report_id=report_id,
                number=number,
                receipt_code=codes[draft.digest][0] if is_new and draft.digest in codes else "",
                items=told,
            )
        )
    return answers
