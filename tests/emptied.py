"""A database that a test has committed to is emptied for the next one.

Django's own flush truncates every table, and gives each a new file, though a test fills few of
them: half a second, where these deletions take a few hundredths.
"""

from django.db import connection
from django.test import TransactionTestCase

# What migrating fills, and no test changes.
KEPT = {"django_content_type", "auth_permission"}
# Deleted rows stay in their files for a while, and are read past. Larger files are given anew.
LARGE = 4_000_000  # bytes
LARGEST = "SELECT max(pg_relation_size(name::regclass)) FROM unnest(%s) name"
# As by TRUNCATE: whatever still writes is waited for, and no trigger refuses or keeps a version.
EMPTY = """
DO $$ BEGIN
    LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE;
    SET LOCAL session_replication_role = replica;
    {deletions}
END $$
"""
flush = TransactionTestCase._fixture_teardown


def instead_of_flush() -> None:
    """From here on, tests that commit leave an emptied database behind."""
    TransactionTestCase._fixture_teardown = _empty


def _empty(test: TransactionTestCase) -> None:
    every = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = [connection.ops.quote_name(name) for name in sorted({*every} - KEPT)]
    with connection.cursor() as cursor:
        cursor.execute(LARGEST, [names])
        if is_small := cursor.fetchone()[0] <= LARGE:
            deletions = "".join(f"DELETE FROM {name};" for name in names)
            cursor.execute(EMPTY.format(names=", ".join(names), deletions=deletions))
    if not is_small:
        flush(test)
