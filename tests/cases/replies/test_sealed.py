"""What touches a sealed notice is read by the cleared alone, and confirms nothing by itself."""

import pytest

from cases import replies
from cases.answers import Given
from cases.models import Answer, Case, Reply
from cases.replies import content_of, handle, visible_to
from moderation_portal import outbox, stored_files
from moderation_portal.models import Event, News
from platforms import replies as doors
from platforms.models import InboundMail
from tests import incoming, world
from tests.world import AT, HOUR

from .doing import TWO, answered, arrive, codes, sealed

pytestmark = pytest.mark.django_db


def seen_by(who):
    return set(visible_to(who).values_list("pk", flat=True))


def only_cleared(reply):
    assert reply.handling == "sealed"
    for who in (world.ayu(), world.sri(), world.auditor(), world.rina(), world.polisi()):
        assert reply.pk not in seen_by(who)
    for who in (world.citra(), world.cleared_auditor(), world.cleared_sri()):
        assert reply.pk in seen_by(who)
    assert not Event.objects.filter(thread=f"mail:{reply.pk}", is_sealed=False).exists()


def test_a_reply_to_a_sealed_notice_is_for_the_cleared_and_answers_nothing_by_itself():
    made = sealed()
    reply = answered(made, "1: removed")
    only_cleared(reply)
    assert reply.is_proved
    assert not Answer.objects.exists()
    made.refresh_from_db()
    assert made.acknowledged_at is None


@pytest.mark.parametrize("way", ["references", "number", "case", "inside", "subject"])
def test_what_quotes_a_sealed_notice_is_for_the_cleared(way):
    made = sealed()
    case = made.items.get().target.case
    told = {
        "references": {"References": f"<lain@x.example> {made.message_id}"},
        "number": {"text": f"Perihal {made.number}: apa ini?"},
        "case": {"text": f"Perihal {case.number.lower()}: apa ini?"},
        "inside": {"files": (("lampiran.eml", incoming.mail(text=f"Lihat {made.number}.")),)},
        "subject": {"subject": f"Re: {made.number}"},
    }[way]
    only_cleared(arrive(incoming.mail(vouched=None, **told)))


def test_an_answer_to_a_letter_that_left_accounts_out_is_for_the_cleared():
    """Whoever answers quotes their copy, and that tells what is missing in it."""
    made = world.notice(*TWO)
    left_out = made.items.order_by("position").first()
    made.items.filter(pk=left_out.pk).update(is_withheld=True)
    reply = answered(made, "1: removed")
    only_cleared(reply)
    assert codes(made) == ["", "removed"], "the platform counts as its own copy does"
    assert Answer.objects.get().channel == "link"


def test_whoever_files_an_answer_does_not_learn_which_accounts_the_platform_was_not_told_of():
    made = world.served_notice(*TWO)
    reply = answered(made, "Semua sudah ditutup.")
    made.items.filter(position=1).update(is_withheld=True, sent_at=None)
    given = [Given(item.pk, "removed") for item in made.items.all()]
    receipt = replies.answer(reply, given, actor=world.ayu(), at=AT + 2 * HOUR)
    assert receipt.refused == []
    assert codes(made) == ["removed", "removed"]


def test_a_message_that_could_not_be_read_is_for_the_cleared():
    (kept,) = doors.receive([incoming.mail()], by="pipe", at=AT)
    mail = InboundMail.objects.get()
    whole = stored_files.read(mail.path)
    stored_files.remove(mail.path)
    outbox.drain("internal", at=AT)
    reply = Reply.objects.get(pk=kept.mail_id)
    assert (reply.kind, reply.state) == ("unread", "waiting")
    only_cleared(reply)
    assert content_of(reply).own == ""
    InboundMail.objects.update(path=stored_files.write("mail", whole, at=AT))
    handle({"mail": mail.pk}, at=AT + HOUR)
    reply.refresh_from_db()
    assert (reply.kind, reply.handling) == ("reply", "ordinary")


def test_nothing_is_seen_of_what_no_worker_has_read():
    doors.receive([incoming.mail()], by="pipe", at=AT)
    assert not seen_by(world.citra())


def test_what_a_cleared_person_files_to_a_sealed_notice_leaves_the_sight_of_others():
    made = sealed()
    reply = arrive(incoming.mail(text="Sudah."))
    assert reply.pk in seen_by(world.ayu())
    replies.to_notice(reply, made.number, actor=world.citra(), at=AT + 2 * HOUR)
    reply.refresh_from_db()
    assert reply.handling == "sealed"
    assert reply.pk not in seen_by(world.ayu())


def test_the_number_of_a_sealed_notice_is_none_to_the_uncleared():
    made = sealed()
    reply = arrive(incoming.mail(text="Sudah."))
    with pytest.raises(Exception, match="There is no such notice") as hidden:
        replies.to_notice(reply, made.number, actor=world.ayu(), at=AT + 2 * HOUR)
    with pytest.raises(Exception, match="There is no such notice") as absent:
        replies.to_notice(reply, "B-000009/X/I/2026", actor=world.ayu(), at=AT + 2 * HOUR)
    assert str(hidden.value) == str(absent.value)
    assert type(hidden.value) is type(absent.value)


def test_whoever_holds_the_case_hears_that_a_reply_waits_and_of_a_sealed_one_only_the_cleared():
    made = world.served_notice()
    waiting = News.objects.filter(kind="mail.waits", person=world.ayu())
    Case.objects.update(owner=world.ayu())
    answered(made, "1: removed")
    assert not waiting.exists()
    reply = answered(made, "Mohon waktu.", message_id="<2@michat.example>")
    assert [one.address for one in waiting] == [f"/cases/mail/{reply.pk}/"]
    hidden = sealed()
    answered(made, f"Lihat {hidden.number}.", message_id="<3@michat.example>")
    assert waiting.count() == 1
