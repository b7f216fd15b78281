"""Formal requests: the list, the form, handing in, sending back."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock
from moderation_portal.errors import Invalid, Refused
from moderation_portal.formats import day, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.policy import pack
from moderation_portal.roles import STAFF, Role

from .. import effects, formal, pasting, permissions, questions
from ..completeness import Gap
from ..forms.desk import RequestForm, initial_of
from ..models import Evidence, FormalRequest, Question, ReportItem
from ..permissions import requests_visible_to
from . import outcomes, pages

TONES = {"draft": "neutral", "submitted": "good", "returned": "warn"}
MOST_SHOWN = 1_000
DAY = 86_400  # seconds
# Demand of the policy pack -> the field that meets it, where it is called otherwise.
FIELDS = {
    "contact_point_registered": "contact_point",
    "signed_letter": "letter",
    "locator_precise": "locators",
    "designation_document": "document",
}


@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    """The requests that this person may see, newest first, fifty a page."""
    at = clock.now()
    may_file = permissions.may_file(request.user)
    if request.user.role not in permissions.MAY_READ_REQUESTS:
        raise Refused(may_file.reason)
    state = request.GET.get("state", "")
    visible = requests_visible_to(request.user).select_related("agency")
    if state in FormalRequest.State.values:
        visible = visible.filter(state=state)
    drafted = visible.select_related("contact_point").prefetch_related("evidence")
    found, context = pages.page(request, drafted, by="created_at")
    names = dict(FormalRequest.State.choices)
    context |= {
        "now": at,
        "section": "requests",
        "state": state,
        "states": [("", _("All")), *names.items()],
        "rows": _rows(found, at),
        "may_file": bool(may_file),
        "asked": pages.asked(request.user),
        "reminder_seconds": pack().limits_at(at).preserve_reminder_days * DAY,
        "has_contact_point": request.user.role != Role.POLICE
        or formal.own_contact_point(request.user, at=at) is not None,
    }
    return render(request, "reports/requests.html", context)


@require_http_methods(["GET", "POST"])
def request_edit(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """The form of a draft, with what is missing and what each line comes to; saving keeps all."""
    at = clock.now()
    may_file = permissions.may_file(request.user)
    if not may_file and (pk is None or request.method == "POST"):
        raise Refused(may_file.reason)
    draft = None if pk is None else _load(request, pk)
    if draft is not None and (draft.state not in formal.OPEN or not may_file):
        return _show(request, draft, at)
    form = RequestForm(
        pages.posted(request),
        request.FILES or None,
        initial=initial_of(draft),
        actor=request.user,
        at=at,
        on_file=_kinds_of(draft),
    )
    if pages.is_good(request, form):
        draft = _save(request, form, draft, at)
        if draft is not None and not form.errors:
            if "submit" in request.POST:
                return _submit(request, draft, at)
            messages.success(request, _("The draft is saved."))
            return redirect("reports:request_edit", pk=draft.pk)
    return _form_page(request, draft, form, at)


@require_POST
def request_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hands a saved draft in."""
    return _submit(request, _load(request, pk), clock.now())


@require_POST
def request_return(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sends a draft back to its sender, with the reason."""
    formal.send_back(
        _load(request, pk), request.POST.get("reason", ""), actor=request.user, at=clock.now()
    )
    messages.success(request, _("The request is marked as returned."))
    return redirect("reports:requests")


def _rows(found: Sequence[FormalRequest], at: datetime) -> list[dict[str, object]]:
    """These requests as lines of the list: of a draft what is missing, of the others what became of
    their accounts and until when data are kept."""
    registered = set(formal.active_contact_points(at=at).values_list("pk", flat=True))
    ends = effects.ends_of(found)
    became = formal.outcomes_of([one.pk for one in found])
    names = dict(FormalRequest.State.choices)
    rows: list[dict[str, object]] = []
    for one in found:
        gaps = []
        if one.state in formal.OPEN:
            gaps = formal.gaps(one, at=at, registered=registered)
        rows.append(
            {
                "pk": one.pk,
                "number": one.letter_number or _("without a number"),
                "date": day(one.letter_date),
                "agency": one.agency.name if one.agency else "",
                "state": str(names[one.state]),
                "tone": TONES[one.state],
                "is_flagged": bool(one.flags),
                "missing": [gap.message for gap in gaps],
                "became": outcomes.worded(became.get(one.pk, {})),
                "kept_until": ends.get(one.pk),
                "is_wanted": one.is_preservation_wanted,
                "saved": instant_short(one.submitted_at or one.created_at),
            }
        )
    return rows


def _kinds_of(draft: FormalRequest | None) -> set[str]:
    return set() if draft is None else set(draft.evidence.values_list("kind", flat=True))


def _files(of: FormalRequest, reader: User) -> QuerySet[Evidence]:
    return permissions.shown_outside(of.evidence.all(), reader).order_by("added_at", "id")


def _load(request: SignedInRequest, pk: int) -> FormalRequest:
    visible = requests_visible_to(request.user).select_related("agency", "contact_point__agency")
    return get_object_or_404(visible, pk=pk)


def _save(request: SignedInRequest, form: RequestForm, draft, at: datetime) -> FormalRequest | None:
    """The draft with all that was right; what was refused, a file or a field, the form says."""
    facts = form.facts()
    category = pack().category(facts["category"], at) if facts["category"] else None
    uploads = form.prepare(source=formal.source_of(draft or FormalRequest()), category=category)
    try:
        return formal.save_draft(draft, facts, actor=request.user, at=at, uploads=uploads)
    except Invalid as error:
        form.add_error(None, error.sentence)
        return draft


def _submit(request: SignedInRequest, draft: FormalRequest, at: datetime) -> HttpResponse:
    try:
        received = formal.submit(
            draft, actor=request.user, at=at, leave_broken="leave_broken" in request.POST
        )
    except Invalid as error:
        held = _kinds_of(draft)
        form = RequestForm(initial_of(draft), actor=request.user, at=at, on_file=held)
        for gap in formal.gaps(draft, at=at) if "gaps" in error.detail else ():
            form.add_error(_field_of(gap.code, form), gap.message)
        if "lines" in error.detail:
            form.add_error("locators", error.sentence)
        return _form_page(request, draft, form, at, refused=error)
    items = sum(len(one.items) for one in received)
    messages.success(
        request,
        _("The request is handed in: %(items)s accounts in %(numbers)s.")
        % {"items": items, "numbers": ", ".join(one.number for one in received)},
    )
    return redirect("reports:request_edit", pk=draft.pk)


def _form_page(
    request: SignedInRequest, draft, form: RequestForm, at: datetime, refused: Invalid | None = None
) -> HttpResponse:
    shown = form["locators"].value() or ""
    lines = []
    try:
        lines = pasting.read_text(shown)
    except Invalid as error:
        refused = refused or error
    gaps = formal.gaps(draft, at=at) if draft and draft.pk else []
    context = {
        "now": at,
        "section": "requests",
        "draft": draft,
        "form": form,
        "is_urgency_asked": any(gap.code == "urgency_reason" for gap in gaps),
        "returned": formal.why_returned(draft) if draft else None,
        "gaps": _cited(gaps, form),
        "lines": lines[:MOST_SHOWN],
        "broken": [line for line in lines if line.state == pasting.BROKEN],
        "counts": {
            state: sum(line.state == state for line in lines)
            for state in (pasting.VALID, pasting.REPEATED, pasting.BROKEN)
        },
        "files": _files(draft, request.user) if draft and draft.pk else [],
        "refused": refused,
        "may_return": request.user.role in STAFF
        and draft is not None
        and draft.state == FormalRequest.State.DRAFT,
        "is_without_contact_point": request.user.role == Role.POLICE
        and formal.own_contact_point(request.user, at=at) is None,
    }
    status = 422 if refused or (form.is_bound and form.errors) else 200
    return render(request, "reports/request_edit.html", context, status=status)


def _field_of(code: str, form: RequestForm) -> str | None:
    """The field that is filled in to meet a demand of the policy pack; None where there is none."""
    name = FIELDS.get(code, code)
    return name if name in form.fields else None


def _cited(gaps: list[Gap], form: RequestForm) -> list[tuple[str, str, BoundField | None]]:
    """What is missing, the article that demands it, and the field where it is filled in."""
    fields = [_field_of(gap.code, form) for gap in gaps]
    rules = [pack().rule(gap.rule) if gap.rule else None for gap in gaps]
    return [
        (
            gap.message,
            f"{rule.instrument} {rule.article}".strip() if rule else "",
            form[name] if name else None,
        )
        for gap, rule, name in zip(gaps, rules, fields, strict=True)
    ]


def _show(request: SignedInRequest, handed_in: FormalRequest, at: datetime) -> HttpResponse:
    """A request that was handed in: its steps, and of each account what became of it."""
    told = ReportItem.objects.filter(report__formal_request=handed_in)
    items, context = outcomes.within_report(request, told)
    known = effects.of(handed_in, items)
    ends_at = effects.ends_of([handed_in]).get(handed_in.pk)
    context |= {
        "now": at,
        "section": "requests",
        "letter": handed_in,
        "tone": TONES[handed_in.state],
        "category": pack().category(handed_in.category) if handed_in.category else None,
        "reports": handed_in.reports.order_by("received_at", "id"),
        "items": [outcomes.shown(item, request.user, {}, known.get(item.pk)) for item in items],
        "questions": Question.objects.filter(report__formal_request=handed_in),
        "to_answer": set(questions.waiting(request.user).values_list("pk", flat=True)),
        "kept_until": ends_at,
        "is_ending": ends_at is not None and effects.is_ending(ends_at, at),
        "reminder_seconds": pack().limits_at(at).preserve_reminder_days * DAY,
        "returned": formal.why_returned(handed_in),
        "files": _files(handed_in, request.user),
    }
    return render(request, "reports/request.html", context)
