"""An officer asks a reporter about accounts that are in a case already, and the reporter answers.

The question stands on the page that the receipt code opens, or on the page of the report for
whoever signs in; it is never mailed, for it may name what the report is about. The answer stays
with the report and out of the record, so that it can be erased.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import audit, news, series
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.roles import PUBLIC, Actor, Role

from . import intake, permissions, reporter_mail
from .models import Handling, Question, Report, ReportItem
from .receipts import ASKABLE, JOINED
from .texts import plain

LONGEST = 4_000
# Who answers behind the sign-in.
ANSWERING = frozenset({Role.POLICE, Role.ORGANISATION, Role.MONITOR})
ASKED_NEWS = "report.asked"


def ask(questions: Mapping[int, str], *, actor: User, at: datetime) -> list[int]:
    """Asks reporters about accounts of theirs that are in a case: `questions` maps ids of report
    items to what is asked. Gives the ids of the reports that were asked, in order.

    Accounts of one report with the same words share one question; asked again before the answer
    came, they add to it. Only who holds a receipt, or signs in, can answer: other reports are left
    out, as are accounts that nobody waits for any more. Raises Refused, Invalid for a question
    without words.
    """
    permissions.only_staff(actor)
    texts = {pk: plain(text) for pk, text in questions.items()}
    if not all(0 < len(text) <= LONGEST for text in texts.values()):
        raise Invalid(
            _("Write what the reporter is to tell, in at most %(most)s characters.")
            % {"most": LONGEST}
        )
    with transaction.atomic():
        wanted: dict[tuple[int, str], list[int]] = {}
        for pk, report_id in _askable(list(texts)):
            wanted.setdefault((report_id, texts[pk]), []).append(pk)
        ids = sorted({report_id for report_id, _text in wanted})
        locked = Report.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
        reports = {report.pk: report for report in locked}
        _write(wanted, reports, actor, at)
        _tell(ids, at)
    return ids


def waiting(user: User) -> QuerySet[Question]:
    """The questions that this person may answer, the oldest first: of their own reports, or of
    those of their agency."""
    if user.role not in ANSWERING:
        return Question.objects.none()
    mine = Question.objects.filter(
        report__in=permissions.reports_visible_to(user),
        answered_at=None,
        items__state__in=JOINED,
        items__progress__in=ASKABLE,
    )
    return mine.select_related("report").distinct().order_by("asked_at", "pk")


def answer(
    report_id: int, question_id: int, words: str, *, at: datetime, actor: User | Actor = PUBLIC
) -> None:
    """Takes a reporter's answer; whoever looks after the case is told by `report.received`.

    `actor` is whoever signed in, or the public, who proved to hold the receipt. Raises Invalid for
    an answer without words or with too many, Conflict when it was answered.
    """
    words = plain(words)
    if not 0 < len(words) <= LONGEST:
        raise Invalid(_("Write your answer, in at most %(most)s characters.") % {"most": LONGEST})
    with transaction.atomic():
        asked = Question.objects.filter(pk=question_id, report_id=report_id)
        if not asked.filter(answered_at=None).update(answer=words, answered_at=at):
            raise Conflict(_("This question has been answered already."))
        report = Report.objects.get(pk=report_id)
        _record("report.answered", [(report, question_id)], actor, at)
        intake.go_on([report], at=at)


def answered_items(report_ids: Iterable[int]) -> list[int]:
    """Of these reports, the items about which something was asked and everything is answered."""
    items = ReportItem.objects.filter(report__in=list(report_ids), questions__isnull=False)
    still_open = Question.objects.filter(answered_at=None).values("items")
    return list(items.exclude(pk__in=still_open).distinct().values_list("pk", flat=True))


def _askable(item_ids: list[int]) -> list[tuple[int, int]]:
    """Item and report id of those whose reporter can read and answer, in order."""
    items = ReportItem.objects.filter(
        Q(report__receipt_hash__isnull=False) | Q(report__reporter__user__role__in=ANSWERING),
        pk__in=item_ids,
        state__in=JOINED,
        progress__in=ASKABLE,
    )
    return list(items.order_by("report_id", "position").values_list("pk", "report_id"))


def _write(
    wanted: Mapping[tuple[int, str], list[int]],
    reports: Mapping[int, Report],
    actor: User,
    at: datetime,
) -> None:
    standing = Question.objects.filter(report__in=reports, answered_at=None)
    known = {(one.report_id, one.text): one for one in standing}
    keys = [key for key in wanted if key not in known]
    ids = series.take_scattered(Question._meta.db_table, len(keys))
    new = [
        Question(pk=pk, report_id=report_id, text=text, asked_by=actor, asked_at=at)
        for pk, (report_id, text) in zip(ids, keys, strict=True)
    ]
    Question.objects.bulk_create(new)
    known |= {(one.report_id, one.text): one for one in new}
    pairs = Question.items.through
    pairs.objects.bulk_create(
        [
            pairs(question_id=known[key].pk, reportitem_id=pk)
            for key, pks in wanted.items()
            for pk in pks
        ],
        ignore_conflicts=True,
    )
    _record("reporter.asked", [(reports[one.report_id], one.pk) for one in new], actor, at)


def _tell(report_ids: list[int], at: datetime) -> None:
    """Tells who left an address, or signs in, that something is asked, not what."""
    signing_in = Report.objects.filter(pk__in=report_ids, reporter__user__role__in=ANSWERING)
    for report in signing_in.select_related("reporter__user").order_by("pk"):
        if report.reporter.user is not None:
            news.tell(
                [report.reporter.user],
                ASKED_NEWS,
                address=reverse("reports:report", args=[report.pk]),
                facts={"number": report.number},
                at=at,
                is_sealed=report.handling == Handling.SEALED,
            )
    named = Report.objects.filter(pk__in=report_ids, reporter__identity__isnull=False)
    reachable = named.exclude(reporter__identity__email=b"").order_by("pk")
    letters = [(report.pk, reporter_mail.NEEDS_INFO, "") for report in reachable]
    reporter_mail.queue(letters, at=at)


def _record(kind: str, asked: Iterable[tuple[Report, int]], actor, at: datetime) -> None:
    lines = [
        audit.Line(
            kind,
            f"report:{report.pk}",
            actor,
            data={"question": question_id},
            is_sealed=report.handling == Handling.SEALED,
        )
        for report, question_id in asked
    ]
    audit.record_many(lines, at=at)


def _asked(facts: Mapping[str, Any]) -> str:
    return _("An officer has a question about your report %(number)s.") % facts


news.register(ASKED_NEWS, _asked)
