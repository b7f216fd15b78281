"""The pages of Holds: for the cleared and the unit that asked; for nobody else they are there."""

import pytest
from django.test import Client

from cases.holds import deciding
from cases.models import Hold
from tests import world
from tests.world import AT, HOUR

from .doing import account, asked, fresh, proposed, request_for, running

pytestmark = pytest.mark.django_db
UNCLEARED = ("ayu", "sri", "dewi", "auditor", "steward", "rina", "lurah")


@pytest.fixture(autouse=True)
def clock(still_clock):
    still_clock(AT + HOUR)


def browser(who):
    person = getattr(world, who)()
    person.language = "en"
    person.save(update_fields=["language"])
    return world.sign_in(Client(), person)


@pytest.mark.parametrize("who", UNCLEARED)
def test_to_the_uncleared_no_page_of_holds_is_there(who):
    (hold,) = proposed()
    page = browser(who)
    for address in ("/cases/holds/", "/cases/holds/new/", f"/cases/holds/{hold.pk}/"):
        for ask in (page.get, page.post):
            assert ask(address).status_code in (404, 405), address
    assert fresh(hold).state == "proposed"


@pytest.mark.parametrize("who", ["ayu", "sri", "auditor"])
def test_on_no_page_of_the_uncleared_a_hold_is_named(who):
    running()
    world.case("michat: bunga_77")
    page = browser(who)
    for address in ("/reports/requests/", "/cases/", "/cases/notices/"):
        assert "Hold" not in page.get(address).content.decode()


def test_the_police_ask_for_the_accounts_of_their_own_request(client):
    request = request_for()
    page = browser("polisi")
    listed = page.get("/cases/holds/new/").content.decode()
    assert f"?request={request.pk}" in listed
    address = f"/cases/holds/new/?request={request.pk}"
    wrong = page.post(address, {"accounts": [account().pk], "days": 99, "reason": ""})
    assert wrong.status_code == 422
    assert 'id="errors"' in wrong.content.decode()
    told = {"accounts": [account().pk], "days": 5, "reason": "Penyidikan."}
    assert page.post(address, told).status_code == 302
    assert (Hold.objects.get().days, Hold.objects.get().state) == (5, "asked")


def test_another_units_request_and_hold_are_not_there_for_the_police():
    (hold,) = asked()
    page = browser("stray_polisi")
    assert page.get(f"/cases/holds/{hold.pk}/").status_code == 404
    assert page.get(f"/cases/holds/new/?request={hold.request_id}").status_code == 404


def test_two_persons_let_it_begin_on_its_page_and_each_is_offered_what_they_may():
    (hold,) = asked()
    address = f"/cases/holds/{hold.pk}/"
    citra, ratna = browser("citra"), browser("cleared_sri")
    assert citra.post(address, {"verb": "propose"}).status_code == 302
    page = citra.get(address).content.decode()
    assert 'value="approve"' not in page
    assert "a second person must approve it" in page
    assert citra.post(address, {"verb": "approve"}).status_code == 403
    assert 'value="approve"' in ratna.get(address).content.decode()
    assert ratna.post(address, {"verb": "approve"}).status_code == 302
    assert fresh(hold).state == "running"
    police = browser("polisi").get(address).content.decode()
    assert "hold_new" not in police
    assert f"?request={hold.request_id}" in police, "it can be renewed"


def test_an_end_without_a_reason_keeps_the_form_and_says_what_is_missing():
    (hold,) = running()
    page = browser("citra").post(f"/cases/holds/{hold.pk}/", {"verb": "lift", "lift-reason": ""})
    assert page.status_code == 422
    assert 'id="errors"' in page.content.decode()
    assert fresh(hold).state == "running"


def test_the_cleared_auditor_reads_the_list_and_each_hold_and_is_offered_nothing():
    (hold,) = proposed()
    page = browser("cleared_auditor")
    assert "bunga_77" in page.get("/cases/holds/").content.decode()
    assert 'name="verb"' not in page.get(f"/cases/holds/{hold.pk}/").content.decode()


def test_what_has_ended_is_kept_in_a_view_of_its_own():
    (hold,) = running()
    deciding.lift([hold], reason="Selesai.", actor=world.citra(), at=AT).insist()
    page = browser("citra")
    assert "bunga_77" not in page.get("/cases/holds/").content.decode()
    assert "bunga_77" in page.get("/cases/holds/?view=past").content.decode()
    assert page.get("/cases/holds/?view=none").status_code == 404


@pytest.mark.parametrize(("who", "is_told"), [("citra", True), ("ayu", False)])
def test_the_page_of_a_case_tells_the_cleared_alone(who, is_told):
    (hold,) = running()
    case = world.case("michat: bunga_77")
    page = browser(who).get(f"/cases/{case.pk}/").content.decode()
    assert (f"/cases/holds/{hold.pk}/" in page) is is_told


def test_send_now_answers_alike_whatever_it_waits_for():
    running()
    case = world.approved_case("michat: bunga_77")
    page = browser("sri")
    address = f"/cases/{case.pk}/send/"
    assert "1 approved account waits" in page.get(address).content.decode()
    answer = page.post(address, follow=True).content.decode()
    assert "it waits for its turn" in answer
    case.refresh_from_db()
    assert case.state == "approved"
