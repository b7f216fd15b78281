"""A file of many reports: hand it in, watch it, take the rows that need mending."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Invalid, Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import Job, JobRow
from moderation_portal.uploads import takes_large_files

from .. import csv_import, permissions
from ..forms.desk import ImportForm
from ..models import ReportItem
from ..spreadsheets import csv_lines
from ..tellings import REPEATED
from . import pages

ROWS_SHOWN = 50
STATES = {**dict(ReportItem.State.choices), REPEATED: gettext_lazy("named twice in one row")}


@takes_large_files
@require_http_methods(["GET", "POST"])
def import_file(request: SignedInRequest) -> HttpResponse:
    """Takes a file and starts its job; by default only to say what would happen."""
    at = clock.now()
    allowed = permissions.may_import(request.user)
    if not allowed:
        raise Refused(allowed.reason)
    form = ImportForm(pages.posted(request), request.FILES or None, at=at)
    if request.method == "POST" and getattr(request, "upload_too_large", False):
        form.add_error("file", _("The file is too large. Split it."))
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        place = csv_import.keep(given["file"].chunks())
        try:
            job = csv_import.start(
                place,
                given["file"].name,
                actor=request.user,
                at=at,
                category=given["category"],
                reason=given["reason"],
                is_good_faith=given["good_faith"],
                is_dry_run=given["is_dry_run"],
            )
        except Invalid as error:
            place.unlink(missing_ok=True)
            form.add_error(str(error.detail.get("field", "file")), error.sentence)
        else:
            return redirect("reports:job", pk=job.pk)
    own = Job.objects.filter(kind=csv_import.KIND, created_by_id=request.user.pk).order_by("-pk")
    context = {"now": at, "section": pages.section(request.user), "form": form, "jobs": own[:10]}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/import.html", context, status=status)


@require_http_methods(["GET", "POST"])
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far an import is and what became of its rows. POST: after a trial, do it for real,
    once however often it is pressed."""
    at = clock.now()
    found = _load(request, pk)
    if request.method == "POST":
        real = csv_import.start_again(found, actor=request.user, at=at)
        return redirect("reports:job", pk=real.pk)
    done = found.done + found.skipped + found.refused
    states = found.params.get("states", {})
    context = {
        "now": at,
        "section": pages.section(request.user),
        "job": found,
        "name": found.params.get("name", ""),
        "done": done,
        "total": found.total or found.params["layout"]["rows"],
        "is_over": found.state in (Job.State.FINISHED, Job.State.STOPPED),
        "real": found.params.get("real"),
        "states": [(str(STATES.get(state, state)), count) for state, count in states.items()],
        "rows": [
            {
                "row": one.row,
                "label": one.get_outcome_display(),
                "problem": one.problem,
                "raw": one.raw,
            }
            for one in JobRow.objects.filter(job=found).order_by("row")[:ROWS_SHOWN]
        ],
    }
    part = "reports/_job.html" if request.headers.get("HX-Request") else "reports/job.html"
    return render(request, part, context)


@require_GET
def job_errors(request: SignedInRequest, pk: int) -> StreamingHttpResponse:
    """The rows that need mending, as a file for a spreadsheet in which nothing is a formula."""
    found = _load(request, pk)
    lines = csv_lines(csv_import.problem_rows(found))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{found.pk}-problems.csv"'
    return response


def _load(request: SignedInRequest, pk: int) -> Job:
    return get_object_or_404(Job, pk=pk, kind=csv_import.KIND, created_by_id=request.user.pk)
