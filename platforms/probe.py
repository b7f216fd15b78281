"""A safe look at a public address: is it there, gone, withheld here, behind a sign-in, unclear?

The address comes from strangers, so it is a weapon: the name is resolved once, every answer must be
a public address, the connection goes to that very one, and nothing is followed off the host. Only a
status, a few headers and a hash of the text are kept; in sexual categories not even the headers.
"""

import codecs
import hashlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _

from moderation_portal import sender
from moderation_portal.storable import storable

from .signs import NO_SIGNS, REDIRECTS, Page, Seen, Signs, judge
from .signs import signs_of as signs_of

# For all of a look after its host's address is known, redirects included.
SECONDS = 10.0
MOST_BYTES = 1_000_000
# So much of a page is read for its words.
TEXT_BYTES = 200_000
# Elements whose content nobody sees.
UNSHOWN = ("script", "style", "noscript", "template")
# `str.lower` makes two characters of some, and places would no longer agree.
LOWERED = str.maketrans(ascii_uppercase, ascii_lowercase)
# Decoding it costs the square of the length, and no page is written in it.
SLOW_CHARSETS = frozenset({"punycode"})
# A character by a number that no character has; Python refuses to read the longest of them.
NO_CHARACTER = re.compile(r"&#\d{8,};?")
MOST_HOPS = 3
KEPT_HEADERS = (
    "content-type", "content-length", "content-language", "last-modified", "etag", "server", "date",
    "location", "retry-after",
)  # fmt: skip
# A host that asks for patience gets it, up to so much.
LONGEST_WAIT = timedelta(days=1)
# An IPv6 address that is only a coat around an IPv4 one (RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# All that is handed out of IPv6 so far; what is not in it is nobody's website.
IPV6_IN_USE = ipaddress.ip_network("2000::/3")
# The special-purpose registries of IANA (RFC 6890 and after), whatever our Python knows of them;
# the tunnels 6to4 and Teredo lead to a machine of somebody's choosing, and no platform is there.
NEVER = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
]  # fmt: skip

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Sight:
    """`proof` is JSON-ready and says how we know; `wait`: so long the host wants to be left alone,
    where it said so (Retry-After, RFC 9110 section 10.2.3); `is_trouble`: it did not answer at all,
    or told us that it cannot; `page`: what came, where anything did."""

    result: Seen
    proof: dict[str, object]
    wait: timedelta | None = None
    is_trouble: bool = False
    page: Page | None = None


@dataclass(frozen=True)
class _Door:
    """The one address to which all connections of a look go; with a port, without encryption, where
    a simulator stands in for the website."""

    address: Address
    port: int | None = None


class Unsafe(Exception):
    """The address leads somewhere that the portal must not touch."""


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def look(
    url: str,
    *,
    is_sexual: bool,
    at: datetime,
    signs: Signs = NO_SIGNS,
    resolve: Resolve = resolve,
) -> Sight:
    """Looks at `url` once and says what it saw; never raises for what the address does.

    Takes at most about ten seconds once the host's address is known, and one megabyte a page. A
    refusal to connect (a private address, an odd port) is `unclear`, with the reason in the proof.
    Demo and tests look nowhere but at `settings.PROBE_ALLOW_HOSTS`, or for every host at
    `settings.PROBE_SIMULATOR`.
    """
    proof: dict[str, object] = {"url": url, "at": at.isoformat(), "vantage": vantage()}
    try:
        parts = _checked(url, is_simulated=bool(settings.PROBE_SIMULATOR))
        door = _simulator() or _Door(_public_address(parts, resolve))
        page = _follow(parts, door)
    except Unsafe as refusal:
        return Sight(Seen.UNCLEAR, proof | {"refused": storable(str(refusal))})
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        said = storable(f"{type(trouble).__name__}: {trouble}"[:300])
        return Sight(Seen.UNCLEAR, proof | {"error": said}, is_trouble=True)
    text = visible_text(page)
    proof |= {
        "address": str(door.address),
        "status": page.status,
        "hops": page.hops,
        "final_url": storable(page.url),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    if not is_sexual:
        kept = [name for name in KEPT_HEADERS if name in page.headers]
        proof["headers"] = {name: storable(page.headers[name][:200]) for name in kept}
    is_busy = page.status == 429 or page.status >= 500
    wait = _asked_wait(page.headers.get("retry-after", ""), at) if is_busy else None
    return Sight(judge(page, text, signs), proof, wait, is_trouble=is_busy, page=page)


def host_of(url: str) -> str:
    """The host that a look at this address would ask; "" where none would be asked."""
    try:
        return _checked(url, is_simulated=bool(settings.PROBE_SIMULATOR)).hostname or ""
    except (Unsafe, ValueError):
        return ""


def vantage() -> str:
    """From where we look: what is withheld in one country is there in another."""
    return settings.PROBE_VANTAGE or str(settings.IDENTITY["short"])


def _asked_wait(said: str, at: datetime) -> timedelta | None:
    """What a Retry-After asks for, in seconds or as a date; None where it asks for nothing."""
    if said.isascii() and said.isdecimal() and len(said) < 9:
        return min(timedelta(seconds=int(said)), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    left = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return min(left, LONGEST_WAIT) if left > timedelta(0) else None


def _simulator() -> _Door | None:
    """The simulator in place of every website (`./portal run --simulate`); never in production."""
    if not settings.PROBE_SIMULATOR:
        return None
    there = urlsplit(settings.PROBE_SIMULATOR)
    return _Door(ipaddress.ip_address(there.hostname or ""), there.port)


@contextmanager
def reach(url: str, *, seconds: float) -> Iterator[tuple[SplitResult, http.client.HTTPConnection]]:
    """The parts of an address, and a connection to the public machine behind it that is cut after
    so many seconds; for whoever has something to tell it.

    Raises Unsafe for an address that must not be touched, OSError when nobody is there.
    """
    parts = _checked(url)
    address = _public_address(parts, resolve)
    with _connection(parts, _Door(address), time.monotonic() + seconds) as link:
        yield parts, link


def visible_text(page: Page) -> str:
    """The words of a page without its mark-up, so that the hash ignores what changes each time."""
    source = source_of(page, TEXT_BYTES)
    return " ".join(unescape(NO_CHARACTER.sub(" ", _without_markup(source))).split())


def source_of(page: Page, most: int = MOST_BYTES) -> str:
    """So many bytes of a page, read as the characters that its server says they are."""
    charset = re.search(r"charset=[\"']?([\w-]+)", page.headers.get("content-type", ""))
    return _decoded(page.body[:most], charset[1] if charset else "utf-8")


def _decoded(body: bytes, charset: str) -> str:
    try:
        is_slow = codecs.lookup(charset).name in SLOW_CHARSETS
        text = body.decode("utf-8" if is_slow else charset, errors="replace")
    except (LookupError, UnicodeError):  # an unknown encoding, or one that cannot replace
        text = body.decode("utf-8", errors="replace")
    return storable(text)


def _without_markup(source: str) -> str:
    """The text between tags, in one pass; a tag, comment or script without an end takes the rest.

    No regular expression looks for the ends: on a hostile page that search never ends either.
    """
    lowered, kept, place = source.translate(LOWERED), [], 0
    while (start := source.find("<", place)) >= 0:
        kept.append(source[place:start])
        place = _end_of_markup(lowered, start)
        if place < 0:
            return " ".join(kept)
    return " ".join([*kept, source[place:]])


def _end_of_markup(lowered: str, start: int) -> int:
    """Where the text goes on after the tag, comment or script at `start`; -1 if it never does."""
    if lowered.startswith("<!--", start):
        end = lowered.find("-->", start)
        return end + 3 if end >= 0 else -1
    name = next((n for n in UNSHOWN if lowered.startswith(f"<{n}", start)), "")
    end = lowered.find(f"</{name}" if name else ">", start + 1)
    end = lowered.find(">", end) if end >= 0 else -1
    return end + 1 if end >= 0 else -1


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, whatever coat it wears."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address not in IPV6_IN_USE:
            return False
    return address.is_global and not any(address in network for network in NEVER)


def _checked(url: str, *, is_simulated: bool = False) -> SplitResult:
    """The parts of an address that may be opened; `Unsafe` for every other."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unsafe(_("only http and https addresses are looked at"))
    if parts.username or parts.password:
        raise Unsafe(_("the address carries a user name"))
    is_open = settings.MODE == "production" or is_simulated
    if not is_open and not _is_allowed(parts.hostname):
        # A demo's accounts are invented, the platforms' websites are not.
        raise Unsafe(_("outside production only the hosts that are set up for it are looked at"))
    port = _port(parts)
    if port not in (80, 443) and not _is_allowed(parts.hostname):
        raise Unsafe(f"port {port} is not a website's")
    return parts


def _is_allowed(host: str) -> bool:
    return host in settings.PROBE_ALLOW_HOSTS


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _public_address(parts: SplitResult, resolve: Resolve) -> Address:
    """Resolves the host, once. One private answer among public ones condemns them all."""
    host = parts.hostname or ""
    found = [ipaddress.ip_address(text.partition("%")[0]) for text in resolve(host, _port(parts))]
    if not found:
        raise Unsafe(_("the host has no address"))
    if not _is_allowed(host):
        for address in found:
            if not is_public(address):
                raise Unsafe(f"{address} is not a public address")
    return found[0]


def _follow(parts: SplitResult, door: _Door) -> Page:
    """The page, after at most three redirects that stay on the same host."""
    until, is_simulated = time.monotonic() + SECONDS, door.port is not None
    page = _fetch(parts, door, until)
    while page.status in REDIRECTS and page.hops < MOST_HOPS and "location" in page.headers:
        where = urljoin(parts.geturl(), page.headers["location"])
        following = _checked(where, is_simulated=is_simulated)
        is_same_host = following.hostname == parts.hostname
        if not is_same_host or _port(following) not in {80, 443, _port(parts)}:
            break
        parts = following
        page = replace(_fetch(parts, door, until), hops=page.hops + 1)
    return page


def _fetch(parts: SplitResult, door: _Door, until: float) -> Page:
    wanted = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _connection(parts, door, until) as link:
        link.request("GET", wanted, headers={"User-Agent": agent(), "Accept-Encoding": "identity"})
        answer = link.getresponse()
        body = answer.read(MOST_BYTES + 1)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Page(answer.status, headers, body[:MOST_BYTES], parts.geturl())


@contextmanager
def _connection(
    parts: SplitResult, door: _Door, until: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to that very address, speaking to the host by its name, cut at `until` (on the
    monotonic clock).

    The cut is a timer and not a socket time-out: a server that sends one byte a second would
    never run into the latter.
    """
    host, port = parts.hostname or "", _port(parts)
    link = http.client.HTTPConnection(host, port)
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    link.sock = socket.create_connection((str(door.address), door.port or port), timeout=left)
    held, is_over = [link.sock], threading.Event()
    cut = threading.Timer(until - time.monotonic(), _cut, (held, is_over))
    cut.daemon = True
    cut.start()
    try:
        if parts.scheme == "https" and door.port is None:
            link.sock = ssl.create_default_context().wrap_socket(
                link.sock, server_hostname=host, do_handshake_on_connect=False
            )
            held.append(link.sock)
            link.sock.do_handshake()
        yield link
        if is_over.is_set():  # half a page may lack the very words that say it is gone
            raise TimeoutError("the answer took too long")
    finally:
        cut.cancel()
        link.close()


def _cut(held: list[socket.socket], is_over: threading.Event) -> None:
    """Ends the connection itself: a reply goes on reading from it after its link has let it go."""
    is_over.set()
    with suppress(OSError):
        held[-1].shutdown(socket.SHUT_RDWR)


def agent() -> str:
    """Who we are and where to write to, as every request of ours says it."""
    name, whose = settings.IDENTITY["short"], f"+{settings.BASE_URL}; {sender.mailbox()}"
    return f"Mozilla/5.0 (compatible; {name} content check; {whose})"
