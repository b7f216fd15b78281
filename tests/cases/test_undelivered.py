"""What reached nobody is listed, with what was tried and what to do, for those who may know it."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.models import Notice
from cases.notices import addresses
from moderation_portal import outbox
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
PAGE = "/cases/undelivered/"


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    here = SimpleNamespace(now=AT + 2 * HOUR)
    monkeypatch.setattr("moderation_portal.clock.now", lambda: here.now)
    return here


def drain(at=AT):
    while sum(outbox.drain(lane, at=at) for lane in ("urgent", "notice")):
        pass


def page(client, who):
    user = who()
    user.language = "en"
    user.save(update_fields=["language"])
    return world.sign_in(client, user).get(PAGE)


def refused(mail, accounts=(), **facts):
    """A notice that every mailbox of the platform has refused."""
    mail.answers = {f"{name}@michat.example": "550 no such user" for name in ("abuse", "legal")}
    made = world.notice(*accounts, **facts)
    drain()
    return made


@pytest.mark.parametrize("who", [world.rina, world.polisi, world.lurah, world.steward, world.drone])
def test_whoever_reads_no_notices_finds_no_such_page(client, who):
    assert page(client, who).status_code == 404
    made = world.notice()
    assert client.post(f"/cases/notices/{made.pk}/again/").status_code in (403, 404)


def test_an_auditor_reads_it_and_sends_nothing(client, mail):
    made = refused(mail)
    shown = page(client, world.auditor).content.decode()
    assert made.number in shown
    assert "/again/" not in shown
    assert client.post(f"/cases/notices/{made.pk}/again/").status_code == 403


@pytest.mark.parametrize("who", [world.ayu, world.sri])
def test_nothing_of_a_sealed_notice_is_listed_for_the_uncleared(client, mail, who):
    made = refused(mail, category=world.CHILD)
    shown = page(client, who).content.decode()
    assert "Every notice has arrived" in shown
    assert made.number not in shown
    assert client.post(f"/cases/notices/{made.pk}/again/").status_code == 404
    cleared = page(client, world.citra).content.decode()
    assert made.number in cleared


@pytest.mark.parametrize("who", [world.ayu, world.sri])
def test_it_says_what_was_tried_and_what_to_do(client, mail, who):
    made = refused(mail)
    shown = page(client, who).content.decode()
    for words in (made.number, "MiChat", "no such user", "refused", "Given up after"):
        assert words in shown, words
    assert "Every contact failed" in shown


def test_the_contacts_of_many_notices_are_read_in_one_statement(mail):
    made = [refused(mail, category=world.CHILD), world.notice("michat: kembang_2")]
    made.append(world.notice("instagram: kembang_3"))
    Contact.objects.filter(address="legal@michat.example").update(is_cleared=False)
    with CaptureQueriesContext(connection) as seen:
        found = addresses.everybody_of(made)
    assert len(seen) == 1
    assert found == {notice.pk: addresses.everybody(notice) for notice in made}
    assert [len(found[notice.pk]) for notice in made[:2]] == [1, 2]


def test_the_page_costs_the_same_however_many_reached_nobody(client, mail):
    counts = []
    for many in (1, 4):
        for n in range(many):
            refused(mail, accounts=[f"michat: kembang_{many}_{n}"])
        with CaptureQueriesContext(connection) as seen:
            page(client, world.sri)
        counts.append(sum("platforms_contact" in one["sql"] for one in seen.captured_queries))
    assert counts[0] == counts[1]


def test_where_the_fault_is_ours_nobody_is_sent_to_mend_addresses(client, mail):
    made = world.notice()
    (Path(settings.MEDIA_ROOT) / made.pdf).write_bytes(b"x")
    with translation.override("en"):
        drain()
    shown = page(client, world.sri).content.decode()
    assert "The fault is ours" in shown
    assert "missing or damaged" in shown
    assert "mend their addresses" not in shown


def test_a_platform_without_contacts_is_for_the_steward(client):
    Contact.objects.filter(platform=world.michat()).delete()
    world.approved_case()
    world.notices.gather(AT, is_asked=True)
    shown = page(client, world.sri).content.decode()
    assert "have the steward add one" in shown
    made = Notice.objects.get()
    assert client.post(f"/cases/notices/{made.pk}/again/").status_code == 409


def test_what_is_on_its_way_or_has_arrived_is_not_listed(client, mail, hands):
    made = world.notice(at=AT)
    hands.now = AT + timedelta(minutes=5)
    assert made.number not in page(client, world.sri).content.decode()
    drain()
    hands.now = AT + 5 * HOUR
    assert made.number not in page(client, world.sri).content.decode()


def test_sent_again_it_goes_to_every_contact_that_there_is_now(client, mail, hands):
    made = refused(mail)
    mail.answers = {}
    Contact.objects.create(
        platform=made.platform, channel="email", name="New", address="new@michat.example"
    )
    page(client, world.ayu)
    assert client.post(f"/cases/notices/{made.pk}/again/").status_code == 302
    drain(hands.now)
    assert len(mail.to("new@michat.example")) == len(mail.to("abuse@michat.example")) == 1
    made.refresh_from_db()
    assert made.served_at == hands.now
    assert Event.objects.filter(kind="notice.sent_again", actor_name=world.ayu().name).exists()
    assert not OutboxMessage.objects.filter(state="dead").exists()
    assert client.post(f"/cases/notices/{made.pk}/again/").status_code == 409


def test_who_settles_what_was_given_up_is_led_there(client, mail):
    refused(mail)
    for who, is_led in ((world.ayu, False), (world.sri, True), (world.auditor, True)):
        assert ("/dead-letters/" in page(client, who).content.decode()) == is_led
