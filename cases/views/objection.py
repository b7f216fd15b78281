"""How to object to an order, for the people behind an account, platforms and anybody else."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from moderation_portal import clock, policy

from ..appeals import filing


@require_safe
@cache_control(public=True, max_age=3600)
def show(request: HttpRequest) -> HttpResponse:
    """Says in plain words who may object, by when, to whom and with what. Law 30/2014 art. 75."""
    at = clock.now()
    pack = policy.pack()
    issuer = pack.issuer(at)
    language = get_language() or pack.languages[0]
    duties = pack.duties("uploader_redress", at)
    mail = urlencode({"subject": _("Objection to notice number …")}).replace("+", "%20")
    limits = pack.limits_at(at)
    context = {
        "now": at,
        "issuer": issuer,
        "issuer_name": issuer.name.say(language),
        "office": issuer.office.say(language),
        "days": limits.objection_days,
        "is_worked": bool(limits.objection_calendar),
        "due_at": filing.due(at),
        "bases": [pack.basis(duty.basis) for duty in duties],
        "mail": f"mailto:{issuer.email}?{mail}",
    }
    return render(request, "answer_link/objection.html", context)
