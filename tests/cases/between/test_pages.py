"""The pages on which cases are compared, merged, taken apart, and accounts moved."""

import re

import pytest

from cases import decisions, merging
from cases.models import Case, CaseState, Target
from moderation_portal.models import Event
from tests import world
from tests.cases.pages.browsing import text, url
from tests.world import AT

pytestmark = pytest.mark.django_db
A, B, C = "michat: bunga_77", "michat: bunga_78", "michat: melati_12"


def fresh(case):
    return Case.objects.get(pk=case.pk)


def target(name):
    return Target.objects.get(account__display=name)


def test_from_the_similar_page_one_click_leads_to_the_review_and_one_more_merges(desk):
    host, case = world.case(A), world.prepare(world.case(B), world.ayu())
    browser = desk(world.ayu)
    page = text(browser.get(url("similar", case.pk)))
    assert "similar handle" in page
    assert "@bunga_77" in page
    (link,) = re.findall(r'href="(/cases/\d+/do/merge/\?into=[^"]+)"', page)
    review = browser.get(link)
    assert host.number in text(review)
    assert "Nothing has been merged yet." in text(review)
    assert fresh(case).state == CaseState.IN_REVIEW
    here = link.partition("?")[0]
    other = host if f"/{case.pk}/" in here else case
    done = browser.post(here, {"into": other.number, "step": "do"})
    assert done.url == url("case", other.pk)
    assert {one.state for one in (fresh(host), fresh(case))} & {CaseState.CLOSED}


def test_a_number_that_is_typed_is_reviewed_before_anything_is_merged(desk):
    host, case = world.case(A), world.case(C)
    browser, page = desk(world.ayu), url("merge", case.pk)
    assert "Nothing has been merged yet." in text(browser.post(page, {"into": host.number}))
    assert fresh(case).state == CaseState.NEW
    for odd in ("K26-9999999", "zzz", "", case.number, world.upheld_case(B).number):
        said = browser.post(page, {"into": odd, "step": "do"})
        assert (said.status_code, fresh(case).state) == (422, CaseState.NEW), odd


def test_of_a_sealed_case_the_review_says_what_it_says_of_none(desk):
    case, sealed = world.case(A), world.child_case(A)
    browser, page = desk(world.ayu), url("merge", case.pk)
    hidden, absent = (
        text(browser.post(page, {"into": number})).replace(number, "")
        for number in (sealed.number, "KS26-123456789")
    )
    token = re.compile(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"')
    assert token.sub("", hidden) == token.sub("", absent)


def test_the_old_number_leads_to_where_the_accounts_are_now(desk):
    first, second, third = world.case(A), world.case(B), world.case(C)
    merging.merge([first], into=second, actor=world.ayu(), at=AT).insist()
    merging.merge([second], into=third, actor=world.ayu(), at=AT).insist()
    page = text(desk(world.ayu).get(url("case", first.pk)))
    banner = page[page.index("notice-banner") :].partition("</div>")[0]
    assert third.number in banner
    assert url("case", third.pk) in banner


def test_a_merge_is_taken_back_by_a_button_with_a_reason(desk):
    host, case = world.case(A), world.case(B)
    merging.merge([case], into=host, actor=world.ayu(), at=AT).insist()
    browser, page = desk(world.ayu), url("verb", case.pk, "unmerge")
    assert page in text(browser.get(url("case", case.pk)))
    assert page not in text(browser.get(url("case", host.pk)))
    assert browser.post(page, {"reason": ""}).status_code == 422
    browser.post(page, {"reason": "Dua orang."})
    assert fresh(case).state == CaseState.IN_REVIEW
    for one in (case, host):
        told = text(browser.get(url("case", one.pk)))
        assert "took the merge" in told
        assert "Dua orang." in told


def test_no_other_closed_case_offers_to_take_a_merge_back(desk):
    case = world.prepare(world.case(A), world.ayu())
    decisions.dismiss([case], reason="Bukan.", actor=world.ayu(), at=AT).insist()
    page = text(desk(world.ayu).get(url("case", case.pk)))
    assert url("verb", case.pk, "unmerge") not in page


def test_who_does_not_hold_the_case_finds_no_link_to_similar_ones_but_the_reason(desk):
    case = world.prepare(world.case(A), world.bima())
    page = text(desk(world.ayu).get(url("case", case.pk)))
    assert url("similar", case.pk) not in page
    assert "Take the case first" in page
    assert desk(world.ayu).get(url("similar", case.pk)).status_code == 403
    assert url("similar", case.pk) in text(desk(world.sri).get(url("case", case.pk)))


def test_the_timeline_says_that_somebody_compared_and_why(desk):
    case = world.prepare(world.case(A), world.ayu())
    world.case(B)
    browser = desk(world.ayu)
    browser.get(url("similar", case.pk))
    page = text(browser.get(url("case", case.pk)))
    assert "Ayu Lestari looked for similar cases" in page
    assert "to decide this case: similar handle 1" in page


def test_however_much_is_similar_the_clock_is_read_once_for_the_page(desk, monkeypatch):
    case = world.case(A)
    browser, reads = desk(world.sri), []
    monkeypatch.setattr("moderation_portal.clock.now", lambda: reads.append(1) or AT)
    counts = []
    for name in ("bunga_79", "bunga_80"):
        world.case(f"michat: {name}")
        reads.clear()
        browser.get(url("similar", case.pk))
        counts.append(len(reads))
    assert counts[0] == counts[1]


def test_nothing_in_common_is_said_so(desk):
    case = world.case(A)
    assert "Nothing in common" in text(desk(world.sri).get(url("similar", case.pk)))


@pytest.mark.parametrize("odd", ["²", "-1", "9" * 40, "x"])
def test_an_odd_address_shows_the_first_page(desk, odd):
    case = world.case(A)
    browser = desk(world.sri)
    assert browser.get(url("similar", case.pk), {"start": odd}).status_code == 200
    assert browser.get(url("move", case.pk), {"target": odd, "start": odd}).status_code == 200
    assert browser.get(url("case", case.pk), {"start": odd}).status_code == 200


def test_ticked_accounts_are_reviewed_and_go_into_a_case_of_their_own(desk):
    case = world.prepare(world.case(A, B, C), world.ayu())
    browser, page = desk(world.ayu), url("move", case.pk)
    ids = [target(name).pk for name in ("@bunga_78", "@melati_12")]
    review = text(browser.get(page, {"target": ids}))
    assert "Nothing has been moved yet." in review
    assert review.count('name="target"') == 2
    done = browser.post(page, {"target": ids[:1], "where": "new", "reason": "Lain."}, follow=True)
    new = target("@bunga_78").case
    assert new.pk != case.pk
    assert target("@melati_12").case_id == case.pk, "it was unticked"
    assert f"1 account is in {new.number} now." in text(done)
    assert "Ayu Lestari moved accounts into another case" in text(done)
    told = text(browser.get(url("case", new.pk)))
    assert "Ayu Lestari opened the case for accounts of another" in told


def test_accounts_that_would_go_where_they_are_is_said_at_the_number(desk):
    case = world.case(A, B)
    said = {"target": target("@bunga_78").pk, "where": "other", "to": case.number, "reason": "L."}
    answer = desk(world.ayu).post(url("move", case.pk), said)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["to"]


def test_ticked_accounts_go_into_a_case_that_is_there(desk):
    case, host = world.case(A, B), world.case(C)
    said = {"target": target("@bunga_78").pk, "where": "other", "to": host.number, "reason": "L."}
    desk(world.ayu).post(url("move", case.pk), said)
    assert target("@bunga_78").case == host


@pytest.mark.parametrize(
    "change",
    [
        {"target": ""},
        {"reason": ""},
        {"where": ""},
        {"where": "other"},
        {"where": "other", "to": "K26-9999999"},
        {"where": "other", "to": "zzz"},
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk, change):
    case = world.case(A, B)
    said = {"target": target("@bunga_78").pk, "where": "new", "reason": "Dua orang."} | change
    answer = desk(world.ayu).post(url("move", case.pk), said)
    assert answer.status_code == 422
    assert "error" in text(answer)
    assert said["reason"] in text(answer)
    assert target("@bunga_78").case == case
    assert not Event.objects.filter(kind="case.accounts_moved").exists()
