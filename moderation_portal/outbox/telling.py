"""What a message was to do, and to whom, in a sentence: each room tells it of its own topics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from ..models import OutboxMessage

Payloads = Sequence[Mapping[str, Any]]
Row = TypeVar("Row", bound=Model)


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


def rows_of(payloads: Payloads, name: str, found: QuerySet[Row]) -> list[Row]:
    """The row of `found` whose id each payload gives under this name, in their order."""
    known = found.in_bulk({payload[name] for payload in payloads})
    return [known[payload[name]] for payload in payloads]


def told(topic: str, payloads: Payloads) -> Sequence[Told]:
    """What these messages of one topic were to do; of a topic that nobody tells of, its name, for
    the cleared."""
    tell = TELLERS.get(topic)
    return tell(payloads) if tell else [Told(topic, is_sealed=True) for _ in payloads]


def told_each(messages: Sequence[OutboxMessage]) -> dict[int, Told]:
    """Message (id) -> what it was to do; all of one topic are asked for at once."""
    found: dict[int, Told] = {}
    for topic in {one.topic for one in messages}:
        own = [one for one in messages if one.topic == topic]
        asked = told(topic, [one.payload for one in own])
        found |= {one.pk: said for one, said in zip(own, asked, strict=True)}
    return found
