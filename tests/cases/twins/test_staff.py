"""To ordinary staff a notice that is held back is a notice like any other."""

import pytest

from cases import ladder, notices
from cases.models import Case, Notice
from moderation_portal.models import Event
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR

from .doing import ACCOUNT, OTHER, drain, held_back, mixed, naming, take_back

pytestmark = pytest.mark.django_db


def test_to_ordinary_staff_the_letter_of_an_order_lists_every_account_of_the_notice(client, mail):
    _sealed, plain = mixed()
    world.sign_in(client, world.ayu())
    page = client.get(f"/cases/notices/{plain.pk}/").content.decode()
    assert page.count("bunga_77") == page.count("kembang_2") > 1
    staffs = client.get(f"/cases/notices/{plain.pk}/letter.pdf").content
    world.sign_in(client, world.rina())
    theirs = client.get(f"/cases/platform/{plain.pk}/letter.pdf").content
    assert staffs == notices.pdf_of(plain) != theirs
    assert theirs == notices.pdf_of(plain.copies.get())


@pytest.mark.parametrize("verb", ["correct", "withdraw", "restore", "warning"])
def test_to_ordinary_staff_what_follows_names_every_account_that_the_order_named(
    verb, client, mail
):
    _sealed, plain = mixed()
    if verb == "warning":
        ladder.climb(AT + 24 * HOUR)
        made = Notice.objects.get(rung="warning_1")
        notices.sign(made, actor=world.sri(), at=AT + 24 * HOUR)
        made.refresh_from_db()
    else:
        made = take_back(verb, plain)
    assert made.item_count == plain.item_count == 2
    assert made.text.count("bunga_77") == made.text.count("kembang_2") > 0
    drain(AT + 24 * HOUR)
    assert naming(mail, "bunga_77") == []


def test_whoever_signs_a_warning_reads_every_account_that_stands(mail):
    mixed()
    ladder.climb(AT + 24 * HOUR)
    draft = Notice.objects.get(rung="warning_1")
    letter = notices.preview(draft, world.sri(), at=AT + 24 * HOUR)
    assert "bunga_77" in letter.text
    assert "kembang_2" in letter.text


def handing_over(client, notice):
    world.sign_in(client, world.ayu())
    page = client.get(f"/cases/notices/{notice.pk}/").content.decode()
    return page[page.index('id="delivery-head"') :].partition("</section>")[0]


def test_to_ordinary_staff_a_notice_held_back_looks_handed_over_like_any_other(client, mail):
    held = held_back()
    world.approved_case(OTHER)
    (pk,) = notices.gather(AT, is_asked=True).issued
    sent = Notice.objects.get(pk=pk)
    drain()
    for hours in (12, 20, 23, 24):
        ladder.climb(AT + hours * HOUR)
        drain(AT + hours * HOUR)
    held.refresh_from_db()
    sent.refresh_from_db()
    assert sent.served_at == held.served_at == AT
    assert (sent.due_at, sent.state) == (held.due_at, held.state)
    assert handing_over(client, held) == handing_over(client, sent)

    def kinds(notice):
        told = Event.objects.filter(thread=f"notice:{notice.pk}", is_sealed=False).order_by("id")
        return list(told.values_list("kind", flat=True))

    assert kinds(held) == kinds(sent)
    assert "notice.reminded" in kinds(held)
    assert Notice.objects.filter(rung="warning_1", follows=held).exists()
    speaks = Event.objects.filter(kind="notice.held_back").values_list("thread", "is_sealed")
    assert set(speaks) == {(Case.objects.get(handling="sealed").thread, True)}


def test_the_cleared_read_that_a_notice_was_held_back(client, mail):
    held = held_back()
    drain()
    world.sign_in(client, world.citra())
    page = client.get(f"/cases/notices/{held.pk}/").content.decode()
    assert "perkara tersegel" in page.lower() or "a sealed case speaks" in page


def test_no_page_tells_by_a_mail_servers_words_which_copy_really_left(client, mail):
    held = held_back()
    world.approved_case(OTHER)
    world.michat().contacts.update(channel="portal")
    (pk,) = notices.gather(AT, is_asked=True).issued
    drain()
    assert mail.messages, "one of the two left"
    world.sign_in(client, world.ayu())
    page = client.get("/cases/undelivered/").content.decode()
    assert all(notice.number in page for notice in (held, Notice.objects.get(pk=pk)))
    assert "queued as" not in page, "the answer of a mail server that took one"


@pytest.mark.parametrize("said", ["550 no such user", "451 come back"])
def test_a_mailbox_does_with_a_held_back_notice_what_it_did_with_the_last_one(said, mail):
    mail.answers["abuse@michat.example"] = said
    sent = world.notice(OTHER)
    drain()
    # Else nothing would go there any more: what bounces is passed by.
    Contact.objects.update(liveness=Contact.Liveness.UNKNOWN)
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    (pk,) = notices.gather(AT, is_asked=True).issued
    held = Notice.objects.get(pk=pk)
    drain()

    def ends(notice):
        first = notice.deliveries.order_by("pk").first()
        kinds = Event.objects.filter(thread=f"notice:{notice.pk}", is_sealed=False).order_by("id")
        return first.state, first.proof["reply"], list(kinds.values_list("kind", flat=True))

    assert held.deliveries.order_by("pk").first().is_quiet
    assert ends(held) == ends(sent)
    assert naming(mail, "bunga_77") == []
