"""Have we heard of this very telling? Known accounts are found again by their row (`rows.py`).

A reporter who tells the same twice, by a double click or by handing in a file again, gets the
number of the first report. Nobody ever hears that somebody else has told us of an account.
"""

import secrets
from collections.abc import Iterable

from moderation_portal import vault

from .models import ReporterKind
from .tellings import Telling


def telling_hash(telling: Telling, from_whom: str, accounts: Iterable[str], category: str) -> str:
    """The keyed hash of this very telling: same teller, accounts, category, reason and time seen.

    `from_whom` is what `teller` says; `accounts` are the canonical forms, so that two spellings of
    one account are the same telling.
    """
    finding = telling.finding
    seen_at = telling.seen_at or (finding.fetched_at if finding else None)
    parts = [
        from_whom,
        category,
        telling.reason,
        seen_at.isoformat() if seen_at else "",
        f"{finding.tool}/{finding.rule}" if finding else "",
        str(telling.formal_request.pk) if telling.formal_request else "",
        *accounts,
    ]
    return vault.keyed_hash("telling", "\x1f".join(parts))


def teller(telling: Telling) -> str:
    """Who tells, as far as it matters for repeats. Of a reporter without name, account or
    `telling_key` nothing is ever a repeat: each call gives somebody new."""
    who = telling.reporter
    if who.user is not None:
        return f"user {who.user.pk} as {who.kind}"
    if who.name or who.email or who.phone:
        return "\x1e".join((who.kind, who.name, who.email.lower(), who.phone))
    if who.kind == ReporterKind.REGULATOR:
        return ReporterKind.REGULATOR
    return telling.telling_key or secrets.token_hex(16)
