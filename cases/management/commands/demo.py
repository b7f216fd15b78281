from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cases.demo import cast, story
from cases.models import Case
from moderation_portal import clock
from moderation_portal.models import User
from moderation_portal.templatetags.portal import instant


class Command(BaseCommand):
    help = "Lays out the demo's data once, tells its story aloud, or prints its sign-ins."

    def add_arguments(self, parser):
        parser.add_argument("--sign-ins", action="store_true", help="print one sign-in per role")
        parser.add_argument("--aloud", action="store_true", help="say each step of the story")

    def handle(self, *, sign_ins: bool, aloud: bool, **options):
        if not settings.IS_DEMO:
            raise CommandError("The demo runs with PORTAL_MODE=demo only.")
        if sign_ins:
            return self.print_sign_ins()
        if User.objects.exists() or Case.objects.exists():
            return self.stdout.write("The demo is laid out already.")
        end = clock.now()
        with transaction.atomic():
            people = cast.gather(end - story.LENGTH)

        def tell(what: str, at) -> None:
            if aloud:
                self.stdout.write(f"{instant(at)}  {what}")

        story.play(people, end, tell)

    def print_sign_ins(self) -> None:
        width = max(len(role) for role, _email in cast.sign_ins())
        self.stdout.write("  Sign in with one click on the sign-in page, or by hand:")
        for role, email in cast.sign_ins():
            self.stdout.write(f"    {role.ljust(width)}  {email}")
        self.stdout.write(
            f"  Password of all: {cast.PASSWORD}   Authenticator key: {cast.TOTP_SECRET}"
        )
