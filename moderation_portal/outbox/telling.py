"""What a message was to do, and to whom, in a sentence: each room tells it of its own topics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Payloads = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Told:
    """What did not happen, in the active language; `address` is the page that it is about.

    `is_sealed`: for the cleared only. `message_id` stands in the mail, by which it is found in the
    log of the mail server.
    """

    words: str
    address: str = ""
    is_sealed: bool = False
    message_id: str = ""


TELLERS: dict[str, Callable[[Payloads], Sequence[Told]]] = {}


def tells(topic: str):
    """Registers `tell(payloads) -> [Told]`, one for each payload of the topic, in their order."""

    def register(tell: Callable[[Payloads], Sequence[Told]]):
        TELLERS[topic] = tell
        return tell

    return register


def told(topic: str, payloads: Payloads) -> Sequence[Told]:
    """What these messages of one topic were to do; of a topic that nobody tells of, its name, for
    the cleared."""
    tell = TELLERS.get(topic)
    return tell(payloads) if tell else [Told(topic, is_sealed=True) for _ in payloads]
