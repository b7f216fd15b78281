"""What every page knows: whose portal this is, the time, and where the demo's mail lies."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import clock, policy
from .models import User
from .roles import AUDITORS, REPRESENTATIVES, STAFF, Role

# Who sees on every page that something stands still.
WARNED = STAFF | AUDITORS | {Role.STEWARD}
THEMES = frozenset({"light", "dark"})
# Role and clearance, in the order in which the demo's story meets them.
DEMO_WALK = {
    (Role.CASEWORKER, False): _("The queue: takes a case and decides it"),
    (Role.SUPERVISOR, False): _("Approves what others decided, and signs"),
    (Role.DIRECTOR, False): _("Signs the graver letters"),
    (Role.PLATFORM_ADMIN, False): _("The platform's own notices, and its answers"),
    (Role.RESPONDER, False): _("The platform's own notices, and its answers"),
    (Role.RESPONDER, True): _("The platform's sealed notices as well"),
    (Role.POLICE, False): _("Formal requests of the own unit"),
    (Role.CHILD_PROTECTION, True): _("Sealed cases, which nobody uncleared can see"),
    (Role.SUPERVISOR, True): _("Approves the sealed cases as well"),
    (Role.MONITOR, False): _("Own reports, from the own area"),
    (Role.ORGANISATION, False): _("Own reports"),
    (Role.AUDITOR, False): _("Everything but the sealed, read only"),
    (Role.CLEARED_AUDITOR, True): _("Everything, read only"),
    (Role.STEWARD, False): _("Reference data and accounts"),
}
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
        "identity": IDENTITY | settings.IDENTITY | {"name": issuer_name()},
        "now": cache(clock.now),
        "mail_page_url": settings.MAIL_PAGE_URL,
        "is_demo": settings.IS_DEMO,
        "demo_people": demo_people,
        "theme": chosen if chosen in THEMES else "",
        "layout": cache(lambda: layout_of(getattr(request, "user", None))),
        "stands_still": cache(lambda: still_for(getattr(request, "user", None))),
    }


def issuer_name() -> str:
    """Whose portal this is, in the reader's language where the policy pack knows that name in
    several."""
    given = settings.IDENTITY["name"]
    for issuer in policy.pack().sections["issuers"]:
        for words in (issuer.everyday_name, issuer.name):
            if given in words.values():
                return words.say()
    return given


def layout_of(user) -> str:
    """The frame template for `user`: the desk, a platform's representative, or the public."""
    if user is None or not user.is_authenticated:
        return "public.html"
    return "platform.html" if user.role in REPRESENTATIVES else "base.html"


def still_for(user) -> str:
    """The kind of what stands still (`standstills`), for those whom every page warns; else ""."""
    return (user.role in WARNED and getattr(user, "stands_still", None)) or "" if user else ""


def demo_people() -> list[tuple[User, str]]:
    """Whom one may sign in as with one click, in the order of the demo's walk, each with what they
    see; nobody outside the demo."""
    if not settings.IS_DEMO:
        return []
    found: dict[tuple[str, bool], User] = {}
    for person in User.objects.filter(is_active=True).order_by("pk"):
        found.setdefault((person.role, person.is_cleared), person)
    return [(found[who], str(sees)) for who, sees in DEMO_WALK.items() if who in found]
