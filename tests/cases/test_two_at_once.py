"""Second persons who act in the same moment: one of them decides, and once."""

from collections import Counter

import pytest

from cases import blocks, notices
from cases.holds import deciding
from cases.models import AccessLetter, Block, Hold, RestoreRequest
from moderation_portal.errors import PortalError
from moderation_portal.models import Event, OutboxMessage
from tests import world
from tests.cases.at_once import at_once
from tests.cases.blocks.doing import asked, confirmed, decided, entered, ordered
from tests.cases.holds.doing import proposed
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + 5 * HOUR


def outcome(call):
    """Whether this was done; a refusal is none."""
    try:
        result = call()
    except PortalError:
        return False
    return bool(getattr(result, "done", True))


def told(kind):
    """How often this stands in the record; in those of its cases it stands as well."""
    return Event.objects.filter(kind=kind).exclude(thread__startswith="case:").count()


def test_of_two_who_have_a_block_carried_out_one_does():
    made = entered(actor=world.sri())
    others = [world.dewi(), world.person("d2@komdigi.example", "Dian", "director")]
    done = at_once(
        *[
            lambda who=who: outcome(lambda: blocks.issue(made, actor=who, at=LATER))
            for who in others
        ]
    )
    assert Counter(done) == {True: 1, False: 1}
    letters = Counter(AccessLetter.objects.values_list("provider", flat=True))
    assert set(letters.values()) == {1}
    assert OutboxMessage.objects.filter(topic="block.send").count() == len(letters)
    assert told("block.ordered") == 1


def test_a_block_is_either_carried_out_or_dropped():
    made = entered(actor=world.sri())
    world.dewi()
    done = at_once(
        lambda: outcome(lambda: blocks.issue(made, actor=world.dewi(), at=LATER)),
        lambda: outcome(lambda: blocks.drop(made, "Keliru.", actor=world.sri(), at=LATER)),
    )
    assert Counter(done) == {True: 1, False: 1}
    state = Block.objects.get().state
    assert (state == "ordered") == done[0] == AccessLetter.objects.exists()
    assert (state == "dropped") == done[1]


def test_a_request_to_restore_access_is_decided_once_whatever_two_think_of_it():
    block = confirmed(ordered())
    asked(block, documents=[])
    world.dewi(), world.sri()
    done = at_once(
        lambda: outcome(lambda: decided(block, is_granted=False, actor=world.dewi(), at=LATER)),
        lambda: outcome(lambda: decided(block, is_granted=False, actor=world.sri(), at=LATER)),
    )
    assert Counter(done) == {True: 1, False: 1}
    assert RestoreRequest.objects.get().state == "refused"
    assert told("restoration.refused") == 1


def test_no_letter_leaves_of_a_block_whose_order_was_taken_back_before():
    made = entered(actor=world.sri())
    world.dewi()
    ids = set(made.proposal.items.values_list("target__case_id", flat=True))
    taken = {"reason": "Keliru.", "actor": world.sri(), "at": LATER}
    done = at_once(
        lambda: outcome(lambda: blocks.issue(made, actor=world.dewi(), at=LATER)),
        lambda: outcome(lambda: notices.withdraw(ids, **taken)),
    )
    assert done[1], "an order is taken back whatever else happens"
    kinds = ["block.ordered", "notice.withdrawn"]
    found = Event.objects.filter(kind__in=kinds, thread=f"notice:{made.proposal_id}")
    order = list(found.order_by("id").values_list("kind", flat=True))
    assert order[-1] == "notice.withdrawn", "nothing follows from it after that"
    assert AccessLetter.objects.exists() == done[0]


@pytest.mark.parametrize("other", ["approve", "decline"])
def test_a_hold_begins_once_or_is_declined(other):
    (hold,) = proposed()
    second = world.person("r2@komdigi.example", "Rini", "supervisor", is_cleared=True)
    world.cleared_sri()
    more = {"reason": "Tidak perlu."} if other == "decline" else {}
    actor = second if other == "approve" else world.citra()
    done = at_once(
        lambda: outcome(lambda: deciding.approve([hold], actor=world.cleared_sri(), at=LATER)),
        lambda: outcome(lambda: deciding.DO[other]([hold], actor=actor, at=LATER, **more)),
    )
    assert Counter(done) == {True: 1, False: 1}
    assert told("hold.began") + told("hold.declined") == 1
    assert Hold.objects.get().state == ("running" if done[0] or other == "approve" else "declined")
