"""How an appeal comes in, and that nothing is told to whoever files one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.appeals import filing, placing, seeing
from cases.models import Appeal, Notice
from cases.rungs import ORDER
from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, News
from tests import world
from tests.cases.removal.doing import ordered
from tests.world import AT, HOUR

from .doing import WORDS, decided, filed, gone

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("missing", ["number", "account", "statement"])
def test_an_appeal_without_number_account_or_words_is_not_taken(missing):
    given = {"number": "B-1", "account": "bunga_77", "statement": WORDS} | {missing: " \x00 "}
    with pytest.raises(Invalid) as refused:
        filing.file(**given, key="k", at=AT)
    assert list(refused.value.detail["fields"]) == [missing]
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("missing", [("number", 101), ("account", 501), ("statement", 5001)])
def test_what_is_too_long_is_not_taken(missing):
    name, length = missing
    given = {"number": "B-1", "account": "bunga_77", "statement": WORDS} | {name: "x" * length}
    with pytest.raises(Invalid):
        filing.file(**given, key="k", at=AT)


def test_a_second_click_files_nothing():
    assert filing.file("B-1", "bunga_77", WORDS, key="same", at=AT)
    assert filing.file("B-1", "bunga_77", WORDS, key="same", at=AT) is None
    assert Appeal.objects.count() == 1


def shape(sql: str) -> str:
    """A statement without what differs from one appeal to the next."""
    return re.sub(r"'[^']*'|\d+|\\x\w+", "?", sql)


def test_known_unknown_and_sealed_numbers_are_taken_by_the_same_work():
    ordinary = world.served_notice()
    sealed = world.served_notice("michat: kuncup_1", category=world.CHILD)
    filing.file("B-1/2026", "kuncup_1", WORDS, key="first", at=AT)
    asked = []
    for place, number in enumerate((ordinary.number, sealed.number, "B-999999/X", "R-1/X")):
        with CaptureQueriesContext(connection) as queries:
            assert filing.file(number, "kuncup_1", WORDS, key=str(place), at=AT)
        asked.append([shape(query["sql"]) for query in queries])
    assert asked[1:] == asked[:1] * 3
    assert {one.placed_at for one in Appeal.objects.all()} == {None}
    assert not seeing.visible_to(world.citra()).exists()


@pytest.mark.parametrize("account", ["bunga_77", "MiChat: bunga_77", "  BUNGA_77 ", "@bunga_77"])
def test_a_worker_finds_what_is_meant(account):
    world.dewi()
    made = world.served_notice()
    found, _code = filed(f" {made.number.lower()} ", account)
    assert found.item_id == made.items.get().pk
    assert (found.handling, found.placed_at) == ("ordinary", AT)
    assert News.objects.filter(kind="appeal.came_in", person=world.dewi()).exists()


def test_the_number_of_a_warning_leads_to_the_same_account():
    made = world.served_notice()
    Notice.objects.filter(pk=made.pk).update(rung="warning_1")
    assert filed(made.number)[0].item_id == made.items.get().pk


def test_a_letter_that_orders_nothing_is_not_meant():
    made = decided(filed(gone().number)[0])
    found, _code = filed(made.restoration.number)
    assert found.item is None


@pytest.mark.parametrize("number", ["B-000077/KOMDIGI/III/2026", "anything at all"])
def test_what_is_not_found_waits_for_a_person(number):
    world.served_notice()
    found, _code = filed(number)
    assert (found.item, found.handling) == (None, "ordinary")
    assert found in seeing.visible_to(world.ayu())


def test_what_may_mean_a_sealed_notice_is_for_the_cleared_alone():
    made = world.served_notice("michat: kuncup_1", category=world.CHILD)
    right, _code = filed(made.number, "kuncup_1")
    wrong, _code = filed(made.number, "somebody_else")
    unknown, _code = filed("R-123456789/KOMDIGI/III/2026", "kuncup_1")
    assert right.item_id == made.items.get().pk
    assert (wrong.item, unknown.item) == (None, None)
    for who in (world.ayu(), world.sri(), world.auditor()):
        assert not seeing.visible_to(who).exists()
        assert not News.objects.filter(person=who).exists()
    assert seeing.visible_to(world.citra()).count() == 3
    assert not Event.objects.filter(kind__startswith="appeal.", is_sealed=False).exists()


def test_a_person_says_what_is_meant_and_the_words_stay():
    made = world.served_notice()
    found, _code = filed("B-1/2026", "akun bunga saya")
    with pytest.raises(Refused):
        placing.assign(found, made.number, "bunga_77", actor=world.ayu(), at=AT)
    with pytest.raises(Invalid):
        placing.assign(found, made.number, "somebody", actor=world.sri(), at=AT)
    placing.assign(found, made.number, "bunga_77", actor=world.sri(), at=AT)
    found.refresh_from_db()
    assert (found.item_id, found.number) == (made.items.get().pk, "B-1/2026")
    with pytest.raises(Conflict):
        placing.assign(found, made.number, "bunga_77", actor=world.sri(), at=AT)


def test_nobody_uncleared_assigns_it_to_a_sealed_notice():
    sealed = world.served_notice("michat: kuncup_1", category=world.CHILD)
    found, _code = filed("B-1/2026", "kuncup_1")
    with pytest.raises(Invalid):
        placing.assign(found, sealed.number, "kuncup_1", actor=world.sri(), at=AT)


def test_it_is_decided_within_the_days_of_work_of_the_policy():
    found, _code = filed("B-1")
    # Not worked: 18 to 24 March (Nyepi, the feast after Ramadan, joint leave), and Good Friday.
    assert found.due_at == datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    assert filing.due(AT) > AT + timedelta(days=policy.pack().limits_at(AT).objection_answer_days)


def test_a_platform_appeals_for_the_holder_of_what_it_has_answered():
    made = world.served_notice("michat: bunga_77", "michat: bunga_78")
    with pytest.raises(Invalid):
        filing.file_for(made, "bunga_77", WORDS, actor=world.rina(), at=AT)
    (first, _second) = made.items.order_by("position")
    world.answer(made, "removed", actor=world.rina())
    found = filing.file_for(made, first.locator, WORDS, actor=world.rina(), at=AT)
    assert (found.item_id, found.appellant, found.receipt_hash) == (first.pk, "platform", None)
    with pytest.raises(Conflict):
        filing.file_for(made, "bunga_77", WORDS, actor=world.joko(), at=AT + HOUR)
    assert list(seeing.visible_to(world.rina())) == [found]


def test_a_platform_appeals_against_no_notice_of_another():
    made = ordered()
    with pytest.raises(Refused):
        filing.file_for(made, "kembang_1", WORDS, actor=world.rina(), at=AT)


def test_a_platform_sees_no_appeal_of_a_holder():
    made = world.served_notice()
    filed(made.number)
    assert not seeing.visible_to(world.rina()).exists()


def test_a_supervisor_has_an_order_reviewed_by_another():
    made = world.served_notice()
    with pytest.raises(Refused):
        filing.open_by_motion(made, "bunga_77", WORDS, actor=world.ayu(), at=AT)
    found = filing.open_by_motion(made, "bunga_77", WORDS, actor=world.sri(), at=AT)
    assert (found.appellant, found.filed_by) == ("office", world.sri())
    assert made.rung == ORDER
