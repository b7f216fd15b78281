"""Everything that one case page shows, in a fixed number of statements."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.models import Event, User
from moderation_portal.roles import STAFF
from moderation_portal.templatetags.portal import defang, status_tag
from platforms.models import Statement
from reports.models import ReportItem, Visibility

from .. import deadlines, forms, grounds
from ..models import (
    Answer,
    Case,
    CaseState,
    Notice,
    NoticeItem,
    Observation,
    Target,
    TargetState,
)
from ..permissions import may, verbs_for
from ..words import sentence
from .notices import name_rungs

CASE_TONES = {
    CaseState.NEW: "neutral",
    CaseState.IN_REVIEW: "info",
    CaseState.NEEDS_INFO: "warn",
    CaseState.AWAITING_APPROVAL: "info",
    CaseState.APPROVED: "progress",
    CaseState.ORDERED: "progress",
    CaseState.CLOSED: "good",
}
DECISION_TONES = {"proposed": "info", "approved": "good", "sent_back": "warn"}
BEFORE_DECISION = (CaseState.NEW, CaseState.IN_REVIEW, CaseState.NEEDS_INFO)
TARGETS_A_PAGE = 100
EVENTS_SHOWN = 60
REPORTS_SHOWN = 20

TARGET_TONES = {
    TargetState.STANDING: "neutral",
    TargetState.CLAIMED: "warn",
    TargetState.GONE: "good",
    TargetState.REFUSED: "bad",
    TargetState.NEEDS_INFO: "warn",
    TargetState.NOT_FOUND: "warn",
    TargetState.RELEASED: "neutral",
}
SEEN_TONES = {
    Observation.Result.PRESENT: "bad",
    Observation.Result.GONE: "good",
    Observation.Result.UNCLEAR: "warn",
}


@dataclass(frozen=True)
class TargetRow:
    """One account: what the platform says of it beside what we saw of it."""

    pk: int
    place: int
    locator: str
    visibility: str
    state: SafeString
    answer: str
    answer_reason: str
    is_late: bool
    seen: SafeString | str
    seen_at: datetime | None
    notice_number: str
    due_at: datetime | None
    explanation: list[str] = field(default_factory=list)
    differs: bool = False


@dataclass(frozen=True)
class TimelineRow:
    """One event in words, with the reason or the detail that goes with it."""

    words: str
    detail: str
    at: datetime
    by: str
    tone: str


def targets_of(case: Case, *, start: int = 0) -> list[TargetRow]:
    """A page of the case's accounts with the newest notice item, answer and observation of each."""
    targets = list(
        case.targets.select_related("account")
        .prefetch_related(
            Prefetch(
                "notice_items",
                NoticeItem.objects.select_related("notice").order_by("-pk"),
                to_attr="items",
            ),
            Prefetch("observations", Observation.objects.order_by("-pk"), to_attr="looks"),
            Prefetch("notice_items__answers", Answer.objects.order_by("-pk"), to_attr="said"),
        )
        .order_by("pk")[start : start + TARGETS_A_PAGE]
    )
    return [row_of(target, start + place) for place, target in enumerate(targets, 1)]


def row_of(target: Target, place: int) -> TargetRow:
    """The line of one account."""
    item = target.items[0] if target.items else None
    answer = next((a for i in target.items for a in getattr(i, "said", [])), None)
    look = target.looks[0] if target.looks else None
    claims_gone = target.state == TargetState.CLAIMED
    return TargetRow(
        pk=target.pk,
        place=place,
        locator=defang(target.account.url or target.account.display),
        visibility=Visibility(target.visibility).label if target.visibility else "",
        state=status_tag(TargetState(target.state).label, TARGET_TONES[target.state]),
        answer=Answer.Code(answer.code).label if answer else "",
        answer_reason=answer.reason if answer else "",
        is_late=bool(answer and answer.is_late),
        seen=status_tag(Observation.Result(look.result).label, SEEN_TONES[look.result])
        if look
        else "",
        seen_at=look.seen_at if look else None,
        notice_number=item.notice.number or "" if item else "",
        due_at=item.due_at if item else None,
        explanation=deadlines.explain(item) if item and item.due_at else [],
        differs=bool(claims_gone and look and look.result == Observation.Result.PRESENT),
    )


def reports_of(case: Case) -> list[ReportItem]:
    """The newest tellings behind this case; who told is not among what is loaded."""
    return list(
        ReportItem.objects.filter(joining__target__case=case)
        .select_related("report__reporter", "report__formal_request__agency", "report__finding")
        .order_by("-report_id", "position")
        .distinct()[:REPORTS_SHOWN]
    )


def timeline_of(case: Case) -> list[TimelineRow]:
    """The newest events of this case, newest first."""
    events = Event.objects.filter(thread=case.thread).order_by("-id")[:EVENTS_SHOWN]
    return [timeline_row(event) for event in events]


def timeline_row(event: Event) -> TimelineRow:
    """An event as a sentence of the reader's language."""
    name = _("the system") if event.actor_role == "system" else event.actor_name
    return TimelineRow(
        words=sentence(event.kind, name),
        detail=str(event.data.get("reason") or event.data.get("note") or ""),
        at=event.at,
        by=name,
        tone="info" if event.actor_role != "system" else "neutral",
    )


def checklist_of(case: Case) -> list[dict]:
    """The policy's checklist for this category, each line with who ticked it."""
    ticks = {tick.line: tick for tick in case.ticks.select_related("ticked_by")}
    return [
        {"code": line.code, "text": str(line.text), "tick": ticks.get(line.code)}
        for line in policy.pack().checklist(case.category)
    ]


def coordination_of(case: Case) -> list[Statement]:
    """What offices told each other about this platform, so that nothing informal passes for an order."""
    return list(
        Statement.objects.filter(platform=case.platform_id, kind=Statement.Kind.COORDINATION)[:3]
    )


DANGER = frozenset({"dismiss", "withdraw", "release", "hand_over"})
BESIDE = frozenset({"note", "tick"})
MAIN = ("approve", "uphold", "claim", "resume")


def context(case: Case, user: User, *, at: datetime, start: int = 0) -> dict:
    """What the template `cases/case.html` wants to know."""
    pack = policy.pack()
    offers = [o for o in verbs_for(user, case, at=at) if o.transition.verb not in BESIDE]
    allowed = [offer for offer in offers if offer.verdict]
    verbs = {offer.transition.verb for offer in allowed}
    targets = targets_of(case, start=start)
    gaps = grounds.missing([case], pack, at=at) if case.state in BEFORE_DECISION else {}
    return {
        "now": at,
        "section": "queue",
        "case": case,
        "category": pack.category(case.category),
        "tone": CASE_TONES[case.state],
        "clock_label": _("Platform's deadline") if case.state == "ordered" else _("Our own deadline"),
        "offers": allowed,
        "denied": [offer for offer in offers if not offer.verdict],
        "main_verb": next((verb for verb in MAIN if verb in verbs), ""),
        "danger_verbs": DANGER,
        "gaps": gaps.get(case.pk, []),
        "targets": targets,
        "gone_count": case.targets.filter(state=TargetState.GONE).count(),
        "explained": [row for row in targets if row.explanation][:5],
        "ours_explained": deadlines.explain_ours(case),
        "previous_url": f"?start={max(0, start - TARGETS_A_PAGE)}" if start else "",
        "next_url": f"?start={start + TARGETS_A_PAGE}"
        if start + TARGETS_A_PAGE < case.target_count
        else "",
        "decisions": decisions_of(case),
        "reports": reports_of(case),
        "referrals": case.referrals.select_related("referred_by"),
        "coordination": coordination_of(case),
        "notices": notices_of(case),
        "checklist": checklist_of(case),
        "notes": case.notes.select_related("author"),
        "note_form": forms.NoteForm(),
        "timeline": timeline_of(case),
        "may_note": may(user, "note", case, at=at),
        "may_tick": may(user, "tick", case, at=at),
        "may_observe": user.role in STAFF and case.state in ("ordered", "closed"),
    }


def decisions_of(case: Case) -> list[dict]:
    """The decisions of this case, newest first, with the text of each article."""
    pack = policy.pack()
    labels = {
        "legality": _("Legality"),
        "aim": _("Legitimate aim"),
        "remedy": _("Mildest remedy"),
        "necessity": _("Proportionality"),
    }
    found = case.decisions.select_related("author", "approver").order_by("-pk")
    return [
        {
            "kind": decision.get_kind_display(),
            "state": decision.get_state_display(),
            "state_tone": DECISION_TONES.get(decision.state, "neutral"),
            "author": decision.author,
            "approver": decision.approver,
            "decided_at": decision.decided_at,
            "approved_at": decision.approved_at,
            "reasons": decision.reasons,
            "answer": decision.answer,
            "bases": [pack.basis(code) for code in decision.bases],
            "test": [
                {"label": label, "text": decision.test[part]}
                for part, label in labels.items()
                if decision.test.get(part)
            ],
        }
        for decision in found
    ]


def notices_of(case: Case) -> list[Notice]:
    """The notices that name an account of this case, newest first."""
    ids = NoticeItem.objects.filter(target__case=case).values("notice_id")
    return name_rungs(Notice.objects.filter(pk__in=ids).order_by("-pk")[:20])
