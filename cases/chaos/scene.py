"""The desk of a play: platforms with mailboxes, and orders that two persons decided and signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from cases import notices
from cases.bench import people, tellings
from cases.bench.people import People
from cases.models import Notice
from platforms import directory
from platforms.models import Contact, Platform

# Whose accounts are told by a handle.
SLUGS = ("facebook", "instagram", "x", "telegram", "tiktok", "michat", "threads", "bigo-live")
# The mailbox of the first refuses every letter for good, that of the second never answers at all.
REFUSING, DEAF = "threads", "bigo-live"
LOUD = tuple(slug for slug in SLUGS if slug != DEAF)
URGENT, ORDINARY = "terrorism", "gambling"


@dataclass(frozen=True)
class Scene:
    """The people, and the orders that were written for each platform; `seconds` took the writing
    of their letters."""

    people: People
    orders: tuple[Notice, ...]
    seconds: float


def lay_out(at: datetime, *, slugs: Sequence[str] = SLUGS) -> Scene:
    """Fills the empty database at hand: for each platform two mailboxes, asked one after the other,
    and two orders issued, an urgent one and an ordinary one."""
    directory.seed(at)
    here = people.invent()
    for slug in slugs:
        _mailboxes(slug)
    for seed, slug in enumerate(slugs):
        for category in (URGENT, ORDINARY):
            told = tellings.one_telling(
                here.author, 2, category=category, at=at, seed=seed, slug=slug
            )
            people.decide(people.opened(told, here, at=at), here, at=at)
    return Scene(here, *issue(at))


def issue(at: datetime) -> tuple[tuple[Notice, ...], float]:
    """Issues what is approved; the notices in order, and the seconds that it took."""
    began = perf_counter()
    issued = notices.gather(at, is_asked=True)
    seconds = perf_counter() - began
    if issued.problems:
        raise AssertionError(str(issued.problems[0]))
    made = Notice.objects.filter(pk__in=issued.issued).select_related("platform")
    return tuple(made.order_by("pk")), seconds


def _mailboxes(slug: str) -> None:
    platform = Platform.objects.get(slug=slug)
    for rung, name in enumerate(("abuse", "legal")):
        Contact.objects.create(
            platform=platform,
            channel=Contact.Channel.EMAIL,
            address=address(slug, name),
            rung=rung,
            name=f"{platform.name} {name}",
            language="en",
        )


def address(slug: str, name: str = "abuse") -> str:
    """The mailbox of a platform that is asked first, or another by its name."""
    return f"{name}@{slug}.example"
