"""What comes in by the one door, and what is said of it: plain values, no database."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from moderation_portal.models import User
from moderation_portal.policy import pack

from .completeness import Gap

if TYPE_CHECKING:
    from platforms.models import Feature

    from .evidence import Prepared
    from .models import FormalRequest

DONE, SKIPPED, REFUSED = "done", "skipped", "refused"
REPEATED = "repeated"  # a line that names the same account as an earlier one of its telling


def beginning_of(day: date) -> datetime:
    """The first instant of a day, in the pack's zone: what a reporter gives as a day is kept so."""
    return datetime.combine(day, time(), ZoneInfo(pack().tz))


@dataclass(frozen=True, slots=True)
class ReporterFacts:
    """Who tells us. `kind` is a `ReporterKind`; a signed-in reporter needs no name or address."""

    kind: str
    user: User | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    area: str = ""
    language: str = "id"


@dataclass(frozen=True, slots=True)
class Line:
    """One account, as it was told: an address, a handle, a number, or words that describe it.

    `feature` stands in its place where the platform itself is at fault (`reports.features`).
    """

    text: str
    platform_hint: str = ""
    description: str = ""
    visibility: str = ""
    feature: "Feature | None" = None


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """What a machine says of how it found something. `score` from 0 to 1; `content_hash` hex."""

    tool: str = ""
    tool_version: str = ""
    rule: str = ""
    rule_version: str = ""
    query: str = ""
    score: Decimal | None = None
    fetched_at: datetime | None = None
    public_access_proof: str = ""
    content_hash: str = ""
    capture: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling: a reporter, a category, some accounts, and why.

    `channel` is a `Report.Channel`; `formal_request` a submitted `FormalRequest`; `uploads` come
    from `evidence.prepare`. `telling_key` stands in for an anonymous reporter, so that a double
    click is not heard twice.
    """

    reporter: ReporterFacts
    channel: str
    category: str
    lines: tuple[Line, ...]
    reason: str = ""
    seen_at: datetime | None = None
    place: str = ""
    area: str = ""
    is_good_faith: bool = False
    requested_remedy: str = ""
    finding: FindingFacts | None = None
    formal_request: "FormalRequest | None" = None
    uploads: "tuple[Prepared, ...]" = ()
    wants_receipt: bool = False
    telling_key: str = ""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one line: `state` is a `ReportItem.State` or `repeated`."""

    position: int
    raw: str
    state: str
    gaps: tuple[Gap, ...] = ()
    platform: str = ""
    canonical: str = ""
    unit: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one telling: done, skipped (heard before: `number` is the earlier report's)
    or refused (`reason` says why). `receipt_code` is shown this once."""

    outcome: str
    report_id: int | None = None
    number: str = ""
    receipt_code: str = ""
    items: tuple[ItemResult, ...] = field(default=())
    reason: str = ""
