"""An account in a sealed and an ordinary case: one order to the platform, nothing that tells."""

import pytest

from cases import answers, ladder, notices, removal, withholding
from cases.models import Answer, Case, CaseState, Delivery, Notice, NoticeItem, Target, TargetState
from moderation_portal import outbox
from moderation_portal.models import Event, OutboxMessage
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ACCOUNT = "michat: bunga_77"


def cleared():
    joko = world.joko()
    joko.is_cleared = True
    joko.save()
    return joko


def ordinary():
    return Case.objects.get(handling="ordinary")


def sealed_notice(at=AT):
    """The sealed case of the same account, ordered."""
    found = Case.objects.filter(handling="sealed").first() or world.child_case(ACCOUNT)
    if found.state != CaseState.APPROVED:
        world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    notices.gather(at)
    return Notice.objects.get(handling="sealed")


@pytest.fixture(params=["sealed first", "ordinary first", "ordinary sent already"])
def both(request, mail):
    """Both notices issued, in each order of arrival."""
    world.michat()
    if request.param == "sealed first":
        world.child_case(ACCOUNT)
        world.approved_case(ACCOUNT)
        notices.gather(AT, is_asked=True)
        sealed = sealed_notice()
    elif request.param == "ordinary first":
        world.approved_case(ACCOUNT)
        world.child_case(ACCOUNT)
        notices.gather(AT, is_asked=True)
        sealed = sealed_notice()
    else:
        world.served_notice(ACCOUNT)
        sealed = sealed_notice()
    return sealed, Notice.objects.get(handling="ordinary")


def test_on_the_ordinary_side_it_is_ordered_served_answered_and_gone(both):
    sealed, plain = both
    item = plain.items.get()
    assert item.is_withheld
    assert ordinary().state == CaseState.ORDERED
    notices.open_in_portal(sealed, actor=cleared(), at=AT + HOUR)
    plain.refresh_from_db()
    item.refresh_from_db()
    assert plain.state == Notice.State.SERVED
    assert item.due_at is not None
    world.answer(sealed, "removed", at=AT + 2 * HOUR, actor=cleared())
    item.refresh_from_db()
    assert item.target.state == TargetState.CLAIMED
    assert (item.answer_code, item.claimed_at) == ("removed", AT + 2 * HOUR)
    mine = Target.objects.get(handling="sealed")
    removal.observe([mine.pk], "gone", actor=world.citra(), method="person", at=AT + 3 * HOUR)
    item.refresh_from_db()
    plain.refresh_from_db()
    assert (item.target.state, ordinary().state) == (TargetState.GONE, CaseState.CLOSED)
    assert item.verified_at == AT + 3 * HOUR
    assert plain.state == Notice.State.SETTLED


def test_nothing_on_the_ordinary_side_speaks_of_the_sealed_one(both):
    sealed, plain = both
    notices.open_in_portal(sealed, actor=cleared(), at=AT + HOUR)
    given = [answers.Given(sealed.items.get().pk, "refused", reason="We told the hotline.")]
    answers.take(sealed, given, actor=cleared(), channel="portal", at=AT + HOUR)
    mirrored = Answer.objects.get(item__notice=plain)
    assert (mirrored.code, mirrored.reason, mirrored.user_id) == ("refused", "", None)
    seen = Event.objects.filter(is_sealed=False)
    told = str(list(seen.values("thread", "subject", "data")))
    assert f"notice:{sealed.pk}'" not in told
    assert sealed.number not in told
    assert "hotline" not in told
    assert Case.objects.get(handling="sealed").thread not in set(
        seen.values_list("thread", flat=True)
    )
    assert mirrored.receipt != Answer.objects.get(item__notice=sealed).receipt


def test_the_platform_gets_no_more_of_the_ordinary_notice(both, mail):
    _sealed, plain = both
    mail.empty()
    OutboxMessage.objects.filter(payload__notice=plain.pk, state="queued").delete()
    for hours in (12, 24, 48):
        ladder.climb(AT + hours * HOUR)
    outbox.drain("notice", at=AT + 48 * HOUR)
    assert not OutboxMessage.objects.filter(payload__notice=plain.pk).exists()
    assert not Notice.objects.filter(rung="warning_1", follows=plain).exists()


def test_a_withheld_notice_that_was_never_sent_is_not_in_the_portal(mail):
    world.michat()
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    notices.gather(AT, is_asked=True)
    plain = Notice.objects.get(handling="ordinary")
    assert not notices.visible_to(world.rina()).exists()
    assert not notices.visible_to(cleared()).filter(pk=plain.pk).exists()
    assert notices.visible_to(world.ayu()).get() == plain
    assert not OutboxMessage.objects.filter(topic="notice.send").exists()


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
    outbox.drain("notice", at=AT)
    (letter,) = mail.to("abuse@michat.example")
    text = letter.get_body(("plain",)).get_content()
    assert "kembang_2" in text
    assert "bunga_77" not in text
    assert ordinary().state == CaseState.ORDERED
    assert Notice.objects.get().items.count() == 2, "one notice, as for any other case"
    assert NoticeItem.objects.get(is_withheld=True).sent_at is None


OTHER = "michat: kembang_2"


def mixed():
    """A served ordinary notice of two accounts, one of which a sealed case speaks for."""
    world.michat()
    sealed = world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT, OTHER)
    notices.gather(AT, is_asked=True)
    outbox.drain("notice", at=AT)
    return sealed, Notice.objects.get(handling="ordinary")


def take_back(verb, plain):
    if verb == "correct":
        return notices.correct(plain, change="A typo.", actor=world.sri(), at=AT + HOUR)
    case, told = ordinary(), {"reason": "A mistake.", "actor": world.sri()}
    notices.withdraw([case.pk], at=AT + HOUR, **told).insist()
    if verb == "restore":
        notices.restore([case.pk], at=AT + 2 * HOUR, **told)
    return Notice.objects.latest("pk")


@pytest.mark.parametrize("verb", ["correct", "withdraw", "restore"])
def test_letters_that_follow_leave_out_what_is_withheld(verb, mail):
    _sealed, plain = mixed()
    mail.empty()
    made = take_back(verb, plain)
    outbox.drain("notice", at=AT + 2 * HOUR)
    letters = mail.to("abuse@michat.example")
    assert letters
    for letter in letters:
        assert "bunga_77" not in letter.get_body(("plain",)).get_content()
    assert "bunga_77" not in made.text
    assert "kembang_2" in made.text
    locators = [item.locator for item in notices.items_for_platform(made)]
    assert not any("bunga_77" in locator for locator in locators)


def test_nothing_follows_to_the_platform_of_what_is_withheld_whole(mail):
    world.michat()
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    notices.gather(AT, is_asked=True)
    take_back("restore", Notice.objects.get(handling="ordinary"))
    assert not OutboxMessage.objects.filter(topic="notice.send").exists()
    assert not notices.visible_to(world.rina()).exists()


def test_the_platforms_page_counts_only_what_it_was_told(client, mail):
    mixed()
    world.sign_in(client, world.rina())
    page = client.get("/cases/platform/").content.decode()
    assert "0 / 1" in page


def test_an_account_left_out_beside_others_is_ordered_once_when_the_sealed_case_ends(mail):
    sealed, plain = mixed()
    mail.empty()
    world.prepare(sealed, world.citra())
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + HOUR
    ).insist()
    assert withholding.give_back(AT + 2 * HOUR) == [plain.pk]
    assert withholding.give_back(AT + 2 * HOUR) == []
    (pk,) = notices.gather(AT + 2 * HOUR, is_asked=True).issued
    assert withholding.give_back(AT + 3 * HOUR) == []
    outbox.drain("notice", at=AT + 2 * HOUR)
    (letter,) = mail.to("abuse@michat.example")
    assert letter["Message-ID"] == Notice.objects.get(pk=pk).message_id
    assert "bunga_77" in letter.get_body(("plain",)).get_content()
    assert "kembang_2" not in letter.get_body(("plain",)).get_content()


def test_to_ordinary_staff_the_letter_of_an_order_lists_every_account_of_the_notice(client, mail):
    _sealed, plain = mixed()
    world.sign_in(client, world.ayu())
    page = client.get(f"/cases/notices/{plain.pk}/").content.decode()
    assert page.count("bunga_77") == page.count("kembang_2") > 1
    staffs = client.get(f"/cases/notices/{plain.pk}/letter.pdf").content
    world.sign_in(client, world.rina())
    theirs = client.get(f"/cases/platform/{plain.pk}/letter.pdf").content
    assert staffs != theirs
    assert theirs == notices.pdf_of(plain)


def handing_over(client, notice):
    world.sign_in(client, world.ayu())
    page = client.get(f"/cases/notices/{notice.pk}/").content.decode()
    return page[page.index('id="delivery-head"') :].partition("</section>")[0]


def test_to_ordinary_staff_a_notice_held_back_looks_handed_over_like_any_other(client, mail):
    world.michat()
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    notices.gather(AT, is_asked=True)
    held = Notice.objects.get(handling="ordinary")
    notices.open_in_portal(sealed_notice(), actor=cleared(), at=AT)
    world.approved_case(OTHER)
    (pk,) = notices.gather(AT, is_asked=True).issued
    outbox.drain("notice", at=AT)
    sent = Notice.objects.get(pk=pk)
    assert sent.served_at == AT
    assert handing_over(client, held) == handing_over(client, sent)
    assert not Delivery.objects.filter(notice=held).exists()

    def kinds(notice):
        told = Event.objects.filter(thread=f"notice:{notice.pk}").order_by("id")
        return list(told.values_list("kind", flat=True))

    assert kinds(held) == kinds(sent)


def test_when_the_sealed_case_ends_without_an_order_the_ordinary_notice_leaves(mail):
    world.michat()
    sealed = world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    notices.gather(AT, is_asked=True)
    plain = Notice.objects.get(handling="ordinary")
    assert withholding.give_back(AT + HOUR) == []
    world.prepare(sealed, world.citra())
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + HOUR
    ).insist()
    assert withholding.give_back(AT + 2 * HOUR) == [plain.pk]
    assert withholding.give_back(AT + 2 * HOUR) == []
    outbox.drain("notice", at=AT + 2 * HOUR)
    (letter,) = mail.to("abuse@michat.example")
    assert letter["Message-ID"] == plain.message_id
    plain.refresh_from_db()
    assert plain.served_at == AT + 2 * HOUR


def test_when_the_sealed_case_ends_an_order_that_was_sent_climbs_on(mail):
    plain = world.served_notice(ACCOUNT)
    sealed = world.child_case(ACCOUNT)
    ladder.climb(AT + 12 * HOUR)
    assert plain.items.get().next_step_at is None
    world.prepare(sealed, world.citra())
    world.decisions.dismiss(
        [sealed.pk], reason="An adult.", actor=world.citra(), at=AT + 13 * HOUR
    ).insist()
    withholding.give_back(AT + 13 * HOUR)
    assert plain.items.get().next_step_at == AT + 20 * HOUR
    assert Delivery.objects.filter(notice=plain).exists()
