from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from moderation_portal import account_changes, clock
from moderation_portal.errors import PortalError


class Command(BaseCommand):
    help = (
        "Opens a steward's account while fewer than two can work. "
        "Every other account is asked for by a steward and approved by a second person."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *, email: str, name: str, **options):
        try:
            account_changes.open_first_steward(email.lower(), name, at=clock.now())
        except PortalError as refusal:
            raise CommandError(refusal.sentence) from refusal
        page = settings.BASE_URL + reverse("account_reset_password")
        self.stdout.write(f"The account is open. Its password is chosen at {page}")
