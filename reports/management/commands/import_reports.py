"""Reports from a file: a table with a heading, a list with one address a line, or JSON lines."""

import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from moderation_portal import clock, jobs
from moderation_portal.errors import Invalid, PortalError
from moderation_portal.models import Job, User
from moderation_portal.policy import pack
from moderation_portal.roles import SYSTEM, Acting
from reports import csv_import
from reports.spreadsheets import csv_lines

PIECE = 1024 * 1024
BAR = 30
CATEGORY = ("category", "categories")  # how a refusal says that it is about this


class Command(BaseCommand):
    help = "Imports reports. Interrupted, it goes on where it stopped: --job NUMBER."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, only")
        parser.add_argument(
            "--format", choices=["auto", "csv", "lines", "jsonl"], default="auto", dest="form"
        )
        parser.add_argument("--category", default="", help="where a row names none")
        parser.add_argument("--reason", default="", help="where a row gives none")
        parser.add_argument("--as", dest="email", help="e-mail of the user in whose name")
        parser.add_argument("--job", type=int, help="go on with an import that was interrupted")
        parser.add_argument("--errors", type=Path, help="write rows with a problem to this CSV")

    def handle(self, *, file: Path | None, job: int | None, errors: Path | None, **options):
        try:
            found = self._job(file, job, options)
            self._run(found.pk)
        except PortalError as error:
            raise CommandError(error.sentence) from error
        found.refresh_from_db()
        self._tell(found, errors)

    def _job(self, file: Path | None, number: int | None, options: dict) -> Job:
        if number is not None:
            job = Job.objects.filter(pk=number, kind=csv_import.KIND).first()
            if job is None:
                raise CommandError(f"There is no import {number}.")
            return job
        if file is None or not file.is_file():
            raise CommandError(f"There is no file {file}." if file else "Name a file.")
        actor: Acting = SYSTEM
        if options["email"]:
            user = User.objects.filter(email=options["email"].lower()).first()
            if user is None:
                raise CommandError(f"There is no user {options['email']}.")
            actor = user
        return self._start(file, actor, options)

    def _start(self, file: Path, actor: Acting, options: dict) -> Job:
        place, at = csv_import.keep(pieces(file)), clock.now()
        try:
            return csv_import.start(
                place,
                file.name,
                actor=actor,
                at=at,
                category=options["category"],
                reason=options["reason"],
                form=options["form"],
                is_dry_run=options["dry_run"],
                is_driven=True,
            )
        except Invalid as error:
            place.unlink(missing_ok=True)
            if error.detail.get("field", error.detail.get("section")) not in CATEGORY:
                raise
            known = ", ".join(one.code for one in pack().categories(at))
            said = _("Give --category with one of: %(known)s.") % {"known": known}
            raise CommandError(f"{error.sentence} {said}") from error

    def _run(self, number: int) -> None:
        self.stderr.write(f"Import {number}. If it is interrupted: import_reports --job {number}")
        while True:
            job = jobs.step_once(number, at=clock.now())
            self._draw(job)
            if job.state == Job.State.STOPPED:
                raise CommandError(job.last_error)
            if job.state == Job.State.FINISHED:
                return

    def _draw(self, job: Job) -> None:
        done = job.done + job.skipped + job.refused
        share = done / job.total if job.total else 1
        bar = "#" * int(share * BAR)
        end = "\n" if job.state == Job.State.FINISHED else ""
        if sys.stderr.isatty() or end:
            self.stderr.write(f"\r[{bar:<{BAR}}] {done:,} of {job.total or done:,}", ending=end)

    def _tell(self, job: Job, errors: Path | None) -> None:
        would = "would be " if job.is_dry_run else ""
        self.stdout.write(
            f"{job.done:,} rows {would}taken in, {job.skipped:,} skipped, {job.refused:,} refused."
        )
        for state, count in sorted(job.params["states"].items()):
            self.stdout.write(f"  {count:>10,} accounts {would}{state}")
        if errors is not None:
            with errors.open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_lines(csv_import.problem_rows(job)))
            self.stdout.write(f"Rows with a problem: {errors}")


def pieces(file: Path) -> Iterator[bytes]:
    """A file's content, a piece at a time."""
    with file.open("rb") as given:
        while piece := given.read(PIECE):
            yield piece
