"""A message becomes a report, many are set aside at once: one wins, and nothing sealed shows."""

import pytest

from cases import replies
from cases.models import Reply
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Event
from reports import evidence
from reports.models import Evidence, Report
from tests import incoming, world
from tests.cases.at_once import at_once
from tests.reports.test_evidence import picture
from tests.world import AT, HOUR

from .doing import arrive, read, sealed

pytestmark = pytest.mark.django_db
LATER = AT + 5 * HOUR
TEXT = "Tolong tutup akun https://www.instagram.com/bunga_77/ karena menipu."


def told(category="prostitution", **facts):
    who = world.intake.ReporterFacts(kind="public", name="Sari", email="sari@warga.example")
    return world.telling("MiChat: bunga_77", category=category, reporter=who, **facts)


def reported(reply, category="prostitution", actor=None):
    return replies.as_report(reply, told(category), actor=actor or world.ayu(), at=LATER)


def stranger(*files, text=TEXT, **facts):
    sender = "Sari <sari@warga.example>"
    return arrive(incoming.mail(text=text, sender=sender, vouched=None, files=files, **facts))


def test_a_message_becomes_a_report_by_the_one_door_with_itself_as_evidence():
    reply = stranger()
    received = reported(reply)
    reply.refresh_from_db()
    made = Report.objects.get(pk=received.report_id)
    assert (reply.state, reply.report, reply.settled_by) == ("filed", made, world.ayu())
    assert (made.channel, made.items.count()) == ("mail", 1)
    kept = made.evidence.get()
    assert evidence.read(kept) == replies.filing.replies.source(reply.mail)
    assert kept.is_quarantined, "it names who wrote it"
    kinds = list(Event.objects.filter(thread=f"mail:{reply.pk}").values_list("kind", flat=True))
    assert "mail.filed" in kinds


def test_pictures_and_letters_of_a_message_are_kept_as_any_upload_is():
    reply = stranger(
        ("layar.png", picture()), ("catatan.txt", b"catatan"), ("rusak.png", b"\x89PNG")
    )
    made = Report.objects.get(pk=reported(reply, "gambling").report_id)
    kinds = sorted(made.evidence.values_list("kind", "mime"))
    assert kinds == [("other", "message/rfc822"), ("screenshot", "image/png")]


def test_of_children_no_picture_is_kept_beside_the_message():
    reply = stranger(("layar.png", picture()))
    made = Report.objects.get(pk=reported(reply, world.CHILD).report_id)
    assert [one.mime for one in made.evidence.all()] == ["message/rfc822"]


def test_a_report_on_a_child_takes_its_message_out_of_the_sight_of_the_uncleared():
    reply = stranger()
    reported(reply, world.CHILD)
    assert not replies.visible_to(world.ayu()).exists()
    assert replies.visible_to(world.citra()).get().report.handling == "sealed"
    assert not Event.objects.filter(kind="mail.filed", is_sealed=False).exists()


def test_what_names_a_sealed_matter_becomes_no_ordinary_report():
    made = sealed()
    reply = read(incoming.mail(text=f"Tentang {made.number}.", vouched=None))
    with pytest.raises(Invalid):
        reported(reply, actor=world.citra())
    assert reported(reply, world.CHILD, actor=world.citra()).report_id


def test_what_cannot_be_taken_in_leaves_the_message_waiting():
    reply = stranger()
    refused = told(reason="x" * 30_000)
    with pytest.raises(Invalid):
        replies.as_report(reply, refused, actor=world.ayu(), at=LATER)
    reply.refresh_from_db()
    assert (reply.state, reply.report) == ("waiting", None)
    assert not Evidence.objects.exists()


def test_a_message_that_says_what_was_told_before_is_filed_to_that_report():
    first = reported(stranger())
    second = stranger(text="Sekali lagi.", message_id="<dua@warga.example>")
    received = reported(second)
    second.refresh_from_db()
    assert received.outcome == "skipped"
    assert (second.state, second.report_id) == ("filed", first.report_id)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_file_a_message_at_once_one_wins():
    reply = stranger()

    def file():
        try:
            return reported(reply).outcome
        except Conflict:
            return "late"

    assert sorted(at_once(file, file)) == ["done", "late"]
    assert Report.objects.count() == 1


# Set aside at once


def test_many_are_set_aside_with_one_reason_and_a_result_for_each():
    first, second = (stranger(message_id=f"<{n}@iklan.example>", text=f"Iklan {n}") for n in "12")
    hidden = read(incoming.mail(text=f"Tentang {sealed().number}.", vouched=None))
    ids = [first.pk, second.pk, hidden.pk, 999_999]
    replies.set_aside([second.pk], reason="Iklan.", actor=world.bima(), at=LATER)
    result = replies.set_aside(ids, reason="Promosi.", actor=world.ayu(), at=LATER)
    assert result.done == [first.pk]
    assert [said.id for said in result.skipped] == [second.pk]
    reasons = {said.id: said.reason for said in result.refused}
    assert reasons.keys() == {hidden.pk, 999_999}
    assert len(set(reasons.values())) == 1, "hidden and absent are told alike"
    hidden.refresh_from_db()
    assert hidden.state == Reply.State.WAITING


def test_what_was_set_aside_is_put_back_and_the_record_keeps_both():
    reply = stranger()
    replies.set_aside([reply.pk], reason="Iklan.", actor=world.ayu(), at=LATER)
    assert replies.put_back([reply.pk], actor=world.bima(), at=LATER).done == [reply.pk]
    reply.refresh_from_db()
    assert (reply.state, reply.reason, reply.settled_by) == ("waiting", "", None)
    assert replies.put_back([reply.pk], actor=world.bima(), at=LATER).done == []
    told = Event.objects.filter(thread=f"mail:{reply.pk}").order_by("id")
    assert [(e.kind, e.data.get("reason")) for e in told][-2:] == [
        ("mail.set_aside", "Iklan."), ("mail.put_back", None),
    ]  # fmt: skip


def test_what_was_filed_is_not_put_back():
    reply = stranger()
    reported(reply)
    assert replies.put_back([reply.pk], actor=world.ayu(), at=LATER).done == []
