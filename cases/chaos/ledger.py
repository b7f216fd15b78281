"""What became of every letter: the rows of the portal against what the mail server took."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from cases.models import Delivery, Notice
from cases.notices.issuing import SEND
from moderation_portal.models import Event, OutboxMessage, OutboxState
from platforms.models import Contact

from . import sink

WAITING = (OutboxState.QUEUED, OutboxState.LEASED)
LANES = """
SELECT lane, count(*), percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (
    ORDER BY extract(epoch FROM done_at - created_at)
) FROM moderation_portal_outboxmessage
WHERE state = 'done' AND created_at >= %s AND topic = ANY(%s) GROUP BY lane ORDER BY lane
"""


@dataclass(frozen=True)
class Waited:
    """How long the messages of a lane waited, in seconds."""

    count: int
    median: float
    p95: float
    longest: float


@dataclass(frozen=True)
class Ledger:
    """What was counted. `unexplained` are copies of which no attempt says that its outcome was
    uncertain; `timed_out` are attempts that ended because the mail server took too long."""

    letters: int
    lost: int
    doubled: int
    copies: int
    unexplained: int
    shared_ids: int
    hung_up: int
    timed_out: int


def count(taken: list[tuple[str, str, str]]) -> Ledger:
    """Everything that was issued so far, when nothing waits any more."""
    orders = Notice.objects.filter(rung="order", issued_at__isnull=False)
    ids = dict(orders.values_list("message_id", "served_at"))
    arrived = Counter((name, to) for name, to, _how in taken)
    known = {name for name, _to in arrived}
    letters = orders.count()
    uncertain = _uncertain()
    return Ledger(
        letters=letters,
        lost=sum(served is None or name not in known for name, served in ids.items()),
        doubled=len(list(_doubled())),
        copies=sum(n - 1 for n in arrived.values()),
        unexplained=sum(
            max(0, n - 1 - uncertain[place])
            for place, n in arrived.items()
            if n > 1 and place[0] in ids
        ),
        shared_ids=letters - len(ids),
        hung_up=sum(how == sink.HUNG_UP for _name, _to, how in taken),
        timed_out=Delivery.objects.filter(proof__reply__icontains="time").count(),
    )


def waits(besides: str = "") -> int:
    """How many letters have not left yet, besides those to this address."""
    found = OutboxMessage.objects.filter(topic=SEND, state__in=WAITING)
    deaf = Contact.objects.filter(address=besides).values_list("pk", flat=True)
    return found.exclude(payload__contact__in=list(deaf)).count()


def dead() -> int:
    """How many letters were given up."""
    return OutboxMessage.objects.filter(topic=SEND, state=OutboxState.DEAD).count()


@dataclass(frozen=True)
class Refused:
    """The letters to an address that refuses: enqueued, given up, and their notices that nobody
    else took either."""

    tried: int
    dead: int
    unserved: int


def refused(address: str) -> Refused:
    """What became of the letters to an address."""
    contact = Contact.objects.get(address=address).pk
    tried = OutboxMessage.objects.filter(topic=SEND, payload__contact=contact)
    given_up = tried.filter(state=OutboxState.DEAD)
    notices = [message.payload["notice"] for message in given_up]
    unserved = Notice.objects.filter(pk__in=notices, served_at=None)
    return Refused(tried.count(), len(notices), unserved.count())


def lanes(since: datetime, *topics: str) -> Mapping[str, Waited]:
    """Lane -> how long what was enqueued since then waited until it was done."""
    with connection.cursor() as cursor:
        cursor.execute(LANES, [since, list(topics)])
        return {lane: Waited(number, *shares) for lane, number, shares in cursor.fetchall()}


def most_attempts(since: datetime) -> int:
    """How often the letter that was tried most was tried."""
    tried = OutboxMessage.objects.filter(topic=SEND, created_at__gte=since)
    return max(tried.values_list("attempts", flat=True), default=0)


def _uncertain() -> Counter[tuple[str, str]]:
    """Message-ID and address -> the attempts of which nobody knows how they ended."""
    found = Delivery.objects.filter(state=Delivery.State.UNCERTAIN)
    rows = found.values_list("proof__message_id", "contact__address")
    return Counter((name, to) for name, to in rows)


def _doubled() -> Iterator[Any]:
    """Whatever happened twice that may happen once: a service, an accepted copy, its event."""
    served = Event.objects.filter(kind="notice.served", thread__startswith="notice:")
    yield from served.values("thread").annotate(n=Count("pk")).filter(n__gt=1)
    sent = Event.objects.filter(kind="notice.sent", thread__startswith="notice:")
    yield from sent.values("thread", "data__contact").annotate(n=Count("pk")).filter(n__gt=1)
    accepted = Delivery.objects.filter(state=Delivery.State.ACCEPTED, purpose="notice")
    alike = accepted.values("notice", "contact", "step", "proof__message_id")
    yield from alike.annotate(n=Count("pk")).filter(n__gt=1)
    served_by = accepted.filter(notice=OuterRef("pk"), ended_at=OuterRef("served_at"))
    yield from Notice.objects.filter(~Exists(served_by), served_at__isnull=False)


def seconds(length: float | timedelta) -> str:
    """A length as it stands in the table."""
    value = length.total_seconds() if isinstance(length, timedelta) else length
    return f"{value:.1f} s" if value < 100 else f"{value / 60:.1f} min"
