"""The list of a notice's accounts: written, filled in, read back."""

import csv
import io

import pytest
from django.utils.translation import override as speaking

from cases import answer_sheets, answers, notices
from cases.answer_sheets import ANSWER, EFFECT, KEY, KEY_MARK, LOCATOR, REASON, REFERENCE, key_of
from cases.models import NoticeItem, Target, TargetState
from moderation_portal.errors import Invalid
from reports import spreadsheets
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ACCOUNTS = ("michat: satu_1", "michat: dua_2", "michat: tiga_3")


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield


@pytest.fixture
def served():
    return world.served_notice(*ACCOUNTS)


def filled(*rows):
    """Rows as `read` gives them."""
    return [answer_sheets.Filled(line, cells) for line, cells in enumerate(rows, start=2)]


def of(item, **cells):
    return {KEY: KEY_MARK + key_of(item), **cells}


def understood(served, *rows, at=AT + HOUR):
    items = notices.items_for_platform(served)
    return answer_sheets.understand(filled(*rows), served, items, at)


def problem(served, **cells):
    """What is wrong with the one row that is filled in so; empty when it is right."""
    first, second = list(served.items.order_by("position"))[:2]
    sheet = understood(served, of(first, **cells), of(second, **{ANSWER: "removed"}))
    return "".join(row.problem for row in sheet.wrong)


def table(served, language="en"):
    """The list as CSV reads it, without its remarks."""
    choices = answers.choices_for(served, AT)
    with speaking(language):
        rows = answer_sheets.blank(notices.items_for_platform(served))
        text = "".join(answer_sheets.as_csv(rows, choices))
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    return [line for line in lines if not line[0].startswith("#")]


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_list_that_is_filled_in_says_what_was_meant(served, language):
    head, *rows = table(served, language)
    with speaking(language):
        answer = head.index(str(answer_sheets.HEADINGS[ANSWER]))
        words = str(answers.choices_for(served, AT)[0].name)
    rows[1][answer] = words
    lines = answer_sheets.read(list(enumerate([["#"], head, *rows], start=1)))
    sheet = answer_sheets.understand(lines, served, notices.items_for_platform(served), AT)
    (given,) = sheet.given
    assert (given.item_id, given.code) == (served.items.get(position=2).pk, "removed")
    assert sheet.blank == 2


def test_the_list_numbers_names_and_keys_every_account_that_may_be_answered(served):
    Target.objects.filter(notice_items__position=2).update(state=TargetState.RELEASED)
    _head, first, third = table(served)
    assert (first[0], third[0]) == ("1", "3")
    assert first[1] == spreadsheets.safe_cell(served.items.get(position=1).locator)
    assert first[-1] == KEY_MARK + key_of(served.items.get(position=1))
    assert len(first[-1]) == 17


def test_what_the_platform_was_never_told_of_is_in_no_list_and_no_row_finds_it(served):
    hidden = served.items.get(position=1)
    key = of(hidden, **{ANSWER: "removed"})
    other = of(served.items.get(position=2), **{ANSWER: "removed"})
    by_name = {LOCATOR: hidden.locator, ANSWER: "removed"}
    NoticeItem.objects.filter(pk=hidden.pk).update(is_withheld=True, sent_at=None)
    assert len(table(served)) == 3
    assert [row[0] for row in table(served)[1:]] == ["1", "2"]
    unknown = understood(served, {KEY: "k" + "0" * 16, ANSWER: "removed"}, other).wrong[0]
    assert understood(served, key, other).wrong[0].problem == unknown.problem
    lost = understood(served, {LOCATOR: "nobody", ANSWER: "removed"}, other).wrong[0]
    assert understood(served, by_name, other).wrong[0].problem == lost.problem


@pytest.mark.parametrize(
    "written",
    [
        "removed",
        "REMOVED ",
        "Removed or closed",
        "sudah dihapus atau ditutup",
        "Sudah  Dihapus/atau ditutup",
    ],
)
def test_an_answer_is_a_code_or_its_words_in_any_language(served, written):
    assert problem(served, **{ANSWER: written}) == ""


SAID_WRONG = {
    "no answer at all": ({REASON: "Ya."}, "answer is missing"),
    "no word of ours": ({ANSWER: "beres"}, "no answer to this notice"),
    "a formula": ({ANSWER: '=IF(A1,"removed")'}, "formula"),
    "a formula for a reason": ({ANSWER: "refused", REASON: "=1+1"}, "formula"),
    "no reason": ({ANSWER: "refused"}, "Give a reason"),
    "too long a reason": ({ANSWER: "refused", REASON: "x" * 5_001}, "longer"),
    "too long a reference": ({ANSWER: "removed", REFERENCE: "x" * 121}, "longer"),
    "no date": ({ANSWER: "removed", EFFECT: "kemarin"}, "is no date"),
    "a day before all days": ({ANSWER: "removed", EFFECT: "0001-01-01"}, "too far back"),
    "an instant in no year": ({ANSWER: "removed", EFFECT: "0001-01-01T00:00+14:00"}, "is no date"),
    "a day to come": ({ANSWER: "removed", EFFECT: "2027-01-01"}, "future"),
}


@pytest.mark.parametrize(("cells", "said"), SAID_WRONG.values(), ids=SAID_WRONG)
def test_a_row_that_is_not_right_says_why_and_hinders_no_other(served, cells, said):
    assert said in problem(served, **cells)


def test_a_day_of_effect_is_the_first_instant_of_it(served):
    item = served.items.first()
    sheet = understood(served, of(item, **{ANSWER: "removed", EFFECT: "16/03/2026"}))
    assert sheet.given[0].effect_at.isoformat() == "2026-03-16T00:00:00+07:00"


def test_an_account_that_stands_in_two_rows_is_answered_by_neither(served):
    item = served.items.first()
    rows = [of(item, **{ANSWER: code}) for code in ("removed", "not_found")]
    sheet = understood(served, *rows)
    assert (sheet.given, len(sheet.wrong)) == ([], 2)


def test_a_row_without_its_key_is_found_by_what_the_letter_calls_the_account(served):
    item = served.items.get(position=2)
    (given,) = understood(served, {LOCATOR: item.locator.upper(), ANSWER: "removed"}).given
    assert given.item_id == item.pk


def test_a_key_of_another_notice_is_not_guessed_at(served):
    other = world.served_notice("michat: satu_1b")
    theirs = of(other.items.get(), **{ANSWER: "removed", LOCATOR: served.items.first().locator})
    with pytest.raises(Invalid, match="another one"):
        understood(served, theirs)
    sheet = understood(served, theirs, of(served.items.first(), **{ANSWER: "removed"}))
    assert "belongs to no account" in sheet.wrong[0].problem


def test_nothing_is_asked_of_what_was_taken_back(served):
    first = served.items.first()
    Target.objects.filter(pk=first.target_id).update(state=TargetState.RELEASED)
    assert "taken back" in problem(served, **{ANSWER: "removed"})


@pytest.mark.parametrize(
    "lines",
    [
        [(1, ["a", "b"]), (2, ["1", "2"])],
        [(1, ["Answer", "Reason"]), (2, ["removed", ""])],
        [(1, ["Number", "Key"]), (2, ["1", "k1"])],
        [],
    ],
)
def test_a_table_that_is_no_list_of_ours_is_refused(lines):
    with pytest.raises(Invalid, match="not the list of a notice"):
        answer_sheets.read(lines)


def test_an_empty_column_is_no_answer(served):
    with pytest.raises(Invalid, match="has an answer"):
        understood(served, of(served.items.first(), **{ANSWER: ""}))


def test_the_rest_is_the_same_list_with_what_is_wrong_beside_it(served):
    first = served.items.first()
    rows = [of(first, **{ANSWER: "beres", REASON: "=1"}), {LOCATOR: "asing", ANSWER: "removed"}]
    rest = answer_sheets.mended(understood(served, *rows).wrong)
    head = answer_sheets.headings(has_problems=True)
    given = [list(map(str, row)) for row in [head, *rest]]
    lines = answer_sheets.read(list(enumerate(given, start=1)))
    again = answer_sheets.understand(lines, served, notices.items_for_platform(served), AT)
    assert [row.problem for row in again.wrong] == [line[-1] for line in rest]
    assert [row[3] for row in rest] == ["beres", "removed"]


def test_a_restoration_is_answered_by_its_own_words():
    served = world.served_notice()
    world.answer(served, "removed", at=AT)
    case = served.items.get().target.case
    told = {"reason": "A mistake.", "actor": world.sri()}
    notices.withdraw([case.pk], at=AT + HOUR, **told).insist()
    notices.restore([case.pk], at=AT + HOUR, **told)
    plea = served.platform.notices.get(rung="restoration")
    sheet = understood(plea, of(plea.items.get(), **{ANSWER: "Sudah dipulihkan"}))
    assert sheet.given[0].code == "restored"
