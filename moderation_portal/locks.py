"""Locks that belong to no row: whoever counts on from what is there takes one, and others wait."""

from django.db import connection


def hold(lock: int) -> None:
    """Takes this lock until the transaction ends; whoever asks for it meanwhile waits.

    Each matter has a number of its own, named beside the verb that takes it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
