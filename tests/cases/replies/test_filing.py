"""What a person does with a message: each is recorded, and nobody does it twice."""

import pytest

from cases import replies
from cases.answers import Given
from cases.models import Answer, Reply
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from reports.models import FormalRequest
from tests import incoming, world
from tests.world import AT, HOUR

from .doing import TWO, answered, arrive, codes, sealed

pytestmark = pytest.mark.django_db
LATER = AT + 5 * HOUR


def waiting(text="Sudah kami hapus semuanya.", **facts):
    made = world.served_notice(*TWO)
    return made, answered(made, text, **facts)


def kinds(reply):
    events = Event.objects.filter(thread=f"mail:{reply.pk}").order_by("id")
    return list(events.values_list("kind", flat=True))


def test_a_person_files_an_answer_as_of_the_moment_it_came_in():
    made, reply = waiting()
    given = [Given(item.pk, "removed") for item in made.items.all()]
    receipt = replies.answer(reply, given, actor=world.ayu(), at=LATER)
    reply.refresh_from_db()
    assert codes(made) == ["removed", "removed"]
    answer = Answer.objects.first()
    assert (answer.channel, answer.user, answer.contact) == ("reply", world.ayu(), reply.contact)
    assert answer.answered_at == AT + HOUR
    assert (reply.state, reply.receipt, reply.settled_at) == ("filed", receipt.number, LATER)
    assert kinds(reply) == ["mail.received", "mail.arrived", "mail.filed"]


def test_more_is_filed_from_the_same_message():
    made, reply = waiting()
    first, second = made.items.order_by("position")
    replies.answer(reply, [Given(first.pk, "removed")], actor=world.ayu(), at=LATER)
    replies.answer(reply, [Given(second.pk, "not_found")], actor=world.ayu(), at=LATER)
    assert codes(made) == ["removed", "not_found"]


def test_an_answer_nobody_vouched_for_names_no_contact():
    made, reply = waiting(vouched=None)
    item = made.items.first()
    replies.answer(reply, [Given(item.pk, "removed")], actor=world.ayu(), at=LATER)
    assert Answer.objects.get().contact is None


def test_a_message_of_nobody_is_filed_to_a_notice_and_then_as_an_answer():
    made = world.served_notice()
    reply = arrive(incoming.mail(text="Sudah dihapus."))
    assert (reply.notice, reply.state, reply.is_proved) == (None, "waiting", False)
    with pytest.raises(Conflict):
        replies.answer(reply, [Given(made.items.get().pk, "removed")], actor=world.ayu(), at=LATER)
    with pytest.raises(Invalid):
        replies.to_notice(reply, "B-999999/KOMDIGI/III/2026", actor=world.ayu(), at=LATER)
    replies.to_notice(reply, f" {made.number.lower()} ", actor=world.ayu(), at=LATER)
    replies.answer(reply, [Given(made.items.get().pk, "removed")], actor=world.ayu(), at=LATER)
    assert codes(made) == ["removed"]
    assert kinds(reply)[-2:] == ["mail.moved", "mail.filed"]


@pytest.mark.parametrize("way", ["references", "text"])
def test_a_message_that_names_a_notice_is_shown_there(way):
    made = world.served_notice()
    facts = {"In_Reply_To": made.message_id} if way == "references" else {}
    reply = arrive(incoming.mail(text=f"Tentang {made.number}.", vouched=None, **facts))
    assert reply.notice == made
    assert not reply.is_secret
    assert reply.state == Reply.State.WAITING


def test_a_letter_of_an_agency_becomes_a_draft_request():
    reply = arrive(incoming.mail(text="Mohon tutup https://michat.sg/u/contoh_1", vouched=None))
    (pk,) = replies.take_as_letter(reply, actor=world.ayu(), at=LATER)
    draft = FormalRequest.objects.get(pk=pk)
    assert (draft.created_by, draft.source) == (world.ayu(), "letter")
    reply.refresh_from_db()
    assert reply.state == Reply.State.FILED


def test_a_message_is_set_aside_with_a_reason_and_once():
    reply = arrive(incoming.mail(text="Promosi!"))
    for empty in ("", " \x00 "):
        with pytest.raises(Invalid):
            replies.set_aside([reply.pk], reason=empty, actor=world.ayu(), at=LATER)
    replies.set_aside([reply.pk], reason="Iklan.", actor=world.ayu(), at=LATER)
    reply.refresh_from_db()
    assert (reply.state, reply.reason, reply.settled_by) == ("discarded", "Iklan.", world.ayu())
    with pytest.raises(Conflict):
        replies.set_aside([reply.pk], reason="Lagi.", actor=world.bima(), at=LATER).insist()


def test_a_file_is_taken_out_for_a_purpose_only_and_that_is_recorded():
    file = ("surat.pdf", b"%PDF-1.7 contoh")
    _made, reply = waiting(files=(file,))
    with pytest.raises(Invalid):
        replies.download(reply, 0, actor=world.ayu(), purpose="x", at=LATER)
    said = {"purpose": "Untuk menilai jawaban.", "at": LATER}
    assert replies.download(reply, 0, actor=world.ayu(), **said).bytes == file[1]
    assert replies.download(reply, 1, actor=world.ayu(), **said) is None
    event = Event.objects.get(kind="mail.file_downloaded", thread=f"mail:{reply.pk}")
    assert event.data["purpose"] == "Untuk menilai jawaban."


def test_what_may_be_a_picture_is_for_the_cleared():
    _made, reply = waiting(files=(("foto.txt", b"\x89PNG\r\n\x1a\n...."),))
    said = {"purpose": "Untuk menilai jawaban.", "at": LATER}
    with pytest.raises(Refused):
        replies.download(reply, 0, actor=world.ayu(), **said)
    assert replies.download(reply, 0, actor=world.citra(), **said)


@pytest.mark.parametrize("who", [world.auditor, world.rina, world.polisi, world.steward])
def test_whoever_is_not_of_the_desk_files_nothing(who):
    _made, reply = waiting()
    for act in (
        lambda: replies.set_aside([reply.pk], reason="Tidak.", actor=who(), at=LATER),
        lambda: replies.put_back([reply.pk], actor=who(), at=LATER),
        lambda: replies.as_report(reply, world.telling(), actor=who(), at=LATER),
        lambda: replies.to_notice(reply, "B-1", actor=who(), at=LATER),
        lambda: replies.take_as_letter(reply, actor=who(), at=LATER),
        lambda: replies.answer(reply, [], actor=who(), at=LATER),
    ):
        with pytest.raises(Refused):
            act()


def test_what_is_sealed_is_filed_by_the_cleared_alone():
    made = sealed()
    reply = answered(made, "Sudah dihapus.")
    given = [Given(made.items.get().pk, "removed")]
    with pytest.raises(Refused):
        replies.answer(reply, given, actor=world.ayu(), at=LATER)
    replies.answer(reply, given, actor=world.citra(), at=LATER)
    assert codes(made) == ["removed"]
