"""The page of one's own news."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from . import clock, news, places
from .middleware import SignedInRequest

PAGE = 50


@require_GET
def mine(request: SignedInRequest) -> HttpResponse:
    """What this reader was told, newest first; what is shown counts as read from here on."""
    found = news.of(request.user)
    if key := places.read(request.GET.get("after", "")):
        found = found.filter(places.beyond("told_at", *key, is_down=True))
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "rows": news.worded(shown),
        "next_url": f"?after={places.write(shown[-1].told_at, shown[-1].pk)}"
        if len(rows) > PAGE
        else "",
    }
    news.read(shown, request.user, at=clock.now())
    return render(request, "news.html", context)
