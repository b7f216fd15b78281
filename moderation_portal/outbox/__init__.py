"""Everything that leaves the building or crosses the arrows is a row here first.

A verb enqueues in its own transaction. Celery workers are woken without arguments, so nothing is
lost when Redis is erased; they claim rows with a lease and a token, and whoever has lost the lease
cannot write. A message ends done, or dead where everybody can see it; never in silence.
"""

from .draining import CUT_OFF, GIVE_UP_AFTER, LEASE, MOST_ATTEMPTS, LeaseLost, drain
from .posting import Message, enqueue, enqueue_many, wake
from .telling import Told, rows_of, tells
from .topics import HANDLERS, PERIODIC, Later, Never, Wait, during, every, on, turn
from .waiting import lanes_due, oldest_due, purge

__all__ = [
    "CUT_OFF",
    "GIVE_UP_AFTER",
    "HANDLERS",
    "LEASE",
    "MOST_ATTEMPTS",
    "PERIODIC",
    "Later",
    "LeaseLost",
    "Message",
    "Never",
    "Told",
    "Wait",
    "drain",
    "during",
    "enqueue",
    "enqueue_many",
    "every",
    "lanes_due",
    "oldest_due",
    "on",
    "purge",
    "rows_of",
    "tells",
    "turn",
    "wake",
]
