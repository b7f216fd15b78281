"""How often one connection may knock at the public doors; counted exactly (`limits.take`)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from moderation_portal import limits

# Many people share one address of a mobile network, hence generous; a single browser is not many.
HOUR = timedelta(hours=1)
LIMITS = {
    "report": (60, 10),
    "picture": (60, 20),
    "status": (120, 40),
    "answer": (60, 20),
}


def may_pass(door: str, request: HttpRequest, *, at: datetime) -> bool:
    """Whether this address, and this browser, may pass the door once more within the hour."""
    per_address, per_browser = LIMITS[door]
    if not limits.take(f"{door}.address", address_of(request), per_address, HOUR, at=at):
        return False
    browser = request.session.session_key
    return not browser or limits.take(f"{door}.browser", browser, per_browser, HOUR, at=at)


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, as the proxy in front tells it if settings name its header."""
    header = getattr(settings, "CLIENT_ADDRESS_HEADER", "")
    return (request.META.get(header, "") if header else "") or request.META.get("REMOTE_ADDR", "")


def too_many() -> str:
    """What somebody reads who knocked too often."""
    return _("That was too often within one hour. Nothing is lost: try again later.")
