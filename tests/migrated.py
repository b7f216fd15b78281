"""A migrated database to copy test databases from, made once for each state of the migrations.

Migrating takes many times as long as a copy, and every worker of every run wants a database.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

HERE = Path(__file__).resolve().parent.parent
# Nobody else takes this lock: the key is the first bytes of a hash of its name.
LOCK = int.from_bytes(hashlib.sha256(b"portal.migrated").digest()[:7], "big")


def template() -> str:
    """The name of a database that is migrated as far as the sources are; made if it is not there.

    Two that want it at once wait for one another. A migration that fails leaves none behind.
    """
    name = f"migrated_{_state()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute("DROP DATABASE IF EXISTS being_migrated")
            cursor.execute("CREATE DATABASE being_migrated")
            with _connected_to(connection, "being_migrated"):
                call_command("migrate", verbosity=0)
            cursor.execute(f"ALTER DATABASE being_migrated RENAME TO {name}")
    return name


def _state() -> str:
    """A hash of every migration of ours, and of the versions of everybody else's."""
    sources = [*sorted(HERE.glob("*/migrations/*.py")), HERE / "requirements.txt"]
    state = hashlib.sha256()
    for source in sources:
        state.update(f"{source.name}\0".encode() + source.read_bytes())
    return state.hexdigest()[:16]


@contextmanager
def _connected_to(one: BaseDatabaseWrapper, name: str) -> Iterator[None]:
    usual = one.settings_dict["NAME"]
    one.close()
    one.settings_dict["NAME"] = name
    try:
        yield
    finally:
        one.close()
        one.settings_dict["NAME"] = usual
