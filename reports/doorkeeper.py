"""How often one connection may knock at the public doors; counted exactly (`limits.take`)."""

import ipaddress
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from moderation_portal import limits
from moderation_portal.visitors import address_of

# Many people share one address of a mobile network, hence generous; a single browser is not many.
HOUR = timedelta(hours=1)
LIMITS = {
    "report": (60, 10),
    "picture": (60, 20),
    "status": (120, 40),
    "answer": (60, 20),
    "letter": (120, 40),
    "appeal": (60, 10),
}


def may_pass(door: str, request: HttpRequest, *, at: datetime) -> bool:
    """Whether this address, and this browser, may pass the door once more within the hour."""
    per_address, per_browser = LIMITS[door]
    connection = connection_of(address_of(request))
    if not limits.take(f"{door}.address", connection, per_address, HOUR, at=at):
        return False
    browser = request.session.session_key
    return not browser or limits.take(f"{door}.browser", browser, per_browser, HOUR, at=at)


def connection_of(address: str) -> str:
    """What one connection has of an address: all of IPv4, of IPv6 the /64 network that every
    subscriber is given at least (RFC 6177), whose addresses cost nothing."""
    try:
        whole = ipaddress.ip_address(address.strip())
    except ValueError:
        return address
    if isinstance(whole, ipaddress.IPv4Address):
        return str(whole)
    if whole.ipv4_mapped is not None:
        return str(whole.ipv4_mapped)
    return str(ipaddress.ip_network((int(whole), 64), strict=False))


def too_many() -> str:
    """What somebody reads who knocked too often."""
    return _("That was too often within one hour. Nothing is lost: try again later.")
