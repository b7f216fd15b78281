from django.core.management.base import BaseCommand, CommandError

from reports import evidence
from reports.models import Evidence


class Command(BaseCommand):
    help = "Proves that every file that was handed in is there, and as it was (after a restore)."

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["verify"])

    def handle(self, *, action: str, **options):
        files = Evidence.objects.all()
        if found := evidence.damaged(files):
            told = ", ".join(map(str, found[:100]))
            raise CommandError(f"{len(found)} files are gone or were changed. Evidence: {told}")
        self.stdout.write(f"{files.count()} files: all as they were handed in")
