"""`manage.py chaos`: what becomes of letters while every program is ended again and again."""

import random
import secrets
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from cases.chaos import acts, sink, staging, storm
from cases.chaos.machines import Machines, programs
from cases.chaos.play import PATIENCE, SIZES, Play
from moderation_portal import clock


class Command(BaseCommand):
    help = "Ends servers, workers and pumps at random, and counts what was lost or doubled"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", required=True, help="an empty one, for the servers")
        size = parser.add_mutually_exclusive_group()
        size.add_argument("--short", dest="size", action="store_const", const="short")
        size.add_argument("--full", dest="size", action="store_const", const="full")
        parser.add_argument("--seed", type=int, help="which programs end when (else by chance)")

    def handle(self, *, folder: str, size: str | None, seed: int | None, **options: Any) -> None:
        self.began = time.monotonic()
        seed = secrets.randbelow(10**6) if seed is None else seed
        self.stdout.write(f"Seed {seed}")
        stage = staging.stage(Path(folder))
        with Machines(stage.folder) as machines:
            laid_out = staging.prepare(stage, machines, self._progress)
            began_at = clock.now()
            of_size = SIZES[size or "usual"]
            sink.put(stage.mail, storm.weather(of_size))
            self._progress("programs")
            machines.start(*programs(stage, pumps=of_size.pumps), ready_seconds=PATIENCE)
            chance = random.Random(seed)  # noqa: S311  shapes failures, guards nothing
            facts = (stage, machines, laid_out, of_size, chance)
            play = Play(*facts, self._progress, began_at)
            lines = list(acts.perform(play))
            self.stdout.write(acts.table(play, lines))
            connections.close_all()
        broken = [line.promise for line in lines if not line.is_kept]
        if broken:
            raise CommandError(f"Not kept: {'; '.join(broken)}.")

    def _progress(self, how_far: str) -> None:
        self.stderr.write(f"{time.monotonic() - self.began:6.0f} s  {how_far}")
        self.stderr.flush()
