"""Withdrawn, corrected, restored: each is a letter of its own."""

import pytest

from cases import decisions, notices
from cases.models import Case, CaseOutcome, CaseState, Notice, Target, TargetState
from moderation_portal.errors import Conflict, Invalid, Refused
from tests import world
from tests.world import AT, HOUR

from .doing import drain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("verb", "outcome"),
    [(notices.withdraw, CaseOutcome.WITHDRAWN), (notices.release, CaseOutcome.RELEASED)],
)
def test_taking_back_closes_the_case_stops_the_clock_and_tells_the_platform(mail, verb, outcome):
    made = world.served_notice()
    verb(Case.objects.all(), reason="It is satire.", actor=world.dewi(), at=AT + HOUR).insist()
    found, target = Case.objects.get(), Target.objects.get()
    assert (found.state, found.outcome) == (CaseState.CLOSED, outcome)
    assert target.state == TargetState.RELEASED
    made.refresh_from_db()
    assert made.state == Notice.State.WITHDRAWN
    assert made.items.get().next_step_at is None
    letter = Notice.objects.get(rung="withdrawal")
    assert (letter.follows_id, letter.due_at) == (made.pk, None)
    assert "It is satire." in letter.text
    drain(AT + HOUR)
    assert letter.message_id in {m["Message-ID"] for m in mail.to("abuse@michat.example")}
    letter.refresh_from_db()
    assert letter.items.get().due_at is None


def test_a_caseworker_takes_nothing_back():
    world.served_notice()
    with pytest.raises(Refused):
        notices.withdraw(Case.objects.all(), reason="x", actor=world.ayu(), at=AT).insist()
    assert not Notice.objects.filter(rung="withdrawal").exists()


def test_a_correction_is_the_next_revision_with_a_clock_of_its_own(mail):
    old = world.served_notice()
    target = old.items.get().target_id
    new = notices.correct(
        old,
        change="The handle was misspelt.",
        locators={target: "bunga_78"},
        actor=world.ayu(),
        at=AT,
    )
    new = notices.approve_correction(new, actor=world.sri(), at=AT + HOUR)
    old.refresh_from_db()
    assert old.state == Notice.State.WITHDRAWN
    assert old.items.get().next_step_at is None
    assert (new.number, new.revision) == (f"{old.number}-Rev.1", 1)
    assert "misspelt" in new.text
    assert "bunga_78" in new.text
    drain(AT + 2 * HOUR)
    new.refresh_from_db()
    assert new.due_at == AT + 26 * HOUR
    assert Case.objects.get().state == CaseState.ORDERED


@pytest.mark.parametrize(
    "text",
    [
        "https://www.instagram.com/anggrek.contoh/",
        "https://contoh.example/p/1",
        "…",
        "x" * 1_001,
        "akun yang tadi",
        "Bunga, dekat Lowokwaru",
    ],
)
def test_an_account_is_not_corrected_into_one_that_the_platform_does_not_host(text):
    old = world.served_notice()
    item = old.items.get()
    mended = {item.target_id: text}
    with pytest.raises(Invalid, match="is no account on MiChat") as refused:
        notices.correct(old, change="x", locators=mended, actor=world.sri(), at=AT)
    assert list(refused.value.detail["fields"]) == [f"locator-{item.pk}"]
    old.refresh_from_db()
    assert old.state == Notice.State.SERVED


@pytest.mark.parametrize("state", ["drafted", "withdrawn", "settled"])
def test_only_an_open_notice_is_corrected(state):
    made = world.served_notice()
    Notice.objects.update(state=state)
    with pytest.raises(Conflict):
        notices.correct(made, change="x", actor=world.sri(), at=AT)


def test_a_correction_needs_words_and_one_of_the_staff():
    made = world.served_notice()
    with pytest.raises(Invalid):
        notices.correct(made, change=" ", actor=world.sri(), at=AT)
    for person in (world.rina(), world.auditor()):
        with pytest.raises(Refused):
            notices.correct(made, change="x", actor=person, at=AT)


def test_a_restoration_asks_the_platform_to_bring_back_what_it_took_down(mail):
    world.served_notice()
    with pytest.raises(Conflict):
        notices.restore(Case.objects.all(), reason="Wrong.", actor=world.sri(), at=AT)
    notices.withdraw(Case.objects.all(), reason="Wrong.", actor=world.sri(), at=AT).insist()
    (pk,) = notices.restore(Case.objects.all(), reason="Wrong.", actor=world.dewi(), at=AT + HOUR)
    letter = Notice.objects.get(pk=pk)
    assert letter.rung == "restoration"
    drain(AT + HOUR)
    assert letter.message_id in {m["Message-ID"] for m in mail.to("abuse@michat.example")}


def test_where_nothing_was_ordered_nothing_is_restored_and_the_looks_go_on():
    found = world.case()
    decisions.claim([found], actor=world.ayu(), at=AT).insist()
    decisions.dismiss([found], reason="Satire.", actor=world.ayu(), at=AT).insist()
    Target.objects.update(next_check_at=AT + HOUR)
    with pytest.raises(Conflict, match="No notice was ever issued"):
        notices.restore([found], reason="Wrong.", actor=world.dewi(), at=AT + HOUR)
    assert Target.objects.get().next_check_at == AT + HOUR


def test_a_restoration_is_asked_for_once_however_many_cases_are_given():
    first = world.case("michat: kembang_1")
    served = world.served_notice("michat: kembang_2")
    decisions.claim([first], actor=world.ayu(), at=AT).insist()
    decisions.dismiss([first], reason="Satire.", actor=world.ayu(), at=AT).insist()
    ordered = served.items.get().target.case
    notices.withdraw([ordered], reason="Wrong.", actor=world.dewi(), at=AT).insist()
    told = {"reason": "Wrong.", "actor": world.dewi(), "at": AT + HOUR}
    assert len(notices.restore([ordered], **told)) == 1
    with pytest.raises(Conflict, match="asked to restore"):
        notices.restore([first, ordered], **told)
