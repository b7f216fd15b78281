"""Letters to reporters, in their language. Their address is decrypted here and nowhere else."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import audit, letter_texts, outbox, sender, vault
from moderation_portal.letters import Letter
from moderation_portal.models import Lane
from moderation_portal.policy import pack
from moderation_portal.roles import SYSTEM
from platforms.channels.base import Parcel
from platforms.channels.email import Email
from platforms.models import Contact

from . import completeness
from .models import Handling, Report, ReporterIdentity, ReportItem

RECEIPT, NEEDS_INFO, ROUTED = "receipt", "needs_info", "outcome_routed"
REMOVED, DECLINED = "outcome_removed", "outcome_declined"
TAKEN_BACK = "outcome_taken_back"
TAKEN = (ReportItem.Progress.WITHDRAWN, ReportItem.Progress.RELEASED)
TOPIC = "reporter.tell"

# A reporter hears of the outcome once everything they told has come to its end: whether something
# of it is gone, whether something was not acted on, and whether an order was taken back.
ENDED = """
SELECT report.id, bool_or(item.state IN ('accepted', 'duplicate') AND item.progress = 'removed'),
    bool_or(item.state = 'declined'
        OR (item.state IN ('accepted', 'duplicate')
            AND item.progress IN ('not_removed', 'referred'))),
    bool_or(item.state IN ('accepted', 'duplicate') AND item.progress IN ('withdrawn', 'released'))
FROM reports_report report
JOIN reports_reporteridentity identity ON identity.reporter_id = report.reporter_id
JOIN reports_reportitem item ON item.report_id = report.id
WHERE report.id = ANY(%s) AND report.receipt_hash IS NOT NULL AND length(identity.email) > 0
GROUP BY report.id
HAVING NOT bool_or(item.state IN ('received', 'needs_info')
    OR (item.state IN ('accepted', 'duplicate')
        AND item.progress IN ('waiting', 'looked_at', 'ordered')))
"""


def queue(wanted: Iterable[tuple[int, str, str]], *, at: datetime) -> None:
    """Queues letters: report id, letter code, and the unit that a routed one names ("" else)."""
    outbox.enqueue_many(
        [
            outbox.Message(
                TOPIC,
                {"report": report_id, "letter": code, "unit": unit, "stamp": int(at.timestamp())},
                Lane.INTERNAL,
            )
            for report_id, code, unit in wanted
        ],
        at=at,
    )


def queue_outcomes(report_ids: Iterable[int], *, at: datetime) -> None:
    """Queues the outcome of those reports in which nothing is open any more."""
    with connection.cursor() as cursor:
        cursor.execute(ENDED, [sorted(set(report_ids))])
        ended = cursor.fetchall()
    told = [
        (pk, code, "")
        for pk, *outcomes in ended
        for code, is_so in zip((REMOVED, DECLINED, TAKEN_BACK), outcomes, strict=True)
        if is_so
    ]
    queue(told, at=at)


def send(report_id: int, code: str, unit: str, stamp: int, *, at: datetime) -> bool:
    """Sends one letter; False when its report, or the reporter's address, has been erased since.

    Raises `platforms.channels.base.Later` or `Never`, as the mail server answers.
    """
    report = Report.objects.select_related("reporter").filter(pk=report_id).first()
    identity = report and ReporterIdentity.objects.filter(reporter=report.reporter).first()
    address = vault.decrypt(bytes(identity.email)) if identity else ""
    if not report or not address:
        return False
    letter = compose(report, code, unit, at=at)
    parcel = Parcel(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=_message_id(report, f"{code}.{unit or stamp}"),
        purpose=code,
    )
    Email().hand_over(parcel, Contact(address=address), at=at)
    audit.record(
        "reporter.told",
        f"report:{report.pk}",
        actor=SYSTEM,
        at=at,
        data={"letter": code},
        is_sealed=report.handling == Handling.SEALED,
    )
    return True


def compose(report: Report, code: str, unit: str = "", *, at: datetime) -> Letter:
    """The letter `code` about a report, in the language in which it was told."""
    language = report.language if report.language in pack().languages else pack().languages[0]
    with translation.override(language):
        context = {
            "issued_at": at,
            "report_number": report.number,
            "received_at": report.received_at,
            "status_url": settings.BASE_URL + reverse("reports_public:status"),
            **_about_items(report, code, unit),
        }
        return letter_texts.write(code, language, context)


def worded_decline(item: ReportItem) -> str:
    """Why an account was declined: the words that somebody wrote for its reporter, else the
    reason's own in the active language."""
    return item.declined_because or (item.declined_code and _decline_reason(item.declined_code))


def _taken_back(item: ReportItem) -> str:
    """Why an order no longer stands, in the active language."""
    if item.progress == ReportItem.Progress.RELEASED:
        return _(
            "The platform gave reasons why it did not act. An officer who had not taken the "
            "decision weighed them and accepted them."
        )
    return _("We found that the order should not have been given, and withdrew it.")


def _decline_reason(code: str) -> str:
    return str(pack().choice("decline_reasons", code).name)


def _message_id(report: Report, letter: str) -> str:
    """The same for every copy of a letter. It tells no server on the way which report it is of:
    the number of a sealed one alone would give it away."""
    return sender.message_id(f"report-{report.pk}.{letter}")


def _about_items(report: Report, code: str, unit: str) -> dict[str, object]:
    items = list(report.items.all())
    state, progress = ReportItem.State, ReportItem.Progress
    if code == NEEDS_INFO:
        wanting = [item for item in items if item.state == state.NEEDS_INFO]
        missing = [word for item in wanting for word in completeness.messages(item.gaps)]
        asked = report.items.filter(questions__in=report.questions.filter(answered_at=None))
        if asked_count := asked.distinct().count():
            missing.append(_("An officer has a question. Read and answer it on the page below."))
        count = len(wanting) + asked_count
        return {"item_count": count, "missing": list(dict.fromkeys(missing)), "until": None}
    if code == ROUTED:
        return {"item_count": sum(item.unit == unit for item in items), "unit": unit}
    if code == REMOVED:
        return {"item_count": sum(item.progress == progress.REMOVED for item in items)}
    if code == DECLINED:
        declined = [item for item in items if item.state == state.DECLINED]
        untouched = [item for item in items if item.progress == progress.NOT_REMOVED]
        referred = [item for item in items if item.progress == progress.REFERRED]
        reasons = dict.fromkeys(worded_decline(item) for item in declined)
        if untouched:
            reasons[_decline_reason("no_violation")] = None
        if referred:
            reasons[_("The matter was handed to another unit, which goes on with it.")] = None
        count = len(declined) + len(untouched) + len(referred)
        return {"item_count": count, "reasons": "\n\n".join(reasons)}
    if code == TAKEN_BACK:
        said = [_taken_back(item) for item in items if item.progress in TAKEN]
        return {"item_count": len(said), "reasons": "\n\n".join(dict.fromkeys(said))}
    return {"item_count": len(items)}
