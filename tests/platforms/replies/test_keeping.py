"""Mail is kept first, once, and whatever it holds."""

import io
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from moderation_portal import stored_files
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Event, OutboxMessage
from platforms import replies
from platforms.models import InboundMail
from tests import incoming
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def receive(*raws, by="pipe", at=AT):
    return replies.receive(raws, by=by, at=at)


def waiting():
    return list(OutboxMessage.objects.filter(topic=replies.TOPIC).values_list("payload", flat=True))


def test_a_message_is_kept_with_the_row_that_handles_it():
    raw = incoming.mail()
    (kept,) = receive(raw)
    mail = InboundMail.objects.get()
    assert kept.is_new
    assert kept.mail_id == mail.pk
    assert replies.source(mail) == raw
    assert waiting() == [{"mail": mail.pk}]
    assert replies.head_of(mail).sender == "MiChat Indonesia <abuse@michat.example>"
    assert replies.head_of(mail).subject == "Re: Perintah"


def test_nothing_of_a_message_lies_open_in_file_row_or_record():
    raw = incoming.mail(text="bunga_77", subject="rahasia_88")
    receive(raw)
    mail = InboundMail.objects.get()
    for kept in (stored_files.read(mail.path), bytes(mail.head)):
        assert b"bunga_77" not in kept
        assert b"rahasia_88" not in kept
    event = Event.objects.get(kind="mail.received")
    assert event.is_sealed
    assert "rahasia_88" not in str(event.data)


def test_the_same_message_is_kept_once_by_whatever_door_and_way_it_comes():
    raw = incoming.mail()
    longer_way = b"Received: from a by b\r\nX-Spam: no\r\n" + raw.replace(b"\n", b"\r\n")
    assert [one.is_new for one in receive(raw, raw)] == [True, False]
    (again,) = receive(longer_way, by="imap", at=AT + HOUR)
    assert not again.is_new
    assert len(waiting()) == InboundMail.objects.count() == 1


def test_another_text_under_the_same_message_id_is_another_message():
    assert all(one.is_new for one in receive(incoming.mail(), incoming.mail(text="Lain.")))


@pytest.mark.django_db(transaction=True)
def test_two_doors_at_the_same_moment_keep_one():
    raw = incoming.mail()
    found = at_once(*(lambda by=by: receive(raw, by=by)[0] for by in ("pipe", "imap", "pipe")))
    assert sorted(one.is_new for one in found) == [False, False, True]
    assert len({one.mail_id for one in found}) == InboundMail.objects.count() == 1


def test_a_message_that_is_empty_or_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("platforms.replies.keeping.MOST_BYTES", 2_000)
    for raw in (b"", b" \r\n", incoming.mail(text="x" * 3_000)):
        with pytest.raises(Invalid):
            receive(raw)
    assert not InboundMail.objects.exists()


def test_a_message_whose_file_was_changed_is_told():
    receive(incoming.mail())
    mail = InboundMail.objects.get()
    mail.path = stored_files.write("mail", b"anything else of some length", at=AT)
    with pytest.raises(Conflict):
        replies.source(mail)


def test_a_file_without_a_row_is_swept_up_after_a_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with transaction.atomic():
        receive(incoming.mail())
        transaction.set_rollback(True)
    receive(incoming.mail(text="Ini tetap."))
    assert replies.sweep(at=AT + 23 * HOUR) == 0
    assert replies.sweep(at=AT + 25 * HOUR) == 1
    assert replies.source(InboundMail.objects.get())


def pipe(monkeypatch, raw):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("receive_mail")


def test_the_pipe_keeps_a_message(monkeypatch, still_clock):
    pipe(monkeypatch, incoming.mail())
    assert InboundMail.objects.get().door == "pipe"


@pytest.mark.parametrize("raw", [b"", b"x" * 3_000])
def test_the_pipe_refuses_for_good_what_will_never_be_kept(monkeypatch, still_clock, raw):
    monkeypatch.setattr("platforms.replies.MOST_BYTES", 2_000)
    monkeypatch.setattr("platforms.replies.keeping.MOST_BYTES", 2_000)
    with pytest.raises(SystemExit) as ended:
        pipe(monkeypatch, raw)
    assert ended.value.code == 65


def test_the_pipe_gives_a_message_back_where_it_cannot_be_kept(monkeypatch, still_clock, settings):
    settings.MEDIA_ROOT = "/dev/null"
    with pytest.raises(SystemExit) as ended:
        pipe(monkeypatch, incoming.mail())
    assert ended.value.code == 75
    assert not InboundMail.objects.exists()


class AnyBytes(TestCase):
    """Whatever comes in is kept and can be looked at."""

    @settings(max_examples=60)
    @given(st.binary(min_size=1, max_size=400), st.binary(max_size=200), st.integers(0, 4))
    def test_any_bytes_are_kept_and_looked_at(self, head, body, way):
        begun = (b"", b"From: ", b"Content-Type: multipart/mixed; boundary=", b"To: =?", b"\xff: ")
        raw = begun[way] + head + b"\n\n" + body
        if raw.strip():
            receive(raw)
            assert replies.read(raw).kind in replies.Kind
