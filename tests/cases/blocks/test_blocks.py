"""The Minister alone orders a block, two further persons carry it out, and it is undone in time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases import blocks, notices
from cases.models import AccessLetter, Block, Notice, RestoreRequest
from moderation_portal import outbox, recipients
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from platforms import channels
from tests import world
from tests.world import AT, HOUR

from .doing import DECISION, HOST, TODAY, asked, confirmed, decided, entered, ordered, proposal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["ayu", "citra", "rina", "auditor", "steward", "polisi"])
def test_only_whoever_oversees_enters_what_the_minister_decided(who):
    found = proposal()
    with pytest.raises(Refused):
        entered(found, actor=getattr(world, who)())
    assert not Block.objects.exists()


def test_nothing_is_blocked_without_an_issued_proposal():
    order = world.served_notice()
    assert not blocks.may_enter(world.sri(), order)
    found = proposal(order)
    Notice.objects.filter(pk=found.pk).update(state=Notice.State.DRAFTED)
    verdict = blocks.may_enter(world.sri(), Notice.objects.get(pk=found.pk))
    assert "both signatures come first" in verdict.reason


@pytest.mark.parametrize(
    "odd",
    [{"hosts": []}, {"hosts": ["other.example"]}, {"hosts": [HOST, "other.example"]}],
)
def test_only_reviewed_addresses_of_the_platform_are_blocked(odd):
    with pytest.raises(Invalid):
        entered(**odd)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=3), TODAY - timedelta(days=3)])
def test_the_minister_decides_after_the_proposal_and_not_tomorrow(day):
    who = {"actor": world.sri(), "at": AT + HOUR}
    with pytest.raises(Invalid):
        blocks.enter(proposal(), DECISION, day, is_granted=True, hosts=[HOST], **who)


def test_whoever_entered_it_does_not_have_it_carried_out():
    made = entered()
    for person in (world.sri(), world.ayu(), world.rina()):
        with pytest.raises(Refused):
            blocks.issue(made, actor=person, at=AT + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.filter(pk=made.pk).update(issued_by=world.sri(), state="ordered")
    assert not AccessLetter.objects.exists()


def test_nothing_is_blocked_after_the_proposal_was_withdrawn():
    made = entered()
    ids = set(made.proposal.items.values_list("target__case_id", flat=True))
    notices.withdraw(ids, reason="Keliru.", actor=world.sri(), at=AT + HOUR).insist()
    with pytest.raises(Conflict):
        blocks.issue(made, actor=world.dewi(), at=AT + 2 * HOUR)
    assert not AccessLetter.objects.exists()


@pytest.mark.law("PM5-15-12")
def test_every_access_provider_gets_a_numbered_letter_with_the_addresses_and_no_account(mail):
    ordered(world.served_notice("michat: kembang_1"))
    outbox.drain("urgent", at=AT + 2 * HOUR)
    letters = list(AccessLetter.objects.order_by("serial"))
    assert [one.serial for one in letters] == [1, 2]
    for letter in letters:
        (sent,) = mail.to(letter.address)
        said = sent.get_body(("plain",)).get_content()
        assert letter.number in sent["Subject"]
        assert DECISION in said
        assert "kembang_1" not in said
        listed = [part for part in sent.iter_attachments() if part.get_filename().endswith(".txt")]
        assert listed[0].get_content().split() == [HOST]
        assert letter.sent_at is not None
    outbox.drain("urgent", at=AT + 3 * HOUR)
    assert blocks.mail(letters[0].pk, at=AT + 3 * HOUR) is False


def test_a_letter_that_two_workers_mailed_at_once_is_on_record_once(monkeypatch):
    made = ordered()
    letter = made.letters.earliest("provider")

    def meanwhile(*_given, **_more):
        made.letters.filter(pk=letter.pk).update(sent_at=AT + HOUR)

    monkeypatch.setattr("platforms.channels.email.Email.hand_over", meanwhile)
    assert blocks.mail(letter.pk, at=AT + 2 * HOUR) is False
    letter.refresh_from_db()
    assert letter.sent_at == AT + HOUR
    assert not Event.objects.filter(kind="block.letter_sent").exists()


def test_a_letter_that_no_server_takes_goes_on_paper_and_its_signer_hears_of_it(monkeypatch):
    made = ordered()

    def refuse(*_given, **_more):
        raise channels.Never("550 no such mailbox")

    monkeypatch.setattr("platforms.channels.email.Email.hand_over", refuse)
    outbox.drain("urgent", at=AT + 2 * HOUR)
    assert all("550" in one.failure for one in made.letters.all())
    assert world.dewi().news.filter(kind="block.not_mailed").count() == 2


def test_a_provider_whose_mailbox_is_silent_holds_up_no_worker_and_no_other_provider(mail):
    first, second = ordered().letters.order_by("provider")
    recipients.silent(first.address, at=AT + 2 * HOUR)
    outbox.drain("urgent", at=AT + 2 * HOUR)
    assert (len(mail.to(first.address)), len(mail.to(second.address))) == (0, 1)
    row = OutboxMessage.objects.get(topic="block.send", state="queued")
    assert (row.payload["letter"], row.attempts) == (first.pk, 0)
    outbox.drain("urgent", at=AT + 3 * HOUR)
    assert len(mail.to(first.address)) == 1


def test_a_refusal_of_the_minister_ends_the_matter_without_a_letter():
    made = entered(is_granted=False, hosts=[])
    assert blocks.issue(made, actor=world.dewi(), at=AT + HOUR).state == Block.State.REFUSED
    assert not OutboxMessage.objects.filter(topic="block.send").exists()
    assert not blocks.may_ask(world.ayu(), made)


def test_an_entry_that_was_wrong_is_dropped_and_made_anew():
    made = entered()
    with pytest.raises(Refused, match="already"):
        entered(made.proposal)
    with pytest.raises(Refused):
        blocks.drop(made, "No.", actor=world.ayu(), at=AT + HOUR)
    blocks.drop(made, "Wrong number.", actor=world.sri(), at=AT + HOUR)
    with pytest.raises(Conflict):
        blocks.issue(made, actor=world.dewi(), at=AT + HOUR)
    assert entered(made.proposal).state == Block.State.ENTERED


def test_the_system_is_blocked_once_every_provider_has_confirmed():
    made = ordered()
    first, last = made.letters.order_by("provider")
    told = {"actor": world.ayu(), "at": AT + 2 * HOUR}
    with pytest.raises(Invalid):
        blocks.confirm(first, TODAY + timedelta(days=2), "x", **told)
    with pytest.raises(Refused):
        blocks.confirm(first, TODAY, "x", actor=world.auditor(), at=AT + 2 * HOUR)
    blocks.confirm(first, TODAY, "By mail.", **told)
    assert Block.objects.get().state == Block.State.ORDERED
    blocks.confirm(last, TODAY, "By mail.", **told)
    assert Block.objects.get().state == Block.State.BLOCKED
    with pytest.raises(Refused):
        blocks.confirm(last, TODAY, "By mail.", **told)


@pytest.mark.law("PM5-20-4")
def test_a_request_to_restore_access_is_due_in_two_days_and_decided_by_another_person():
    made = confirmed(ordered())
    request = asked(made, actor=world.sri())
    assert request.due_at == AT + 3 * HOUR + timedelta(hours=48)
    with pytest.raises(Refused, match="second person"):
        decided(made, actor=world.sri())
    with pytest.raises(Refused):
        decided(made, actor=world.bima())
    with pytest.raises(Refused):
        asked(made)
    with pytest.raises(IntegrityError), transaction.atomic():
        RestoreRequest.objects.update(state="granted", decided_by=world.sri())


@pytest.mark.law("PM5-20-4")
def test_access_is_restored_by_letters_that_name_the_block_and_are_confirmed(mail):
    made = confirmed(ordered())
    asked(made)
    decided(made)
    assert Block.objects.get().state == Block.State.RESTORING
    outbox.drain("urgent", at=AT + 5 * HOUR)
    for letter in AccessLetter.objects.filter(kind="normalisation"):
        order = made.letters.get(kind="block_order", provider=letter.provider)
        assert order.number in mail.to(letter.address)[-1].get_body(("plain",)).get_content()
    done = confirmed(made, "normalisation", AT + 6 * HOUR)
    assert done.state == Block.State.RESTORED
    assert not blocks.may_ask(world.ayu(), done)


def test_what_lacks_a_document_is_not_granted_but_may_be_refused_with_reasons():
    made = confirmed(ordered())
    asked(made, documents=["letter"])
    with pytest.raises(Invalid):
        decided(made)
    with pytest.raises(Invalid):
        decided(made, is_granted=False, answer=" ")
    assert decided(made, is_granted=False, answer="No proof.").state == "refused"
    assert Block.objects.get().state == Block.State.BLOCKED
    assert asked(made, at=AT + 5 * HOUR).state == "open"


def test_a_ministry_asks_by_letter_alone():
    made = confirmed(ordered())
    asked(made, is_by_office=True, documents=[])
    assert decided(made).state == "granted"


@pytest.mark.law("PM5-20-5")
def test_a_complete_request_is_refused_only_after_more_than_three_blocks():
    made = confirmed(ordered(world.served_notice("michat: satu_1")))
    asked(made)
    with pytest.raises(Invalid):
        decided(made, is_granted=False)
    for name in ("dua_2", "tiga_3"):
        ordered(world.served_notice(f"michat: {name}"))
    assert not blocks.may_refuse_as_often(made, world.dewi())
    ordered(world.served_notice("michat: empat_4"))
    assert decided(made, is_granted=False).state == "refused"


def test_every_step_is_in_the_record_of_the_case():
    made = confirmed(ordered())
    asked(made)
    decided(made)
    case = made.proposal.items.get().target.case
    kinds = list(Event.objects.filter(thread=case.thread).values_list("kind", flat=True))
    wanted = {"block.entered", "block.ordered", "block.confirmed", "block.in_place"}
    assert wanted | {"restoration.asked", "restoration.granted"} <= set(kinds)


def test_a_sealed_block_is_there_for_the_cleared_alone_and_leaves_no_gap():
    sealed = world.served_notice("michat: kuncup_1", category=world.CHILD)
    made = ordered(sealed, entering=world.cleared_sri(), issuing=world.citra())
    for person in (world.sri(), world.ayu(), world.auditor(), world.rina()):
        assert not blocks.visible_to(person).exists()
    assert blocks.visible_to(world.citra()).count() == 1
    assert set(made.letters.values_list("serial", flat=True)) == {None}
    ordinary = ordered(world.served_notice("michat: mawar_2"))
    assert sorted(ordinary.letters.values_list("serial", flat=True)) == [1, 2]


def test_a_platform_finds_no_block_in_the_portal():
    ordered()
    assert not blocks.visible_to(world.rina()).exists()
