"""Which hosts only a machine itself, or its own network, can reach. Pure; the standard library's
alone, for the settings and the launcher read it."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

# Names that no public DNS answers (RFC 2606, 6761, 6762, 8375, ICANN's .internal), and .lan.
OWN_NETWORKS = frozenset(
    {"localhost", "local", "lan", "internal", "test", "example", "invalid", "home.arpa"}
)


def is_nearby(host: str) -> bool:
    """Whether `host` (a name, or an address with or without brackets) is loopback, of a private
    network, or a name that only one's own network knows."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return not ipaddress.ip_address(name.partition("%")[0]).is_global
    except ValueError:
        pass
    if "." not in name:
        return name[:1].isalpha()
    return any(name == zone or name.endswith(f".{zone}") for zone in OWN_NETWORKS)


def far_hosts(base_url: str, allowed_hosts: Iterable[str]) -> list[str]:
    """Those hosts of an installation that anybody could reach; `*` is everybody."""
    named = [urlsplit(base_url).hostname or "", *(host.lstrip(".") for host in allowed_hosts)]
    return sorted({host for host in named if not is_nearby(host)})


def why_no_demo(base_url: str, allowed_hosts: Iterable[str]) -> str:
    """The sentence for whoever shows the demo where everybody can reach it; empty at home.

    On the demo's sign-in page one click makes anybody a director.
    """
    far = far_hosts(base_url, allowed_hosts)
    if not far:
        return ""
    return (
        f"PORTAL_MODE=demo signs anybody in without a password, and {', '.join(far)} can be reached"
        " from everywhere. Use PORTAL_MODE=production, or an address of your own network in"
        " BASE_URL and ALLOWED_HOSTS. To show invented data to the world all the same, set"
        " DEMO_ON_PUBLIC_ADDRESS=1."
    )
