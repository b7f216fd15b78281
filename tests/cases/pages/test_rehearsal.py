"""The page on which a changed file of the policy pack is tried."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from moderation_portal.policy.loading import PACKS
from tests import world
from tests.world import AT, HOUR

from .browsing import text, url

pytestmark = pytest.mark.django_db
LADDERS = (PACKS / "indonesia" / "ladders.yaml").read_text(encoding="utf-8")
DAYS = {"since": "2026-03-10", "until": "2026-03-17", "signing": "0"}


def sooner() -> str:
    """The first reminder of an ordinary order leaves ten hours before it is due, not twelve."""
    assert LADDERS.count("offset: -12h") == 1
    return LADDERS.replace("offset: -12h", "offset: -10h")


def told(content, name="ladders.yaml", **facts):
    return DAYS | facts | {"changed": SimpleUploadedFile(name, content.encode())}


@pytest.mark.parametrize("who", [world.ayu, world.steward, world.rina, world.polisi])
def test_whoever_does_not_oversee_the_desk_finds_no_such_page(desk, who):
    assert desk(who).get(url("rehearsal")).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (told("ladders: 24"), "ladders.yaml, line 1"),
        (told("a: [", name="ladders.yaml"), "ladders.yaml, line"),
        (told(LADDERS, name="../settings.py"), "The pack has no file settings.py."),
        (told(LADDERS, name="law.yaml"), "The pack has no file law.yaml."),
        (told("x" * 500_001), "The file is too large"),
        (told(LADDERS, until="2026-03-01"), "The last day must not be before the first."),
        (DAYS, "This field is required."),
    ],
)
def test_a_file_or_a_period_that_cannot_be_played_is_told(desk, given, said):
    answer = desk(world.sri).post(url("rehearsal"), given)
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_file_that_is_no_text_is_told(desk):
    odd = DAYS | {"changed": SimpleUploadedFile("ladders.yaml", b"\xff\xfe\x00")}
    assert "no text in UTF-8" in text(desk(world.sri).post(url("rehearsal"), odd))


def test_the_pack_in_use_changes_nothing(desk):
    world.served_notice()
    page = text(desk(world.sri).post(url("rehearsal"), told(LADDERS)))
    assert "No verdict would have been another. Played: 1 accounts in 1 orders." in page


def test_the_page_shows_what_would_have_left_at_another_time(desk, hands):
    made = world.served_notice()
    hands.now = AT + 15 * HOUR
    page = text(desk(world.sri).post(url("rehearsal"), told(sooner(), until="2026-03-18")))
    assert "Letters that would have left at another time" in page
    assert made.number in page
    assert "18 Mar 2026, 00:00 WIB" in page, "ten hours before ten in the morning"


def test_the_file_lists_every_letter(desk, hands):
    made = world.served_notice()
    hands.now = AT + timedelta(days=2)
    asked = told(sooner(), until="2026-03-19", file="csv")
    answer = desk(world.sri).post(url("rehearsal"), asked)
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "when,step,notice,accounts,to,signed by,new,law"
    assert lines[1].startswith('"18 Mar 2026, 00:00 WIB",')
    assert made.number in lines[1]
    assert ",True,Article 15(6)" in lines[1]
