import pytest

from moderation_portal import outbox
from moderation_portal.models import Lane, OutboxMessage
from moderation_portal.outbox import telling
from moderation_portal.roles import Actor, Role
from tests.world import AT

TOPIC = "test.letter"
OPERATOR = Actor(Role.SYSTEM, "Oki")


class Mail:
    """A topic that leaves the building: what it sent, what it says to each, who was buried."""

    def __init__(self):
        self.sent, self.buried, self.known = [], [], []
        self.fails = None

    def send(self, payload, *, at):
        if self.fails:
            raise self.fails
        self.sent.append(payload["n"])

    def bury(self, payload, why, *, at):
        self.buried.append((payload["n"], why))

    def was_sent(self, payload, why, *, at):
        self.known.append((payload["n"], why))


@pytest.fixture
def post():
    """A fresh such topic; numbers above a hundred belong to something sealed."""
    mail = Mail()
    given = {"leaves": True, "bury": mail.bury, "was_sent": mail.was_sent}
    outbox.on(TOPIC, **given)(mail.send)

    def tell(payloads):
        return [
            outbox.Told(f"Letter {p['n']}", is_sealed=p["n"] > 100, message_id=f"<{p['n']}@x>")
            for p in payloads
        ]

    telling.TELLERS[TOPIC] = tell
    yield mail
    del outbox.HANDLERS[TOPIC], telling.TELLERS[TOPIC]


def put(*numbers, at=AT, **facts):
    """Letters of these numbers, waiting in the internal lane; gives the rows."""
    for n in numbers:
        outbox.enqueue(TOPIC, {"n": n}, lane=Lane.INTERNAL, at=at, **facts)
    return list(OutboxMessage.objects.filter(topic=TOPIC).order_by("pk"))


def die(mail, *numbers, at=AT):
    """Letters of these numbers, refused for good."""
    put(*numbers, at=at)
    mail.fails = outbox.Never("550 <siapa@warga.example> unknown")
    while outbox.drain(Lane.INTERNAL, at=at):
        pass
    mail.fails = None
    return list(OutboxMessage.objects.filter(state="dead").order_by("pk"))
