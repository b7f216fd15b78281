"""Who may open which page of the desk, and how much a page asks of the database."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import notices
from cases.models import Case, Notice
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .browsing import other_representative, plain, text, url

pytestmark = pytest.mark.django_db
STAFF = ("ayu", "sri", "dewi", "citra")
READERS = (*STAFF, "auditor", "cleared_auditor")
OVERSEERS = ("sri", "dewi")
OTHERS = ("polisi", "lurah", "ngo", "drone", "steward")
EVERYBODY = (*READERS, "rina", "other_representative", *OTHERS)
OK, NO, GONE = 200, 403, 404
# page -> what each may expect; whoever is not named gets 404.
MATRIX = {
    "queue": dict.fromkeys(READERS, OK),
    "case": dict.fromkeys(READERS, OK),
    "claim": dict.fromkeys(READERS, OK),
    "record": dict.fromkeys(READERS, OK),
    "similar": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "merge": dict.fromkeys(READERS, OK),
    "move": dict.fromkeys(READERS, OK),
    "note": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "observe": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "weigh": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "send_now": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "restore": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "notices": dict.fromkeys(READERS, OK),
    "undelivered": dict.fromkeys(READERS, OK),
    "skips": dict.fromkeys(("sri", "dewi", "auditor", "cleared_auditor"), OK),
    "searches": dict.fromkeys(STAFF, OK),
    "saved_search_new": dict.fromkeys(STAFF, OK),
    "notice": dict.fromkeys(READERS, OK),
    "sign": dict.fromkeys(READERS, OK),
    "correct": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "override": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "letter": {**dict.fromkeys(READERS, OK), "rina": OK},
    "platforms": dict.fromkeys(READERS, OK),
    "platform": dict.fromkeys(READERS, OK),
    "units": dict.fromkeys(READERS, OK),
    "unit": dict.fromkeys(READERS, OK),
    "coordination": {**dict.fromkeys(EVERYBODY, NO), **dict.fromkeys(STAFF, OK)},
    "systemic": {**dict.fromkeys(EVERYBODY, NO), **dict.fromkeys(STAFF, OK)},
    "platform_home": {"rina": OK, "other_representative": OK},
    "platform_people": {"rina": OK},
    "dispute": {"rina": OK},
    "answer": {"rina": OK},
    "answer_letter": {**dict.fromkeys(READERS, OK), "rina": OK},
}


OF_A_CASE = {*("case", "note", "record", "observe", "weigh", "restore"), "similar", "merge", "move"}


def address_of(page: str) -> str:
    """The address of a page, with what it needs behind it."""
    if page in ("queue", "notices", "undelivered", "platform_home", "platform_people"):
        return url(page)
    if page in ("platforms", "units", "coordination", "skips", "searches", "saved_search_new"):
        return url(page)
    if page in ("platform", "systemic", "unit"):
        return url(page, (world.polda() if page == "unit" else world.michat()).pk)
    if page == "send_now":
        return url(page, world.approved_case().pk)
    if page == "claim":
        return url("verb", world.case().pk, "claim")
    notice = world.served_notice()
    if page in OF_A_CASE:
        return url(page, Case.objects.get().pk)
    return url(page, notice.pk)


@pytest.mark.parametrize("page", MATRIX)
def test_each_role_opens_its_pages_and_to_the_others_they_are_not_there(desk, page):
    address = address_of(page)
    people = {**vars(world), "other_representative": other_representative}
    given = {who: desk(people[who]).get(address).status_code for who in EVERYBODY}
    assert given == {who: MATRIX[page].get(who, GONE) for who in EVERYBODY}


@pytest.mark.parametrize("page", MATRIX)
def test_nothing_opens_without_signing_in(client, page):
    response = client.get(address_of(page))
    assert (response.status_code, "login" in response.url) == (302, True)


@pytest.mark.parametrize("page", ["tick"])
def test_what_only_saves_has_no_page(desk, page):
    assert desk(world.ayu).get(url(page, world.case().pk)).status_code == 405


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.dewi, world.auditor])
def test_a_sealed_case_looks_like_one_that_was_never_there(desk, who):
    found, browser = world.child_case(), desk(who)
    pages = [(name, ()) for name in ("case", "note", "weigh", "send_now")]
    for name, rest in (*pages, ("verb", ("claim",))):
        hidden = browser.get(url(name, found.pk, *rest))
        absent = browser.get(url(name, found.pk + 1, *rest))
        assert hidden.status_code == absent.status_code == 404
        here, there = (url("case", pk).encode() for pk in (found.pk, found.pk + 1))
        assert plain(hidden).replace(here, b"") == plain(absent).replace(there, b"")


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.auditor])
def test_lists_and_counts_say_nothing_of_what_is_sealed(desk, who):
    browser = desk(who)
    world.citra(), world.cleared_sri(), world.michat()
    before = [plain(browser.get(url(page))) for page in ("queue", "notices")]
    world.notice("michat: mawar_contoh", category=world.CHILD)
    assert [plain(browser.get(url(page))) for page in ("queue", "notices")] == before


def test_a_cleared_person_sees_the_sealed_case_and_the_record_says_so(desk):
    found = world.child_case()
    page = text(desk(world.citra).get(url("case", found.pk)))
    assert found.number in page
    assert "sealed" in page
    assert "data-draft" not in page, "nothing of a sealed matter is kept in a browser"
    assert Event.objects.filter(kind="case.page_opened", thread=found.thread).exists()


DESCRIBED = {
    "new": world.case,
    "upheld": world.upheld_case,
    "approved": world.approved_case,
    "ordered": lambda: (world.served_notice(), Case.objects.get())[1],
}


def asked_of(browser: Client, address: str) -> list[str]:
    """The statements of a page beside the person's own row."""
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(address).status_code == 200
    return [
        one["sql"]
        for one in asked
        if 'FROM "moderation_portal_user" WHERE "moderation' not in one["sql"]
    ]


def test_the_queue_asks_ten_statements_at_most_however_many_cases_it_shows(desk):
    browser = desk(world.sri)
    world.case("michat: satu_contoh")
    few = asked_of(browser, url("queue"))
    for name in ("dua", "tiga", "empat"):
        world.case(f"michat: {name}_contoh")
    assert len(asked_of(browser, url("queue"))) == len(few) <= 10


@pytest.mark.parametrize("state", DESCRIBED)
def test_a_case_asks_fifteen_statements_at_most(desk, state):
    found = DESCRIBED[state]()
    asked = asked_of(desk(world.sri), f"{url('case', found.pk)}?view=open")
    assert len(asked) <= 15, "\n".join(one[:150] for one in asked)


def test_a_case_asks_no_more_for_more_accounts(desk):
    browser = desk(world.sri)
    one = world.case("michat: satu_contoh")
    many = world.case("michat: dua_contoh", "michat: tiga_contoh", "michat: empat_contoh")
    few, more = (asked_of(browser, url("case", case.pk)) for case in (one, many))
    assert len(few) == len(more)


def test_the_id_of_a_hidden_notice_turns_no_page(desk):
    world.served_notice()
    found = world.child_case("michat: kuncup_1", at=AT - HOUR)
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    (pk,) = notices.gather(AT - HOUR, handling="sealed").issued
    browser = desk(world.ayu)
    whole = text(browser.get(url("notices")))
    assert Notice.objects.get(handling="ordinary").number in whole
    assert Notice.objects.get(handling="ordinary").number in text(
        browser.get(url("notices"), {"before": pk})
    )


@pytest.mark.parametrize(("who", "page"), [(world.ayu, "notices"), (world.rina, "platform_home")])
def test_a_list_of_notices_reads_none_of_their_letters(desk, who, page):
    world.served_notice()
    browser = desk(who)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url(page)).status_code == 200
    assert not [one for one in asked if '"cases_notice"."html"' in one["sql"]]
