"""Reports by people who sign in: tell, see one's own, and see one report."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock
from moderation_portal.errors import Invalid, Refused
from moderation_portal.formats import instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import pack
from moderation_portal.roles import AUDITORS, REPRESENTATIVES, STAFF, Role

from .. import formal, intake, mending, pasting, questions, routing
from ..forms.desk import AttachForm, OfficerAnswerForm
from ..forms.telling import TellingForm
from ..models import Evidence, Report, ReporterKind, ReportItem
from ..permissions import MAY_TELL, TELLERS, only_staff, reports_visible_to, shown_outside
from ..tellings import Received
from . import outcomes, pages


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """One telling; each of its lines that names no account is shown with what to do."""
    at = clock.now()
    user = request.user
    if user.role not in MAY_TELL:
        raise Refused(_("You cannot report here."))
    form = TellingForm(pages.posted(request), request.FILES or None, actor=user, at=at)
    lines: list[pasting.PastedLine] = []
    refused = ""
    if pages.is_good(request, form):
        lines = pasting.read_lines(enumerate(form.lines(), start=1))
        is_sound = "anyway" in request.POST or all(one.state != pasting.BROKEN for one in lines)
        received = _receive(request, form, at) if is_sound else None
        if received is not None and received.outcome != intake.REFUSED:
            _say(request, received)
            return redirect("reports:report", pk=received.report_id)
        refused = received.reason if received is not None else ""
    context = {
        "now": at,
        "section": pages.section(request.user),
        "form": form,
        "is_monitor": user.role == Role.MONITOR,
        "own_area": user.area,
        "lines": lines,
        "refused": refused,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/new.html", context, status=status)


@require_GET
def mine(request: SignedInRequest) -> HttpResponse:
    """What this person, organisation or machine has told, newest first."""
    if request.user.role in REPRESENTATIVES:
        raise Refused(_("Reports are not for platforms to see."))
    at = clock.now()
    own = reports_visible_to(request.user).filter(reporter__user_id=request.user.pk)
    found, context = pages.page(request, own, by="received_at")
    names = pages.category_names()
    became = formal.outcomes_of([one.pk for one in found], by="report")
    context |= {
        "now": at,
        "section": pages.section(request.user),
        "may_tell": request.user.role in MAY_TELL,
        "asked": pages.asked(request.user),
        "rows": [
            {
                "pk": one.pk,
                "number": one.number,
                "category": names.get(one.category, one.category),
                "items": one.item_count,
                "became": outcomes.worded(became.get(one.pk, {})),
                "received": instant_short(one.received_at),
                "waits": one.needs_verifier,
            }
            for one in found
        ],
    }
    return render(request, "reports/mine.html", context)


@require_GET
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """One report with its accounts. Who told it is shown to nobody here."""
    return _page(request, pk, clock.now(), AttachForm())


@require_GET
def accounts(request: SignedInRequest) -> HttpResponse:
    """Every account that this person, organisation or machine has told of, and what became of it,
    newest first."""
    if request.user.role not in TELLERS:
        raise Refused(_("Only those who report see their own accounts here."))
    own = ReportItem.objects.filter(report__in=reports_visible_to(request.user))
    found, context = outcomes.of_all(request, own)
    context |= {
        "now": clock.now(),
        "section": pages.section(request.user),
        "items": [outcomes.shown(one, request.user, {}) | {"report": one.report} for one in found],
    }
    return render(request, "reports/accounts.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The answer to one question of an officer; whoever may not answer it finds none."""
    at = clock.now()
    asked = get_object_or_404(questions.waiting(request.user), pk=pk)
    form = OfficerAnswerForm(pages.posted(request))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        questions.answer(asked.report_id, asked.pk, words, at=at, actor=request.user)
        messages.success(request, _("Thank you. Your answer is with the officer."))
        return redirect("reports:report", pk=asked.report_id)
    accounts_asked = [item.shown for item in asked.items.select_related("account")]
    context = {
        "now": at,
        "section": pages.section(request.user),
        "question": asked,
        "accounts": accounts_asked,
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/answer.html", context, status=status)


@require_POST
def attach(request: SignedInRequest, pk: int) -> HttpResponse:
    """Adds evidence to a report; the page of the report has the form."""
    only_staff(request.user)
    at = clock.now()
    found = get_object_or_404(reports_visible_to(request.user), pk=pk)
    form = AttachForm(request.POST, request.FILES)
    if pages.is_good(request, form):
        category = pack().category(found.category, found.received_at)
        files = form.prepare(source=ReporterKind.REGULATOR, category=category)
        if not form.errors:
            try:
                mending.attach(pk, files, actor=request.user, at=at)
            except Invalid as error:
                form.add_error(None, error.sentence)
            else:
                messages.success(request, _("The file is kept with the report."))
                return redirect("reports:report", pk=pk)
    return _page(request, pk, at, form)


def _page(request: SignedInRequest, pk: int, at: datetime, form: AttachForm) -> HttpResponse:
    found = get_object_or_404(
        reports_visible_to(request.user)
        .select_related("formal_request", "finding__verifier", "reporter")
        .prefetch_related(
            Prefetch("evidence", queryset=shown_outside(Evidence.objects.all(), request.user)),
            "questions__asked_by",
        ),
        pk=pk,
    )
    is_inside = request.user.role in STAFF | AUDITORS
    items, context = outcomes.within_report(request, found.items.all())
    rules = routing.worded({item.rule for item in items}) if is_inside else {}
    context |= {
        "now": at,
        "section": pages.section(request.user),
        "report": found,
        "category": pack().category(found.category),
        "source": pack().source(found.reporter.kind).name,
        "items": [outcomes.shown(item, request.user, rules) for item in items],
        "to_answer": set(questions.waiting(request.user).values_list("pk", flat=True)),
        "finding": getattr(found, "finding", None),
        "is_staff": request.user.role in STAFF,
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/report.html", context, status=status)


def _receive(request: SignedInRequest, form: TellingForm, at: datetime) -> Received | None:
    """What the one door says; None when a file was refused (its field says why)."""
    user, source = request.user, form.source(request.user)
    try:
        category = pack().category(form.cleaned_data["category"], at)
    except Invalid as error:
        form.add_error("category", error.sentence)
        return None
    uploads = form.prepare(source=source, category=category)
    if form.errors:
        return None
    channel = Report.Channel.STAFF if user.role in STAFF else Report.Channel.WEB
    telling = form.telling(category, channel, uploads)
    return intake.receive([telling], actor=user, at=at)[0]


def _say(request: SignedInRequest, received: Received) -> None:
    if received.outcome == intake.SKIPPED:
        text = _("You told us this before: it is report %(number)s.")
        messages.info(request, text % {"number": received.number})
        return
    messages.success(request, _("Received as %(number)s.") % {"number": received.number})
