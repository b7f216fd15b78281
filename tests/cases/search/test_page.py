"""The search page: who has it, where it leads, and that nothing is told by what is not found."""

import pytest
from django.urls import reverse

from moderation_portal.models import Event
from tests import world
from tests.cases.pages.browsing import other_representative, plain, text
from tests.cases.pages.conftest import desk, hands

__all__ = ["desk", "hands"]
pytestmark = pytest.mark.django_db
PHONE = "0812-3456-7890"
STAFF = (world.ayu, world.sri, world.dewi, world.citra, world.auditor, world.cleared_auditor)
OWN = (world.polisi, world.lurah, world.ngo, world.rina)


def find(browser, typed, **more):
    return browser.get(reverse("search"), {"q": typed, **more})


def found(browser, typed, **more):
    answer = find(browser, typed, **more)
    assert answer.status_code == 200
    return text(answer)


@pytest.mark.parametrize("who", [*STAFF, *OWN])
def test_who_has_something_to_search_has_the_box_on_the_page(desk, who):
    page = found(desk(who), "")
    assert 'id="search"' in page
    assert "What you can type" in page


@pytest.mark.parametrize("who", [world.steward, world.drone])
def test_for_the_others_there_is_no_search(desk, who):
    assert find(desk(who), "x").status_code == 404


def test_the_steward_has_no_box(desk):
    assert 'id="search"' not in text(desk(world.steward).get(reverse("news")))


def test_one_exact_number_opens_its_page(desk):
    notice = world.served_notice()
    case = notice.items.get().target.case
    browser = desk(world.ayu)
    for typed, url in (
        (case.number, reverse("cases:case", args=[case.pk])),
        (case.report.number, reverse("reports:report", args=[case.report.pk])),
        (notice.number, reverse("cases:notice", args=[notice.pk])),
    ):
        assert find(browser, typed)["Location"] == url
    there = find(desk(world.rina), notice.number)["Location"]
    assert there == reverse("cases:answer", args=[notice.pk])


def test_what_is_found_is_grouped_by_why_and_leads_to_its_case(desk):
    case = world.case("michat: bunga_77", reason="Tetangga melihat <b>ini</b>.")
    page = found(desk(world.ayu), "bumga_77")
    assert "Cases of accounts spelled alike" in page
    assert f'href="{reverse("cases:case", args=[case.pk])}"' in page
    assert "Cases with these words in a report" in found(desk(world.ayu), "tetangga")


@pytest.mark.parametrize("typed", ["<script>x</script>", "\"'>", "%s{}", "\x00", "a" * 5_000])
def test_odd_texts_are_shown_as_text(desk, typed):
    assert "<script>x" not in found(desk(world.ayu), typed)


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.auditor])
def test_what_is_sealed_is_as_if_it_were_not_there(desk, who):
    browser = desk(who)
    world.citra(), world.platform("michat")
    sealed = world.child_case("michat: bunga_77", reason="Rahasia kecamatan.")
    for typed in ("bunga_77", "@bunga_78", "michat: bunga_77", "kecamatan", sealed.number):
        page = find(browser, typed, wide="1")
        other = find(browser, typed.replace("bunga", "mawar").replace("kec", "cek"), wide="1")
        assert page.status_code == other.status_code == 200
        assert "Nothing found" in text(page)


def test_a_platform_s_representative_finds_the_own_notices_alone(desk):
    notice = world.served_notice("michat: bunga_77")
    page = found(desk(world.rina), "bunga_77")
    assert notice.number in page
    for typed in ("bunga_77", notice.number):
        assert "Nothing found" in found(desk(other_representative), typed)


def test_a_representative_does_not_find_what_a_sealed_case_keeps_back(desk):
    world.child_case("michat: bunga_77")
    world.notice("michat: bunga_77")
    assert "Nothing found" in found(desk(world.rina), "bunga_77")


def test_an_organisation_finds_what_it_told_itself_alone(desk):
    mine = world.report("michat: bunga_77", reporter=world.warga(), reason="Milik orang lain.")
    page = found(desk(world.ngo), "bunga_77")
    assert "Nothing found" in page
    assert "Nothing found" in found(desk(world.ngo), "milik orang")
    assert find(desk(world.ngo), mine.number).status_code == 200


def test_a_phone_number_wants_a_purpose_and_stands_in_no_address(desk):
    case = world.case(f"whatsapp: {PHONE}")
    browser = desk(world.ayu)
    page = found(browser, PHONE)
    assert "What is the search for?" in page
    assert case.number not in page
    without = browser.post(reverse("search"), {"q": PHONE, "purpose": " "})
    assert (without.status_code, case.number in text(without)) == (422, False)
    shown = browser.post(reverse("search"), {"q": PHONE, "purpose": "For K26-1."})
    assert case.number in text(shown)
    assert Event.objects.get(kind="search.asked").data["purpose"] == "For K26-1."


@pytest.mark.parametrize("who", [world.auditor, *OWN])
def test_others_are_told_that_they_do_not_search_by_phone(desk, who):
    browser = desk(who)
    assert find(browser, PHONE).status_code == 403
    said = browser.post(reverse("search"), {"q": PHONE, "purpose": "Mine."})
    assert said.status_code == 403


def test_looking_changes_nothing_and_says_the_same_twice(desk):
    world.case("michat: bunga_77")
    browser = desk(world.ayu)
    before = Event.objects.count()
    first = plain(find(browser, "bunga", wide="1"))
    assert plain(find(browser, "bunga", wide="1")) == first
    assert Event.objects.count() == before
