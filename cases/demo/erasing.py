"""Back to an empty installation, so that the story can be told anew."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection


def erase() -> None:
    """Removes everything the demo has: its rows, its files and its shipped seals.

    The record takes no deletion (its triggers refuse), so the schema itself goes and is made anew.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    for folder in (Path(settings.MEDIA_ROOT), Path(settings.SEAL_SHIP_DIR)):
        for entry in folder.glob("*"):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    call_command("migrate", verbosity=0, interactive=False)
