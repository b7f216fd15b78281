"""What a platform says that an order lacks: by every way of answering, to the officer of the case,
and counted by the text of the letter."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override as speaking

from cases import answer_batches, answer_sheets, answers, first_time, notices
from cases.models import Answer, Case, Notice
from cases.notices import machine
from moderation_portal import letter_figures
from moderation_portal.errors import Invalid
from moderation_portal.letter_figures import FirstTime
from tests import incoming, world
from tests.cases.pages.browsing import text, url
from tests.cases.replies.doing import arrive, secret
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ASKS = {"code": "needs_info", "reason": "Which one?"}


@pytest.fixture(autouse=True)
def english(still_clock, settings):
    settings.MAIL_AUTHSERV_ID = incoming.OURS
    with speaking("en"):
        yield


def lacked():
    return [one.lacks for one in Answer.objects.order_by("pk")]


def test_a_code_that_the_policy_does_not_know_is_refused_and_none_is_taken_by_machines():
    made = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    with pytest.raises(Invalid, match="what is lacking"):
        world.answer(made, "needs_info", reason="Which?", lacks="weather")
    world.answer(made, "needs_info", reason="Which?")
    assert lacked() == ["", ""]


def test_only_who_needs_information_says_what_is_lacking():
    world.answer(world.served_notice(), "removed", lacks="locator")
    assert lacked() == [""]


def test_on_the_page_it_is_asked_for_kept_and_shown_to_the_officer():
    made = world.served_notice()
    browser = world.sign_in(Client(), world.rina())
    address = reverse("cases:answer", args=[made.pk])
    refused = browser.post(address, {**ASKS, "step": "review"})
    assert refused.status_code == 422
    assert 'href="#lacks"' in refused.content.decode()
    told = {**ASKS, "lacks": "locator"}
    review = browser.post(address, {**told, "step": "review"})
    assert "alamat atau pengenal yang tepat" in text(review)
    browser.post(address, {**told, "step": "send"})
    assert lacked() == ["locator"]
    officer = world.sign_in(Client(), world.ayu())
    page = text(officer.get(url("case", Case.objects.get().pk)))
    assert "Yang kurang:" in page
    assert "alamat atau pengenal yang tepat" in page


def test_one_answer_for_several_notices_says_it_too():
    made = [world.served_notice(f"michat: {name}_contoh") for name in ("satu", "dua")]
    browser = world.sign_in(Client(), world.rina())
    told = {**ASKS, "notice": [one.pk for one in made]}
    address = reverse("cases:answer_together")
    assert browser.post(address, {**told, "step": "send"}).status_code == 422
    browser.post(address, {**told, "lacks": "basis", "step": "send"})
    assert lacked() == ["basis", "basis"]


def test_a_spreadsheet_names_it_in_any_language_and_what_is_unknown_stays_with_its_row():
    made = world.served_notice("michat: satu_contoh", "michat: dua_contoh", "michat: tiga_contoh")
    items = notices.items_for_platform(made)
    said = ["dasar hukum", "evidence", "cuaca"]
    rows = [
        answer_sheets.Filled(n, {"key": answer_sheets.key_of(item), "answer": "needs_info",
                                 "reason": "?", "lacks": word})
        for n, (item, word) in enumerate(zip(items, said, strict=True), 1)
    ]  # fmt: skip
    sheet = answer_sheets.understand(rows, made, items, AT)
    assert [one.lacks for one in sheet.given] == ["basis", "evidence"]
    assert "“cuaca” is not on the list" in sheet.wrong[0].problem
    choices = answers.choices_for(made, AT)
    made_list = list(csv.reader(io.StringIO("".join(answer_sheets.as_csv([], choices)))))
    assert "What is lacking" in made_list[-1]
    assert len(answer_sheets.WIDTHS) == len(answer_sheets.HEADINGS)
    assert list(answer_sheets.WIDTHS) == list(answer_sheets.HEADINGS)


def test_a_program_reads_the_list_and_sends_the_code():
    made = world.served_notice()
    item = made.items.get()
    letter = notices.for_platform(made, at=AT)
    told = machine.whole(made, [item], letter, at=AT)
    assert "locator" in [one["code"] for one in told["lacks"]]
    said = [{"key": answer_sheets.key_of(item), **ASKS, "lacks": "content"}]
    result = answer_batches.take(made, said, "", actor=world.rina(), at=AT)
    assert result["results"][0]["outcome"] == "done"
    assert lacked() == ["content"]


def test_a_line_of_a_reply_by_mail_names_it():
    made = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    said = "1: needs_info [locator]; which of them?\n2: removed"
    arrive(incoming.mail(secret(made), said))
    assert sorted(lacked()) == ["", "locator"]


def rate():
    return first_time.rates(AT + HOUR).get(("order", Notice.objects.first().language))


def test_a_first_letter_counts_as_complete_when_it_is_answered_and_nothing_was_asked():
    names = ("satu_contoh", "dua_contoh", "tiga_contoh")
    first, second, third = (world.served_notice(f"michat: {name}") for name in names)
    assert rate() is None
    world.answer(first, "removed")
    assert rate() == [FirstTime(0, 1, 1)]
    world.answer(second, "needs_info", reason="Which?", lacks="locator")
    world.answer(second, "removed")
    world.answer(third, "needs_time", reason="Tomorrow.")
    assert rate() == [FirstTime(0, 2, 1)], "what was asked once counts; who needs time has not said"
    assert rate()[0].share == 50


def test_by_the_text_of_a_steward_and_never_of_corrections_or_sealed_letters():
    made = world.served_notice()
    world.answer(made, "removed")
    Notice.objects.update(policy_version="abc+order.en@3")
    assert rate() == [FirstTime(3, 1, 1)]
    Notice.objects.update(revision=1)
    sealed = world.served_notice("michat: kuncup_1", category=world.CHILD)
    world.answer(sealed, "removed", actor=world.cleared_joko())
    assert first_time.rates(AT + HOUR) == {}


def test_the_page_of_letters_shows_it():
    world.answer(world.served_notice(), "removed")
    assert letter_figures.of_all(AT + HOUR)
    page = text(world.sign_in(Client(), world.sri()).get(reverse("letter_texts")))
    assert "lengkap sejak surat pertama pada 100% jawaban" in page
    assert "(1 dari 1)" in page
