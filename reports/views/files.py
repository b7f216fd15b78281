"""Evidence leaves as a download only, and never without a purpose."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest

from .. import evidence, permissions
from ..forms.desk import PurposeForm
from ..models import Evidence
from . import pages


@require_http_methods(["GET", "POST"])
def open_evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    """A handed-in file as a download, for a stated purpose. GET only asks; nothing is previewed."""
    at = clock.now()
    visible = permissions.evidence_visible_to(request.user).select_related("report")
    found = get_object_or_404(visible, pk=pk)
    form = PurposeForm(pages.posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            content = evidence.view(
                found, actor=request.user, purpose=form.cleaned_data["purpose"], at=at
            )
        except Invalid as error:
            form.add_error("purpose", error.sentence)
        else:
            return _download(found, content)
    context = {"now": at, "file": found, "form": form}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/evidence.html", context, status=status)


def _download(found: Evidence, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="evidence-{found.pk}{_suffix(found)}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _suffix(found: Evidence) -> str:
    return evidence.SUFFIXES.get(found.mime, "")
