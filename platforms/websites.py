"""What people write in the register's website column, read strictly. Pure."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

NOTHING = frozenset({"", "-"})
HOST_MOST = 253  # characters (RFC 1035)
STORES = frozenset(
    {"play.google.com", "market.android.com", "apps.apple.com", "itunes.apple.com",
     "appgallery.huawei.com", "galaxystore.samsung.com"}
)  # fmt: skip
TLDS = frozenset((Path(__file__).parent / "data" / "tlds.txt").read_text(encoding="utf-8").split())

# A list of addresses: what may stand between two of them.
BETWEEN = re.compile(r"[\s;,]+(?:(?:dan|atau|and|or|&|/)(?=\s))?[\s;,]*", re.IGNORECASE)
ADDRESS = re.compile(
    r"(?:https?://)?(?P<host>[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+)"
    r"(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Website:
    """One host, or a problem: `no_website`, `store_address` or `bad_website`."""

    host: str = ""
    problem: str = ""


def website(raw: str) -> Website:
    """The one host that `raw` names, without `www.`; anything else is a problem for a person."""
    text = raw.strip()
    if text in NOTHING:
        return Website(problem="no_website")
    hosts = {_host(part) for part in BETWEEN.split(text) if part}
    if not hosts or "" in hosts:
        return Website(problem="bad_website")
    if hosts <= STORES:
        return Website(problem="store_address")
    own = hosts - STORES
    return Website(own.pop()) if len(own) == 1 else Website(problem="bad_website")


def _host(part: str) -> str:
    """The host of one address, or "" when it is not an address that the world could open."""
    match = ADDRESS.fullmatch(part)
    if match is None or len(match["host"]) > HOST_MOST:
        return ""
    host = match["host"].lower().removeprefix("www.")
    try:
        return host if ipaddress.ip_address(host).is_global else ""
    except ValueError:
        return host if host.rpartition(".")[2] in TLDS else ""
