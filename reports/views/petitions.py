"""Petitions: demands without accounts, registered and answered by a letter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import clock, letters
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import AUDITORS, STAFF

from .. import permissions
from .. import petitions as verbs
from ..forms.petitions import PetitionForm, ReplyForm, SendBackForm
from ..models import Petition
from . import pages


@require_GET
def petitions(request: SignedInRequest) -> HttpResponse:
    """The petitions by the day of their receipt, newest first; on wish those that wait alone."""
    permissions.only_staff(request.user, also=AUDITORS)
    rows = permissions.petitions_visible_to(request.user).select_related("platform")
    is_waiting = request.GET.get("state", "") == "waiting"
    if is_waiting:
        rows = rows.filter(replied_at=None)
    found, context = pages.page(request, rows, by="received_on")
    context |= {
        "now": clock.now(),
        "section": pages.section(request.user),
        "rows": found,
        "is_waiting": is_waiting,
        "may_write": request.user.role in STAFF,
    }
    return render(request, "reports/petitions.html", context)


@require_http_methods(["GET", "POST"])
def petition_new(request: SignedInRequest) -> HttpResponse:
    """Registers a petition."""
    permissions.only_staff(request.user)
    at = clock.now()
    form = PetitionForm(pages.posted(request), request.FILES or None, at=at)
    if pages.is_good(request, form):
        facts = form.facts()
        if not form.errors:
            made = verbs.register(**facts, actor=request.user, at=at)
            messages.success(request, _("The petition is registered."))
            return redirect("reports:petition", pk=made.pk)
    status = 422 if form.is_bound and form.errors else 200
    context = {"now": at, "section": pages.section(request.user), "form": form}
    return render(request, "reports/petition_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def petition(request: SignedInRequest, pk: int) -> HttpResponse:
    """One petition, the reply that is written for it, and the letter that it became."""
    found = _load(request, pk)
    form = ReplyForm(pages.posted(request), initial={"words": found.reply})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        verbs.propose(found, words, actor=request.user, at=clock.now())
        messages.success(request, _("The answer waits for its second person."))
        return redirect("reports:petition", pk=found.pk)
    return _page(request, found, form, SendBackForm())


@require_POST
def petition_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Signs the reply that was read; it leaves as a letter."""
    found, read = _load(request, pk), request.POST.get("read", "")
    signed = verbs.sign(found, read, actor=request.user, at=clock.now())
    said = _("The reply is signed as %(number)s.") % {"number": signed.reply_number}
    messages.success(request, said)
    return redirect("reports:petition", pk=pk)


@require_POST
def petition_return(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sends the reply back to who wrote it."""
    found, form = _load(request, pk), SendBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ReplyForm(initial={"words": found.reply}), form)
    verbs.send_back(found, form.cleaned_data["reason"], actor=request.user, at=clock.now())
    messages.success(request, _("The reply went back to its author."))
    return redirect("reports:petition", pk=pk)


@require_POST
def petition_identity(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who signed the petition; that it was looked up is recorded."""
    found, at = _load(request, pk), clock.now()
    who = verbs.look_up(found, actor=request.user, at=at)
    context = {"now": at, "section": pages.section(request.user), "petition": found, "who": who}
    return render(request, "reports/petition_identity.html", context)


@require_GET
def petition_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """The signed reply as a PDF, for who prints it."""
    found = _load(request, pk)
    permissions.only_staff(request.user)
    if not found.markdown:
        raise Invalid(_("The reply is not signed yet."))
    letter = verbs.read_letter(found, actor=request.user, at=clock.now())
    response = HttpResponse(letters.pdf(letter), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.serial:06d}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _load(request: SignedInRequest, pk: int) -> Petition:
    permissions.only_staff(request.user, also=AUDITORS)
    visible = permissions.petitions_visible_to(request.user)
    related = ("platform", "replied_by", "approved_by")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def _page(
    request: SignedInRequest, found: Petition, form: ReplyForm, back: SendBackForm
) -> HttpResponse:
    at = clock.now()
    may_sign = verbs.may_sign(request.user, found)
    is_waiting = found.proposed_at is not None and found.replied_at is None
    context = {
        "now": at,
        "section": pages.section(request.user),
        "petition": found,
        "form": form,
        "back": back,
        "files": found.evidence.order_by("added_at", "id"),
        "is_staff": request.user.role in STAFF,
        "is_mailed": verbs.has_address(found),
        "is_waiting": is_waiting,
        "may_sign": is_waiting and bool(may_sign),
        "denied": getattr(may_sign, "reason", "") if is_waiting else "",
        "version": verbs.version(found),
        "letter": verbs.read_letter(found, actor=request.user, at=at).text
        if is_waiting and may_sign
        else "",
        "may_write": request.user.role in STAFF and found.replied_at is None,
    }
    wrong = form.is_bound and form.errors or back.is_bound and back.errors
    return render(request, "reports/petition.html", context, status=422 if wrong else 200)
