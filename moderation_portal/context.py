"""What every page knows: whose portal this is, the time, and where the demo's mail lies."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest

from . import clock
from .models import User
from .roles import REPRESENTATIVES

THEMES = frozenset({"light", "dark"})
IDENTITY = {
    "name": "",
    "short": "",
    "colour": "#123f6d",
    # Static paths: a mark of at most 28 × 28 px for the header, and a stylesheet that overrides
    # the variables of `portal.css` (empty: none, one request fewer).
    "logo": "favicon.svg",
    "stylesheet": "",
}


def identity(request: HttpRequest) -> dict[str, object]:
    """Context processor: `identity`, `now`, `theme`, `layout`, and what only the demo has.

    `now` (aware UTC datetime) asks the database on first use and at most once a page; a view that
    puts its own `now` into the context saves even that. `layout` names the page frame of this
    reader and is a callable too, for a cacheable public page must not read the session.
    """
    chosen = request.COOKIES.get("theme", "")
    return {
        "identity": IDENTITY | settings.IDENTITY,
        "now": cache(clock.now),
        "mail_page_url": settings.MAIL_PAGE_URL,
        "is_demo": settings.IS_DEMO,
        "demo_people": demo_people,
        "theme": chosen if chosen in THEMES else "",
        "layout": cache(lambda: layout_of(getattr(request, "user", None))),
    }


def layout_of(user) -> str:
    """The frame template for `user`: the desk, a platform's representative, or the public."""
    if user is None or not user.is_authenticated:
        return "public.html"
    return "platform.html" if user.role in REPRESENTATIVES else "base.html"


def demo_people() -> list[User]:
    """One person of each role, to sign in as with one click; nobody outside the demo."""
    if not settings.IS_DEMO:
        return []
    return list(User.objects.filter(is_active=True).order_by("role", "pk").distinct("role"))
