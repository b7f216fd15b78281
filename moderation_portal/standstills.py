"""What must not go on by itself until a person has looked: false is worse than late.

Escalations stand still when the clock cannot be trusted, or nobody was there for so long that an
answer may have been missed. Everything that leaves the building stands still after a restore: the
database then believes that letters which left since the backup still wait. The pump looks, every
few seconds, and leaves a mark in the database by which the next one sees what happened in between.

A restore shows in two ways: the mark was made in another place (another cluster, database or
table), or the seals shipped off the host are ahead of those in the database. While the mark is
elsewhere or older than an outage, workers hand nothing over either (`HOLDS_BACK`): between a
restore and the pump's first look nothing slips out.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from . import audit, locks, news
from .errors import Conflict, Invalid
from .models import PumpMark, Standstill, User
from .roles import SYSTEM, Acting, Role
from .templatetags.portal import span

CLOCK, RESTORE = Standstill.Kind.CLOCK, Standstill.Kind.RESTORE
# The database's clock and the pump's own may part by so much.
APART = timedelta(minutes=5)
# So long nobody may have been there to take an answer.
OUTAGE = timedelta(hours=1)
# Two pumps ask for the time one after the other.
LEEWAY = timedelta(seconds=10)
MARK_EVERY = timedelta(seconds=30)
# Within this time the two clocks are compared; what parts more slowly is no jump.
COMPARED_OVER = timedelta(hours=1)
TOLD = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.STEWARD})
# Who lets escalations go on: the persons who sign them.
RELEASERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
LOCK = 7_261_009

PLACE = """
(SELECT system_identifier FROM pg_control_system()) || '.'
|| (SELECT oid FROM pg_database WHERE datname = current_database()) || '.'
|| 'moderation_portal_pumpmark'::regclass::oid
"""
# Whether what leaves must wait at this instant, for the statements of the outbox.
HOLDS_BACK = f"""
SELECT 1 FROM moderation_portal_standstill WHERE kind = 'restore' AND ended_at IS NULL
UNION ALL SELECT 1 FROM moderation_portal_pumpmark
WHERE place <> {PLACE} OR marked_at < %(at)s::timestamptz - interval '{OUTAGE.seconds} seconds'
"""  # noqa: S608  built of constants
MARK = f"""
INSERT INTO moderation_portal_pumpmark (id, marked_at, place) VALUES (1, %s, {PLACE})
ON CONFLICT (id) DO UPDATE SET marked_at = excluded.marked_at, place = excluded.place
"""  # noqa: S608  built of constants
MOVED = f"SELECT place <> {PLACE} FROM moderation_portal_pumpmark"  # noqa: S608


@dataclass
class Guard:
    """One pump's own sense of time, against that of the database."""

    base: tuple[datetime, float] | None = None
    marked: float | None = None

    def look(self, at: datetime, steady: float) -> None:
        """One look at `at`, the database's time, when the pump's own monotonic clock shows `steady`
        seconds; now and then it leaves the mark. Begins a standstill where one is due."""
        if self.base is not None:
            since, then = self.base
            apart = (at - since) - timedelta(seconds=steady - then)
            if abs(apart) > APART:
                begin(CLOCK, "jumped", apart, at=at)
                self.base = None
        if self.base is None or steady - self.base[1] > COMPARED_OVER.total_seconds():
            self.base = (at, steady)
        if self.marked is None or steady - self.marked >= MARK_EVERY.total_seconds():
            _compare(at, is_first=self.marked is None)
            self.marked = steady


def begin(
    kind: str,
    why: str,
    by: timedelta = timedelta(0),
    *,
    at: datetime,
    actor: Acting = SYSTEM,
    reason: str = "",
) -> bool:
    """Lets that stand still, records it and tells the responsible; False where it does already.

    `why` is one of the codes of `sentence`, `by` how far or how long.
    """
    facts = {"code": why, "seconds": round(by.total_seconds()), "reason": reason}
    with transaction.atomic():
        locks.hold(LOCK)
        if Standstill.objects.filter(kind=kind, ended_at=None).exists():
            return False
        made = Standstill.objects.create(kind=kind, why=facts, began_at=at)
        data = {"kind": kind, **facts}
        audit.record("standstill.began", f"standstill:{made.pk}", actor=actor, at=at, data=data)
        people = User.objects.filter(role__in=TOLD, is_active=True)
        news.tell(people, "standstill.began", address=reverse("standstills"), at=at, facts=data)
    return True


def release(kind: str, *, actor: Acting, reason: str, at: datetime) -> None:
    """Lets it go on, for a reason that is recorded. Raises Invalid without one, Conflict where it
    does not stand still."""
    if not reason.strip():
        raise Invalid.field("reason", _("Give a reason."))
    with transaction.atomic():
        found = Standstill.objects.filter(kind=kind, ended_at=None).select_for_update().first()
        if found is None:
            raise Conflict(_("It goes on already; somebody else has released it."))
        found.ended_at, found.ended_by, found.reason = at, actor.name, reason.strip()[:300]
        found.save(update_fields=["ended_at", "ended_by", "reason"])
        data = {"kind": kind, "reason": found.reason}
        audit.record("standstill.ended", f"standstill:{found.pk}", actor=actor, at=at, data=data)


def current() -> Collection[Standstill]:
    """What stands still now, the oldest first."""
    return list(Standstill.objects.filter(ended_at=None).order_by("began_at", "pk"))


def may_escalate(at: datetime) -> bool:
    """Whether the ladder may climb at this instant: nothing stands still, and a pump has looked.

    A jump of the clock between its last look and now would not have been seen yet.
    """
    if Standstill.objects.filter(ended_at=None).exists():
        return False
    mark = PumpMark.objects.first()
    return mark is None or abs(at - mark.marked_at) <= APART


def may_leave(at: datetime) -> bool:
    """Whether anything may leave the building at this instant."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDS_BACK, {"at": at})
        return cursor.fetchone() is None


def sentence(facts: Mapping[str, Any]) -> str:
    """Why it stands still, in the active language."""
    said = {
        "jumped": _("The clock of the database jumped by %(length)s."),
        "behind": _("The clock of the database is %(length)s behind where it was."),
        "outage": _("The portal was away for %(length)s; answers may have been missed."),
        "moved": _("The database was restored, or moved to another place."),
        "seals": _("The database is older than the record that was shipped: it was restored."),
        "asked": _("Whoever runs the portal has stopped it: %(reason)s"),
    }[facts["code"]]
    length = span(timedelta(seconds=abs(facts["seconds"])))
    return said % {"length": length, "reason": facts["reason"]}


def _compare(at: datetime, *, is_first: bool) -> None:
    """What the last mark says of the time since, before this look takes its place."""
    with transaction.atomic(), connection.cursor() as cursor:
        locks.hold(LOCK)
        mark = PumpMark.objects.first()
        if mark is not None:
            cursor.execute(MOVED)
            if cursor.fetchone()[0]:
                begin(RESTORE, "moved", at=at)
            away = at - mark.marked_at
            if is_first and away < -LEEWAY:
                begin(CLOCK, "behind", away, at=at)
            elif away > OUTAGE:
                begin(CLOCK, "outage", away, at=at)
        if audit.is_behind_shipped():
            audit.pass_shipped()
            begin(RESTORE, "seals", at=at)
        cursor.execute(MARK, [at])


def _words(facts: Mapping[str, Any]) -> str:
    what = {
        CLOCK: _("Escalations stand still until a person has looked."),
        RESTORE: _("Nothing is being sent until a person has looked."),
    }[facts["kind"]]
    return f"{what} {sentence(facts)}"


news.register("standstill.began", _words)
