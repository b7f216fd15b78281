"""Regulation (EU) 2021/784: what a provider is told before its first order, and who gets a copy."""

from datetime import timedelta

import pytest
from django.utils.translation import override as speaking

from cases import notices
from cases.models import AuthorityCopy, Case, Notice, NoticeItem, ProviderInformation
from cases.notices import authority_copies, informing
from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from platforms import channels
from platforms.models import Contact
from tests import world
from tests.cases.first_orders import told
from tests.cases.pages.browsing import text, url
from tests.cases.pages.conftest import desk, hands  # noqa: F401 (fixtures)
from tests.world import AT, HOUR

from .doing import drain, kinds

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
AHEAD = 12 * HOUR


@pytest.fixture(autouse=True)
def european(settings):
    settings.POLICY_PACK, settings.TIME_ZONE = "eu-tco", "Europe/Brussels"
    with speaking("en"):
        yield


def approved(*accounts: str, at=AT) -> Case:
    world.michat()
    return world.approved_case(*accounts or ("michat: seruan_1",), category="terrorism", at=at)


def gathered(at) -> list[int]:
    return notices.gather(at, is_asked=True).issued


def informed(at=AT) -> Case:
    """A first order waits, and the provider has its information since `at`."""
    case = approved(at=at)
    assert gathered(at) == []
    drain(at)
    return case


def established(country: str) -> None:
    here = world.michat()
    here.establishment = country
    here.save(update_fields=["establishment"])


# Before the first order (Article 3(2))


def test_a_first_order_waits_until_its_provider_was_told_and_twelve_hours_have_passed(mail):
    informed()
    (first, *_others) = mail.to("abuse@michat.example")
    said = first.get_body(("plain",)).get_content()
    assert "Article 3(2)" in said
    assert "1 (one) hour" in said
    assert "seruan_1" not in first.as_string()
    assert ProviderInformation.objects.get().given_at == AT
    assert gathered(AT + AHEAD - MINUTE) == []
    assert len(gathered(AT + AHEAD)) == 1


def test_the_time_begins_when_the_letter_reached_somebody_not_when_it_was_written(mail):
    approved()
    assert gathered(AT) == []
    assert gathered(AT + AHEAD + HOUR) == []
    drain(AT + 14 * HOUR)
    assert gathered(AT + 25 * HOUR) == []
    assert len(gathered(AT + 26 * HOUR)) == 1


def test_however_often_it_is_looked_each_contact_is_told_once(mail):
    informed()
    for minute in range(1, 4):
        gathered(AT + minute * MINUTE)
        drain(AT + minute * MINUTE)
    assert len(mail.to("abuse@michat.example")) == 1
    assert ProviderInformation.objects.count() == 1


def test_a_provider_that_had_an_order_is_told_nothing_more(mail):
    informed()
    gathered(AT + AHEAD)
    later = AT + AHEAD + HOUR
    approved("michat: seruan_2", at=later)
    assert len(gathered(later)) == 1


def test_who_comes_later_is_told_as_long_as_nobody_was(mail):
    case = approved()
    Contact.objects.update(is_active=False)
    gathered(AT)
    assert not informing.waiting(case, AT).is_reachable
    Contact.objects.filter(address="legal@michat.example").update(is_active=True)
    gathered(AT + MINUTE)
    drain(AT + MINUTE)
    assert len(mail.to("legal@michat.example")) == 1
    assert informing.waiting(case, AT + MINUTE).leaves_at == AT + MINUTE + AHEAD


def test_in_an_emergency_a_supervisor_lets_that_case_go_at_once_with_a_reason():
    case = informed()
    other = approved("michat: seruan_2")
    for who in (world.ayu(), world.auditor(), world.rina(), world.steward()):
        with pytest.raises(Refused):
            informing.waive(case, "A livestream.", actor=who, at=AT + HOUR)
    with pytest.raises(Invalid):
        informing.waive(case, "  ", actor=world.sri(), at=AT + HOUR)
    informing.waive(case, "A livestream.", actor=world.sri(), at=AT + HOUR)
    (pk,) = gathered(AT + HOUR)
    assert list(Notice.objects.get(pk=pk).items.values_list("target__case", flat=True)) == [case.pk]
    event = Event.objects.get(kind="order.emergency")
    assert (event.thread, event.data["reason"]) == (f"case:{case.pk}", "A livestream.")
    # The first order is out, so that the next is none.
    assert len(gathered(AT + HOUR + MINUTE)) == 1
    with pytest.raises(Conflict):
        informing.waive(other, "x", actor=world.sri(), at=AT + HOUR + MINUTE)


def test_who_may_declare_an_emergency_is_the_packs():
    assert policy.pack().prior_information(AT).waived_by == ("supervisor", "director")
    assert policy.pack().prior_information(AT).ahead == AHEAD


def test_elsewhere_no_order_waits_for_it(settings):
    settings.POLICY_PACK = "indonesia"
    world.notice("michat: bunga_77")
    assert not ProviderInformation.objects.exists()


def test_a_sealed_order_is_nothing_by_which_an_ordinary_one_may_go():
    """Else who sees it leave would know of the sealed one."""
    case = approved()
    before = AT - 400 * HOUR
    ProviderInformation.objects.create(
        platform=case.platform, handling="sealed", language="en", issued_at=before, given_at=before
    )
    assert not informing.is_informed(case.platform_id, "ordinary", AT)
    assert informing.is_informed(case.platform_id, "sealed", AT)


def test_the_page_says_why_it_waits_and_takes_the_emergency(desk, hands):  # noqa: F811
    case = informed()
    hands.now = AT + HOUR
    browser = desk(world.sri)
    for page in (url("case", case.pk), url("send_now", case.pk)):
        assert "has had no order before" in text(browser.get(page)), page
    assert browser.post(url("send_now", case.pk), {"reason": " "}).status_code == 422
    assert not Notice.objects.exists()
    assert browser.post(url("send_now", case.pk), {"reason": "Live."}).status_code == 302
    assert Notice.objects.count() == 1
    assert "has had no order before" not in text(browser.get(url("case", case.pk)))


# The copy for another authority (Article 4(1))


def order(country="Ireland") -> Notice:
    told("michat")
    world.michat()
    established(country)
    return world.notice("michat: seruan_1", category="terrorism")


def test_the_authority_of_establishment_gets_a_copy_of_the_order_as_issued(mail):
    made = order()
    drain()
    (copy,) = mail.to("removal-orders@authority-ie.example")
    said = copy.get_body(("plain",)).get_content()
    assert made.number in said
    assert "72 hours" in said
    (file,) = copy.iter_attachments()
    assert file.get_content() == notices.pdf_of(made)
    assert AuthorityCopy.objects.get().sent_at == AT
    assert kinds(kind="order.copied", thread=f"notice:{made.pk}") == ["order.copied"]
    assert authority_copies.mail(made.pk, at=AT + HOUR) is False


def test_its_own_country_gets_none(mail):
    made = order("exampleland")
    drain()
    assert authority_copies.of(made) is None
    assert not AuthorityCopy.objects.exists()


@pytest.mark.parametrize("country", ["", "Atlantis"])
def test_where_no_authority_is_known_a_person_hears_of_it_and_the_order_leaves(mail, country):
    world.sri()
    made = order(country)
    drain()
    assert AuthorityCopy.objects.get().failure == "unknown"
    assert world.sri().news.filter(kind="order.copy_failed").count() == 1
    assert made.deliveries.filter(state="accepted").exists()


def test_a_copy_that_no_server_takes_goes_by_hand_and_the_overseers_hear_of_it(monkeypatch):
    world.sri()
    order()

    def refuse(*_given, **_more):
        raise channels.Never("550 no such mailbox")

    monkeypatch.setattr("platforms.channels.email.Email.hand_over", refuse)
    while outbox.drain("urgent", at=AT):
        pass
    assert "550" in AuthorityCopy.objects.get().failure
    assert world.sri().news.filter(kind="order.copy_failed").count() == 1


def test_what_is_held_back_from_the_provider_is_copied_to_nobody(mail):
    made = order()
    NoticeItem.objects.filter(notice=made).update(is_withheld=True)
    drain()
    assert mail.to("removal-orders@authority-ie.example") == []
    assert not AuthorityCopy.objects.exists()


def test_what_no_law_wants_copied_is_not_looked_at(settings, mail):
    settings.POLICY_PACK = "indonesia"
    established("Ireland")
    world.notice("michat: bunga_77")
    drain()
    assert not AuthorityCopy.objects.exists()


def test_the_page_of_the_order_says_where_its_copy_went(desk, mail):  # noqa: F811
    made = order()
    drain()
    assert "Competent authority of Ireland" in text(desk(world.ayu).get(url("notice", made.pk)))
