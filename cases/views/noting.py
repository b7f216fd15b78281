"""Writing a note, on the case's page or on one of its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import Denied

from .. import forms, notes
from ..permissions import may
from .case import back_to, load
from .case_address import kept


@require_http_methods(["GET", "POST"])
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Saves an internal note. The page has, beside the box, the colleagues who may be told."""
    at = clock.now()
    case = load(request, pk)
    verdict = may(request.user, "note", case, at=at)
    if isinstance(verdict, Denied):
        raise Refused(verdict.reason)
    form = forms.TellingNoteForm(
        request.POST if request.method == "POST" else None, case=case, user=request.user, at=at
    )
    if form.is_valid():
        said = form.cleaned_data
        tell = [said["tell"]] if said["tell"] else []
        notes.note([case.pk], text=said["text"], tell=tell, actor=request.user, at=at).insist()
        if unknown := notes.unknown_in(said["text"], case):
            messages.info(request, _unknown(unknown))
        return back_to(request, case, "note")
    context = {"now": at, "section": "queue", "case": case, "form": form, "kept": kept(request)}
    status = 422 if form.is_bound else 200
    return render(request, "cases/note.html", context, status=status)


def _unknown(names: list[str]) -> str:
    said = _(
        "Nobody who reads this case is known by this name alone, so nobody was told: %(names)s. "
        "It stays as text. Choose the colleague from the list, or write the whole name."
    )
    return said % {"names": ", ".join(f"@{name}" for name in names)}
