"""Runs that alternate, so that a machine whose speed drifts slows all of them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Times:
    """The seconds of each run of one piece of work."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return self.at(0.5)

    @property
    def p95(self) -> float:
        return self.at(0.95)

    def at(self, share: float) -> float:
        """The time that this share of the runs stayed within."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def alternate(work: Mapping[str, Callable[[], object]], runs: int) -> dict[str, Times]:
    """Each piece of work this many times, in turns, after one turn that is not counted."""
    times = {name: Times() for name in work}
    for turn in range(runs + 1):
        for name, run in work.items():
            began = perf_counter()
            run()
            if turn:
                times[name].seconds.append(perf_counter() - began)
    return times
