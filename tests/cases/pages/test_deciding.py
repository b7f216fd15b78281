"""Decided on the pages: at the same moment, many at once, weighed, corrected, signed."""

import re

import pytest
from django.utils.translation import override

from cases import decisions, removal
from cases.models import Case, Decision, Notice, Target
from moderation_portal.models import User
from tests import world
from tests.world import AT, HOUR

from .browsing import drafted_warning, text, url

pytestmark = pytest.mark.django_db


def test_who_comes_second_hears_who_was_first_and_when(desk):
    found = world.case()
    claim = url("verb", found.pk, "claim")
    assert desk(world.ayu).post(claim).status_code == 302
    second = desk(world.bima).post(claim)
    assert second.status_code == 409
    assert "Ayu Lestari" in text(second)
    assert "17 Mar 2026, 12:00 WIB" in text(second)


def test_a_double_click_on_approve_approves_once(desk):
    found = world.upheld_case()
    browser = desk(world.sri)
    browser.get(url("case", found.pk))
    approve = url("verb", found.pk, "approve")
    assert [browser.post(approve).status_code for _click in range(2)] == [302, 409]
    assert Decision.objects.filter(state="approved").count() == 1


def test_nobody_approves_what_they_have_not_opened_or_wrote_themselves(desk):
    found = world.upheld_case(by=world.sri())
    page = desk(world.sri).get(url("verb", found.pk, "approve"))
    assert "a second person must approve it" in text(page)
    unread = desk(world.dewi).post(url("verb", found.pk, "approve"))
    assert (unread.status_code, "read it first" in text(unread)) == (403, True)


def test_a_notice_is_sent_once_however_often_one_presses(desk):
    found = world.approved_case()
    world.michat()
    browser = desk(world.sri)
    sent = [browser.post(url("send_now", found.pk)).status_code for _click in range(2)]
    assert sent == [302, 409]
    assert Notice.objects.count() == 1


def test_every_case_of_a_list_that_cannot_be_sent_hears_why(desk):
    world.michat()
    found = [world.approved_case(f"michat: kembang_{n}", by=world.dewi()) for n in range(2)]
    Decision.objects.update(reasons=" ")
    browser = desk(world.sri)
    for case in found:
        said = text(browser.post(url("send_now", case.pk), follow=True))
        assert 'data-tone="bad"' in said, case.number
        assert found[0].number + ": " in said
    assert not Notice.objects.exists()


def test_restoration_is_asked_for_once(desk, hands):
    world.answer(world.served_notice(), "removed")
    for hours in (1, 3):
        removal.observe(
            [Target.objects.get().pk],
            "gone",
            actor=world.bima(),
            method="person",
            at=AT + hours * HOUR,
        )
    hands.now = AT + 4 * HOUR
    found, browser = Case.objects.get(), desk(world.sri)
    assert "Ask to restore" in text(browser.get(url("case", found.pk)))
    said = {"reason": "The objection was upheld."}
    asked = [browser.post(url("restore", found.pk), said).status_code for _click in range(2)]
    assert asked == [302, 409]
    assert Notice.objects.filter(rung="restoration").count() == 1


def test_the_platforms_reasons_are_weighed_by_a_person(desk):
    world.answer(world.served_notice(), "refused", reason="It is a news page.", at=AT + HOUR)
    found, target = Case.objects.get(), Target.objects.get()
    weigh = url("weigh", found.pk)
    caseworker = desk(world.ayu)
    page = text(caseworker.get(weigh))
    assert "It is a news page." in page
    assert 'value="released"' not in page, "accepting them is for a supervisor"
    said = {"target": target.pk, "verdict": "released", "reason": "They are right."}
    assert caseworker.post(weigh, said).status_code == 422
    assert desk(world.dewi).post(weigh, said).status_code == 302
    target.refresh_from_db()
    found.refresh_from_db()
    assert (target.state, found.outcome) == ("released", "released")
    second = caseworker.post(weigh, {**said, "verdict": "stands"})
    assert (second.status_code, "Dewi Anggraini" in text(second)) == (409, True)


def test_weighing_wants_an_account_a_judgement_and_a_reason(desk):
    world.answer(world.served_notice(), "not_found", at=AT + HOUR)
    page = desk(world.bima).post(url("weigh", Case.objects.get().pk), {"reason": "kept"})
    assert page.status_code == 422
    assert "Choose at least one account." in text(page)
    assert "kept" in text(page)


def test_a_notice_is_corrected_with_a_mended_locator(desk):
    old = world.served_notice()
    item = old.items.get()
    browser = desk(world.ayu)
    page = text(browser.get(url("correct", old.pk)))
    assert item.locator in page
    done = browser.post(
        url("correct", old.pk),
        {"change": "A letter was missing.", f"locator-{item.pk}": "bunga_777"},
    )
    new = Notice.objects.exclude(pk=old.pk).get()
    assert done.url == url("notice", new.pk)
    assert new.items.get().locator == "@bunga_777"
    approve = url("approve_correction", new.pk)
    assert browser.post(approve).status_code == 403, "a second person approves it"
    second = desk(world.sri)
    assert "A letter was missing." in text(second.get(approve))
    assert [second.post(approve).status_code for _click in range(2)] == [302, 409]
    old.refresh_from_db()
    assert old.state == Notice.State.WITHDRAWN
    assert "Sri Wahyuni" in Notice.objects.get(pk=new.pk).text


def test_whoever_approves_reads_the_letter_first_in_the_platforms_language(desk):
    with override("id"):
        found = world.upheld_case()
        world.michat()
    browser = desk(world.sri)
    browser.get(url("case", found.pk))
    page = text(browser.get(url("verb", found.pk, "approve")))
    letter = page[page.index('class="letter"') :]
    own = ("Melanggar.", "Written in Indonesian", "Sri Wahyuni")
    for said in ("Takedown order", "bunga_77", *own):
        assert said in letter, said
    assert not Notice.objects.exists()


def test_a_letter_read_by_an_officer_holds_no_link_and_says_its_language_only_to_strangers_to_it(
    desk, hands
):
    sent = world.notice()
    browser = desk(world.sri)
    page = text(browser.get(url("notice", sent.pk)))
    letter = page[page.index('class="letter"') :].partition("</article>")[0]
    assert sent.html.count("<a href="), "the platform's own copy leads to its page"
    assert "<a " not in letter
    assert "answer" in letter, "what the link said still stands"
    assert "the language of the contact that gets it" not in page
    User.objects.filter(pk=world.sri().pk).update(language="id")
    assert "ditulis dalam bahasa Inggris" in text(browser.get(url("notice", sent.pk)))


def test_who_sends_now_reads_the_letters_that_leave(desk):
    found = world.approved_case()
    world.michat()
    page = text(desk(world.sri).get(url("send_now", found.pk)))
    assert "bunga_77" in page[page.index('class="letter"') :]
    assert not Notice.objects.exists()


def test_what_was_sent_back_is_found_again_by_its_author(desk):
    found = world.upheld_case()
    decisions.send_back([found.pk], reason="Shorter.", actor=world.sri(), at=AT).insist()
    page = text(desk(world.ayu).get(url("verb", found.pk, "uphold")))
    for said in ("Melanggar.", world.TEST["legality"], "checked"):
        assert said in page, said


def test_a_case_is_not_merged_into_itself(desk):
    found = world.case()
    said = desk(world.ayu).post(url("verb", found.pk, "merge"), {"into": found.number})
    assert (said.status_code, "not merged into itself" in text(said)) == (422, True)


def test_on_a_directors_warning_a_supervisor_is_offered_no_correction(desk, hands):
    warning = drafted_warning()
    Notice.objects.filter(pk=warning.pk).update(
        state=Notice.State.ISSUED, rung="warning_2", signatures_wanted=["director"]
    )
    correct = url("correct", warning.pk)
    assert correct not in text(desk(world.sri).get(url("notice", warning.pk)))
    assert correct in text(desk(world.dewi).get(url("notice", warning.pk)))


def test_whoever_signs_reads_the_letter_first(desk, hands):
    warning = drafted_warning()
    hands.now = AT + 30 * HOUR
    page = text(desk(world.sri).get(url("sign", warning.pk)))
    assert 'class="letter"' in page
    assert "bunga_77" in page
    assert "Sri Wahyuni" in page[page.index('class="letter"') :]
    notice = text(desk(world.ayu).get(url("notice", warning.pk)))
    assert "The letter is written when the notice is issued" in notice
    assert 'class="letter"' not in notice, "an empty letter is none"
    refused = text(desk(world.ayu).get(url("sign", warning.pk)))
    assert "waits for the signature of: supervisor" in refused
    assert "bunga_77" not in refused[refused.index("<h1") :]


def test_a_due_time_in_the_past_is_refused_beside_its_field(desk):
    served = world.served_notice()
    said = {"due_at": "2026-03-01T10:00", "reason": "kept reason"}
    page = desk(world.sri).post(url("override", served.pk), said)
    assert page.status_code == 422
    assert "must lie in the future" in text(page)
    assert "kept reason" in text(page)
    assert re.search(r'id="id_due_at_helptext">Time in WIB\.<', text(page))


def test_bulk_shows_first_what_will_happen_then_does_it_and_says_of_each_what_came(desk):
    mine, taken = world.case("michat: satu_contoh"), world.case("michat: dua_contoh")
    decisions.claim([taken.pk], actor=world.bima(), at=AT + 2 * HOUR)
    browser = desk(world.ayu)
    said = {"verb": "claim", "case": [mine.pk, taken.pk], "back": "?view=open"}
    review = text(browser.post(url("bulk"), said))
    assert "Nothing has been done yet" in review
    assert f'value="{mine.pk}" id="case-{mine.pk}" checked' in review
    assert f'id="case-{taken.pk}"' not in review, "what cannot be done cannot be ticked"
    assert not Case.objects.filter(owner=world.ayu()).exists()
    result = text(browser.post(url("bulk"), said | {"step": "do"}))
    assert "1 case is on your desk." in result
    assert "1 case stays as it was" in result
    assert "Bima Saputra" in result


def test_assigning_many_asks_for_whom_and_forgets_nothing(desk):
    found = world.case()
    browser = desk(world.sri)
    page = browser.post(url("bulk"), {"verb": "assign", "case": [found.pk], "step": "do"})
    assert page.status_code == 422
    assert "Choose whom to assign the cases to." in text(page)
    assert f'value="{found.pk}" id="case-{found.pk}" checked' in text(page)
    assert '<select id="owner"' in text(page)


def test_what_one_holds_already_is_not_offered_again(desk):
    found = world.case()
    decisions.claim([found.pk], actor=world.ayu(), at=AT + 2 * HOUR)
    browser = desk(world.ayu)
    assert "You hold this case already." in text(
        browser.post(url("bulk"), {"verb": "claim", "case": [found.pk]})
    )
    assert url("verb", found.pk, "claim") not in text(browser.get(url("case", found.pk)))
