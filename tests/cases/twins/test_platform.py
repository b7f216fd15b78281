"""What the platform reads of a notice that names what a sealed case speaks for."""

import pytest

from cases import answers, ladder, notices
from cases.models import CaseState, Notice, NoticeItem
from cases.views.answering import rows_of
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .doing import ACCOUNT, OTHER, drain, held_back, mixed, ordinary, said, take_back

pytestmark = pytest.mark.django_db


def test_a_withheld_notice_that_was_never_sent_is_not_in_the_portal(mail):
    held = held_back()
    drain()
    assert not notices.visible_to(world.rina()).exists()
    assert not notices.visible_to(world.cleared_joko()).filter(pk=held.pk).exists()
    assert notices.visible_to(world.ayu()).get() == held
    assert mail.messages == []


def test_what_the_platform_was_never_told_of_it_cannot_answer():
    made = world.served_notice(ACCOUNT, "michat: kembang_2")
    hidden, shown = made.items.order_by("locator")
    NoticeItem.objects.filter(pk=hidden.pk).update(is_withheld=True, sent_at=None)
    assert notices.items_for_platform(made) == [shown]
    given = [answers.Given(item.pk, "removed") for item in (hidden, shown)]
    receipt = answers.take(made, given, actor=world.rina(), channel="portal", at=AT)
    assert receipt.taken == [shown.pk]
    assert [refusal.item_id for refusal in receipt.refused] == [hidden.pk]


def test_the_other_accounts_of_the_case_leave_as_ever(mail):
    world.michat()
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT, "michat: kembang_2")
    notices.gather(AT, is_asked=True)
    drain()
    (letter,) = mail.to("abuse@michat.example")
    text = letter.get_body(("plain",)).get_content()
    assert "kembang_2" in text
    assert "bunga_77" not in text
    assert ordinary().state == CaseState.ORDERED
    assert Notice.objects.get().items.count() == 2, "one notice, as for any other case"
    assert NoticeItem.objects.get(is_withheld=True).sent_at is None


@pytest.mark.parametrize("verb", ["correct", "withdraw", "restore"])
def test_letters_that_follow_leave_out_what_is_withheld(verb, mail):
    _sealed, plain = mixed()
    mail.empty()
    made = take_back(verb, plain)
    drain(AT + 2 * HOUR)
    letters = mail.to("abuse@michat.example")
    assert letters
    for letter in letters:
        assert "bunga_77" not in said(letter)
        (attached,) = letter.iter_attachments()
        assert attached.get_content() != notices.pdf_of(made)
    assert "kembang_2" in said(letters[-1])
    locators = [item.locator for item in notices.items_for_platform(made)]
    assert not any("bunga_77" in locator for locator in locators)


def test_nothing_follows_to_the_platform_of_what_is_withheld_whole(mail):
    take_back("restore", held_back())
    drain(AT + 2 * HOUR)
    assert mail.messages == []
    assert not notices.visible_to(world.rina()).exists()


def test_the_platforms_page_counts_only_what_it_was_told(client, mail):
    mixed()
    world.sign_in(client, world.rina())
    page = client.get("/cases/platform/").content.decode()
    assert "0 / 1" in page


def test_an_account_withheld_after_the_issue_is_not_mailed_and_the_sealed_record_says_so(mail):
    made = world.notice(ACCOUNT, OTHER)
    whole = notices.pdf_of(made)
    world.child_case(ACCOUNT)
    drain()
    (letter,) = mail.to("abuse@michat.example")
    (attached,) = letter.iter_attachments()
    copy = made.copies.get()
    assert "bunga_77" not in said(letter)
    assert "kembang_2" in said(letter)
    assert attached.get_content() == notices.pdf_of(copy) != whole
    assert notices.pdf_of(made) == whole, "what staff reads stays as it was issued"
    told = Event.objects.get(kind="notice.copied")
    assert (told.is_sealed, told.data["sha256"]) == (True, copy.pdf_sha256)
    sent = dict(made.items.values_list("locator", "sent_at"))
    assert sorted(sent.values(), key=str) == [AT, None]


def test_the_platforms_accounts_are_numbered_without_a_gap(client, mail):
    _sealed, plain = mixed()
    hidden = plain.items.get(is_withheld=True)
    assert hidden.position == 1, "it stands where it would stand"
    world.sign_in(client, world.rina())
    page = client.get(f"/cases/platform/{plain.pk}/").content.decode()
    assert 'class="num">1</td>' in page or ">1<" in page
    (row,) = rows_of(notices.items_for_platform(plain), 0, 100)
    assert row.position == 1


def test_a_proposal_to_block_names_every_account_and_warns_the_cleared(mail):
    sealed, plain = mixed()
    Notice.objects.filter(pk=plain.pk).update(rung="warning_3")
    ladder.climb(AT + 24 * HOUR)
    draft = Notice.objects.get(rung="block_proposal")
    assert draft.item_count == 2
    assert draft.items.filter(is_withheld=True).count() == 1
    told = Event.objects.get(kind="notice.proposed_beside")
    assert (told.thread, told.is_sealed) == (sealed.thread, True)
    assert not notices.visible_to(world.rina()).filter(pk=draft.pk).exists()
