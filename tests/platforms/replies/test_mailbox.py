"""Mail fetched over IMAP, from a real server: none lost, none taken twice."""

import pytest

from moderation_portal import imap_address, outbox
from moderation_portal.models import OutboxMessage
from platforms import replies
from platforms.models import InboundMail
from platforms.replies import keeping, mailbox
from tests import incoming
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def letters(count):
    return [
        incoming.mail(text=f"Surat {n}", message_id=f"<{n}@michat.example>") for n in range(count)
    ]


def kept():
    return sorted(
        replies.source(mail).replace(b"\r\n", b"\n") for mail in InboundMail.objects.all()
    )


def plain(raws):
    return sorted(raw.replace(b"\r\n", b"\n") for raw in raws)


def test_what_lies_in_the_mailbox_is_kept_and_set_aside(postbox):
    sent = letters(3)
    postbox.put(*sent)
    assert mailbox.fetch(at=AT) == 3
    assert kept() == plain(sent) == plain(postbox.lying_in("Selesai"))
    assert postbox.lying_in("INBOX") == []
    assert mailbox.fetch(at=AT) == 0


def test_more_than_one_look_takes_comes_with_the_next(postbox, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST", 2)
    postbox.put(*letters(3))
    assert [mailbox.fetch(at=AT) for _turn in range(3)] == [2, 1, 0]
    assert InboundMail.objects.count() == 3


def test_a_message_that_could_not_be_kept_stays_where_it_is(postbox, monkeypatch):
    postbox.put(*letters(2))
    with monkeypatch.context() as broken:
        broken.setattr(keeping.stored_files, "write", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mailbox.fetch(at=AT)
    assert len(postbox.lying_in("INBOX")) == 2
    assert mailbox.fetch(at=AT + HOUR) == 2
    assert len(kept()) == 2


def test_a_message_that_was_kept_and_not_set_aside_is_not_taken_twice(postbox, monkeypatch):
    postbox.put(*letters(2))
    with monkeypatch.context() as broken:
        broken.setattr(mailbox, "_set_aside", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            mailbox.fetch(at=AT)
    assert InboundMail.objects.count() == 1
    mailbox.fetch(at=AT + HOUR)
    assert InboundMail.objects.count() == 2
    assert postbox.lying_in("INBOX") == []
    assert len(postbox.lying_in("Selesai")) == 2


def test_of_a_message_that_is_too_large_the_head_is_kept(postbox, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_BYTES", 2_000)
    large = incoming.mail(text="x" * 3_000, subject="Lampiran besar")
    postbox.put(large)
    assert mailbox.fetch(at=AT) == 1
    mail = InboundMail.objects.get()
    assert replies.head_of(mail).subject == "Lampiran besar"
    assert b"xxx" not in replies.source(mail)
    assert plain(postbox.lying_in("Selesai")) == plain([large])


def test_an_empty_message_hinders_no_other(postbox):
    postbox.put(b" \r\n\r\n", *letters(1))
    assert mailbox.fetch(at=AT) == 2
    assert len(kept()) == 1
    assert postbox.lying_in("INBOX") == []


def test_a_server_that_is_away_or_refuses_us_is_asked_later(postbox, settings):
    for address in ("imap://demouser:demopass@127.0.0.1:1/", "imap://demouser:wrong@127.0.0.1"):
        port = "" if address.endswith("/") else f":{postbox.port}/"
        settings.IMAP_MAILBOX = imap_address.read(address + port)
        with pytest.raises(mailbox.Unreachable) as told:
            mailbox.fetch(at=AT)
        assert "demopass" not in str(told.value)
        outbox.enqueue("mail.fetch", {}, lane="internal", at=AT)
        outbox.drain("internal", at=AT)
    waiting = OutboxMessage.objects.filter(topic="mail.fetch").exclude(state="done")
    assert not waiting.exists(), "the looks of a long outage do not pile up"


def test_without_a_mailbox_none_is_looked_into(settings):
    settings.IMAP_MAILBOX = None
    assert mailbox.fetch(at=AT) == 0


def test_the_regular_look_fetches(postbox):
    postbox.put(*letters(1))
    outbox.enqueue("mail.fetch", {}, lane="internal", at=AT)
    outbox.drain("internal", at=AT)
    assert InboundMail.objects.count() == 1
