"""Deputies hear of notices and reminders while they stand in."""

from datetime import timedelta

import pytest

from cases import ladder
from cases.models import Delivery, Notice
from moderation_portal import outbox
from moderation_portal.models import OutboxMessage
from tests import world
from tests.cases.twins.doing import held_back
from tests.platforms.test_deputies import TODAY, nadia, named
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def drain(at=AT):
    while sum(outbox.drain(lane, at=at) for lane in ("urgent", "notice", "internal")):
        pass


def said(mail):
    return [one.get_body(("plain",)).get_content() for one in mail.to(nadia().email)]


def test_a_deputy_hears_of_a_notice_and_its_reminder_and_starts_no_clock(mail):
    named()
    made = world.notice()
    drain()
    (first,) = said(mail)
    assert made.number in first
    assert "Joko Susanto" in first
    assert "bunga_77" not in first, "the letter is read after signing in"
    assert not Delivery.objects.filter(contact__address=nadia().email).exists()
    for hours in (12, 20):
        ladder.climb(AT + hours * HOUR)
        drain(AT + hours * HOUR)
    assert len(said(mail)) == 3
    drain(AT + 20 * HOUR)
    assert len(said(mail)) == 3, "each once"


def test_nobody_hears_before_the_first_day_or_once_it_is_over(mail):
    named(starts_on=TODAY + timedelta(days=1))
    world.notice()
    drain()
    assert said(mail) == []


def test_of_a_sealed_notice_a_cleared_deputy_hears_that_something_awaits_and_others_nothing(mail):
    named()
    sealed = world.notice("michat: mawar_contoh", category=world.CHILD)
    drain()
    assert said(mail) == []
    person = nadia()
    person.is_cleared = True
    person.save()
    other = world.notice("michat: melati_contoh", category=world.CHILD, at=AT + HOUR)
    drain(AT + HOUR)
    heard = said(mail)
    assert heard
    for words in heard:
        assert "menunggu Anda" in words
        assert not {other.number, sealed.number} & set(words.split())


def test_what_is_withheld_from_the_platform_is_told_to_no_deputy(mail):
    named()
    held_back()
    drain()
    assert Notice.objects.filter(handling="ordinary").exists()
    assert said(mail) == []


def test_a_notice_that_is_settled_meanwhile_is_not_told_of(mail):
    named()
    made = world.notice()
    Notice.objects.filter(pk=made.pk).update(state=Notice.State.WITHDRAWN)
    drain()
    assert said(mail) == []


def test_without_a_deputy_nothing_is_enqueued_for_one():
    world.notice()
    assert not OutboxMessage.objects.filter(topic="notice.deputies").exists()
