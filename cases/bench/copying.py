"""The same rows by COPY, into empty tables of the same shape."""

import io
from collections.abc import Iterable
from functools import cache
from time import perf_counter

from django.db import connection

from moderation_portal.arrays import array
from moderation_portal.series import SEALED_FROM, scatter

# What taking in and opening write to.
TABLES = (
    "reports_reporter",
    "reports_reporteridentity",
    "reports_reportedaccount",
    "reports_report",
    "reports_reportitem",
    "cases_case",
    "cases_target",
    "cases_joining",
    "moderation_portal_event",
    "moderation_portal_outboxmessage",
)
# Those whose sealed rows have ids of their own, which follow no order.
SEALED = ("reports_report", "reports_reportitem", "cases_case", "cases_target")
PLACES = "SELECT CASE WHEN is_called THEN last_value ELSE %s END FROM {}_sealed_seq"
FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""


# What PostgreSQL computes itself is not copied.
STORED = """
SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


class Twins:
    """Empty tables with the same columns, defaults and indexes, filled by COPY alone.

    With `has_keys` they have the same foreign keys as well.
    """

    def __init__(self, schema: str, *, has_keys: bool) -> None:
        self.schema, self.seconds = schema, 0.0
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
            for table in TABLES:
                cursor.execute(f"CREATE TABLE {schema}.{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(FOREIGN_KEYS, [list(TABLES)])
            for table, name, rule in cursor.fetchall() if has_keys else ():
                cursor.execute(f"ALTER TABLE {schema}.{table} ADD CONSTRAINT {name} {rule}")

    def take(self, rows: Iterable[tuple[str, str]]) -> None:
        """Copies rows (table, its rows as COPY writes them) and adds up how long that takes."""
        for table, text in rows:
            began = perf_counter()
            into = f"COPY {self.schema}.{table} ({_stored(table)}) FROM STDIN"
            with connection.cursor() as cursor:
                cursor.copy_expert(into, io.StringIO(text))
            self.seconds += perf_counter() - began

    def drop(self) -> None:
        """Removes the tables."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {self.schema} CASCADE")


class Newest:
    """What has come into the tables since it was last asked."""

    def __init__(self) -> None:
        self.rows = 0
        self.last = dict.fromkeys(TABLES, 0)
        self.places = dict.fromkeys(SEALED, 0)
        self.read()
        self.rows = 0

    def read(self) -> list[tuple[str, str]]:
        """The new rows of each table, as COPY writes them; counted in `rows`."""
        ordinary = [(table, self._ordinary(table)) for table in TABLES]
        return ordinary + [(table, self._sealed(table)) for table in SEALED]

    def _ordinary(self, table: str) -> str:
        last = self.last[table]
        new = f"FROM {table} WHERE id > {last} AND id < {SEALED_FROM}"
        found = self._rows(table, new)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(max(id), {last}) {new}")
            self.last[table] = cursor.fetchone()[0]
        return found

    def _sealed(self, table: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(PLACES.format(table), [SEALED_FROM])
            last = cursor.fetchone()[0] - SEALED_FROM
        ids = [SEALED_FROM + at for at in scatter(table, range(self.places[table] + 1, last + 1))]
        self.places[table] = last
        return self._rows(table, f"FROM {table} WHERE id = ANY('{array(ids)}')")

    def _rows(self, table: str, new: str) -> str:
        held = io.StringIO()
        rows = f"SELECT {_stored(table)} {new} ORDER BY id"
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({rows}) TO STDOUT", held)
            self.rows += cursor.rowcount
        return held.getvalue()


@cache
def _stored(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(STORED, [table])
        return str(cursor.fetchone()[0])
