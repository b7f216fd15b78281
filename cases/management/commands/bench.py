"""`manage.py bench`: how fast this machine is with this portal, as ratios within one run."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cases.bench.figures import table
from cases.bench.measuring import measure
from moderation_portal import clock
from platforms import directory
from reports.models import Report


class Command(BaseCommand):
    help = "Measure intake, pages and sweeps on a throw-away database beside COPY and a bare page"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=100_000, help="how many (100000)")
        parser.add_argument("--runs", type=int, default=40, help="how often each page is opened")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same reports")
        parser.add_argument(
            "--here", action="store_true", help="fill the database at hand, which must be empty"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        with scratch_folder():
            if given["here"]:
                self._measure(given)
                return
            with throw_away_database():
                self._measure(given)

    def _measure(self, given: dict[str, Any]) -> None:
        if Report.objects.exists():
            raise CommandError("This database holds reports. Measure on an empty one.")
        directory.seed(clock.now())
        figures = measure(
            given["cases"], runs=given["runs"], seed=given["seed"], tell=self._progress
        )
        self._progress("")
        self.stdout.write(table(figures))

    def _progress(self, how_far: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\033[K{how_far}", ending="")
            self.stderr.flush()


@contextmanager
def scratch_folder() -> Iterator[None]:
    """Letters are written into a folder that goes away."""
    kept = settings.MEDIA_ROOT
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        settings.MEDIA_ROOT = folder
        try:
            yield
        finally:
            settings.MEDIA_ROOT = kept


@contextmanager
def throw_away_database() -> Iterator[None]:
    """A database of its own on the same server, migrated, and dropped in the end."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"portal_bench_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
