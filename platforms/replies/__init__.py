"""What comes back in by mail: kept first, then looked at; whose word it is, and what kind of mail.

To which notice it belongs, and what it says of it, the room to the right finds out: it hears of
each message by the outbox (`TOPIC`).
"""

from .arriving import Arrived, Kind, read
from .keeping import MOST_BYTES, TOPIC, Kept, erase, head_of, receive, source, sweep

__all__ = [
    "MOST_BYTES",
    "TOPIC",
    "Arrived",
    "Kept",
    "Kind",
    "erase",
    "head_of",
    "read",
    "receive",
    "source",
    "sweep",
]
