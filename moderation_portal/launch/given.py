"""Servers that the caller names must answer before anything is built on them."""

from collections.abc import Mapping

from moderation_portal.launch.places import Places
from moderation_portal.launch.telling import Stop, run_quietly, step

DATABASE_PROBE = """
import django, sys
django.setup()
from django.db import connection
try:
    connection.ensure_connection()
except Exception as failure:
    sys.exit(str(failure).strip())
"""
REDIS_PROBE = """
import django, sys
django.setup()
from django.conf import settings
from redis import Redis
try:
    Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5).ping()
except Exception as failure:
    sys.exit(str(failure).strip())
"""
PROBES = {
    "DATABASE_URL": ("PostgreSQL", DATABASE_PROBE),
    "REDIS_URL": ("Redis", REDIS_PROBE),
}


def require_answers(places: Places, given: Mapping[str, str], variables: Mapping[str, str]) -> None:
    """Raises Stop, naming the variable, when a server of the caller does not answer or is too old.

    `variables` are those that the settings will read.
    """
    for variable, (server, probe) in PROBES.items():
        if not given.get(variable):
            continue
        with step(f"Asking the {server} server that {variable} names"):
            try:
                run_quietly([places.python, "-c", probe], env=variables, cwd=places.checkout)
            except Stop as failure:
                raise Stop(f"The server that {variable} names cannot be used.\n{failure}") from None
