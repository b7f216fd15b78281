from django.core.management.base import BaseCommand

from moderation_portal import clock, outbox
from moderation_portal.models import OutboxMessage, OutboxState


class Command(BaseCommand):
    help = "Says how long what is due has waited, and what could not be done at all."

    def handle(self, **options):
        waited = outbox.oldest_due(clock.now())
        self.stdout.write(f"oldest_due_seconds {waited or 0:.0f}")
        dead = OutboxMessage.objects.filter(state=OutboxState.DEAD).count()
        self.stdout.write(f"dead_letters {dead}")
