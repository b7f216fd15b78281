"""When the sealed case ends without removal, the ordinary order reaches the platform."""

import pytest

from cases import ladder, notices, withholding
from cases.models import Case, Notice
from tests import world
from tests.world import AT, HOUR

from .doing import ACCOUNT, drain, held_back, mixed, naming, said

pytestmark = pytest.mark.django_db


def test_an_account_left_out_beside_others_is_ordered_once_when_the_sealed_case_ends(mail):
    sealed, plain = mixed()
    mail.empty()
    world.prepare(sealed, world.citra())
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + HOUR
    ).insist()
    assert withholding.give_back(AT + 2 * HOUR) == [plain.pk]
    assert withholding.give_back(AT + 2 * HOUR) == []
    (pk,) = notices.gather(AT + 2 * HOUR, is_asked=True).issued
    assert withholding.give_back(AT + 3 * HOUR) == []
    drain(AT + 2 * HOUR)
    letter = mail.to("abuse@michat.example")[-1]
    assert letter["Message-ID"] == Notice.objects.get(pk=pk).message_id
    assert "bunga_77" in said(letter)
    assert "kembang_2" not in said(letter)


def test_when_the_sealed_case_ends_without_an_order_the_ordinary_notice_leaves(mail):
    plain = held_back()
    sealed = Case.objects.get(handling="sealed")
    drain()
    assert withholding.give_back(AT + HOUR) == []
    world.prepare(sealed, world.citra())
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + HOUR
    ).insist()
    assert withholding.give_back(AT + 2 * HOUR) == [plain.pk]
    assert withholding.give_back(AT + 2 * HOUR) == []
    drain(AT + 2 * HOUR)
    letter = mail.to("abuse@michat.example")[-1]
    assert letter["Message-ID"] == plain.message_id
    plain.refresh_from_db()
    assert plain.served_at == AT + 2 * HOUR
    assert plain.items.get().due_at == AT + 26 * HOUR


def test_when_the_sealed_case_ends_an_order_that_was_sent_climbs_on(mail):
    plain = world.served_notice(ACCOUNT)
    sealed = world.child_case(ACCOUNT)
    ladder.climb(AT + 12 * HOUR)
    drain(AT + 12 * HOUR)
    assert mail.messages == [], "the reminder is a quiet one"
    world.prepare(sealed, world.citra())
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + 13 * HOUR
    ).insist()
    withholding.give_back(AT + 13 * HOUR)
    assert plain.items.get().next_step_at == AT + 20 * HOUR
    mail.empty()
    ladder.climb(AT + 20 * HOUR)
    drain(AT + 20 * HOUR)
    assert len(naming(mail, "bunga_77")) == 1


def test_what_was_warned_of_quietly_is_ordered_anew_when_the_sealed_case_ends(mail):
    held, sealed = held_back(), Case.objects.get(handling="sealed")
    drain()
    ladder.climb(AT + 24 * HOUR)
    warning = Notice.objects.get(rung="warning_1", follows=held)
    notices.sign(warning, actor=world.sri(), at=AT + 24 * HOUR)
    drain(AT + 24 * HOUR)
    world.prepare(sealed, world.citra(), at=AT + 25 * HOUR)
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + 25 * HOUR
    ).insist()
    mail.empty()
    withholding.give_back(AT + 25 * HOUR)
    (pk,) = notices.gather(AT + 25 * HOUR, is_asked=True).issued
    drain(AT + 25 * HOUR)
    letters = {letter["Message-ID"] for letter in naming(mail, "bunga_77")}
    assert letters == {Notice.objects.get(pk=pk, rung="order").message_id}
    ladder.climb(AT + 49 * HOUR)
    chased = Notice.objects.filter(state="drafted").values_list("follows", flat=True)
    assert list(chased) == [pk], "the letters that never left are followed by nothing"
