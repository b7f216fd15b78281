"""Claims of platforms that were drawn at random, for the person who looks at each once more."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moderation_portal import clock
from moderation_portal.formats import defang, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.roles import STAFF

from .. import claims
from ..notices import drafting
from ..permissions import OVERSEERS

SHOWN = 100


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """What waits for this reader; for those who oversee the desk, what waits for anybody."""
    if request.user.role not in STAFF:
        raise Http404
    found = list(claims.waiting(request.user)[: SHOWN + 1])
    is_everybodys = request.user.role in OVERSEERS
    context = {
        "now": clock.now(),
        "section": "team" if is_everybodys else "queue",
        "is_everybodys": is_everybodys,
        "has_more": len(found) > SHOWN,
        "rows": [
            {
                "case": look.item.target.case,
                "target": look.item.target_id,
                "locator": defang(drafting.locator_of(look.item.target)),
                "looker": look.looker.name if look.looker else "",
                "drawn": instant_short(look.sample.drawn_at),
            }
            for look in found[:SHOWN]
        ],
    }
    return render(request, "cases/claims.html", context)
