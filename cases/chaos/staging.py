"""What every play begins with: servers, an empty database that is migrated, a desk laid out."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from moderation_portal import clock

from . import scene
from .machines import Machines, Stage, mail_server, servers

DATABASE = "play"


def stage(folder: Path) -> Stage:
    """A stage in this folder, with the variables of this very process but for the database."""
    there = settings.DATABASES["default"]["NAME"]
    address = os.environ["DATABASE_URL"].removesuffix(f"/{there}") + f"/{DATABASE}"
    return Stage(folder, dict(os.environ) | {"DATABASE_URL": address})


def prepare(here: Stage, machines: Machines, tell: Callable[[str], None]) -> scene.Scene:
    """Starts the servers, makes the database, and lays out the desk; no worker runs yet."""
    tell("servers")
    machines.start(*servers(here))
    tell("database")
    connection.settings_dict["TEST"]["NAME"] = DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    machines.start(mail_server(here))
    tell("desk")
    return scene.lay_out(clock.now())
