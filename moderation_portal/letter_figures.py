"""How often a letter was complete the first time, for the pages of letters.

Which answers there were is known by the room that sends the letters; it registers the finder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FirstTime:
    """First letters by one text that were answered, and those of them of which nothing more was
    asked. `version` is that of a steward's text, 0 the policy pack's."""

    version: int
    answered: int
    complete: int

    @property
    def share(self) -> int:
        """The part in whole per cent."""
        return round(100 * self.complete / self.answered)


# Letter and language -> its texts, the newest first.
Found = Mapping[tuple[str, str], list[FirstTime]]
_FINDERS: list[Callable[[datetime], Found]] = []


def register(find: Callable[[datetime], Found]) -> None:
    """Who finds the figures as of an instant."""
    _FINDERS.append(find)


def of_all(at: datetime) -> Found:
    """The figures of every letter that was answered lately."""
    return {key: rows for find in _FINDERS for key, rows in find(at).items()}
