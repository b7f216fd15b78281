"""A platform is asked to keep the data before anything orders it to take them down."""

from datetime import timedelta

import pytest

from cases import decisions, grounds, notices
from cases.models import Notice
from cases.notices import preserving
from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Refused
from moderation_portal.models import Event
from platforms.models import Platform
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def drain(at=AT):
    """What the workers of both lanes do."""
    while sum(outbox.drain(lane, at=at) for lane in ("urgent", "notice")):
        pass


def referred(*accounts, **facts):
    """A case that Ayu has referred to the unit for women and children, not upheld yet."""
    world.michat()
    found = world.prepare(world.case(*accounts, **facts), world.ayu())
    decisions.refer([found.pk], unit="ppa", reason="Korban.", actor=world.ayu(), at=AT).insist()
    return found


def letters():
    return Notice.objects.filter(rung="preservation").order_by("drafted_at", "pk")


def order(found, at=AT):
    """Upholds, approves and issues it."""
    decisions.uphold(
        [found.pk], bases=[world.first_basis(found)], test=world.TEST, reasons="Melanggar.",
        actor=world.ayu(), at=at,
    ).insist()  # fmt: skip
    world.approve(found, world.sri(), at=at)
    (pk,) = notices.gather(at, is_asked=True).issued
    return Notice.objects.get(pk=pk)


def test_without_clearance_nobody_asks_for_a_sealed_case():
    world.michat()
    found = world.child_case()
    for person in (world.ayu(), world.sri(), world.auditor()):
        with pytest.raises(Refused):
            decisions.preserve([found.pk], actor=person, at=AT).insist()
    assert not letters().exists()


def test_a_sealed_case_is_not_upheld_before_preservation_was_asked_for():
    world.michat()
    found = world.prepare(world.child_case(), world.citra())
    type(found).objects.update(preservation_asked_at=None)
    found.refresh_from_db()
    gaps = grounds.missing([found], policy.pack(), at=AT)[found.pk]
    assert [gap.code for gap in gaps] == ["preservation"]


def test_an_order_waits_while_the_letter_before_it_could_not_be_handed_over(mail):
    mail.answers["abuse@michat.example"] = "451 come back"
    made = order(referred())
    drain()
    mail.answers.clear()
    assert [d.notice.rung for d in made.deliveries.all()] == []
    for minutes in (1, 5, 10, 20):
        drain(AT + minutes * MINUTE)
    assert [letter["Subject"][:7] for letter in mail.to("abuse@michat.example")] == [
        "Request",
        "Takedow",
    ]
    assert letters().get().served_at <= Notice.objects.get(pk=made.pk).served_at


def test_an_order_does_not_wait_for_ever(mail):
    mail.answers["abuse@michat.example"] = "451 come back"
    made = order(referred())
    drain()
    assert preserving.goes_first(made, at=AT + preserving.PATIENCE - MINUTE)
    assert not preserving.goes_first(made, at=AT + preserving.PATIENCE)


def test_referring_really_asks_the_platform_and_the_letter_is_served_before_the_order(mail):
    found = referred("michat: satu_contoh", "michat: dua_contoh")
    letter = letters().get()
    assert letter.state == Notice.State.ISSUED
    assert Platform.objects.get(slug="michat").name in letter.text
    for words in ("satu_contoh", "dua_contoh", "preserve", "90 days", letter.number):
        assert words in letter.text
    assert "Tuti" not in letter.text
    made = order(found)
    drain()
    first, second = mail.to("abuse@michat.example")
    assert [first["Message-ID"], second["Message-ID"]] == [letter.message_id, made.message_id]
    served = Event.objects.filter(kind="notice.served", thread=found.thread).order_by("id")
    assert [event.data["rung"] for event in served] == ["preservation", "order"]
    letter.refresh_from_db()
    assert (letter.due_at, letter.items.first().due_at) == (None, None)


def test_a_sealed_letter_goes_to_the_portal_only_and_who_opens_the_order_has_it_before(mail):
    made = world.notice("michat: kuncup_1", category=world.CHILD)
    drain()
    letter = letters().get()
    assert letter.handling == "sealed"
    for copy in mail.to("abuse@michat.example"):
        assert "kuncup_1" not in copy.as_string()
        assert list(copy.iter_attachments()) == []
    notices.open_in_portal(made, actor=world.cleared_joko(), at=AT + HOUR)
    letter.refresh_from_db()
    made.refresh_from_db()
    assert letter.served_at == made.served_at == AT + HOUR
    served = Event.objects.filter(kind="notice.served", is_sealed=True).order_by("id")
    told = list(dict.fromkeys(event.data["rung"] for event in served))
    assert told == ["preservation", "order"]


def test_each_account_is_asked_for_once():
    found = referred()
    again = decisions.preserve([found.pk], actor=world.ayu(), at=AT + HOUR)
    with pytest.raises(Conflict, match="17 "):
        again.insist()
    assert letters().count() == 1


def test_the_letter_neither_asks_for_an_answer_nor_starts_a_ladder(client, mail):
    found = referred()
    drain()
    letter = letters().get()
    assert not letter.items.exclude(next_step_at=None).exists()
    world.sign_in(client, world.rina())
    page = client.get(f"/cases/platform/{letter.pk}/").content.decode()
    assert "<textarea" not in page
    made = order(found)
    drain()
    world.answer(made, "needs_time", reason="Besok.", at=AT + HOUR)
    assert made.items.get().next_step_at is not None, "the order climbs on, whatever came before it"


def test_what_a_sealed_case_speaks_for_is_asked_by_the_sealed_letter_alone(mail):
    world.michat()
    world.child_case("michat: satu_contoh")
    referred("michat: satu_contoh")
    drain()
    named = [
        copy
        for copy in mail.to("abuse@michat.example")
        if "satu_contoh" in copy.get_body(("plain",)).get_content()
    ]
    assert named == []
    assert letters().get(handling="ordinary").state == Notice.State.SERVED
