"""`manage.py bench_notices`: how fast letters are written and leave, as ratios within one run."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from cases.bench.figures import table
from cases.bench.posting import measure
from cases.chaos import staging
from cases.chaos.machines import Machines


class Command(BaseCommand):
    help = "Measure how fast letters are written and leave, beside bare SMTP and empty tasks"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", required=True, help="an empty one, for the servers")
        parser.add_argument("--letters", type=int, default=2_000, help="how many (2000)")

    def handle(self, *, folder: str, letters: int, **options: Any) -> None:
        stage = staging.stage(Path(folder))
        with Machines(stage.folder) as machines:
            laid_out = staging.prepare(stage, machines, self._progress)
            self._progress("letters")
            figures = measure(stage, machines, laid_out, letters)
            connections.close_all()
        self.stdout.write(table(figures))

    def _progress(self, how_far: str) -> None:
        self.stderr.write(how_far)
        self.stderr.flush()
