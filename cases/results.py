"""What a verb answers: what it did, what it skipped for others were first, what it refused."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, PortalError
from moderation_portal.formats import instant
from moderation_portal.models import Event, User
from moderation_portal.roles import Actor

from .models import Case
from .table import SENTENCES, TABLE

MOVED = tuple({row.event for row in TABLE if row.target})


@dataclass(frozen=True)
class Said:
    """Why nothing happened to one case or target; `error` is the sentence with its status."""

    id: int
    error: PortalError

    @property
    def reason(self) -> str:
        return self.error.sentence


@dataclass(frozen=True)
class Result:
    """The ids that were done, and of the others why not. Skipped: the state had moved on."""

    done: list[int] = field(default_factory=list)
    skipped: list[Said] = field(default_factory=list)
    refused: list[Said] = field(default_factory=list)

    def insist(self) -> None:
        """Raises the first reason when nothing was done: for a click on a single case."""
        if not self.done:
            for said in (*self.refused, *self.skipped):
                raise said.error


@dataclass
class Held:
    """Cases that are locked and may be moved; each verb refuses those that fail its own checks."""

    verb: str
    actor: User | Actor
    at: datetime
    reason: str
    ready: list[Case]
    result: Result

    @property
    def ids(self) -> list[int]:
        return [case.pk for case in self.ready]

    def sift(self, check: Callable[[Case], PortalError | None], *, skips: bool = False) -> None:
        """Leaves as they are the cases of which `check` says why; refused, or skipped."""
        answers = [(case, check(case)) for case in self.ready]
        self.ready = [case for case, error in answers if error is None]
        others = self.result.skipped if skips else self.result.refused
        others.extend(Said(case.pk, error) for case, error in answers if error is not None)


def ids_of(things: Iterable[int | models.Model]) -> list[int]:
    """Ids, each once and in order, of ids, rows or a queryset."""
    return sorted({thing if isinstance(thing, int) else thing.pk for thing in things})


def who_was_first(late: Sequence[tuple[Case, str]]) -> list[Said]:
    """Who moved each of these cases on, and when, before the sentence why it is too late now."""
    if not late:
        return []
    threads = [case.thread for case, _reason in late]
    moves = Event.objects.filter(thread__in=threads, kind__in=MOVED)
    newest = {event.thread: event for event in moves.order_by("thread", "-id").distinct("thread")}
    return [Said(case.pk, _conflict(case, why, newest.get(case.thread))) for case, why in late]


def _conflict(case: Case, reason: str, event: Event | None) -> Conflict:
    detail: dict[str, object] = {"number": case.number, "state": case.state}
    if event is None:
        return Conflict(reason, detail)
    detail |= {"who": event.actor_name, "at": event.at.isoformat(), "event": event.kind}
    said = _("%(number)s: %(what)s, %(at)s.") % {
        "number": case.number,
        "what": SENTENCES[event.kind] % {"name": event.actor_name},
        "at": instant(event.at),
    }
    return Conflict(f"{said} {reason}", detail)
