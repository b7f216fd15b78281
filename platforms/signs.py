"""What a page says of its account: there, gone, withheld in this country, behind a sign-in?

How each platform shows that something is gone is data (`data/signs.csv`); the line `*` is true of
every platform.
"""

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

SIGNS_FILE = Path(__file__).parent / "data" / "signs.csv"
EVERYWHERE = "*"
# Not found; gone for good.
GONE = frozenset({404, 410})
# Withheld for legal reasons where we stand (RFC 7725).
WITHHELD = 451
UNAUTHORISED = 401
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LOGIN = re.compile(r"(?:^|/)(?:log-?in|sign-?in|authwall|checkpoint|auth)(?:[/.]|$)", re.I)
PASSWORD = re.compile(rb"<input[^>]{0,200}type=[\"']?password", re.I)
# A page of more words than a sign-in shows the account beside it.
SIGN_IN_LENGTH = 600


class Seen(StrEnum):
    """What a look found. Only `gone` closes anything by itself, and only when seen twice."""

    PRESENT = "present"
    GONE = "gone"
    GEO_BLOCKED = "geo_blocked"
    LOGIN_WALLED = "login_walled"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Signs:
    """How a platform shows that something is gone, as data.

    `missing` and `restricted`: texts of a page that says so with status 200. `is_walled`: pages
    show nothing without signing in, so a 200 proves nothing.
    """

    missing: tuple[str, ...] = ()
    restricted: tuple[str, ...] = ()
    is_walled: bool = False


NO_SIGNS = Signs()


@dataclass(frozen=True)
class Page:
    """What came back from an address, at the end of its redirects."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str = ""
    hops: int = 0


@lru_cache(maxsize=1)
def _all_signs() -> dict[str, Signs]:
    with SIGNS_FILE.open(encoding="utf-8", newline="") as file:
        return {
            line["slug"]: Signs(
                tuple(filter(None, line["missing"].split(";"))),
                tuple(filter(None, line["restricted"].split(";"))),
                line["is_walled"] == "1",
            )
            for line in csv.DictReader(file)
        }


def signs_of(slug: str) -> Signs:
    """How the platform called `slug` shows that something is gone (`data/signs.csv`)."""
    return _all_signs().get(slug, NO_SIGNS)


def judge(page: Page, text: str, signs: Signs) -> Seen:
    """What a page with these words (`probe.visible_text`) tells of its account.

    Where the two could be mistaken for each other it is never `gone`.
    """
    if page.status in GONE:
        return Seen.GONE
    if page.status == WITHHELD:
        return Seen.GEO_BLOCKED
    if page.status == UNAUTHORISED or _leads_to_sign_in(page):
        return Seen.LOGIN_WALLED
    common = signs_of(EVERYWHERE)
    if page.status in (200, 403) and _says(text, signs.restricted + common.restricted):
        return Seen.GEO_BLOCKED
    if page.status != 200:
        return Seen.UNCLEAR
    if _says(text, signs.missing):
        return Seen.GONE
    if not text:
        return Seen.UNCLEAR
    is_sign_in = len(text) < SIGN_IN_LENGTH and PASSWORD.search(page.body) is not None
    return Seen.LOGIN_WALLED if signs.is_walled or is_sign_in else Seen.PRESENT


def _says(text: str, markers: tuple[str, ...]) -> bool:
    folded = text.casefold()
    return any(marker.casefold() in folded for marker in markers)


def _leads_to_sign_in(page: Page) -> bool:
    """Whether we were sent to a sign-in, or would be on another host."""
    if page.status in REDIRECTS:
        there = urlsplit(page.headers.get("location", ""))
        host = there.hostname or ""
        return bool(LOGIN.search(there.path)) or host.startswith(("login.", "accounts.", "auth."))
    return page.hops > 0 and bool(LOGIN.search(urlsplit(page.url).path))
