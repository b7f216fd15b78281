"""The work at the queue's page: the next one, giving back, searches, many at once, what is new."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import decisions, many, queue, searches, turns
from cases.models import Case, SavedSearch
from moderation_portal import jobs, places
from moderation_portal.models import Job
from tests import world
from tests.world import AT, HOUR

from .browsing import plain, text, url
from .test_access import asked_of

pytestmark = pytest.mark.django_db
TAG = re.compile(r"<[^>]+>")


def words(response):
    """The page without its tags."""
    return " ".join(TAG.sub(" ", text(response)).split())


def margin_of(browser, **query):
    page = text(browser.get(url("queue"), query))
    return page[page.index('id="margin"') : page.index('class="head"')]


# Who may.


@pytest.mark.parametrize("who", [world.auditor, world.cleared_auditor])
def test_who_only_reads_takes_nothing_and_saves_nothing(desk, who):
    world.case()
    browser = desk(who)
    assert 'id="next"' not in text(browser.get(url("queue")))
    assert browser.post(url("next")).status_code == 403
    assert browser.post(url("saved_search_new"), {"name": "x"}).status_code == 404
    assert not Case.objects.exclude(owner=None).exists()


@pytest.mark.parametrize("who", [world.rina, world.polisi, world.lurah, world.steward])
def test_to_strangers_none_of_it_is_there(desk, who):
    browser = desk(who)
    for page in ("fresh", "skips", "skips_file", "searches", "saved_search_new"):
        assert browser.get(url(page)).status_code == 404, page
    for page in ("next", "bulk", "bulk_undo"):
        assert browser.post(url(page)).status_code == 404, page


@pytest.mark.parametrize("page", ["skips", "skips_file"])
def test_reasons_for_giving_back_are_read_by_those_who_oversee(desk, page):
    given = {
        who.__name__: desk(who).get(url(page)).status_code
        for who in (world.ayu, world.citra, world.sri, world.dewi, world.auditor)
    }
    assert given == {"ayu": 404, "citra": 404, "sri": 200, "dewi": 200, "auditor": 200}


@pytest.mark.parametrize("page", ["next", "bulk", "bulk_undo"])
def test_what_acts_is_not_done_by_opening_an_address(desk, page):
    assert desk(world.ayu).get(url(page)).status_code == 405


# The next one.


def test_the_next_one_opens_in_the_view_that_it_was_asked_for_in(desk):
    world.case("michat: bunga_1")
    other = world.case("https://instagram.com/melati.12")
    query = f"?view=new&platform={other.platform_id}"
    answer = desk(world.ayu).post(url("next"), {"back": query})
    assert answer.headers["Location"] == f"{url('case', other.pk)}{query}"
    other.refresh_from_db()
    assert other.owner == world.ayu()


def test_where_nothing_is_free_the_page_says_so(desk):
    browser = desk(world.ayu)
    page = browser.post(url("next"), {"back": "?view=overdue"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{url('queue')}?view=overdue"
    assert "Nothing in this view is free" in text(page)
    bad = browser.post(url("next"), {"back": "//elsewhere.example"})
    assert bad.headers["Location"].startswith(url("queue"))


def test_a_case_is_given_back_on_its_page_with_a_reason_and_supervisors_read_it(desk):
    case, browser = world.case(), desk(world.ayu)
    world.prepare(case, world.ayu())
    address = url("verb", case.pk, "give_back")
    assert address in text(browser.get(url("case", case.pk)))
    assert address not in text(desk(world.bima).get(url("case", case.pk)))
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "<b>=Bahasa"}).status_code == 302
    page = text(desk(world.sri).get(url("skips")))
    assert case.number in page
    assert "&lt;b&gt;=Bahasa" in page
    lines = b"".join(desk(world.sri).get(url("skips_file")).streaming_content).decode()
    assert case.number in lines
    assert "Ayu Lestari" in lines


# Colleagues.


def test_the_case_page_names_the_staff_who_opened_it_lately(desk):
    case = world.case()
    seen = {world.bima: 5, world.dewi: 60 * 2, world.auditor: 1}
    for who, minutes in seen.items():
        decisions.open_page(case, actor=who(), at=AT + 2 * HOUR - minutes * HOUR / 60)
    page = text(desk(world.ayu).get(url("case", case.pk)))
    banner = page[page.index("Also opened in the last") :].partition("</div>")[0]
    assert "Bima Saputra" in banner
    assert "Dewi" not in banner
    assert "Umar" not in banner
    assert "Ayu" not in banner


def test_nobody_is_named_who_looks_alone(desk):
    assert "Also opened in the last" not in text(desk(world.ayu).get(url("case", world.case().pk)))


# The margin.


def test_findings_that_wait_for_a_verifier_are_counted_for_those_who_may_verify(desk):
    assert "Machine findings" in margin_of(desk(world.ayu))
    assert "Machine findings" not in margin_of(desk(world.auditor))


def test_a_view_is_saved_found_in_the_margin_with_its_count_changed_and_removed(desk):
    world.case("michat: bunga_1")
    browser = desk(world.ayu)
    said = {"query": "view=open&category=prostitution&x=1", "name": "Prostitusi"}
    answer = browser.post(url("saved_search_new"), said)
    assert answer.headers["Location"] == f"{url('queue')}?view=open&category=prostitution"
    line = re.search(r"<li>(?:(?!</li>).)*Prostitusi.*?</li>", margin_of(browser), re.S).group()
    assert ">1</span>" in line
    assert "aria-current" not in line
    here = margin_of(browser, view="open", category="prostitution")
    assert here.count("aria-current") == 1
    assert "aria-current" in re.search(r"<li>(?:(?!</li>).)*Prostitusi", here, re.S).group()
    pk = SavedSearch.objects.get().pk
    told = {"name": "Kerja", "cadence": "daily", "threshold": "3"}
    assert browser.post(url("saved_search", pk), told).status_code == 302
    search = SavedSearch.objects.get()
    assert (search.name, search.cadence, search.threshold) == ("Kerja", "daily", 3)
    assert browser.post(url("saved_search", pk), {"remove": "1"}).status_code == 302
    assert not SavedSearch.objects.exists()


def test_what_is_wrong_with_a_search_stands_beside_the_field_and_nothing_typed_is_lost(desk):
    browser = desk(world.ayu)
    page = browser.post(url("saved_search_new"), {"query": "view=new", "name": " "})
    assert page.status_code == 422
    assert 'value="view=new"' in text(page)
    searches.save({"view": "open"}, "Satu", owner=world.ayu(), at=AT)
    page = browser.post(url("saved_search_new"), {"query": "view=new", "name": "Satu"})
    assert page.status_code == 422
    assert "You have a search of this name already." in text(page)


def test_another_s_search_is_not_there(desk):
    search = searches.save({"view": "open"}, "Bersama", owner=world.sri(), at=AT, is_shared=True)
    browser = desk(world.ayu)
    assert browser.get(url("saved_search", search.pk)).status_code == 404
    assert browser.post(url("saved_search", search.pk), {"remove": "1"}).status_code == 404
    assert "Bersama" in margin_of(browser)
    assert SavedSearch.objects.exists()


def test_a_shared_search_counts_for_each_reader_what_they_see(desk):
    searches.save({"view": "open"}, "Semua", owner=world.sri(), at=AT, is_shared=True)
    world.child_case("michat: melati_12")

    def count(who):
        found = re.search(r"Semua</bdi> <span[^>]*>(\d+)", margin_of(desk(who)))
        return int(found.group(1))

    assert {who.__name__: count(who) for who in (world.ayu, world.citra)} == {
        "ayu": 0,
        "citra": 1,
    }


def test_searches_cost_no_statement_each(desk):
    world.case()
    browser = desk(world.ayu)
    for n in range(searches.MOST_SHOWN):
        searches.save(
            {"view": "open", "platform": "1", "owner": "1"}, f"S{n}", owner=world.ayu(), at=AT
        )
    asked = asked_of(browser, f"{url('queue')}?view=open&category=prostitution")
    assert len(asked) <= 10, "\n".join(one[:120] for one in asked)


# Filters.


def test_the_number_shown_is_of_what_the_filters_leave(desk):
    found = world.case("michat: bunga_1")
    world.case("https://instagram.com/melati.12")
    page = words(desk(world.ayu).get(url("queue"), {"platform": found.platform_id}))
    assert "1 of 1 shown" in page


def test_a_part_that_is_swapped_in_has_stable_ids_and_one_voice(desk):
    world.case()
    answer = desk(world.ayu).get(
        url("queue"), {"view": "open", "category": "", "x": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Push-Url"] == "?view=open"
    page = text(answer)
    for part in ("margin", "region", "shown", "fresh", "next-back", "tools"):
        assert page.count(f'id="{part}"') == 1, part
    assert page.count('role="status"') == 1
    assert 'id="id_category"' in page.split('id="region"')[0], "the filters are never replaced"


def test_searches_are_counted_among_so_many_open_cases_and_say_that_there_may_be_more(
    desk, monkeypatch
):
    for n in range(3):
        world.case(f"michat: bunga_{n}", at=AT + n * HOUR)
    last = world.case("https://instagram.com/melati.12", at=AT + 3 * HOUR)
    given = {"view": "open", "platform": str(last.platform_id)}
    searches.save(given, "Instagram", owner=world.ayu(), at=AT)
    assert '<bdi>Instagram</bdi> <span data-tone="neutral">1<' in margin_of(desk(world.ayu))
    monkeypatch.setattr(queue, "COUNT_BOUND", 2)
    browser = desk(world.ayu)
    assert '<bdi>Instagram</bdi> <span data-tone="neutral">0+<' in margin_of(browser)
    assert "1 of 1+ shown" in words(browser.get(url("queue"), given))


# What is new.


def test_what_has_come_in_since_is_counted_and_loaded_on_demand(desk):
    world.case("michat: bunga_1")
    browser = desk(world.ayu)
    since = {"since": places.write(AT + HOUR, 0), "seen": "1"}
    assert text(browser.get(url("fresh"), since)).strip() == ""
    for n in range(2):
        world.case(f"michat: bunga_2{n}", at=AT + 90 * HOUR / 60)
    found = browser.get(url("fresh"), {**since, "view": "new"})
    assert "2 new, load" in text(found)
    assert f'href="{url("queue")}?view=new"' in text(found)
    none = browser.get(url("fresh"), {**since, "category": "gambling"})
    assert text(none).strip() == ""


def test_what_others_moved_into_a_view_is_new_there():
    case = world.case()
    here = Case.objects.filter(owner=world.ayu())
    assert queue.newer(here, than=AT + HOUR, seen=0) == 0
    decisions.assign([case], owner=world.ayu(), actor=world.sri(), at=AT)
    assert queue.newer(here, than=AT + HOUR, seen=0) == 1


def test_to_others_a_sealed_case_is_never_new(desk):
    browser = desk(world.ayu)
    asked = {"since": places.write(AT, 0), "seen": "0"}
    before = plain(browser.get(url("fresh"), asked))
    world.child_case("michat: melati_12", at=AT + HOUR)
    assert plain(browser.get(url("fresh"), asked)) == before


@pytest.mark.parametrize("asked", [{}, {"since": "x", "seen": "1"}, {"since": "1.1", "seen": "-"}])
def test_a_broken_question_for_what_is_new_is_refused(desk, asked):
    assert desk(world.ayu).get(url("fresh"), asked).status_code == 422


def test_asking_for_what_is_new_is_one_statement_on_cases(desk):
    world.case()
    browser = desk(world.ayu)
    address = f"{url('fresh')}?since={places.write(AT, 0)}&seen=1"
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    assert sum("cases_case" in one["sql"] for one in asked) == 1


# Many at once.


def some(count=3):
    return [world.case(f"michat: bunga_{n}") for n in range(count)]


def test_all_that_match_is_offered_where_there_is_more_than_a_page(desk, monkeypatch):
    some()
    browser = desk(world.ayu)
    assert 'value="all"' not in text(browser.get(url("queue")))
    monkeypatch.setattr(queue, "PAGE", 2)
    assert "All 3 that match" in text(browser.get(url("queue")))


def test_all_that_match_are_shown_first_and_done_when_the_number_still_holds(desk):
    some()
    browser = desk(world.ayu)
    said = {"verb": "claim", "scope": "all", "back": "?view=open"}
    review = text(browser.post(url("bulk"), said))
    assert "Take: 3 cases" in review
    assert 'name="seen" value="3"' in review
    assert not Case.objects.exclude(owner=None).exists()
    world.case("michat: melati_9")
    again = browser.post(url("bulk"), said | {"step": "do", "seen": "3"})
    assert again.status_code == 409
    assert 'name="seen" value="4"' in text(again)
    assert not Case.objects.exclude(owner=None).exists()
    done = browser.post(url("bulk"), said | {"step": "do", "seen": "4"})
    assert "4 cases are on your desk." in text(done)


def test_whom_one_chose_is_still_chosen_when_the_number_has_changed(desk):
    some()
    browser = desk(world.sri)
    said = {"verb": "assign", "scope": "all", "back": "?view=open", "step": "do", "seen": "2"}
    page = text(browser.post(url("bulk"), said | {"owner": world.ayu().pk}))
    assert f'<option value="{world.ayu().pk}" selected>' in page


def test_what_was_just_taken_can_be_given_back_and_the_rest_says_why_not(desk):
    first, second, _third = some()
    browser = desk(world.ayu)
    said = {"verb": "claim", "case": [first.pk, second.pk], "step": "do", "back": "?view=new"}
    page = text(browser.post(url("bulk"), said))
    assert "give back what I have just taken" in page
    decisions.assign([second], owner=world.bima(), actor=world.sri(), at=AT + 2 * HOUR)
    cases = f"{first.pk},{second.pk},x"
    undone = text(browser.post(url("bulk_undo"), {"cases": cases, "back": "?view=new"}))
    assert "1 case is given back." in undone
    assert second.number in undone
    first.refresh_from_db()
    assert first.owner is None
    assert turns.take_next(Case.objects.all(), actor=world.ayu(), at=AT + 2 * HOUR) == first


@pytest.mark.parametrize("has_looked", [True, False], ids=["looked at", "let lie"])
def test_what_was_looked_at_or_let_lie_is_given_back_for_a_reason_only(desk, hands, has_looked):
    first, *_others = some()
    browser = desk(world.ayu)
    browser.post(url("verb", first.pk, "claim"))
    if has_looked:
        browser.get(url("case", first.pk))
    else:
        hands.now += HOUR
    page = text(browser.post(url("bulk_undo"), {"cases": str(first.pk), "back": ""}))
    assert "Give it back with a reason." in page
    first.refresh_from_db()
    assert first.owner == world.ayu()


def test_very_many_are_done_by_and_by_on_a_page_that_says_how_far_it_is(desk, monkeypatch):
    monkeypatch.setattr(many, "AT_ONCE", 2)
    monkeypatch.setattr("cases.views.bulk.AT_ONCE", 2)
    taken, *_others = some()
    decisions.claim([taken], actor=world.bima(), at=AT + 2 * HOUR)
    browser = desk(world.ayu)
    said = {"verb": "claim", "scope": "all", "back": "?view=open", "step": "do", "seen": "3"}
    answer = browser.post(url("bulk"), said)
    job = Job.objects.get()
    assert answer.headers["Location"] == url("bulk_job", job.pk)
    assert "0 of 3 cases" in text(browser.get(url("bulk_job", job.pk)))
    assert desk(world.bima).get(url("bulk_job", job.pk)).status_code == 404
    jobs.go_on(job.pk, at=AT + 2 * HOUR)
    page = text(browser.get(url("bulk_job", job.pk)))
    assert "3 of 3 cases" in page
    assert taken.number in page
    assert "Bima Saputra" in page
    part = text(browser.get(url("bulk_job", job.pk), headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "hx-trigger" not in part, "what is over is not asked for again"


def test_too_many_are_refused_with_what_to_do(desk, monkeypatch):
    monkeypatch.setattr(many, "MOST", 2)
    some()
    said = {"verb": "claim", "scope": "all", "back": "?view=open"}
    page = text(desk(world.ayu).post(url("bulk"), said))
    assert "More than 2 cases match" in page
    assert 'value="do"' not in page


@pytest.mark.parametrize("back", ["", "//elsewhere.example", "?view=sealed&platform=x"])
def test_a_broken_search_is_acted_on_by_nobody(desk, back):
    world.child_case("michat: melati_12")
    said = {"verb": "claim", "scope": "all", "back": back, "step": "do", "seen": "1"}
    assert desk(world.ayu).post(url("bulk"), said).status_code == 409
    assert not Case.objects.exclude(owner=None).exists()
