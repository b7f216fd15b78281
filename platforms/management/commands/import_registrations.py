"""`manage.py import_registrations FILE`: the public register (PSE), every row as a claim."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils.translation import gettext as _

from moderation_portal import clock
from moderation_portal.roles import SYSTEM
from platforms import registrations
from platforms.models import RegistrationQuestion


class Command(BaseCommand):
    help = "Takes the rows of the public register in; running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a CSV file with the register's columns")

    def handle(self, *args, file: Path, **options):
        try:
            counts = registrations.take(registrations.read(file), actor=SYSTEM, at=clock.now())
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for problem in counts.refused:
            self.stderr.write(
                _("row %(row)s: %(sentence)s") % {"row": problem.row, "sentence": problem.sentence}
            )
        self.stdout.write(
            _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused.")
            % {
                "new": counts.new,
                "changed": counts.changed,
                "unchanged": counts.unchanged,
                "refused": len(counts.refused),
            }
        )
        self._tell_questions(counts.questions)

    def _tell_questions(self, new: int) -> None:
        self.stdout.write(_("%(new)s new questions. Open for a person:") % {"new": new})
        waiting = RegistrationQuestion.objects.filter(settled_at=None)
        for line in waiting.values("kind").annotate(n=Count("id")).order_by("kind"):
            label = RegistrationQuestion.Kind(line["kind"]).label
            self.stdout.write(f"  {line['n']:>6}  {label}")
