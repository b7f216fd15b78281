"""The accounts of the simulated platforms, and what a visitor sees of each."""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

HOME = "ID"  # where a visitor comes from who does not say it
VISITS_KEPT = 1000
POST = re.compile(r"/(?:posts?|status|video|p)/[^/]+$")


class State(StrEnum):
    """What an account's page does."""

    PRESENT = "present"
    REMOVED = "removed"  # 404
    DELETED = "deleted"  # 410
    MISSING = "missing"  # 200, “this account does not exist”
    SUSPENDED = "suspended"  # 200, “account suspended”
    GEO_BLOCKED = "geo_blocked"  # 451 in the country, there everywhere else
    GEO_PAGE = "geo_page"  # the same, with 200 and a sentence
    LOGIN_REDIRECT = "login_redirect"
    LOGIN_PAGE = "login_page"  # 200, a form
    RATE_LIMITED = "rate_limited"  # 429 with Retry-After
    SLOW = "slow"  # a byte now and then
    FLAPPING = "flapping"  # there, gone, there, gone
    BROKEN = "broken"  # 500


class Manner(StrEnum):
    """How the representative deals with an order."""

    PROMPT = "prompt"
    LATE = "late"
    FALSE = "false"  # says removed, and removes nothing
    RESTRICTS = "restricts"  # blocks in the country, and says so
    HIDES = "hides"  # says removed, and asks visitors to sign in
    RETURNS = "returns"  # removes; the owner is back under a new handle
    REFUSES = "refuses"
    NEEDS_INFO = "needs_info"
    SILENT = "silent"


class Way(StrEnum):
    """By which channel the representative answers."""

    LINK = "link"
    API = "api"
    REPLY = "reply"
    SHEET = "sheet"
    PORTAL = "portal"


class Slip(StrEnum):
    """What goes wrong as they answer."""

    NONE = "none"
    WRONG_CODE = "wrong_code"  # an answer that nobody knows
    UNKNOWN_ACCOUNT = "unknown_account"  # beside those that were asked for
    DAMAGED = "damaged"  # a file, a call or a form that cannot be read
    TWICE = "twice"  # the same once more


@dataclass(frozen=True)
class Habit:
    """How one mailbox deals with orders. `means` is the key of its program (API), or the e-mail
    address of the person who signs in to the portal."""

    manner: Manner = Manner.PROMPT
    way: Way = Way.LINK
    slip: Slip = Slip.NONE
    means: str = field(default="", repr=False)


@dataclass
class Account:
    """One page; `turn` counts the visits of one that flaps."""

    state: State = State.PRESENT
    follows: str = ""
    turn: int = 0


@dataclass
class Accounts:
    """Everything the simulator knows; shared by its threads. An account nobody has heard of is
    there. `habits` are those of recipients of mail, or of whole domains; "" is everybody else."""

    habits: dict[str, Habit] = field(default_factory=dict)
    _known: dict[str, Account] = field(default_factory=dict)
    _visits: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=VISITS_KEPT))
    _lock: Lock = field(default_factory=Lock)

    def set(self, address: str, state: State) -> None:
        """What the account at this address does from here on."""
        with self._lock:
            self._known.setdefault(key_of(address), Account()).state = state

    def return_as(self, address: str, handle: str) -> str:
        """The owner of a removed account is back under another handle; returns its address."""
        key = key_of(address)
        new = f"{key.rpartition('/')[0]}/{handle.lower()}"
        with self._lock:
            self._known.setdefault(key, Account()).state = State.REMOVED
            self._known[new] = Account(follows=key)
        return new

    def behave(self, recipient: str, **changed: Any) -> None:
        """How orders to this mailbox or domain are dealt with, "" is everybody else's; what is not
        in `changed` (fields of Habit) stays."""
        with self._lock:
            self.habits[recipient.lower()] = replace(self.habit_of(recipient), **changed)

    def habit_of(self, recipient: str) -> Habit:
        mailbox = recipient.lower()
        domain = mailbox.rpartition("@")[2]
        known = (self.habits.get(name) for name in (mailbox, domain, ""))
        return next((habit for habit in known if habit), Habit())

    def visit(self, address: str, *, agent: str, country: str) -> State:
        """What a visitor of this address is shown; the visit is noted."""
        key = key_of(address)
        with self._lock:
            self._visits.append({"account": key, "agent": agent, "country": country})
            account = self._known.get(key)
            if account is None:
                return State.PRESENT
            account.turn += 1
            if account.state in (State.GEO_BLOCKED, State.GEO_PAGE) and country != HOME:
                return State.PRESENT
            if account.state == State.FLAPPING:
                return State.REMOVED if account.turn % 2 == 0 else State.PRESENT
            return account.state

    def as_json(self) -> Mapping[str, Any]:
        """All of it, for whoever steers the simulator."""
        with self._lock:
            return {
                "accounts": {
                    key: {"state": one.state, "follows": one.follows}
                    for key, one in sorted(self._known.items())
                },
                # Not their means: a key opens the portal.
                "habits": {
                    name: {"manner": one.manner, "way": one.way, "slip": one.slip}
                    for name, one in sorted(({"": Habit()} | self.habits).items())
                },
                "visits": list(self._visits),
            }


def key_of(address: str) -> str:
    """Host and path of an account's address; a post belongs to its account."""
    parts = urlsplit(address if "://" in address else f"http://{address}")
    host = (parts.hostname or "").lower().removeprefix("www.")
    return f"{host}/{POST.sub('', parts.path.rstrip('/')).strip('/').lower()}"
