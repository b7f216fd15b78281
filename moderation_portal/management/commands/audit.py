import json

from django.core.management.base import BaseCommand, CommandError

from moderation_portal import audit, clock


class Command(BaseCommand):
    help = "Verifies or seals the append-only record, or proves one event."

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["verify", "seal", "proof"])
        parser.add_argument("event", nargs="?", type=int, help="number of the event to prove")

    def handle(self, *, action: str, event: int | None, **options):
        if action == "seal":
            made = audit.seal(clock.now())
            said = f"sealed {made.size} events, root {made.root}" if made else "nothing to seal"
            self.stdout.write(said)
        elif action == "proof":
            if event is None:
                raise CommandError("say which event: manage.py audit proof 123")
            self.stdout.write(json.dumps(audit.proof(event), indent=2))
        else:
            verdict = audit.verify()
            if not verdict.ok:
                raise CommandError(f"the record was changed. First bad: {verdict.first_bad}")
            told = f"{verdict.events} events in {verdict.seals} seals: all as they were written"
            told += f", by {verdict.servers} servers in turn" if verdict.servers > 1 else ""
            self.stdout.write(told)
