"""Accounts that somebody told of, and what became of each: a page at a time, by state."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.places import LARGEST_ID
from moderation_portal.policy import pack

from .. import mending, reporter_mail
from ..effects import Effect
from ..models import ReportItem
from ..permissions import state_told
from ..receipts import JOINED, SENTENCES, TONES
from . import pages

State, Progress = ReportItem.State, ReportItem.Progress
OPEN = (State.RECEIVED, *JOINED)
# What a list can be narrowed to: what becomes of accounts that stay here, then of the others.
CHOICES = [
    *((code, label) for code, label in Progress.choices),
    *((str(code), code.label) for code in (State.NEEDS_INFO, State.ROUTED, State.DECLINED)),
]


def worded(counts: Mapping[str, int]) -> list[str]:
    """How many accounts stand where, in the order of an account's life."""
    return [f"{label}: {counts[code]}" for code, label in CHOICES if counts.get(code)]


def within_report(request: SignedInRequest, items: QuerySet[ReportItem]):
    """A page of the accounts of one report or request, in the order in which they were told, and
    its context. Raises Invalid for a place that is none."""
    said = request.GET.get("said", "")
    rows = items.filter(_said(said)).select_related("account__platform")
    report, position = _place(request.GET.get("after", ""))
    beyond = Q(report_id__gt=report) | Q(report_id=report, position__gt=position)
    found = list(rows.filter(beyond).order_by("report_id", "position")[: pages.ROWS + 1])
    query = request.GET.copy()
    is_first = not query.pop("after", None)
    context = {"previous_url": "" if is_first else f"?{query.urlencode()}", "next_url": ""}
    if len(found) > pages.ROWS:
        last = found[pages.ROWS - 1]
        query["after"] = f"{last.report_id}.{last.position}"
        context["next_url"] = f"?{query.urlencode()}"
    return found[: pages.ROWS], context | _filter(said)


def of_all(request: SignedInRequest, items: QuerySet[ReportItem]):
    """The same of all reports, the newest first."""
    said = request.GET.get("said", "")
    rows = items.filter(_said(said)).select_related("account__platform", "report")
    newest = rows.annotate(received_at=F("report__received_at"))
    found, context = pages.page(request, newest, by="received_at")
    return found, context | _filter(said)


def shown(
    item: ReportItem, reader: User, rules: Mapping[str, str], effect: Effect | None = None
) -> dict[str, Any]:
    """One account as this reader may know it: what became of it in plain words, what is missing,
    and for a formal requester the steps of the order."""
    code = item.progress if item.state in OPEN else item.state
    return {
        "pk": item.pk,
        "shown": defang(item.shown),
        "platform": item.account.platform.name if item.account else "",
        "state": state_told(reader, item).label,
        "tone": TONES[code],
        "sentence": str(SENTENCES[code]),
        "gaps": [sentence for _code, sentence in mending.worded_gaps(item)]
        if item.state in mending.OPEN
        else [],
        "may_mend": item.state == State.NEEDS_INFO,
        "unit": str(pack().unit(item.unit).name) if item.unit else "",
        "because": reporter_mail.worded_decline(item),
        "rule": rules.get(item.rule, ""),
        "effect": effect,
    }


def _filter(said: str) -> dict[str, Any]:
    return {"said": said, "said_choices": [("", _("All")), *CHOICES]}


def _said(code: str) -> Q:
    if code in Progress.values:
        return Q(state__in=OPEN, progress=code)
    return Q(state=code) if code in State.values else Q()


def _place(text: str) -> tuple[int, int]:
    """The report and the position behind which a page begins."""
    if not text:
        return 0, -1
    try:
        report, position = (int(part) for part in text.split("."))
    except ValueError as error:
        raise Invalid(_("This page address is broken. Open the list anew.")) from error
    if not (0 <= report <= LARGEST_ID and -1 <= position < 2**31):
        raise Invalid(_("This page address is broken. Open the list anew."))
    return report, position
