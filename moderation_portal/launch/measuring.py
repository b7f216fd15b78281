"""`./portal bench`: measurements on servers of their own, as durable as a real installation's."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from moderation_portal.launch.environment import ensure_catalogues, ensure_environment
from moderation_portal.launch.places import Places
from moderation_portal.launch.servers import socket_addresses, throw_away_servers
from moderation_portal.launch.testing import run_in_foreground
from moderation_portal.launch.variables import try_variables


def bench(places: Places, words: Sequence[str]) -> int:
    """Runs `manage.py bench`, which makes a database of its own, with these arguments."""
    ensure_environment(places)
    ensure_catalogues(places)
    with (
        throw_away_servers(places, is_durable=True) as folder,
        tempfile.TemporaryDirectory(prefix="portal-bench-") as scratch,
    ):
        variables = try_variables(places, os.environ, Path(scratch))
        variables |= socket_addresses(folder, database="postgres").as_variables()
        command = [str(places.python), "manage.py", "bench", *words]
        return run_in_foreground(command, variables, places.checkout)
