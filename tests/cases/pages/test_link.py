"""The pages behind a signed link."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from cases import links
from cases.models import Answer, CaseView, LinkVisit, Notice, Observation, Target
from cases.notices import parcels
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR

from .browsing import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    """A served notice and the path of the link that its first contact got."""
    made = world.served_notice()
    contact = Contact.objects.get(address="abuse@michat.example")
    return SimpleNamespace(notice=made, contact=contact, path=links.address(made, contact))


def everything() -> list:
    rows = [
        list(model.objects.order_by("pk").values())
        for model in (Notice, LinkVisit, Target, Contact)
    ]
    counts = [
        model.objects.count() for model in (Answer, Event, OutboxMessage, CaseView, Observation)
    ]
    return [*rows, list(Notice.objects.get().items.values()), *counts]


def test_opening_a_link_twenty_times_changes_nothing(client, link):
    before = everything()
    for _turn in range(20):
        assert client.head(link.path).status_code == 200
        assert client.get(link.path).status_code == 200
    assert client.get(f"{link.path}letter.pdf").status_code == 302, "no letter without the code"
    assert everything() == before


def test_before_the_code_a_link_tells_nothing_of_the_notice(client, link):
    page = text(client.get(link.path))
    assert link.notice.number not in page
    assert "bunga_77" not in page
    assert "a•••@michat.example" in page


def test_forged_expired_and_revoked_links_end_on_the_same_page(client, link, hands):
    forged = client.get(link.path[:-3] + "xx/")
    assert forged.status_code == 403
    hands.now = AT + timedelta(days=30)
    expired = client.get(link.path)
    hands.now = AT + HOUR
    Contact.objects.update(is_active=False)
    revoked = client.get(link.path)

    def told(response) -> str:
        page = text(response)
        return page[page.index("<main") : page.index("</main")]

    assert (expired.status_code, revoked.status_code) == (403, 403)
    assert told(forged) == told(expired) == told(revoked)
    assert client.get(f"{link.path}letter.pdf").status_code == 403


def test_a_browser_confirmed_for_one_notice_is_a_stranger_to_another(client, link, hands):
    other = world.notice("michat: lain_contoh", at=AT + HOUR)
    confirm(client, link)
    assert link.notice.number in text(client.get(link.path))
    page = text(client.get(links.address(other, link.contact)))
    assert other.number not in page


def confirm(client, link) -> None:
    client.post(link.path, {"step": "send"})
    visit = LinkVisit.objects.get(notice=link.notice)
    done = client.post(link.path, {"step": "code", "code": links._code(visit)})
    assert done.status_code == 302


def test_a_wrong_code_is_refused_and_says_what_to_do(client, link):
    client.post(link.path, {"step": "send"})
    page = client.post(link.path, {"step": "code", "code": "00000000"})
    assert page.status_code == 422
    assert "minta kode" in text(page).lower() or "Ask for a new one" in text(page)


def test_whoever_comes_back_before_the_code_ends_is_asked_for_it_not_offered_another(
    client, link, hands
):
    assert 'name="code"' not in text(client.get(link.path))
    sent = client.post(link.path, {"step": "send"})
    assert (sent.status_code, sent.url) == (302, link.path), "reloading sends nothing again"
    assert 'name="code"' in text(client.get(link.path))
    hands.now += HOUR
    assert 'name="code"' not in text(client.get(link.path))


def test_a_confirmed_browser_answers_and_downloads_the_letter(client, link):
    confirm(client, link)
    assert client.get(f"{link.path}letter.pdf")["Content-Type"] == "application/pdf"
    client.post(link.path, {"code": "removed", "step": "send"})
    given = Answer.objects.get()
    assert (given.code, given.channel, given.contact) == ("removed", "link", link.contact)


def test_the_letter_on_a_links_page_leads_to_that_page_and_to_no_sign_in(client, link):
    confirm(client, link)
    page = text(client.get(link.path))
    assert link.path in page
    assert parcels.portal_address(link.notice) not in page


def test_whoever_confirmed_a_link_reaches_it_from_the_address_in_the_letter(client, link):
    theirs = reverse("cases:answer", args=[link.notice.pk])
    assert "/login/" in client.get(theirs)["Location"]
    confirm(client, link)
    client.get(link.path)
    page = client.get(theirs, follow=True)
    assert link.notice.number in text(page)
    letter = client.get(f"{theirs}letter.pdf", follow=True)
    assert letter["Content-Type"] == "application/pdf"
    assert client.cookies["answer_link"]["path"] == theirs, "it goes with this notice only"


@pytest.mark.parametrize("planted", ["a/b", "../..", "%2F", "x y"])
def test_a_planted_cookie_keeps_nobody_from_the_address_in_the_letter(client, link, planted):
    theirs = reverse("cases:answer", args=[link.notice.pk])
    client.cookies["answer_link"] = planted
    assert client.get(theirs).status_code in (302, 403)
    assert client.get(f"{theirs}letter.pdf").status_code in (302, 403)
    shown = world.sign_in(client, world.joko()).get(theirs)
    assert link.notice.number in text(shown)
