"""The timeline of a case: its newest events as sentences, with what belongs to each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import faults, policy
from moderation_portal.formats import instant
from moderation_portal.models import Event, User
from moderation_portal.roles import REPRESENTATIVES, Role

from ..models import Advice, Answer, Case, Observation
from ..permissions import sees_sealed
from ..similar import Common, Purpose
from ..words import sentence

EVENTS_SHOWN = 60
MOVED_ACCOUNTS = ("case.accounts_moved", "case.accounts_gained", "case.split_off")
# What another line of the same timeline says already: the order is the issue of its notice.
SAID_TWICE = ("case.ordered",)
LONGEST_QUOTE = 400
TONES = {
    "case.approved": "good",
    "case.closed": "good",
    "target.gone": "good",
    "notice.served": "good",
    "case.reopened": "warn",
    "case.sent_back": "warn",
    "case.withdrawn": "warn",
    "case.info_asked": "warn",
    "target.refused": "warn",
    "target.questioned": "warn",
    "target.not_found": "warn",
    "notice.not_written": "warn",
    "notice.not_signed": "warn",
    "notice.reminded": "warn",
    "notice.escalated": "warn",
    "notice.drafted": "warn",
    "notice.unserved": "warn",
    "notice.withdrawn": "warn",
    "deadline.overridden": "warn",
    "target.reappeared": "bad",
    "notice.unreachable": "bad",
    "notice.without_next_contact": "bad",
    "delivery.refused": "bad",
    "delivery.annulled": "bad",
    "delivery.delayed": "warn",
    "mail.arrived": "info",
}


@dataclass(frozen=True)
class TimelineRow:
    """One event in words: what happened, the facts of it, and what a person said."""

    words: str
    facts: str
    quote: str
    at: datetime | None
    by: str
    tone: str
    is_platform: bool
    notice: int | None
    number: str
    times: int = 1
    since: datetime | None = None


def rows(case: Case, user: User, places: Mapping[int, str]) -> list[TimelineRow]:
    """The newest events of this case, newest first.

    `places` names accounts (target id -> what stands for it on this page), so that an event of one
    of several accounts says which.
    """
    newest = events_of(case, user).exclude(kind__in=SAID_TWICE).order_by("-id")[:EVENTS_SHOWN]
    return fold([row(event, places) for event in newest])


def events_of(case: Case, user: User) -> QuerySet[Event]:
    """The events in the thread of this case that this person may read."""
    events = Event.objects.filter(thread=case.thread)
    return events if sees_sealed(user) else events.filter(is_sealed=False)


def fold(rows: Iterable[TimelineRow]) -> list[TimelineRow]:
    """The same thing over and over, with nothing in between, is told once: how often, since when.

    What a person said is never folded away.
    """
    found: list[TimelineRow] = []
    for _what, group in groupby(rows, key=lambda row: replace(row, at=None)):
        same = list(group)
        if len(same) == 1 or same[0].quote:
            found += same
        else:
            found.append(replace(same[0], times=len(same), since=same[-1].at))
    return found


def row(event: Event, places: Mapping[int, str]) -> TimelineRow:
    """An event as a sentence of the reader's language."""
    is_system = event.actor_role == Role.SYSTEM
    name = _("the system") if is_system else event.actor_name
    is_of_notice = event.kind.startswith(("notice.", "mail.")) and "notice" in event.data
    quote = faults.told(str(event.data.get("reason") or ""))
    return TimelineRow(
        words=sentence(event.kind, name, event.data),
        facts=facts(event, places),
        quote=f"{quote[:LONGEST_QUOTE]}…" if len(quote) > LONGEST_QUOTE else quote,
        at=event.at,
        by=name,
        tone=TONES.get(event.kind, "neutral" if is_system else "info"),
        is_platform=event.actor_role in REPRESENTATIVES,
        notice=event.data["notice"] if is_of_notice else None,
        number=str(event.data.get("number") or "") if is_of_notice else "",
    )


def facts(event: Event, places: Mapping[int, str]) -> str:
    """What belongs to an event besides its sentence, in one line; often nothing."""
    data = event.data
    said = [places.get(target_of(event), "")]
    if event.kind == "target.observed":
        said.append(str(Observation.Result(data["result"]).label))
    elif event.kind == "item.answered":
        said += [answers(data.get("answers", {})), str(data.get("receipt", ""))]
    elif event.kind == "case.ticked":
        lines = len(data.get("lines", []))
        said.append(ngettext("%(n)s line", "%(n)s lines", lines) % {"n": lines})
    elif event.kind == "case.compared":
        said.append(compared(data["purpose"], data["found"]))
    elif event.kind in MOVED_ACCOUNTS:
        moved = len(data["targets"])
        said.append(ngettext("%(n)s account", "%(n)s accounts", moved) % {"n": moved})
    elif event.kind == "panel.advised":
        said.append(str(Advice(data["advice"]).label if data["advice"] else _("no common advice")))
    elif event.kind == "deadline.overridden":
        said.append(instant(datetime.fromisoformat(data["due_at"])))
    elif data.get("unit"):
        said.append(str(policy.pack().unit(data["unit"]).name))
    said.append(str(data.get("note") or ""))
    return " · ".join(part for part in said if part)


def compared(purpose: str, found: Mapping[str, int]) -> str:
    """Why somebody looked for similar cases, and how many there were: “to decide this case:
    same account 1, similar handle 3”."""
    counts = [f"{common.label} {found[common]}" for common in Common if common in found]
    return f"{Purpose(purpose).label}: {', '.join(counts) or _('nothing found')}"


def answers(counts: Mapping[str, Any]) -> str:
    """Answer codes with their numbers: “removed: 2, we disagree: 1”."""
    known = {str(code): str(label) for code, label in Answer.Code.choices}
    return ", ".join(f"{known.get(code, code)}: {number}" for code, number in counts.items())


def target_of(event: Event) -> int:
    """The account that an event is about; 0 for none."""
    kind, _colon, pk = event.subject.partition(":")
    return int(pk) if kind == "target" and pk.isdigit() else 0
