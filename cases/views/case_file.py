"""Everything that one case page shows, in a fixed number of statements."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import clock, policy
from moderation_portal.formats import instant
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from reports import routing
from reports.models import Evidence, FormalRequest, Handling, Question, Report, ReportItem

from .. import checklists, deadlines, forms, grounds, proposals, removal, similar, triage, twins
from ..clocks import is_answered, whose
from ..holds import seeing
from ..models import (
    BEFORE_DECISION,
    LETTER,
    Case,
    CaseState,
    ChecklistAddition,
    ChecklistTick,
    Notice,
    NoticeItem,
    Referral,
    Urgency,
)
from ..notices import informing
from ..permissions import Offer, has_lapsed, may, oversees, sees_sealed
from ..words import REMEDIES
from . import (
    account_rows,
    case_actions,
    climbs,
    next_look,
    notes,
    panel_sessions,
    said,
    systemic,
    timeline,
)
from .account_page import AccountPage
from .account_rows import TargetRow
from .notices import NamedNotice, is_unserved, name_rungs

CASE_TONES = {
    CaseState.NEW: "neutral",
    CaseState.IN_REVIEW: "info",
    CaseState.NEEDS_INFO: "warn",
    CaseState.WITH_PANEL: "info",
    CaseState.AWAITING_APPROVAL: "info",
    CaseState.APPROVED: "progress",
    CaseState.ORDERED: "progress",
    CaseState.CLOSED: "good",
}
DECISION_TONES = {"proposed": "info", "approved": "good", "sent_back": "warn"}
REPORTS_SHOWN = 20
NOTICES_SHOWN = 20
LETTERS = FormalRequest.objects.select_related("agency")
# Which verb mends which gap.
MENDS = {"referral": "refer", "preservation": "preserve"}


@dataclass(frozen=True)
class Want:
    """One thing that an order needs before it can be sent, and where it is done."""

    text: str
    is_done: bool = False
    url: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Told:
    """One report behind the case, with what it says of this case's accounts, its files, and what
    its reporter was asked."""

    report: Report
    items: list[ReportItem]
    files: list[Evidence]
    questions: list[Question]


def context(case: Case, user: User, page: AccountPage, *, at: datetime) -> dict[str, Any]:
    """What the template `cases/case.html` wants to know."""
    pack = policy.pack()
    offers = case_actions.offers_to(user, case, at)
    allowed = {offer.transition.verb: offer for offer in offers if offer.verdict}
    ticks = list(case.ticks.select_related("ticked_by"))
    referrals = list(case.referrals.select_related("referred_by"))
    is_undecided = case.state in BEFORE_DECISION
    added = checklists.additions_at(at) if is_undecided else ()
    gaps = gaps_of(case, ticks, referrals, added, at) if is_undecided else []
    decisions = decisions_of(case)
    actions = case_actions.actions_of(case, user, allowed, gaps, page)
    letters, accounts = letters_of(case, decisions), accounts_of(case, user, page, allowed)
    return {
        "now": at,
        "section": "queue",
        "case": case,
        "category": pack.category(case.category),
        **head_of(case, at),
        "actions": [one for one in actions if not one.is_rare],
        "rare": [one for one in actions if one.is_rare],
        "denied": case_actions.denied_to(user, case, offers, is_disputed=page.is_disputed),
        "wants": wants_of(case, gaps, allowed),
        "ours_explained": deadlines.explain_ours(case),
        "decisions": decisions,
        "reports": reports_of(case, user),
        **kept_back(case, user),
        "referrals": [(str(pack.unit(r.unit).name), r) for r in referrals],
        **said.of_case(case),
        **systemic.of_case(case, user),
        **checklist_of(case, ticks, added, at),
        "notes": notes.of(case),
        "note_form": forms.NoteForm(),
        "timeline": timeline.rows(case, user, places_of(case, page.rows)),
        **letters,
        "look": next_look.of(case, page.rows, at) if user.role in STAFF else None,
        **accounts,
        "climbs": climbs.of_case(case, accounts["explained"], letters["notices"], at),
        **rights_of(user, case, at),
    }


def head_of(case: Case, at: datetime) -> dict[str, Any]:
    """Where the case stands: its state, its clock, who works on it, and when it leaves."""
    waits_for_us = is_answered(case)
    return {
        "state": _("answered") if waits_for_us else case.get_state_display(),
        "tone": "info" if waits_for_us else CASE_TONES[CaseState(case.state)],
        "clock_label": whose(case),
        "holder": holder_of(case, at),
        "team_rule": routing.worded([case.team_rule]).get(case.team_rule, ""),
        "leaves_at": leaves_at(case, at),
        "waits": informing.waiting(case, at),
        "joint": joint_of(case),
        "panels": panel_sessions.of(case),
    }


def accounts_of(
    case: Case, user: User, page: AccountPage, allowed: Collection[str]
) -> dict[str, Any]:
    """The page of accounts, how many of all are gone, and what this person may do to several."""
    may_move = case_actions.BELOW in allowed
    may_observe = user.role in STAFF and removal.is_looked_at(case, has_gone=bool(page.gone))
    is_many = case.target_count > 1
    return {
        "accounts": page,
        "targets": page.rows,
        "explained": account_rows.explained(page.rows),
        "gone_count": page.gone,
        "may_observe": may_observe,
        "may_move": may_move and is_many,
        "may_tick_accounts": is_many and (may_move or may_observe),
    }


def rights_of(user: User, case: Case, at: datetime) -> dict[str, Any]:
    """What this person may do here beside the buttons of the case's head."""
    return {
        "may_override": oversees(user, case) and case.state == CaseState.ORDERED,
        "may_note": may(user, "note", case, at=at),
        "may_tick": may(user, "tick", case, at=at),
        "may_open_quarantine": user.is_cleared,
        "may_attach": user.role in STAFF,
        "may_compare": bool(similar.may_compare(user, case)),
    }


def joint_of(case: Case) -> Case | None:
    """Where the accounts of a merged case are worked on: the last of those it went into."""
    joint = case.merged_into
    while joint and joint.merged_into:
        joint = joint.merged_into
    return joint


def kept_back(case: Case, user: User) -> dict[str, Any]:
    """For the cleared: what is kept from the platform, for a sealed case or by a Hold."""
    return {"withholding": withholding_of(case), "holds": seeing.of_case(case, user)}


def withholding_of(case: Case) -> str:
    """What a sealed case does to the ordinary orders of its accounts; nothing where there are none.

    Asked of sealed cases only, which only the cleared open.
    """
    if not case.withholding or not twins.having_twins([case.pk]):
        return ""
    return case.get_withholding_display()


def holder_of(case: Case, at: datetime) -> str:
    """On whose desk the case lies, and from when others may take it over."""
    if case.owner is None:
        return ""
    if case.held_at is None:
        return _("Assigned, not begun yet.")
    ends = case.held_at + timedelta(minutes=policy.pack().limits_at(case.held_at).lease_minutes)
    facts = {"at": instant(case.held_at), "ends": instant(ends)}
    if case.state not in BEFORE_DECISION:
        return _("Last worked on it on %(at)s.") % facts
    if has_lapsed(case, at):
        return _("Last worked on it on %(at)s. It may be taken over.") % facts
    return _("Last worked on it on %(at)s. It may be taken over from %(ends)s.") % facts


def gaps_of(
    case: Case,
    ticks: Iterable[ChecklistTick],
    referrals: Collection[Referral],
    added: Collection[ChecklistAddition],
    at: datetime,
) -> list[grounds.Gap]:
    """What is missing before the case can be upheld, from what the page has read already."""
    ticked = {(case.pk, tick.line) for tick in ticks}
    referred = {case.pk} if referrals else set()
    pack = policy.pack()
    told = grounds.told([case.pk], triage.designators(pack, at))
    at_feature = {case.pk} if hasattr(case, "systemic") else set()
    return grounds.gaps_of(
        case, grounds.OnFile(ticked, referred, *told, added, at_feature), pack, at=at
    )


def wants_of(case: Case, gaps: Collection[grounds.Gap], allowed: dict[str, Offer]) -> list[Want]:
    """The way to a notice, step by step, as long as the case is on it."""
    if case.state not in (*BEFORE_DECISION, CaseState.AWAITING_APPROVAL):
        return []

    def page(verb: str) -> str:
        return reverse("cases:verb", args=[case.pk, verb]) if verb in allowed else ""

    pack = policy.pack()
    open_lines = [gap for gap in gaps if grounds.is_line(gap)]
    others = [gap for gap in gaps if gap not in open_lines]
    lacks_locator = any(gap.code == grounds.LOCATOR for gap in others)
    wants = [] if lacks_locator else [Want(_("Exact locators"), is_done=True)]
    wants += [
        Want(
            gap.message,
            url=page(MENDS.get(gap.code, "")),
            rule=pack.rule(gap.rule).article if gap.rule else "",
        )
        for gap in others
    ]
    lines = ngettext(
        "Checklist: %(n)s line is open", "Checklist: %(n)s lines are open", len(open_lines)
    )
    is_decided = case.state == CaseState.AWAITING_APPROVAL
    decide = "" if others else page("uphold")
    wants.append(
        Want(lines % {"n": len(open_lines)}, url=decide and f"{decide}#checklist")
        if open_lines
        else Want(_("Checklist"), is_done=True)
    )
    wants.append(Want(_("Decision: legal basis, three-part test, reasons"), is_decided, decide))
    wants.append(Want(_("Approval by a second person"), url=page("approve")))
    return wants


def leaves_at(case: Case, at: datetime) -> datetime | None:
    """When the notice of an approved case leaves at the latest; None where it waits for nothing."""
    if case.state != CaseState.APPROVED or case.urgency == Urgency.URGENT or case.met_at is None:
        return None
    stretch = timedelta(minutes=policy.pack().limits_at(case.met_at).gather_minutes)
    end = clock.slot(case.met_at, stretch) + stretch
    return end if end > at else None


def places_of(case: Case, targets: list[TargetRow]) -> dict[int, str]:
    """What an event calls each account; nothing where there is only one."""
    return {row.pk: row.locator for row in targets} if case.target_count > 1 else {}


def reports_of(case: Case, user: User) -> list[Told]:
    """The newest tellings behind this case; who told is not among what is loaded.

    Letters are read only where there are any: with two tables more in the statement the server
    would think about it for longer than all others of the page take.
    """
    related = ("report__reporter", "report__finding")
    mine = ReportItem.objects.filter(joining__target__case=case).select_related(*related)
    items = mine.annotate(is_asked=Exists(Question.objects.filter(report=OuterRef("report"))))
    if not sees_sealed(user):
        items = items.filter(report__handling=Handling.ORDINARY)
    by_report: dict[int, list[Any]] = {}
    for item in items.order_by("-report__received_at", "-report_id", "position")[:REPORTS_SHOWN]:
        by_report.setdefault(item.report_id, []).append(item)
    reports = [group[0].report for group in by_report.values()]
    formal = [report for report in reports if report.formal_request_id]
    prefetch_related_objects(formal, Prefetch("formal_request", LETTERS))
    asked = {item.report_id for group in by_report.values() for item in group if item.is_asked}
    prefetch_related_objects([one for one in reports if one.pk in asked], "questions")
    files = files_of(reports)
    return [
        Told(
            report,
            by_report[report.pk],
            [file for file in files if belongs(file, report)],
            list(report.questions.all()) if report.pk in asked else [],
        )
        for report in reports
    ]


def files_of(reports: Collection[Report]) -> list[Evidence]:
    """What was handed in with these reports and with the formal requests that carry them."""
    requests = [report.formal_request_id for report in reports if report.formal_request_id]
    of = Q(report_id__in=[report.pk for report in reports]) | Q(formal_request_id__in=requests)
    return list(Evidence.objects.filter(of).order_by("added_at", "pk")) if reports else []


def belongs(file: Evidence, report: Report) -> bool:
    """Whether a file came with this report, or with its formal request."""
    if file.report_id:
        return file.report_id == report.pk
    return bool(report.formal_request_id) and file.formal_request_id == report.formal_request_id


def checklist_of(
    case: Case,
    ticks: Iterable[ChecklistTick],
    added: Collection[ChecklistAddition],
    at: datetime,
) -> dict[str, Any]:
    """The checklist, and what of it is open still and may be skipped."""
    lines = checklists.shown(case, ticks, added, at)
    open_ones = [one for one in lines if one.tick is None]
    return {
        "checklist": lines,
        "has_open_lines": bool(open_ones),
        "may_skip": [one for one in open_ones if one.line.may_be_skipped],
    }


def decisions_of(case: Case) -> list[dict[str, Any]]:
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
            "row": decision,
            "state_tone": DECISION_TONES.get(decision.state, "neutral"),
            "unit": str(pack.unit(decision.unit).name) if decision.unit else "",
            "bases": [pack.basis(code) for code in decision.bases],
            "test": [
                (
                    label,
                    REMEDIES.get(text, text),
                    proposals.is_usual(case, part, text, at=decision.decided_at),
                )
                for part, label in labels.items()
                if (text := decision.test.get(part))
            ],
        }
        for decision in found
    ]


def letters_of(case: Case, decisions: list[dict[str, Any]]) -> dict[str, Any]:
    """The case's notices, and those of them that have reached nobody yet: there is none before
    anything was decided, save what asks a platform to keep its data."""
    sent = notices_of(case) if decisions or case.preservation_asked_at else []
    return {"notices": sent, "unserved": [one for one in sent if is_unserved(one)]}


def notices_of(case: Case) -> list[NamedNotice]:
    """The notices that name an account of this case, newest first."""
    ids = NoticeItem.objects.filter(target__case=case).values("notice_id")
    found = Notice.objects.filter(pk__in=ids).defer(*LETTER)
    return name_rungs(found.order_by("-drafted_at", "-pk")[:NOTICES_SHOWN])
