"""Looks written down for many accounts at once, and the record of a case for who audits it."""

import re

import pytest
from django.utils import translation

from cases import checking, notices, removal
from cases.models import Case, Observation, Target, TargetState
from cases.notices import service
from cases.words import sentence
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .browsing import text, url

pytestmark = pytest.mark.django_db
BOTH = ("michat: satu_contoh", "michat: dua_contoh")
SAID = {"result": "gone", "note": "Dibuka tanpa masuk."}


def page_of(notice) -> str:
    return url("observe", Case.objects.get().pk)


def test_one_form_records_a_look_at_every_account_that_is_ticked(desk):
    page = page_of(world.served_notice(*BOTH))
    ids = list(Target.objects.values_list("pk", flat=True))
    done = desk(world.ayu).post(page, SAID | {"target": ids})
    assert done.status_code == 302
    assert Observation.objects.filter(result="gone").count() == 2
    assert Event.objects.filter(kind="target.observed").count() == 2


def test_what_is_not_ticked_was_not_seen(desk):
    page = page_of(world.served_notice(*BOTH))
    first, _second = Target.objects.order_by("pk")
    desk(world.ayu).post(page, SAID | {"target": first.pk})
    assert list(Observation.objects.values_list("target", flat=True)) == [first.pk]


@pytest.mark.parametrize("odd", ["", "²", "9" * 40, "0"])
def test_without_an_account_nothing_is_recorded_and_the_page_says_so(desk, odd):
    page = page_of(world.served_notice(*BOTH))
    response = desk(world.ayu).post(page, SAID | {"target": odd})
    assert response.status_code == 422
    assert "Choose at least one account." in text(response)
    assert "Dibuka tanpa masuk." in text(response), "nothing typed is lost"
    assert not Observation.objects.exists()


def test_an_account_of_another_case_is_not_reached(desk):
    world.served_notice(*BOTH)
    other = world.case("https://x.com/lain_contoh")
    foreign = Target.objects.exclude(case=other).first()
    response = desk(world.ayu).post(url("observe", other.pk), SAID | {"target": foreign.pk})
    assert response.status_code == 422
    assert not Observation.objects.exists()


def test_the_page_says_from_when_the_second_look_counts(desk, hands):
    page = page_of(world.served_notice())
    ids = list(Target.objects.values_list("pk", flat=True))
    browser = desk(world.ayu)
    assert "at least 1 hr after the first" in text(browser.get(page))
    hands.now = AT + 2 * HOUR
    removal.observe(ids, "gone", actor=world.ayu(), method="person", at=hands.now)
    assert "counts from 17 Mar, 13:00 WIB" in text(browser.get(page))
    hands.now = AT + 3 * HOUR
    assert "counts now" in text(browser.get(page))
    browser.post(page, SAID | {"target": ids})
    assert Target.objects.get().state == TargetState.GONE
    assert "counts now" not in text(browser.get(page))


def test_the_look_that_closes_the_case_says_so_and_no_other_does(desk, hands):
    page = page_of(world.served_notice())
    hands.now = AT + HOUR
    told = SAID | {"target": Target.objects.get().pk}
    said = []
    for _look in range(2):
        hands.now += 2 * HOUR
        said.append(text(desk(world.ayu).post(page, told, follow=True)))
    assert Case.objects.get().state == "closed"
    assert ["The case is closed: its accounts are gone." in one for one in said] == [False, True]


def test_the_link_beside_an_account_ticks_it_beforehand(desk):
    page = page_of(world.served_notice(*BOTH))
    first, second = Target.objects.order_by("pk")
    shown = text(desk(world.ayu).get(f"{page}?target={first.pk}"))
    assert f'id="target-{first.pk}" checked' in shown
    assert f'id="target-{second.pk}" checked' not in shown


def test_an_auditor_reads_the_whole_record_of_a_case(desk, monkeypatch):
    monkeypatch.setattr("cases.views.case.RECORD_PAGE", 3)
    world.served_notice()
    case, browser = Case.objects.get(), desk(world.auditor)
    assert url("record", case.pk) in text(browser.get(url("case", case.pk)))
    kinds, address = [], url("record", case.pk)
    for _page in range(9):
        page = text(browser.get(address))
        kinds += re.findall(r">((?:case|notice)\.\w+) ·", page)
        if 'rel="next" href="' not in page:
            break
        address = url("record", case.pk) + page.split('rel="next" href="')[1].split('"')[0]
    assert {"case.opened", "case.upheld", "case.approved", "case.ordered"} <= set(kinds)
    assert len(kinds) >= Event.objects.filter(thread=case.thread, kind__startswith="case.").count()


def test_the_record_of_a_sealed_case_is_not_there_for_others_and_reading_it_is_remembered(desk):
    case = world.child_case()
    assert desk(world.auditor).get(url("record", case.pk)).status_code == 404
    assert desk(world.cleared_auditor).get(url("record", case.pk)).status_code == 200
    opened = Event.objects.filter(kind="case.page_opened", thread=case.thread)
    assert opened.filter(actor_id=world.cleared_auditor().pk).exists()


def test_the_timeline_tells_the_issue_of_a_notice_once(desk):
    world.served_notice()
    page = text(desk(world.ayu).get(url("case", Case.objects.get().pk)))
    assert page.count("notice was issued") == 1


def test_a_verb_says_in_a_sentence_what_it_did(desk):
    case = world.case()
    page = desk(world.ayu).post(url("verb", case.pk, "claim"), follow=True)
    assert f"{case.number}: Ayu Lestari took the case." in text(page)


def test_an_approved_case_says_when_its_notice_leaves(desk, hands):
    hands.now = AT
    case = world.approved_case()
    page = text(desk(world.sri).get(url("case", case.pk)))
    assert "it leaves on 17 Mar 2026, 11:00 WIB at the latest" in page
    hands.now = AT + 2 * HOUR
    assert "at the latest" not in text(desk(world.sri).get(url("case", case.pk)))


def test_a_corrected_account_is_named_where_officers_look(desk):
    old = world.notice("https://x.com/salah_contoh")
    service.start_clock(old.pk, at=AT, proof={})
    locators = {old.items.get().target_id: "https://x.com/benar_contoh"}
    told = {"change": "Another account.", "actor": world.sri(), "at": AT, "locators": locators}
    draft = notices.correct(old, **told)
    pages = url("case", Case.objects.get().pk), page_of(old)
    assert not any("Look at this one" in text(desk(world.ayu).get(page)) for page in pages)
    notices.approve_correction(draft, actor=world.dewi(), at=AT + HOUR)
    for page in pages:
        said = text(desk(world.ayu).get(page))
        assert "benar_contoh" in said.partition("Look at this one")[2], page
    assert not checking.seem_probed(Target.objects.all()), "the probe knows the old address only"


def test_a_letter_without_a_clock_reaches_the_platform_without_a_word_of_one():
    with translation.override("en"):
        without = sentence("notice.served", "", {"rung": "due_change"})
        assert without == "The letter reached the platform"
        assert "clock" in sentence("notice.served", "", {"rung": "order"})
