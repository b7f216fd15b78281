"""Runs calls in threads of their own, each on its own connection, so that they truly meet."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from cases.models import Case

TRIES = 20_000

# `pg_stat_activity` stands still within a transaction; the locks themselves do not. A row lock is
# waited for as a transaction, which belongs to no database: its waiter is found by its process.
WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (
    SELECT pid FROM pg_locks
    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The answers of calls that all start at the same barrier; the first exception is raised."""
    answers: list[Any] = [None] * len(calls)
    errors: list[Exception] = []
    barrier = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            answers[place] = call()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return answers


def behind_a_lock(case: Case, *calls: Callable[[], Any]) -> list[Any]:
    """The same, with all of them queued behind a lock on this case before any may go on."""

    def hold() -> None:
        try:
            with transaction.atomic():
                Case.objects.select_for_update().get(pk=case.pk)
                held.set()
                wait_for_waiters(len(calls))
        finally:
            held.set()

    def after(call: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: held.wait() and call()

    held = threading.Event()
    return at_once(hold, *map(after, calls))[1:]


def wait_for_waiters(number: int) -> None:
    """Returns once so many connections of this database wait for a lock."""
    for _try in range(TRIES):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= number:
                return
    raise AssertionError(f"{number} connections were to wait for a lock, and did not")
