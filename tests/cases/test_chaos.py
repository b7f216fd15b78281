"""The parts of `./portal chaos` that count: they must see what is lost and what is doubled."""

import ast
import contextlib
import smtplib
import sys
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings

from cases.chaos import copying, ledger, machines, scene, shown, sink
from cases.models import Delivery, Notice, NoticeItem
from moderation_portal import audit, outbox
from moderation_portal.launch.ports import free_port
from moderation_portal.launch.supervisor import Part
from moderation_portal.models import Lane
from moderation_portal.roles import SYSTEM
from tests.world import AT

MAILBOX = "abuse@michat.example"


@pytest.fixture
def orders(db):
    return scene.lay_out(AT, slugs=("michat",)).orders


@pytest.fixture
def taken(orders, mail):
    """What a mail server took of two orders that left, each once."""
    while outbox.drain(Lane.NOTICE, at=AT):
        pass
    return [(one["Message-ID"], to, sink.TOOK) for to, one in mail.messages]


def test_two_orders_of_each_platform_are_copied_into_many_that_differ(orders):
    assert {one.urgency for one in orders} == {"ordinary", "urgent"}
    assert copying.post(orders, 5, at=AT) == 5
    assert Notice.objects.values("number").distinct().count() == 7
    assert Notice.objects.values("message_id").distinct().count() == 7
    assert NoticeItem.objects.values("target__case").distinct().count() == 7


def test_what_left_once_is_neither_lost_nor_doubled(taken):
    counted = ledger.count(taken)
    assert (counted.letters, counted.lost, counted.doubled, counted.copies) == (2, 0, 0, 0)
    assert ledger.waits() == 0


def test_a_letter_that_no_mail_server_took_is_lost(taken):
    assert ledger.count(taken[:1]).lost == 1


def test_a_letter_that_nobody_served_is_lost(taken):
    Notice.objects.filter(message_id=taken[0][0]).update(served_at=None)
    assert ledger.count(taken).lost == 1


def test_an_event_or_a_delivery_that_stands_there_twice_is_doubled(taken, orders):
    audit.record("notice.served", f"notice:{orders[0].pk}", actor=SYSTEM, at=AT)
    assert ledger.count(taken).doubled == 1
    again = Delivery.objects.get(notice=orders[1])
    again.pk, again.attempt = None, 2
    again.save()
    assert ledger.count(taken).doubled == 2


def test_a_copy_is_explained_by_an_attempt_of_which_nobody_knows_the_end(taken, orders):
    twice = [*taken, taken[0]]
    assert (ledger.count(twice).copies, ledger.count(twice).unexplained) == (1, 1)
    notice = Notice.objects.get(message_id=taken[0][0])
    again = Delivery.objects.get(notice=notice)
    again.pk, again.attempt, again.state = None, 2, Delivery.State.UNCERTAIN
    again.save()
    assert (ledger.count(twice).copies, ledger.count(twice).unexplained) == (1, 0)


@pytest.fixture
def link(tmp_path):
    """A mail server that fails as it is told to, and a call that sends one letter to it."""
    sink.put(tmp_path, sink.Moods())
    controller = Controller(sink.Taker(tmp_path), hostname="127.0.0.1", port=free_port(0))
    controller.start()

    def send() -> None:
        with contextlib.closing(smtplib.SMTP("127.0.0.1", controller.port, timeout=10)) as smtp:
            smtp.sendmail("desk@komdigi.example", [MAILBOX], "Message-ID: <1@x>\r\n\r\nText.")

    yield send
    controller.stop()


def test_the_mail_server_of_a_play_writes_down_what_it_takes(link, tmp_path):
    assert sink.taken(tmp_path) == []
    link()
    assert sink.taken(tmp_path) == [("<1@x>", MAILBOX, sink.TOOK)]


def test_it_refuses_and_hangs_up_as_it_is_told(link, tmp_path):
    sink.put(tmp_path, sink.Moods(refused=(MAILBOX,)))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        link()
    sink.put(tmp_path, sink.Moods(hangs_up=1.0))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        link()
    assert sink.taken(tmp_path) == [("<1@x>", MAILBOX, sink.HUNG_UP)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_what_is_ended_runs_again_and_what_is_held_down_does_not(tmp_path):
    waits = Part("waits", [sys.executable, "-c", "import time; time.sleep(600)"], {}, tmp_path)
    with machines.Machines(tmp_path) as running:
        running.start(waits)
        first = running.process_ids()["waits"]
        with running.away("waits"):
            assert machines.until(lambda: not is_alive(first), 30)
            assert running.process_ids()["waits"] == first
        assert machines.until(lambda: running.process_ids()["waits"] != first, 30)
        assert running.kills == {"waits": 1}


@pytest.mark.parametrize("place", [place for tests in shown.SUITE.values() for place in tests])
def test_what_is_said_to_be_shown_by_the_suite_stands_in_it(place):
    path, _colon, name = place.partition("::")
    tree = ast.parse((Path(settings.BASE_DIR) / path).read_text(encoding="utf-8"))
    assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
