from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.dateparse import parse_datetime

from cases.demo import cast, erasing, story
from cases.models import Case
from moderation_portal import clock, policy
from moderation_portal.formats import instant
from moderation_portal.models import User


class Command(BaseCommand):
    help = "Lays out the demo's data once, tells its story anew, or prints what opens it."

    def add_arguments(self, parser):
        parser.add_argument("--sign-ins", action="store_true", help="print one sign-in per role")
        parser.add_argument(
            "--program-key", action="store_true", help="print a new key of a platform's program"
        )
        parser.add_argument("--aloud", action="store_true", help="say each step of the story")
        parser.add_argument("--anew", action="store_true", help="erase everything first")
        parser.add_argument(
            "--ends", help="when the story ends, such as 2026-03-01T09:00 (default: now)"
        )

    def handle(
        self,
        *,
        sign_ins: bool,
        program_key: bool,
        aloud: bool,
        anew: bool,
        ends: str | None,
        **options,
    ):
        if not settings.IS_DEMO:
            raise CommandError("The demo runs with PORTAL_MODE=demo only.")
        if sign_ins:
            with translation.override("en"):  # the language of the launcher, which shows them
                return self.print_sign_ins()
        if program_key:
            return self.stdout.write(cast.program_key(clock.now()))
        end = read_end(ends)
        if User.objects.exists() or Case.objects.exists():
            if not anew:
                return self.stdout.write("The demo is laid out already; `--anew` replays it.")
            erasing.erase()
        with transaction.atomic():
            people = cast.gather(end - story.LENGTH)

        def tell(what: str, at: datetime) -> None:
            if aloud:
                self.stdout.write(f"{instant(at)}  {what}")

        story.play(people, end, tell)
        if ends:
            self.stdout.write(
                f"The story ended on {instant(end)}: what it left open has run on since then, and "
                "is late by today's clock. Without --ends it ends now."
            )

    def print_sign_ins(self) -> None:
        width = max(len(role) for role, _email in cast.sign_ins())
        self.stdout.write("  Sign in with one click on the sign-in page, or by hand:")
        for role, email in cast.sign_ins():
            self.stdout.write(f"    {role.ljust(width)}  {email}")
        self.stdout.write(
            f"  Password of all: {cast.PASSWORD}   Authenticator key: {cast.TOTP_SECRET}"
        )


def read_end(text: str | None) -> datetime:
    """The instant at which the story is to end, in the country's time where no zone is named."""
    if text is None:
        return clock.now()
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{text} is no date and time. Write it as 2026-03-01T09:00.")
    end = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(policy.pack().tz))
    if end > clock.now():
        raise CommandError("The story cannot end in the future: what it tells must have happened.")
    return end
