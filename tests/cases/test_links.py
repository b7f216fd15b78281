"""Answering by a signed link: forged and expired ones lead nowhere, scanners do nothing."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import signing

from cases import link_tokens, links, notices
from cases.models import Answer, Case, LinkVisit, Notice
from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Invalid, PortalError, Refused
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
BROWSER = "a-random-value-of-one-browser"


@pytest.fixture
def link():
    """A served notice, the contact that got it, and the token in its link."""
    made = world.served_notice()
    contact = Contact.objects.get(address="abuse@michat.example")
    return SimpleNamespace(notice=made, contact=contact, token=token_of(made, contact))


def token_of(notice, contact):
    return links.address(notice, contact).rstrip("/").rsplit("/", 1)[-1]


def code_from(mail):
    text = mail.to("abuse@michat.example")[-1].get_body(("plain",)).get_content()
    return next(word for word in text.split() if word.isdigit() and len(word) == links.DIGITS)


def ask(link, mail, at=AT, browser=BROWSER):
    """The visitor asks for a code and reads it in the mail."""
    visit = links.open(link.token, browser, at=at)
    links.send_code(visit, at=at)
    outbox.drain("urgent", at=at)
    return visit, code_from(mail)


def everything():
    return (
        list(Notice.objects.values()), list(LinkVisit.objects.values()),
        Answer.objects.count(), Event.objects.count(), OutboxMessage.objects.count(),
    )  # fmt: skip


# Links that lead nowhere


def test_altered_links_change_nothing(link):
    before = everything()
    tried = 0
    for place in range(len(link.token)):
        for character in "A0_:":
            altered = link.token[:place] + character + link.token[place + 1 :]
            if altered != link.token:
                tried += 1
                with pytest.raises(Refused):
                    links.open(altered, BROWSER, at=AT)
    assert tried > 300
    assert everything() == before


@pytest.mark.parametrize("token", ["", "x", ":", "a:b", "e30:x", "\x00", "é" * 50, "." * 5000])
def test_what_is_no_link_is_refused_in_the_same_words(link, token):
    with pytest.raises(Refused) as refusal:
        links.open(token, BROWSER, at=AT)
    with pytest.raises(Refused) as altered:
        links.open(link.token[:-1], BROWSER, at=AT)
    assert refusal.value.sentence == altered.value.sentence


def test_a_signature_made_for_something_else_is_no_link(link):
    bound = {"n": link.notice.pk, "c": link.contact.pk, "x": int((AT + HOUR).timestamp())}
    for salt in ("cases.other", "django.core.signing"):
        with pytest.raises(Refused):
            links.open(signing.Signer(salt=salt).sign_object(bound), BROWSER, at=AT)


def test_a_link_ends_after_the_days_that_the_policy_gives(link):
    days = timedelta(days=policy.pack().limits_at(AT).link_days)
    links.open(link.token, BROWSER, at=AT + days - timedelta(seconds=1))
    with pytest.raises(Refused):
        links.open(link.token, BROWSER, at=AT + days)


def test_a_link_dies_with_its_contact_and_with_its_notice(link):
    Contact.objects.filter(pk=link.contact.pk).update(is_active=False)
    with pytest.raises(Refused):
        links.open(link.token, BROWSER, at=AT)
    Contact.objects.filter(pk=link.contact.pk).update(is_active=True)
    links.open(link.token, BROWSER, at=AT)
    notices.withdraw(Case.objects.all(), reason="x", actor=world.sri(), at=AT).insist()
    with pytest.raises(Refused):
        links.open(link.token, BROWSER, at=AT)


def test_a_link_dies_with_the_address_that_it_went_to_and_says_so(link, mail):
    _visit, code = ask(link, mail)
    confirmed = links.confirm(_visit, code, at=AT)
    link.contact.address = "trust@michat.example"
    link.contact.save()
    with pytest.raises(Refused) as told:
        links.open(link.token, confirmed.browser, at=AT)
    with pytest.raises(Refused) as forged:
        links.open(link.token[:-1], confirmed.browser, at=AT)
    assert told.value.sentence != forged.value.sentence
    fresh = links.open(token_of(link.notice, link.contact), "", at=AT)
    assert fresh.masked_address == "t•••@michat.example"


def test_a_link_of_one_notice_opens_no_other(link, mail):
    other = world.served_notice("michat: kembang_2")
    visit, code = ask(link, mail)
    there = links.open(token_of(other, link.contact), BROWSER, at=AT)
    with pytest.raises(Invalid):
        links.confirm(there, code, at=AT)
    assert links.confirm(visit, code, at=AT).is_confirmed
    assert not links.open(token_of(other, link.contact), BROWSER, at=AT).is_confirmed


def test_a_contact_that_moved_to_another_platform_keeps_no_link(link):
    Contact.objects.filter(pk=link.contact.pk).update(platform=world.platform("line"))
    with pytest.raises(Refused):
        links.open(link.token, BROWSER, at=AT)


def test_a_sealed_notice_has_no_link(link):
    world.approved_case("michat: kuncup_1", category=world.CHILD)
    (pk,) = notices.gather(AT).issued
    sealed = Notice.objects.get(pk=pk)
    with pytest.raises(Refused):
        links.address(sealed, link.contact)
    forged = {"n": sealed.pk, "c": link.contact.pk, "x": int((AT + 9 * HOUR).timestamp())}
    token = signing.Signer(salt=link_tokens.SALT).sign_object(forged)
    with pytest.raises(Refused):
        links.open(token, BROWSER, at=AT)


# Opening changes nothing


def test_a_hundred_scanners_confirm_nothing(link):
    before = everything()
    for n in range(100):
        assert not links.open(link.token, f"scanner-{n}", at=AT).is_confirmed
    assert everything() == before


def test_a_visitor_without_a_cookie_gets_no_code(link):
    with pytest.raises(Invalid):
        links.send_code(links.open(link.token, "", at=AT), at=AT)
    assert not LinkVisit.objects.exists()


# Codes


def test_the_code_goes_to_the_contact_and_confirms_this_browser_only(link, mail):
    visit, code = ask(link, mail)
    assert not links.open(link.token, BROWSER, at=AT).is_confirmed
    proven = links.confirm(visit, code, at=AT)
    assert links.open(link.token, proven.browser, at=AT + HOUR).is_confirmed
    for stranger in (BROWSER, "another browser"):
        assert not links.open(link.token, stranger, at=AT).is_confirmed
    assert Event.objects.filter(kind="link.confirmed").count() == 1


def test_a_code_typed_with_spaces_is_understood(link, mail):
    visit, code = ask(link, mail)
    assert links.confirm(visit, f" {code[:4]} {code[4:]}\n", at=AT).is_confirmed


def test_a_wrong_code_may_be_tried_a_few_times_and_then_even_the_right_one_fails(link, mail):
    visit, code = ask(link, mail)
    wrong = f"{(int(code) + 1) % 10**links.DIGITS:0{links.DIGITS}d}"
    for _try in range(policy.pack().limits_at(AT).code_tries):
        with pytest.raises(Invalid):
            links.confirm(visit, wrong, at=AT)
    with pytest.raises(Invalid):
        links.confirm(visit, code, at=AT)
    assert not links.open(link.token, BROWSER, at=AT).is_confirmed


def test_an_old_code_fails_and_a_new_one_replaces_the_one_before(link, mail):
    minutes = timedelta(minutes=policy.pack().limits_at(AT).code_minutes)
    visit, first = ask(link, mail)
    with pytest.raises(Invalid):
        links.confirm(visit, first, at=AT + minutes)
    visit, second = ask(link, mail, at=AT + minutes)
    assert first != second
    with pytest.raises(Invalid):
        links.confirm(visit, first, at=AT + minutes)
    assert links.confirm(visit, second, at=AT + minutes).is_confirmed


def test_a_code_that_is_still_good_is_mailed_again_and_stays_good(link, mail):
    visit, first = ask(link, mail)
    with pytest.raises(Invalid):
        links.confirm(visit, "00000000", at=AT)
    visit, again = ask(link, mail, at=AT + timedelta(minutes=1))
    assert again == first
    assert LinkVisit.objects.get().tries == 1, "asking again gives no further guesses"
    assert links.confirm(visit, first, at=AT + timedelta(minutes=2)).is_confirmed


@pytest.mark.parametrize("code", ["", "0", "00000000", "x", "\x00", "9" * 500])
def test_a_guess_is_not_the_code(link, mail, code):
    visit, right = ask(link, mail)
    if code != right:
        with pytest.raises(Invalid):
            links.confirm(visit, code, at=AT)


def test_a_code_counts_once(link, mail):
    visit, code = ask(link, mail)
    links.confirm(visit, code, at=AT)
    with pytest.raises(Invalid):
        links.confirm(visit, code, at=AT)


def test_a_cookie_that_somebody_planted_is_worth_nothing_after_the_code(link, mail):
    visit, code = ask(link, mail)
    confirmed = links.confirm(visit, code, at=AT)
    assert confirmed.browser != BROWSER
    assert not links.open(link.token, BROWSER, at=AT).is_confirmed
    assert links.open(link.token, confirmed.browser, at=AT).is_confirmed


def test_a_browser_keeps_the_links_that_it_confirmed_before(link, mail):
    visit, code = ask(link, mail)
    first = links.confirm(visit, code, at=AT)
    other = world.served_notice("michat: kembang_2")
    token = token_of(other, link.contact)
    there = SimpleNamespace(notice=other, contact=link.contact, token=token)
    visit, code = ask(there, mail, browser=first.browser)
    second = links.confirm(visit, code, at=AT)
    assert links.open(link.token, second.browser, at=AT).is_confirmed
    assert links.open(token, second.browser, at=AT).is_confirmed


def test_nobody_fills_the_mailbox_with_codes(link):
    for n in range(links.CODES_AN_HOUR):
        links.send_code(links.open(link.token, f"browser-{n}", at=AT), at=AT)
    with pytest.raises(Conflict):
        links.send_code(links.open(link.token, BROWSER, at=AT), at=AT)
    assert OutboxMessage.objects.filter(topic="contact.code").count() == links.CODES_AN_HOUR


def test_no_code_and_no_cookie_stands_in_the_database(link, mail):
    _visit, code = ask(link, mail)
    stored = str(list(LinkVisit.objects.values())) + str(list(OutboxMessage.objects.values()))
    stored += str(list(Event.objects.values()))
    assert code not in stored
    assert BROWSER not in stored
    assert len(LinkVisit.objects.get().code_hash) == 64


def test_a_repeated_message_mails_the_same_code(link, mail):
    _visit, first = ask(link, mail)
    links.mail_code(OutboxMessage.objects.get(topic="contact.code").payload, at=AT)
    assert code_from(mail) == first
    assert len(mail.to("abuse@michat.example")) == 2


def test_the_code_of_a_busy_mailbox_is_sent_later(link, mail):
    mail.answers["abuse@michat.example"] = "451 busy"
    links.send_code(links.open(link.token, BROWSER, at=AT), at=AT)
    outbox.drain("urgent", at=AT)
    mail.answers.clear()
    outbox.drain("urgent", at=AT + timedelta(minutes=1))
    assert len(mail.to("abuse@michat.example")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_with_the_right_code_confirm_once(link, mail):
    visit, code = ask(link, mail)

    def click():
        try:
            return links.confirm(visit, code, at=AT).is_confirmed
        except PortalError:
            return False

    assert sorted(at_once(*[click] * 4)) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_tries_are_counted_exactly_however_many_guess_at_once(link, mail):
    visit, code = ask(link, mail)
    wrong = f"{(int(code) + 1) % 10**links.DIGITS:0{links.DIGITS}d}"

    def guess():
        with pytest.raises(Invalid):
            links.confirm(visit, wrong, at=AT)

    at_once(*[guess] * 8)
    assert LinkVisit.objects.get().tries == policy.pack().limits_at(AT).code_tries


def test_a_confirmed_code_shows_that_the_notice_has_arrived(mail):
    made = world.notice()
    contact = Contact.objects.get(address="abuse@michat.example")
    known = SimpleNamespace(notice=made, contact=contact, token=token_of(made, contact))
    visit, code = ask(known, mail, at=AT + HOUR)
    links.confirm(visit, code, at=AT + HOUR)
    made.refresh_from_db()
    contact.refresh_from_db()
    assert (made.served_at, made.acknowledged_at) == (AT + HOUR, AT + HOUR)
    assert contact.liveness == "alive"


def test_where_the_code_goes_is_shown_to_no_stranger(link):
    assert links.open(link.token, "", at=AT).masked_address == "a•••@michat.example"


def test_the_page_is_in_the_contacts_language(link):
    link.contact.language = "id"
    assert links.address(link.notice, link.contact).startswith("/id/a/")
