"""The same rows by COPY, into tables of the same shape and with the same indexes."""

import io
from time import perf_counter

from django.db import connection

# What taking in and opening write, each with the column by which new rows are told from old.
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
SCHEMA = "bench_copy"


class Twins:
    """Empty twins of the tables above, and how much of each they have been given."""

    def __init__(self) -> None:
        self.rows = 0
        self.seconds = 0.0
        self.newest = dict.fromkeys(TABLES, 0)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            for table in TABLES:
                cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE {table} INCLUDING ALL)")
                cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
                self.newest[table] = cursor.fetchone()[0]

    def follow(self) -> None:
        """Gives the twins every row that is new in the originals; only COPY is timed."""
        for table in TABLES:
            held = self._read(table)
            began = perf_counter()
            with connection.cursor() as cursor:
                cursor.copy_expert(f"COPY {SCHEMA}.{table} FROM STDIN", held)
                self.rows += cursor.rowcount
            self.seconds += perf_counter() - began

    def drop(self) -> None:
        """Removes the twins."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")

    def _read(self, table: str) -> io.StringIO:
        held = io.StringIO()
        new = f"SELECT * FROM {table} WHERE id > {self.newest[table]} ORDER BY id"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({new}) TO STDOUT", held)
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
            self.newest[table] = cursor.fetchone()[0]
        held.seek(0)
        return held
