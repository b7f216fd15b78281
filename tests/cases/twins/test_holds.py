"""To whoever is not cleared a world with a Hold reads like one in which things wait anyway."""

from datetime import timedelta

import pytest

from cases import notices
from cases.holds import deciding
from cases.models import Case, Hold
from moderation_portal import standstills
from tests import world
from tests.cases.holds.doing import asked, pump, request_for
from tests.world import AT, HOUR

from .telling import played, read, read_by_platform, readers, record
from .test_story import lines_apart

pytestmark = pytest.mark.django_db


def play(story, request, *, is_held):
    """What each reader and the platform read at the end of a story, and the open record."""
    with played():
        for somebody in (world.citra, world.cleared_sri, world.dewi, world.rina, readers):
            somebody()
        pump(AT)
        world.approve(world.uphold(Case.objects.get(), world.ayu()), world.sri())
        story(request, is_held)
        pages = [read(reader) for reader in readers()]
        return pages, record(), read_by_platform()


def hold(request, is_held, at):
    """What is done about a Hold; where there is none, nothing."""
    if not is_held:
        return
    holds = asked(request, at=at)
    deciding.propose(holds, actor=world.citra(), at=at).insist()
    deciding.approve(holds, actor=world.cleared_sri(), at=at).insist()
    assert Hold.objects.filter(state="running").count() == 1


def apart(story, at, still_clock):
    still_clock(at)
    request = request_for()
    plain, *open_to_all = play(story, request, is_held=False)
    beside, *also = play(story, request, is_held=True)
    assert open_to_all == also
    for one, other in zip(plain, beside, strict=True):
        assert one.keys() == other.keys()
        wrong = {page: lines_apart(one[page], other[page]) for page in one}
        assert {page: lines for page, lines in wrong.items() if lines} == {}


def test_an_approved_account_reads_like_one_that_waits_for_its_list(mail, still_clock):
    at = AT + 3 * HOUR

    def story(request, is_held):
        hold(request, is_held, AT)
        if is_held:
            notices.gather(at, is_asked=True)
            pump(at)

    apart(story, at, still_clock)
    assert mail.to("abuse@michat.example") == []


def test_an_order_that_is_out_reads_alike_until_something_would_follow(mail, still_clock):
    at = AT + 2 * HOUR

    def story(request, is_held):
        notices.gather(AT, is_asked=True)
        pump(AT)
        hold(request, is_held, AT + HOUR)
        pump(at)

    apart(story, at, still_clock)


def test_after_that_it_reads_as_while_escalations_stand_still(mail, still_clock):
    at = AT + timedelta(hours=30)

    def story(request, is_held):
        notices.gather(AT, is_asked=True)
        pump(AT)
        standstills.begin(standstills.CLOCK, "jumped", HOUR, at=AT)
        hold(request, is_held, AT + HOUR)
        for hours in (12, 23, 24, 30):
            pump(AT + hours * HOUR)

    apart(story, at, still_clock)
