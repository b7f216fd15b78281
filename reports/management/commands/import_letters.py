"""Letters and e-mails from a folder become draft formal requests, never live ones."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from moderation_portal import clock
from moderation_portal.models import User
from moderation_portal.roles import SYSTEM, Acting
from reports import letter_drafts


class Command(BaseCommand):
    help = "Reads every .eml, .pdf, .txt and .html of a folder into drafts; twice adds nothing."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--as", dest="email", help="e-mail of the user in whose name")

    def handle(self, *, folder: Path, email: str | None, **options):
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        actor: Acting | None = SYSTEM
        if email:
            actor = User.objects.filter(email=email.lower()).first()
            if actor is None:
                raise CommandError(f"There is no user {email}.")
        made = known = 0
        files = letter_drafts.files_in(folder)
        for path in files:
            taken = letter_drafts.take(path.read_bytes(), path.name, actor=actor, at=clock.now())
            made, known = made + len(taken.made), known + taken.known
            if options["verbosity"] > 1:
                self.stdout.write(f"{path.name}: {len(taken.made)} drafts, {taken.known} known")
        self.stdout.write(f"{len(files)} files: {made} drafts made, {known} letters known before.")
