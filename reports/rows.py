"""The rows of a batch of tellings, each table written by one statement however many there are."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from moderation_portal import series, vault
from moderation_portal.arrays import array, columns

from .models import Finding, Handling, Reporter, ReporterIdentity
from .tellings import FindingFacts, ReporterFacts

AccountKey = tuple[int, str, str]  # platform id, kind, canonical

OWN_REPORTERS = """
INSERT INTO reports_reporter (kind, user_id, area, language, created_at)
SELECT kind, user_id, area, language, %s
FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[])
    AS given (kind, user_id, area, language) ORDER BY user_id
ON CONFLICT (user_id, kind) WHERE user_id IS NOT NULL DO NOTHING
"""

# In the order of the unique index, so that two batches never wait for each other in a ring.
ACCOUNTS = """
INSERT INTO reports_reportedaccount
    (platform_id, kind, canonical, display, url, visibility, first_seen_at)
SELECT *, %s FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS given (platform_id, kind, canonical, display, url, visibility)
ORDER BY canonical, platform_id, kind
ON CONFLICT (platform_id, kind, canonical) DO NOTHING
RETURNING platform_id, kind, canonical, id
"""

KNOWN_ACCOUNTS = """
SELECT account.platform_id, account.kind, account.canonical, account.id
FROM reports_reportedaccount account
JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS given (platform_id, kind, canonical)
    USING (platform_id, kind, canonical)
"""

# Tellers whose tellings could be one and the same wait for each other here, so that none is heard
# twice; few lanes, because the server has room for few locks.
LOCK, LANES = 7_261_002, 64
HOLD = "SELECT pg_advisory_xact_lock(%s, lane) FROM unnest(%s::int[]) AS given (lane)"

REPORTS = """
COPY reports_report (id, telling_hash, reporter_id, formal_request_id, channel, category,
    handling, reason, requested_remedy, area, place, is_good_faith, seen_at, language,
    receipt_hash, item_count, needs_verifier, received_at)
FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (reason, requested_remedy, area, place))
"""

HEARD_BEFORE = """
SELECT telling_hash, id, received_at FROM reports_report WHERE telling_hash = ANY(%s::text[])
"""

ITEM_COLUMNS = """report_id, position, raw, account_id, state, visibility, gaps,
    unit, rule, progress, declined_because"""
AS_CSV = (
    "FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (raw, visibility, unit, rule, declined_because))"
)
ITEMS = f"COPY reports_reportitem ({ITEM_COLUMNS}) {AS_CSV}"
SEALED_ITEMS = f"COPY reports_reportitem (id, {ITEM_COLUMNS}) {AS_CSV}"


SETTLE_ITEMS = """
UPDATE reports_reportitem item SET state = given.state
FROM unnest(%s::bigint[], %s::text[]) AS given (id, state) WHERE item.id = given.id
"""


def reporters(facts: Iterable[ReporterFacts], *, at: datetime) -> dict[ReporterFacts, int]:
    """The reporter row of each: one per signed-in person and kind, a new one for everybody else."""
    wanted = list(dict.fromkeys(facts))
    own = [who for who in wanted if who.user is not None]
    others = [who for who in wanted if who.user is None]
    return _own_reporters(own, at) | _other_reporters(others, at)


def accounts(
    found: dict[AccountKey, tuple[str, str, str]], *, at: datetime
) -> dict[AccountKey, int]:
    """The account row of each key, made when it is new; `found` gives display, url, visibility."""
    if not found:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS, [at, *columns((*key, *rest) for key, rest in found.items())])
        ids: dict[AccountKey, int] = {(p, k, c): i for p, k, c, i in cursor.fetchall()}
        known = [key for key in found if key not in ids]
        if known:
            cursor.execute(KNOWN_ACCOUNTS, columns(known))
            ids |= {(p, k, c): i for p, k, c, i in cursor.fetchall()}
    return ids


def heard_before(hashes: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    """Of these telling hashes, those that are there: report id and when it was received."""
    with connection.cursor() as cursor:
        cursor.execute(HEARD_BEFORE, [array(hashes)])
        return {digest: (i, received_at) for digest, i, received_at in cursor.fetchall()}


def hold(tellers: Iterable[str]) -> None:
    """Until the transaction ends, nobody else hands in a telling of these tellers."""
    lanes = sorted({zlib.crc32(teller.encode()) % LANES for teller in tellers})
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [LOCK, array(lanes)])


def reports(rows: Sequence[tuple[Any, ...]]) -> list[int]:
    """Inserts reports, tuples in the order of `REPORTS` without the id; gives their ids."""
    sealed = [row[5] == Handling.SEALED for row in rows]
    ids = {
        is_sealed: iter(series.take("reports_report", sealed.count(is_sealed), is_sealed=is_sealed))
        for is_sealed in (False, True)
    }
    given = [next(ids[is_sealed]) for is_sealed in sealed]
    with connection.cursor() as cursor:
        cursor.copy_expert(REPORTS, _as_csv((i, *row) for i, row in zip(given, rows, strict=True)))
    return given


def items(rows: Iterable[tuple[Any, ...]]) -> None:
    """Inserts report items, tuples in the order of `ITEMS`; those of sealed reports in their own
    series."""
    plain: list[tuple[Any, ...]] = []
    sealed: list[tuple[Any, ...]] = []
    for row in rows:
        (sealed if row[0] > series.SEALED_FROM else plain).append(row)
    ids = series.take("reports_reportitem", len(sealed), is_sealed=True)
    with connection.cursor() as cursor:
        if plain:
            cursor.copy_expert(ITEMS, _as_csv(plain))
        if sealed:
            numbered = ((i, *row) for i, row in zip(ids, sealed, strict=True))
            cursor.copy_expert(SEALED_ITEMS, _as_csv(numbered))


def settle_items(settled: Sequence[tuple[int, str]]) -> None:
    """Writes what became of items that were received: their ids, locked by the caller, and states.

    Whoever opens cases tells it here: the state of an item is written in this room alone.
    """
    if settled:
        with connection.cursor() as cursor:
            cursor.execute(SETTLE_ITEMS, columns(settled))


def findings(found: dict[int, FindingFacts]) -> None:
    """Inserts what the machines said, by report id."""
    Finding.objects.bulk_create(
        [
            Finding(
                report_id=report_id,
                tool=facts.tool,
                tool_version=facts.tool_version,
                rule=facts.rule,
                rule_version=facts.rule_version,
                query=facts.query,
                score=facts.score,
                fetched_at=facts.fetched_at,
                public_access_proof=facts.public_access_proof,
                content_hash=facts.content_hash,
                capture=facts.capture,
            )
            for report_id, facts in found.items()
        ]
    )


def _own_reporters(own: list[ReporterFacts], at: datetime) -> dict[ReporterFacts, int]:
    if not own:
        return {}
    told = ((w.kind, w.user.pk, w.area, w.language) for w in own if w.user)
    with connection.cursor() as cursor:
        cursor.execute(OWN_REPORTERS, [at, *columns(told)])
    ids = {
        (user_id, kind): pk
        for pk, user_id, kind in Reporter.objects.filter(
            user__in=[who.user for who in own]
        ).values_list("pk", "user_id", "kind")
    }
    return {who: ids[who.user.pk, who.kind] for who in own if who.user}


def _other_reporters(others: list[ReporterFacts], at: datetime) -> dict[ReporterFacts, int]:
    made = Reporter.objects.bulk_create(
        [
            Reporter(kind=who.kind, area=who.area, language=who.language, created_at=at)
            for who in others
        ]
    )
    ReporterIdentity.objects.bulk_create(
        [
            ReporterIdentity(
                reporter=reporter,
                name=vault.encrypt(who.name),
                email=vault.encrypt(who.email),
                phone=vault.encrypt(who.phone),
            )
            for who, reporter in zip(others, made, strict=True)
            if who.name or who.email or who.phone
        ]
    )
    return {who: reporter.pk for who, reporter in zip(others, made, strict=True)}


def as_json(value: object) -> str:
    """A value as text for a jsonb array."""
    return json.dumps(value) if value else "[]"


def _as_csv(rows: Iterable[tuple[Any, ...]]) -> io.StringIO:
    """Rows as COPY reads them: None becomes nothing, which is NULL where no text is forced."""
    held = io.StringIO(newline="")
    csv.writer(held, lineterminator="\n").writerows(rows)
    held.seek(0)
    return held
