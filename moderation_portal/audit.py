"""The record: what happened, by whom, appended in the caller's transaction and sealed by batches.

A sealer takes every batch that no open transaction can still add to, and signs the root of its
Merkle tree (RFC 6962 §2.1). A seal is shipped off the host, so a later change of the record, or of
the seals, shows; and one event can be proved to an outsider without showing the others.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from . import locks
from .arrays import columns
from .merkle import merkle_path, merkle_root
from .models import Seal
from .roles import Acting

APPEND = """
INSERT INTO moderation_portal_event
    (at, kind, subject, thread, actor_id, actor_role, actor_name, is_sealed, data)
SELECT %s, * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bool[],
    %s::jsonb[]
)
"""

# The text of a row that is hashed: every column, independent of the session's settings.
ROW = """
json_build_array(id, extract(epoch FROM recorded_at)::text, tx::text, extract(epoch FROM at)::text,
    kind, subject, thread, actor_id, actor_role, actor_name, is_sealed, data)::text
"""

BATCH = f"""
SELECT id, sha256('\\x00'::bytea || convert_to({ROW}, 'UTF8')) FROM moderation_portal_event
WHERE tx >= %s::text::xid8 AND tx < %s::text::xid8 AND id >= %s AND id < %s ORDER BY id
"""  # noqa: S608  built of constants

# A server into which a dump was read counts its transactions anew. What is behind everything that
# was sealed, and yet of a transaction from before the last seal, was written by such a one.
WRITTEN_ANEW = """
SELECT min(id) FROM moderation_portal_event WHERE id > %s AND tx < %s::text::xid8
"""
# Up to where what the server before wrote, and did not seal any more, goes.
REST = """
SELECT max(tx::text::bigint) + 1 FROM moderation_portal_event
WHERE tx >= %s::text::xid8 AND id >= %s AND id < %s
"""
ENDLESS = 2**63 - 1

ONE = f"SELECT {ROW}, tx::text::bigint FROM moderation_portal_event WHERE id = %s"  # noqa: S608

SEALER_LOCK = 7_261_001
# A seal that was begun and not kept leaves a gap in their numbers; so many may follow each other.
GAPS = 20

# Made once: `json.dumps` with a `default` makes an encoder for every call.
as_json = json.JSONEncoder(default=str).encode

# The oldest transaction that may still write here, ours included, or the next one if none runs.
# A server's other databases have long transactions of their own, which must not hold up ours. One
# without a lock has just begun, or has ended meanwhile: then the next statement sees what it wrote.
HORIZON = """
WITH here AS MATERIALIZED (
    SELECT running FROM pg_snapshot_xip(pg_current_snapshot()) AS running WHERE NOT EXISTS (
        SELECT FROM pg_locks JOIN pg_stat_activity AS backend USING (pid)
        WHERE locktype = 'transactionid' AND transactionid = running::xid
          AND mode = 'ExclusiveLock' AND granted
          AND backend.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
    )
)
SELECT least(pg_current_xact_id_if_assigned()::text::bigint, coalesce(
    (SELECT min(running::text::bigint) FROM here WHERE pg_xact_status(running) = 'in progress'),
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint
))
"""


@dataclass(frozen=True)
class Line:
    """One event to append. `subject` is what it happened to, `thread` whose timeline shows it."""

    kind: str
    subject: str
    actor: Acting
    thread: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    is_sealed: bool = False


@dataclass(frozen=True)
class Stretch:
    """The transactions from `start` up to `end`, as that server counted them which wrote the events
    from `since` up to `before`."""

    start: int
    end: int
    since: int
    before: int


@dataclass(frozen=True)
class Verdict:
    """What `verify` found; `first_bad` names the first row or seal that is not as it was sealed,
    `servers` is how many wrote the record one after the other."""

    events: int
    seals: int
    first_bad: str = ""
    servers: int = 1

    @property
    def ok(self) -> bool:
        return not self.first_bad


def record(
    kind: str,
    subject: str,
    *,
    actor: Acting,
    at: datetime,
    thread: str = "",
    data: Mapping[str, object] | None = None,
    is_sealed: bool = False,
) -> None:
    """Appends one event. Names are past tense and dotted: `case.upheld`."""
    record_many([Line(kind, subject, actor, thread, data or {}, is_sealed)], at=at)


def record_many(lines: Iterable[Line], *, at: datetime) -> None:
    """Appends any number of events in one statement, in the caller's transaction."""
    rows = [
        (
            line.kind,
            line.subject,
            line.thread or line.subject,
            line.actor.pk,
            line.actor.role,
            line.actor.name,
            line.is_sealed,
            as_json(line.data),
        )
        for line in lines
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(APPEND, [at, *columns(rows)])


def seal(at: datetime) -> Seal | None:
    """Seals what is closed since the last seal; None if there is nothing to seal. Ships every seal
    that is not shipped yet.
    """
    made = _seal_closed(at)
    _ship_unshipped()
    return made


def _seal_closed(at: datetime) -> Seal | None:
    """Closed means: written by a transaction below the snapshot's horizon. Taking rows by their id
    instead loses those of transactions that commit late.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        locks.hold(SEALER_LOCK)
        previous = Seal.objects.last()
        here = _next_stretch(cursor, previous)
        ids, leaves = _batch(cursor, here)
        if not ids:
            return None
        made = Seal(
            from_tx=here.start,
            to_tx=here.end,
            since=here.since,
            first_event=ids[0],
            last_event=ids[-1],
            size=len(ids),
            leaves=b"".join(leaves),
            root=merkle_root(leaves).hex(),
            previous_root=previous.root if previous else "",
            sealed_at=at,
        )
        made.signature = base64.b64encode(_signing_key().sign(_claim(made))).decode()
        made.save()
    return made


def _next_stretch(cursor, previous: Seal | None) -> Stretch:
    """What is to be sealed next. Where another server has written since the last seal: first the
    rest of what the one before wrote, then its own."""
    start, since = (previous.to_tx, previous.since) if previous else (0, 0)
    cursor.execute(HORIZON)
    horizon = cursor.fetchone()[0]
    anew = _written_anew(cursor, previous)
    if anew is None:
        return Stretch(start, horizon, since, ENDLESS)
    cursor.execute(REST, [str(start), since, anew])
    rest = cursor.fetchone()[0]
    return Stretch(0, horizon, anew, ENDLESS) if rest is None else Stretch(start, rest, since, anew)


def _written_anew(cursor, previous: Seal | None) -> int | None:
    """The first event of another server since the last seal; None where there is none."""
    if previous is None:
        return None
    sealed = Seal.objects.aggregate(last=Max("last_event"))["last"]
    cursor.execute(WRITTEN_ANEW, [sealed, str(previous.to_tx)])
    first: int | None = cursor.fetchone()[0]
    return first


def _beginnings() -> list[int]:
    """The event with which each server began to write, in order."""
    with connection.cursor() as cursor:
        anew = _written_anew(cursor, Seal.objects.last())
    known = set(Seal.objects.order_by().values_list("since", flat=True).distinct())
    return sorted(known | {0} | ({anew} if anew else set()))


def _stretch_of(made: Seal, beginnings: Iterable[int]) -> Stretch:
    before = min((first for first in beginnings if first > made.since), default=ENDLESS)
    return Stretch(made.from_tx, made.to_tx, made.since, before)


def verify() -> Verdict:
    """Recomputes every seal from the rows and names the first that differs, if any."""
    events = seals = 0
    previous, beginnings = "", _beginnings()
    servers = len(beginnings)
    for made in Seal.objects.order_by("id").iterator(chunk_size=20):
        problem = _problem_of(made, previous, _stretch_of(made, beginnings))
        if problem:
            return Verdict(events, seals, problem, servers)
        previous, events, seals = made.root, events + made.size, seals + 1
    return Verdict(events, seals, _missing_seal(seals), servers)


def proof(event_id: int) -> dict[str, object]:
    """What an outsider needs to check one event alone: its text, its path to the root, the seal.

    Raises `Seal.DoesNotExist` while the event's batch is not sealed.
    """
    beginnings = _beginnings()
    since = max(first for first in beginnings if first <= event_id)
    with connection.cursor() as cursor:
        cursor.execute(ONE, [event_id])
        text, tx = cursor.fetchone() or ("", -1)
        made = Seal.objects.get(since=since, from_tx__lte=tx, to_tx__gt=tx)
        ids, leaves = _batch(cursor, _stretch_of(made, beginnings))
    return {
        "event": text,
        "path": [[side, node.hex()] for side, node in merkle_path(leaves, ids.index(event_id))],
        "root": made.root,
        "seal": _claim(made).decode(),
        "signature": made.signature,
        "public_key": _signing_key().public_key().public_bytes_raw().hex(),
    }


def _batch(cursor, here: Stretch) -> tuple[list[int], list[bytes]]:
    cursor.execute(BATCH, [str(here.start), str(here.end), here.since, here.before])
    rows = cursor.fetchall()
    return [row[0] for row in rows], [bytes(row[1]) for row in rows]


def _problem_of(made: Seal, previous: str, stretch: Stretch) -> str:
    with connection.cursor() as cursor:
        ids, found = _batch(cursor, stretch)
    raw = bytes(made.leaves)
    sealed = [raw[i : i + 32] for i in range(0, len(raw), 32)]
    for place, (leaf, here) in enumerate(zip(sealed, found, strict=False)):
        if leaf != here:
            return f"event {ids[place]} (seal {made.pk})"
    if len(found) != len(sealed):
        last = ids[-1] if ids else made.first_event
        return f"event after {last}: {len(sealed)} sealed, {len(found)} found (seal {made.pk})"
    if merkle_root(found).hex() != made.root or made.previous_root != previous:
        return f"seal {made.pk}: its root does not fit"
    try:
        _signing_key().public_key().verify(base64.b64decode(made.signature), _claim(made))
    except (InvalidSignature, ValueError):
        return f"seal {made.pk}: its signature does not fit"
    shipped = _shipped_file(made.pk)
    if shipped.exists() and json.loads(shipped.read_text())["root"] != made.root:
        return f"seal {made.pk}: differs from the copy shipped off the host"
    return ""


def _missing_seal(found: int) -> str:
    """A seal deleted with its rows still stands in the shipped copies."""
    folder = Path(settings.SEAL_SHIP_DIR)
    shipped = len(list(folder.glob("seal-*.json"))) if folder.exists() else 0
    return f"{shipped - found} seals that were shipped are gone" if shipped > found else ""


def is_behind_shipped() -> bool:
    """Whether seals were shipped that this database has not made: it stands as it was before.

    Where the copies cannot be reached nothing is known; that none is shipped shows by itself.
    """
    last = Seal.objects.order_by("-id").values_list("id", flat=True).first() or 0
    try:
        return any(_shipped_file(last + n).exists() for n in range(1, GAPS + 1))
    except OSError:
        return False


def pass_shipped() -> None:
    """Lets the next seals be numbered behind all that were shipped, whose copies stay as they are;
    `verify` goes on to say which seals are gone."""
    shipped = Path(settings.SEAL_SHIP_DIR).glob("seal-*.json")
    last = max((int(file.stem.removeprefix("seal-")) for file in shipped), default=0)
    if last:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('moderation_portal_seal_id_seq', %s)", [last])


def _claim(made: Seal) -> bytes:
    parts: dict[str, object] = {
        "from_tx": made.from_tx,
        "to_tx": made.to_tx,
        "size": made.size,
        "root": made.root,
        "previous_root": made.previous_root,
        "sealed_at": made.sealed_at.astimezone(UTC).isoformat(),
    }
    if made.since:
        parts["since"] = made.since
    return json.dumps(parts, sort_keys=True).encode()


def _ship_unshipped() -> None:
    """Ships after the commit, and whatever an earlier failure left unshipped.

    The oldest goes first: where shipping fails, all that is missing is newer than what is there,
    and the next seal finds it.
    """
    unshipped: list[Seal] = []
    for made in Seal.objects.order_by("-id").iterator(chunk_size=20):
        if _shipped_file(made.pk).exists():
            break
        unshipped.append(made)
    for made in reversed(unshipped):
        _ship(made)


def _ship(made: Seal) -> None:
    target = _shipped_file(made.pk)
    target.parent.mkdir(parents=True, exist_ok=True)
    copy = json.loads(_claim(made)) | {
        "signature": made.signature,
        "leaves": base64.b64encode(bytes(made.leaves)).decode(),
    }
    partial = target.with_suffix(".part")
    partial.write_text(json.dumps(copy))
    partial.replace(target)


def _shipped_file(pk: int) -> Path:
    return Path(settings.SEAL_SHIP_DIR) / f"seal-{pk:08d}.json"


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(settings.SEAL_KEY))
