"""Every page of the portal reads the same with and without sealed matters beside it.

The pages are those of `tests/test_doors.py`: a new one is compared from its first day on.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import doors, world
from tests.test_doors import PAGES
from tests.world import AT, HOUR

from .telling import alike, page, played
from .test_story import lines_apart

pytestmark = pytest.mark.django_db
READERS = ("sri", "auditor", "rina", "polisi", "ngo")
OTHERS = (
    "ayu",
    "citra",
    "cleared_sri",
    "joko",
    "dewi",
    "bima",
    "cleared_auditor",
    "steward",
    "lurah",
)
# What is named by an id, which no two plays share.
NAMED = re.compile(r"(?<=Aturan )\d+|\b(case|notice|item|appeal):\d+")
# What lists, counts or finds by what its address asks.
ASKED = {
    "cases:queue": ["view=closed", "view=unassigned", "category=child_sexual", "urgency=urgent"],
    "cases:fresh": ["since=0.0&seen=0"],
    "cases:platforms": ["q=michat"],
    "search": ["q=bunga_77&wide=1", "q=bumga_77", "q=mawar_contoh", "q=jasa+prostitusi"],
    "api:cases": ["view=closed"],
    "api:notices": ["view=answered", "view=past"],
    "reports:requests": ["state=draft"],
}


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: AT + 2 * HOUR)


def seal() -> None:
    """A child is reported with an account that is ordered already, and much else that is sealed."""
    told = world.warga(name="Dini", email="dini@warga.example")
    world.child_case(reporter=told)
    doors.hidden()


def read(who: str, arguments: dict) -> dict[str, str]:
    """Address -> what this person reads there, without what is of one play only."""
    client = world.sign_in(Client(), getattr(world, who)())
    found = {}
    for name, (opens, _refused) in PAGES.items():
        address = reverse(name, args=arguments.get(name, ()))
        if who not in opens or address.endswith((".pdf", ".xlsx")):
            continue
        for query in ["", *ASKED.get(name, [])]:
            body = alike(page(client, f"{address}?{query}"))
            found[f"{name}?{query}"] = NAMED.sub("#", body)
    return found


def play(*, is_sealed: bool) -> dict[str, dict[str, str]]:
    with played():
        for somebody in (*READERS, *OTHERS):
            getattr(world, somebody)()
        rows = doors.furnish()
        if is_sealed:
            seal()
        return {who: read(who, doors.arguments(rows)) for who in READERS}


@pytest.mark.slow
def test_nobody_without_clearance_reads_anywhere_that_something_is_sealed():
    plain, beside = play(is_sealed=False), play(is_sealed=True)
    for who, pages in plain.items():
        assert beside[who].keys() == pages.keys()
    apart = {
        (who, page): lines_apart(body, beside[who][page])
        for who, pages in plain.items()
        for page, body in pages.items()
    }
    assert {place: lines for place, lines in apart.items() if lines} == {}
