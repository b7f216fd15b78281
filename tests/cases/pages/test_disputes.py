"""The pages of a disputed clock, and of a platform's own people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Dispute
from platforms.models import Deputy, Representative, ResponderRequest
from tests import world
from tests.platforms.test_deputies import TODAY, nadia, named
from tests.world import AT

from .browsing import other_representative, text, url

pytestmark = pytest.mark.django_db
SAID = {"kind": "start", "instant": "2026-03-17T11:00", "reason": "Our log says eleven."}


@pytest.fixture
def served():
    return world.served_notice()


def tono():
    return world.person("tono@komdigi.example", "Tono Wijaya", "supervisor")


def test_a_clock_is_disputed_read_by_both_sides_and_answered(desk, served):
    mine = desk(world.rina)
    assert url("dispute", served.pk) in text(mine.get(url("answer", served.pk)))
    assert mine.post(url("dispute", served.pk), SAID).status_code == 302
    made = Dispute.objects.get()
    theirs = desk(tono)
    assert url("dispute_decide", made.pk) in text(theirs.get(url("notices")))
    pages = [
        mine.get(url("answer", served.pk)),
        theirs.get(url("notice", served.pk)),
        theirs.get(url("dispute_decide", made.pk)),
    ]
    for page in pages:
        assert "Our log says eleven." in text(page)
        assert "17 Mar 2026, 11:00 WIB" in text(page)
        assert "17 Mar 2026, 10:00 WIB" in text(page)
    said = {"verdict": "accept", "due_at": "2026-03-18T11:00", "answer": "So does the server's."}
    assert theirs.post(url("dispute_decide", made.pk), said).status_code == 302
    page = text(mine.get(url("answer", served.pk)))
    assert "So does the server" in page
    assert "Tono" not in page, "who of the regulator decided is not told"
    assert served.items.get().due_at.hour == 4


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        ("2026-03-18T10:59+23:59", 302),
        ("2026-03-16T12:00:00-15:59:59.999999", 302),
        ("0001-01-01T00:00+14:00", 422),
        ("9999-12-31T23:59-14:00", 422),
    ],
)
def test_a_time_in_whatever_zone_is_taken_as_that_instant_or_refused(desk, served, instant, status):
    browser = desk(world.rina)
    assert (
        browser.post(url("dispute", served.pk), SAID | {"instant": instant}).status_code == status
    )
    assert browser.get(url("answer", served.pk)).status_code == 200
    told = {"due_at": instant, "reason": "Libur."}
    assert desk(world.sri).post(url("override", served.pk), told).status_code in (302, 422)


def test_the_page_of_a_dispute_reads_no_letter(desk, served):
    desk(world.rina).post(url("dispute", served.pk), SAID)
    browser, made = desk(tono), Dispute.objects.get()
    with CaptureQueriesContext(connection) as asked:
        browser.get(url("dispute_decide", made.pk))
    assert not [one["sql"] for one in asked if '."markdown"' in one["sql"]]


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(desk, served):
    page = desk(world.rina).post(url("dispute", served.pk), SAID | {"kind": "duplicate"})
    assert page.status_code == 422
    assert "Our log says eleven." in text(page)
    assert not Dispute.objects.exists()


def test_to_others_the_pages_of_a_dispute_are_not_there(desk, served):
    address = url("dispute", served.pk)
    for who in (world.ayu, other_representative, world.polisi):
        assert desk(who).get(address).status_code == 404
    desk(world.rina).post(address, SAID)
    decide = url("dispute_decide", Dispute.objects.get().pk)
    for who in (world.rina, world.polisi, world.lurah):
        assert desk(who).get(decide).status_code == 404
    assert "form card" not in text(desk(world.sri).get(decide)), "Sri approved the case"
    refused = desk(world.ayu).post(decide, {"verdict": "reject", "answer": "No."})
    assert refused.status_code == 403


def test_a_sealed_dispute_is_in_no_list_of_the_uncleared(desk):
    made = world.served_notice("michat: mawar_contoh", category=world.CHILD)
    world.cleared_joko()
    before = text(desk(world.sri).get(url("notices")))
    desk(world.joko).post(url("dispute", made.pk), SAID)
    dispute = Dispute.objects.get()
    assert desk(world.sri).get(url("dispute_decide", dispute.pk)).status_code == 404
    assert ("Disputed" in text(desk(world.sri).get(url("notices")))) == ("Disputed" in before)
    assert desk(world.citra).get(url("dispute_decide", dispute.pk)).status_code == 200


def test_an_administrator_names_a_deputy_who_sees_for_whom(desk):
    nadia()
    told = {
        "form": "deputy",
        "absent": world.joko().representative.pk,
        "deputy": nadia().representative.pk,
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=5),
    }
    mine = desk(world.rina)
    assert mine.post(url("platform_people"), told).status_code == 302
    assert "You stand in for Joko Susanto" in text(desk(nadia).get(url("platform_home")))
    assert "You stand in" not in text(desk(world.joko).get(url("platform_home")))
    made = Deputy.objects.get()
    assert made.deputy.user.name in text(mine.get(url("platform_people")))
    assert mine.post(url("deputy_end", made.pk)).status_code == 302
    assert "You stand in" not in text(desk(nadia).get(url("platform_home")))


def test_an_administrator_asks_for_a_responder_and_switches_one_off(desk):
    told = {"form": "responder", "name": "Maya", "email": "maya@michat.example", "reason": "Cuti."}
    pk = world.joko().representative.pk
    mine = desk(world.rina)
    assert mine.post(url("platform_people"), told).status_code == 302
    assert ResponderRequest.objects.get().name == "Maya"
    assert mine.post(url("platform_people"), told | {"email": "no"}).status_code == 422
    assert mine.post(url("platform_person_off", pk)).status_code == 302
    assert not Representative.objects.get(pk=pk).is_active
    assert desk(world.joko).get(url("platform_home")).status_code == 404


def test_people_of_another_platform_are_on_no_list_and_in_no_form(desk):
    other_representative()
    page = text(desk(world.rina).get(url("platform_people")))
    assert "Nina" not in page
    assert world.rina().name in page


def test_the_page_of_people_is_for_the_administrator_alone(desk):
    made = named(at=AT)
    for who in (world.joko, world.ayu, world.steward, other_representative):
        browser = desk(who)
        assert browser.get(url("platform_people")).status_code == 404
        for name in ("platform_person_off", "deputy_end"):
            assert browser.post(url(name, made.pk)).status_code == 404
