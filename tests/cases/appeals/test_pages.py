"""The pages of appeals: the public ones, those of the desk, and that of the platform."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases import answers
from cases.appeals import filing
from cases.models import Appeal, Case, NoticeItem
from tests import world
from tests.cases.pages.browsing import plain, text, url
from tests.cases.pages.conftest import desk, hands  # noqa: F401 (fixtures)
from tests.world import AT, HOUR

from .doing import WORDS, cleared_dewi, decided, drain, filed, taken, told

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<code id="receipt">([0-9A-Z-]+)</code>')
DECISION = {"do": "decide", "verdict": "upheld", "answer": "Satire yang dilindungi."}


def public(name: str) -> str:
    return reverse(f"appeal_public:{name}")


def given(number: str, **more) -> dict:
    return {
        "number": number, "account": "bunga_77", "statement": WORDS, "is_own": "on", "key": "k1",
    } | more  # fmt: skip


def test_a_holder_objects_without_signing_in_and_reads_the_answer_by_the_code(hands):  # noqa: F811
    made = world.served_notice()
    browser = Client()
    assert browser.get(public("file")).status_code == 200
    assert browser.post(public("file"), given(made.number)).url == public("sent")
    page = browser.get(public("sent"))
    (code,) = CODE.findall(text(page))
    drain(AT + 2 * HOUR)
    decided(Appeal.objects.get(), at=AT + 3 * HOUR)
    shown = text(Client().post(public("status"), {"code": code}))
    assert "You are right: the order is annulled" in shown
    assert "Satire yang dilindungi." in shown
    for hidden in (Case.objects.get().number, world.ayu().name, world.dewi().name, "Tuti"):
        assert hidden not in shown


def test_the_code_is_shown_for_ten_minutes_and_to_its_browser_alone(hands):  # noqa: F811
    browser = Client()
    browser.post(public("file"), given("B-1/2026"))
    assert CODE.search(text(browser.get(public("sent"))))
    assert Client().get(public("sent")).url == public("status")
    hands.now += timedelta(minutes=10)
    assert not CODE.search(text(browser.get(public("sent"))))


def test_a_second_click_files_nothing_and_leads_to_the_same_receipt():
    browser = Client()
    for _click in range(2):
        assert browser.post(public("file"), given("B-1/2026")).url == public("sent")
    assert Appeal.objects.count() == 1
    assert CODE.search(text(browser.get(public("sent"))))


def test_every_number_is_answered_in_the_same_words():
    ordinary = world.served_notice()
    sealed = world.served_notice("michat: kuncup_1", category=world.CHILD)
    pages = []
    for number in (ordinary.number, sealed.number, "B-999999/KOMDIGI/III/2026", "R-1", "x"):
        browser = Client()
        answer = browser.post(public("file"), given(number, key=number))
        page = browser.get(answer.url)
        same = CODE.sub("", re.sub(r'value="[^"]+"', "", text(page)))
        pages.append((answer.status_code, same))
    assert len(set(pages)) == 1


@pytest.mark.parametrize("missing", ["number", "account", "statement", "is_own"])
def test_what_is_missing_is_told_and_what_was_typed_stays(missing):
    browser = Client()
    typed = given("B-1/2026")
    del typed[missing]
    answer = browser.post(public("file"), typed)
    assert answer.status_code == 422
    assert f"#id_{missing}" in text(answer)
    assert not Appeal.objects.exists()


def test_a_door_closes_to_who_knocks_too_often():
    browser = Client()
    answers = [
        browser.post(public("file"), given("B-1/2026", key=str(n))).status_code for n in range(61)
    ]
    assert answers.count(429) >= 1
    assert Appeal.objects.count() == answers.count(302)


@pytest.mark.parametrize("code", ["", "A" * 28, "\x00", "0000-0000"])
def test_a_code_that_opens_nothing_is_refused(code):
    answer = Client().post(public("status"), {"code": code})
    assert answer.status_code == 422


def test_reading_the_status_page_changes_nothing():
    _found, code = filed(world.served_notice().number)
    before = Appeal.objects.values().get()
    Client().get(public("status"), {"code": code})
    Client().post(public("status"), {"code": code})
    assert Appeal.objects.values().get() == before


def test_the_page_about_objecting_leads_to_the_form():
    page = text(Client().get(reverse("answer_link:objection")))
    assert public("file") in page


# The desk.


def test_the_queue_says_that_appeals_wait_and_when_one_is_overdue(desk, hands):  # noqa: F811
    browser = desk(world.sri)
    filed("B-1/2026")
    page = text(browser.get(url("queue")))
    assert url("appeals") in page
    assert "Appeals, overdue" not in page
    hands.now = AT + timedelta(days=40)
    assert "Appeals, overdue" in text(browser.get(url("queue")))
    assert "overdue" in text(browser.get(url("appeals")))


def test_the_reviewer_takes_decides_and_everybody_reads_it(desk):  # noqa: F811
    made = world.served_notice()
    found, _code = filed(made.number)
    here = url("appeal", found.pk)
    browser = desk(world.dewi)
    assert here in text(browser.get(url("appeals")))
    assert browser.post(here, {"do": "take"}).status_code == 422
    assert browser.post(here, {"do": "take", "is_free": "on"}).status_code == 302
    assert browser.post(here, DECISION | {"answer": ""}).status_code == 422
    assert browser.post(here, DECISION).status_code == 302
    found.refresh_from_db()
    assert found.state == "upheld"
    page = text(desk(world.ayu).get(here))
    assert "Satire yang dilindungi." in page
    assert url("notice", found.restoration_id) in page
    assert here in text(browser.get(url("case", Case.objects.get().pk)))
    assert here in text(browser.get(url("notice", made.pk)))


def test_who_may_not_review_reads_why(desk):  # noqa: F811
    found, _code = filed(world.served_notice().number)
    page = text(desk(world.sri).get(url("appeal", found.pk)))
    assert "You took part in this decision" in page
    assert 'value="take"' not in page
    answer = desk(world.sri).post(url("appeal", found.pk), {"do": "take", "is_free": "on"})
    assert answer.status_code == 403


@pytest.mark.parametrize("do", ["", "odd", "decide"])
def test_what_is_not_offered_cannot_be_posted(desk, do):  # noqa: F811
    found, _code = filed(world.served_notice().number)
    answer = desk(world.ayu).post(url("appeal", found.pk), DECISION | {"do": do})
    assert answer.status_code in (403, 404)
    found.refresh_from_db()
    assert found.state == "filed"


def test_a_supervisor_has_an_order_reviewed_from_its_page(desk):  # noqa: F811
    made = world.served_notice()
    browser = desk(world.sri)
    assert url("appeal_new", made.pk) in text(browser.get(url("notice", made.pk)))
    wrong = browser.post(url("appeal_new", made.pk), {"account": "x", "statement": "Ragu."})
    assert wrong.status_code == 422
    assert "Ragu." in text(wrong)
    right = browser.post(url("appeal_new", made.pk), {"account": "bunga_77", "statement": "Ragu."})
    assert right.url == url("appeal", Appeal.objects.get().pk)


def test_a_person_confirms_on_the_page_that_it_is_there_again(desk):  # noqa: F811
    found = decided(filed(world.served_notice().number)[0])
    told(found, at=AT + HOUR)
    here = url("appeal", found.pk)
    assert desk(world.auditor).post(here, {"do": "seen"}).status_code == 403
    assert desk(world.ayu).post(here, {"do": "seen"}).status_code == 302
    found.refresh_from_db()
    assert found.restored_at == AT + 2 * HOUR


def test_a_sealed_appeal_is_there_for_the_cleared_alone(desk):  # noqa: F811
    made = world.served_notice("michat: kuncup_1", category=world.CHILD)
    browsers = [desk(who) for who in (world.ayu, world.sri, world.auditor)]
    before = [plain(one.get(url(page))) for one in browsers for page in ("appeals", "queue")]
    found, _code = filed(made.number, "kuncup_1")
    after = [plain(one.get(url(page))) for one in browsers for page in ("appeals", "queue")]
    assert after == before
    for browser in browsers:
        hidden, absent = (browser.get(url("appeal", pk)) for pk in (found.pk, 999_999_999))
        assert hidden.status_code == absent.status_code == 404
        assert plain(hidden).replace(b"%d" % found.pk, b"999999999") == plain(absent)
    assert url("appeal", found.pk) in text(desk(world.citra).get(url("appeals")))


# The platform.


def test_a_platform_appeals_for_a_holder_and_reads_the_answer(desk):  # noqa: F811
    made = world.served_notice()
    browser = desk(world.rina)
    here = url("platform_appeal", made.pk)
    assert here not in text(browser.get(url("answer", made.pk)))
    world.answer(made, "removed", actor=world.rina())
    assert here in text(browser.get(url("answer", made.pk)))
    sent = browser.post(here, {"account": "bunga_77", "statement": WORDS})
    assert sent.url == here
    found = decided(Appeal.objects.get(), "dismissed", at=AT + 3 * HOUR)
    page = text(browser.get(here))
    assert "Satire yang dilindungi." in page
    for hidden in (world.dewi().name, world.ayu().name, Case.objects.get().number, "Tuti"):
        assert hidden not in page
    assert found.filed_by == world.rina()


def test_a_platform_reads_no_appeal_of_a_holder_and_none_of_the_desk(desk):  # noqa: F811
    made = world.served_notice()
    world.answer(made, "removed", actor=world.rina())
    filed(made.number)
    filing.open_by_motion(made, "bunga_77", "Ragu.", actor=world.sri(), at=AT)
    page = text(desk(world.rina).get(url("platform_appeal", made.pk)))
    assert WORDS not in page
    assert "Ragu." not in page


def test_a_platforms_page_tells_nothing_of_an_account_that_it_was_not_told_of(desk):  # noqa: F811
    alone = world.served_notice("michat: melati_1")
    beside = world.served_notice("michat: mawar_1", "michat: mawar_2")
    beside.items.filter(position=2).update(is_withheld=True, sent_at=None)
    filled = []
    for made in (alone, beside):
        known = made.items.get(position=1)
        browser = desk(world.rina)
        said = answers.Given(known.pk, "removed")
        answers.take(made, [said], actor=world.rina(), channel="portal", at=AT)
        page = text(browser.get(url("platform_appeal", made.pk)))
        filled.append(f'value="{known.locator}"' in page)
    assert filled == [True, True]


def test_a_platform_is_led_to_no_letter_that_it_was_not_handed(desk):  # noqa: F811
    made = world.served_notice()
    world.answer(made, "removed", actor=world.rina())
    browser = desk(world.rina)
    here = url("platform_appeal", made.pk)
    browser.post(here, {"account": "bunga_77", "statement": WORDS})
    found = decided(Appeal.objects.get(), at=AT + 3 * HOUR)
    assert url("answer", found.restoration_id) in text(browser.get(here))
    NoticeItem.objects.filter(notice=found.restoration_id).update(is_withheld=True, sent_at=None)
    page = text(browser.get(here))
    assert url("answer", found.restoration_id) not in page
    assert str(found.restoration) not in page


def test_the_order_to_restore_stands_on_the_platforms_pages_with_its_deadline(desk):  # noqa: F811
    found = decided(filed(world.served_notice().number)[0])
    letter = told(found, at=AT + HOUR)
    browser = desk(world.rina)
    page = text(browser.get(url("platform_home")))
    assert url("answer", letter.pk) in page
    assert "no deadline" not in page
    answer = text(browser.get(url("answer", letter.pk)))
    assert "Answer by" in answer
    assert WORDS not in answer


def test_a_cleared_reviewer_decides_a_sealed_appeal(desk):  # noqa: F811
    made = world.served_notice("michat: kuncup_1", category=world.CHILD)
    found = taken(filed(made.number, "kuncup_1")[0], cleared_dewi())
    browser = desk(cleared_dewi)
    assert browser.post(url("appeal", found.pk), DECISION).status_code == 302
    assert "data-draft" not in text(browser.get(url("appeal", found.pk)))
