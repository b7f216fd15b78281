"""Many messages set aside at once: a review, one call, a result for each, and the way back."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from moderation_portal import clock
from moderation_portal.errors import Invalid, Refused
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF

from .. import replies
from ..mail_forms import AsideForm
from ..models import Reply
from ..permissions import wrong_role
from ..results import Said
from . import numbers
from .mail_rows import Row, mail_rows, with_mail
from .notices import only_desk
from .problems import show_problem

# More than a page of the list shows.
MOST = 200


@require_http_methods(["GET", "POST"])
def aside(request: SignedInRequest) -> HttpResponse:
    """The ticked messages that still wait; a POST with a reason sets them aside, and says what
    became of each."""
    _only_staff(request)
    at = clock.now()
    ids = ticked(request)
    form = AsideForm(request.POST if request.method == "POST" else None)
    context = {"now": at, "section": "notices", "form": form}
    if request.method == "POST" and ids and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            result = replies.set_aside(ids, reason=reason, actor=request.user, at=at)
        except Invalid as error:
            show_problem(form, error)
        else:
            context |= {
                "is_done": True,
                "rows": _rows(request, result.done),
                "others": _others(request, [*result.refused, *result.skipped]),
            }
            return render(request, "cases/mail_aside.html", context)
    waiting = replies.visible_to(request.user).filter(pk__in=ids, state=Reply.State.WAITING)
    context["rows"] = _rows(request, waiting.values_list("pk", flat=True))
    if not context["rows"]:
        messages.warning(request, _("Tick the messages first."))
        return redirect("cases:mail")
    return render(request, "cases/mail_aside.html", context, status=422 if form.errors else 200)


@require_POST
def back(request: SignedInRequest) -> HttpResponse:
    """Puts messages that were set aside back among those that wait to be read."""
    _only_staff(request)
    result = replies.put_back(ticked(request), actor=request.user, at=clock.now())
    if result.done:
        told = ngettext(
            "%(n)s message waits to be read again.",
            "%(n)s messages wait to be read again.",
            len(result.done),
        )
        messages.success(request, told % {"n": len(result.done)})
    for said in (*result.refused, *result.skipped):
        messages.warning(request, said.reason)
    return redirect("cases:mail")


def ticked(request: HttpRequest) -> list[int]:
    """The ids that stand in the form or the address, as far as they are any."""
    given = request.POST if request.method == "POST" else request.GET
    found = (numbers.whole(text) for text in given.getlist("message")[:MOST])
    return [pk for pk in found if pk is not None]


def _only_staff(request: SignedInRequest) -> None:
    only_desk(request)
    if request.user.role not in STAFF:
        raise Refused(wrong_role(STAFF))


def _rows(request: SignedInRequest, ids: Iterable[int]) -> list[Row]:
    found = replies.visible_to(request.user).filter(pk__in=list(ids))
    return mail_rows(with_mail(found).order_by("received_at", "pk"))


def _others(request: SignedInRequest, said: Iterable[Said]) -> list[tuple[Row | None, str]]:
    """Why each of these stayed as it was; a message that this person may not know of has no row."""
    reasons = {one.id: one.reason for one in said}
    shown = {row.pk: row for row in _rows(request, reasons)}
    return [(shown.get(pk), reason) for pk, reason in reasons.items()]
