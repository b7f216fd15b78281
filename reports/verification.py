"""A machine's finding is looked at by a person before it can become a case.

A keyword alone never suffices: the verifier says what they saw, and why it breaks the law or not.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.policy import pack

from . import intake, mending, permissions
from .completeness import VERIFIER
from .models import Finding, Handling, Report, ReportItem
from .texts import plain

SHORTEST_REASON = 10

# A person has looked: that is missing no longer, whatever else still is.
LOOKED_AT = """
UPDATE reports_reportitem
SET gaps = jsonb_path_query_array(gaps, '$[*] ? (@.code != $code)', %s::jsonb)
WHERE report_id = ANY(%s) AND gaps @> %s::jsonb
"""


def judge(
    report_ids: Iterable[int], verdict: str, reason: str, *, actor, at: datetime
) -> list[int]:
    """Confirms or rejects findings; gives the ids of the reports that were judged.

    Confirmed ones go on as `report.received`; the accounts of rejected ones are declined with the
    reason. At most as many at once as the pack lets one judge. Raises Refused, Invalid, and
    Conflict when somebody else has judged one of them (who and when is in `detail`).
    """
    wanted = sorted(set(report_ids))
    allowed = permissions.may_verify(actor)
    if not allowed:
        raise Refused(allowed.reason)
    if verdict not in Finding.Verdict.values:
        raise Invalid(_("Choose whether the finding is confirmed or rejected."))
    reason = plain(reason)
    if len(reason) < SHORTEST_REASON:
        raise Invalid(_("Say in a few words what you saw. It is kept with the finding."))
    most = pack().limits_at(at).bulk_judge_max
    if len(wanted) > most:
        raise Invalid(_("Judge at most %(most)s findings at once.") % {"most": most})
    with transaction.atomic():
        reports = _lock(wanted, actor)
        _set_verdict(reports, verdict, reason, actor, at)
        if verdict == Finding.Verdict.CONFIRMED:
            _hand_on(reports, at)
        else:
            items = ReportItem.objects.filter(report__in=reports)
            mending.decline_open(items, reason, at=at)
    return wanted


def waiting(user):
    """The reports whose finding waits for this person's eyes, oldest first."""
    reports = permissions.reports_visible_to(user).filter(needs_verifier=True)
    return reports.select_related("finding").order_by("received_at", "id")


def _lock(wanted: list[int], actor) -> list[Report]:
    visible = permissions.reports_visible_to(actor).values("pk")
    reports = list(
        Report.objects.filter(pk__in=visible)
        .filter(pk__in=wanted)
        .select_for_update()
        .order_by("id")
    )
    if len(reports) != len(wanted):
        raise Invalid(_("One of these findings does not exist."))
    judged = [report for report in reports if not report.needs_verifier]
    if judged:
        first = Finding.objects.select_related("verifier").filter(report=judged[0]).first()
        who = first.verifier.name if first and first.verifier else ""
        when = first.verified_at if first else None
        raise Conflict(
            _("%(who)s has judged %(number)s already.") % {"who": who, "number": judged[0].number},
            {"report": judged[0].number, "by": who, "at": when.isoformat() if when else ""},
        )
    return reports


def _set_verdict(reports: Sequence[Report], verdict: str, reason: str, actor, at) -> None:
    Finding.objects.filter(report__in=reports).update(
        verdict=verdict, verdict_reason=reason, verifier_id=actor.pk, verified_at=at
    )
    ids = [report.pk for report in reports]
    Report.objects.filter(pk__in=ids).update(needs_verifier=False)
    with connection.cursor() as cursor:
        code = {"code": VERIFIER}
        cursor.execute(LOOKED_AT, [json.dumps(code), ids, json.dumps([code])])
    audit.record_many(
        [
            audit.Line(
                f"finding.{verdict}",
                f"report:{report.pk}",
                actor,
                data={"reason": reason},
                is_sealed=report.handling == Handling.SEALED,
            )
            for report in reports
        ],
        at=at,
    )


def _hand_on(reports: Sequence[Report], at: datetime) -> None:
    ready = ReportItem.objects.filter(report__in=reports, state=ReportItem.State.RECEIVED)
    ready_ids = set(ready.values_list("report_id", flat=True))
    intake.go_on((report for report in reports if report.pk in ready_ids), at=at)
