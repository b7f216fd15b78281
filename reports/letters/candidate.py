"""One thing in a letter that could name an account."""

from dataclasses import dataclass

from platforms.locators import Locator, identify


@dataclass
class Candidate:
    """A possible target. `kind`: url, site (an address without scheme), handle, phone, id, nearby
    or repository; `platform` the slug that the letter names for it, "" when none; `is_named`
    whether the words around it name that platform, and not only the letter as a whole."""

    kind: str
    text: str
    canonical: str
    start: int
    end: int
    platform: str
    locator: Locator
    is_named: bool = True

    @property
    def key(self) -> tuple[str | None, str, str]:
        """What makes two candidates the same account."""
        return self.locator.platform, self.locator.kind, self.locator.canonical

    @classmethod
    def named(cls, kind: str, text: str, span: tuple[int, int], platform: str) -> "Candidate":
        """A candidate whose canonical text is as written."""
        return cls(kind, text, text, *span, platform, identify(text, platform=platform))


class Taken:
    """Stretches already spoken for."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._index = 0

    def is_free(self, start: int, end: int) -> bool:
        """Asked in ascending order of `start`."""
        while self._index < len(self._spans) and self._spans[self._index][1] <= start:
            self._index += 1
        return self._index >= len(self._spans) or self._spans[self._index][0] >= end


def candidate(
    kind: str, text: str, canonical: str, span: tuple[int, int], platform: str
) -> Candidate:
    return Candidate(kind, text, canonical, *span, platform, identify(canonical, platform=platform))
