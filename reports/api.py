"""The API door: a machine's findings, at most a thousand a call, a result for each."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation_portal import clock, series
from moderation_portal.bodies import instant_of, items_of, text_of
from moderation_portal.errors import Invalid
from moderation_portal.policy import pack
from moderation_portal.roles import AUDITORS, STAFF
from moderation_portal.tokens import SignedIn, allows, has_scope, idempotent, is_by_key

from . import completeness, intake, mending, permissions, routing
from .models import Report, ReporterKind
from .tellings import DONE, REFUSED, SKIPPED, FindingFacts, Line, Received, ReporterFacts, Telling

MOST_ACCOUNTS = 50
LONGEST_REFERENCE = 120
SCOPE = "reports:write"
TEXTS = ("category", "reason", "area", "place", "platform", "description", "visibility")
FINDING_TEXTS = (
    "tool",
    "tool_version",
    "rule",
    "rule_version",
    "query",
    "public_access_proof",
    "content_hash",
    "capture",
)
KNOWN = {*TEXTS, "account", "accounts", "seen_at", "is_good_faith", "finding", "reference"}


class Reports(APIView):
    """`POST /api/v1/reports/`: {"items": [{"account": …, "category": …, …}, …]}."""

    permission_classes = [has_scope(SCOPE)]

    @idempotent
    def post(self, request: Request) -> Response:
        """Takes findings in; one that cannot be taken is refused alone, with what to mend."""
        items = items_of(request.data)
        tellings: list[Telling] = []
        answers: list[dict[str, Any] | None] = []
        for item in items:
            try:
                tellings.append(_telling(item, request.user))
                answers.append(None)
            except Invalid as error:
                answers.append({"outcome": REFUSED, "message": error.sentence, **error.detail})
        received = iter(intake.receive(tellings, actor=request.user, at=clock.now()))
        results = []
        for position, (item, answer) in enumerate(zip(items, answers, strict=True)):
            told = answer or _result(next(received))
            reference = item.get("reference") if isinstance(item, dict) else None
            named = (
                {"reference": reference[:LONGEST_REFERENCE]} if isinstance(reference, str) else {}
            )
            results.append({"position": position, **named, **told})
        counts = {
            outcome: sum(result["outcome"] == outcome for result in results)
            for outcome in (DONE, SKIPPED, REFUSED)
        }
        return Response({"counts": counts, "results": results})


class ReportStatus(APIView):
    """`GET /api/v1/reports/<number>/`: how one's own report is doing."""

    permission_classes = [SignedIn, allows("reports:read", SCOPE)]

    def get(self, request: Request, number: str) -> Response:
        """Each account's state, its gaps, and who has it if it was passed on."""
        report = get_object_or_404(
            permissions.reports_visible_to(request.user, by_key=is_by_key(request)),
            pk=series.read("R", number) or 0,
        )
        items = report.items.select_related("account__platform").order_by("position")
        is_inside = getattr(request.user, "role", "") in STAFF | AUDITORS
        rules = routing.worded({item.rule for item in items}) if is_inside else {}
        return Response(
            {
                "number": report.number,
                "received_at": report.received_at,
                "category": report.category,
                "needs_verifier": report.needs_verifier,
                "items": [
                    {
                        "position": item.position,
                        "raw": item.raw,
                        "platform": item.account.platform.slug if item.account else "",
                        "account": item.account.canonical if item.account else "",
                        "state": permissions.state_told(request.user, item),
                        "progress": item.progress,
                        "unit": item.unit,
                        "rule": item.rule if is_inside else "",
                        "rule_words": rules.get(item.rule, ""),
                        "gaps": [
                            gap | {"message": sentence}
                            for gap, (_code, sentence) in zip(
                                item.gaps, mending.worded_gaps(item), strict=True
                            )
                        ],
                    }
                    for item in items
                ],
            }
        )


class Completeness(APIView):
    """`GET /api/v1/completeness/?source=police&category=gambling&has=reason,screenshot`."""

    permission_classes = [SignedIn]

    def get(self, request: Request) -> Response:
        """What a report from this source in this category must still bring."""
        at = clock.now()
        source = pack().source(request.query_params.get("source", ""), at)
        category = pack().category(request.query_params.get("category", ""), at)
        has = [code for code in request.query_params.get("has", "").split(",") if code]
        found = completeness.gaps(source.code, category, has, at=at)
        return Response(
            {
                "source": source.code,
                "category": category.code,
                "takes_screenshot_from_public": category.screenshot_from_public,
                "gaps": [gap.as_json() for gap in found],
            }
        )


def _telling(item: object, user) -> Telling:
    """One item as a telling. Invalid names the field; nothing is guessed or dropped in silence."""
    if not isinstance(item, dict):
        raise Invalid(_("An item is a JSON object."), {"field": ""})
    strangers = sorted(set(item) - KNOWN)
    if strangers:
        raise Invalid(
            _("“%(field)s” is not known here.") % {"field": strangers[0]}, {"field": strangers[0]}
        )
    texts = {name: text_of(item, name) for name in TEXTS}
    given = item.get("accounts", [item["account"]] if "account" in item else [""])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Invalid(_("“accounts” is a list of texts."), {"field": "accounts"})
    if len(given) > MOST_ACCOUNTS:
        raise Invalid(
            _("At most %(most)s accounts in one item.") % {"most": MOST_ACCOUNTS},
            {"field": "accounts"},
        )
    kind = permissions.own_kind(user)
    finding = _finding(item.get("finding")) if kind == ReporterKind.DETECTOR else None
    return Telling(
        reporter=ReporterFacts(kind=kind, user=user, area=user.area, language=user.language),
        channel=Report.Channel.API,
        category=texts["category"],
        lines=tuple(
            Line(text, texts["platform"], texts["description"], texts["visibility"])
            for text in given
        ),
        reason=texts["reason"],
        seen_at=instant_of(item, "seen_at"),
        place=texts["place"],
        area=texts["area"],
        is_good_faith=item.get("is_good_faith") is True,
        finding=finding,
    )


def _finding(given: object) -> FindingFacts:
    if given is None:
        return FindingFacts()
    if not isinstance(given, dict):
        raise Invalid(_("“finding” is a JSON object."), {"field": "finding"})
    return FindingFacts(
        **{name: text_of(given, name) for name in FINDING_TEXTS},
        score=_score(given.get("score")),
        fetched_at=instant_of(given, "fetched_at"),
    )


def _score(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        score = Decimal(str(value))
    except InvalidOperation:
        score = Decimal(-1)
    if isinstance(value, bool) or not score.is_finite() or not 0 <= score <= 1:
        raise Invalid(_("“score” is a number from 0 to 1."), {"field": "score"})
    return round(score, 4)


def _result(received: Received) -> dict[str, Any]:
    if received.outcome == REFUSED:
        return {"outcome": REFUSED, "message": received.reason}
    return {
        "outcome": received.outcome,
        "report": received.number,
        "items": [
            {
                "position": item.position,
                "state": item.state,
                "platform": item.platform,
                "account": item.canonical,
                "unit": item.unit,
                "gaps": [gap.as_json() for gap in item.gaps],
            }
            for item in received.items
        ],
    }
