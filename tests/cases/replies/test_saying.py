"""What a machine can read in a reply is taken; the rest waits for a person."""

import pytest

from cases import answer_sheets, answers, notices
from cases.models import Answer, Notice, Reply
from cases.replies import content_of, saying
from tests import world
from tests.world import AT

from .doing import TWO, answered, codes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "expected", "state"),
    [
        ("1: removed\n2: refused; our users own these", ["removed", "refused"], "taken"),
        ("all: removed", ["removed", "removed"], "taken"),
        ("semua: sudah dihapus", ["", ""], "waiting"),
        ("1-2: not_found", ["not_found", "not_found"], "taken"),
        ("2 = Removed", ["", "removed"], "taken"),
        ("1: removed\n\n-- \nMiChat Trust\n1: refused; x", ["removed", ""], "taken"),
        ("Dear team,\n1: removed\nPlease wait for 2.", ["removed", ""], "waiting"),
        ("1: refused", ["", ""], "waiting"),
        ("3: removed", ["", ""], "waiting"),
        ("0: removed", ["", ""], "waiting"),
        ("0-1: removed", ["", ""], "waiting"),
        ("1: removed\n0: removed", ["removed", ""], "waiting"),
        ("1: removed\n2-1: refused; x", ["removed", ""], "waiting"),
        ("1-999999: removed", ["removed", "removed"], "waiting"),
        ("1: removed\n1: not_found", ["", ""], "waiting"),
        ("1: gone fishing", ["", ""], "waiting"),
        ("12:30 WIB", ["", ""], "waiting"),
        ("", ["", ""], "waiting"),
    ],
)
def test_lines_in_the_plain_form_are_taken(text, expected, state):
    made = world.served_notice(*TWO)
    reply = answered(made, text)
    assert codes(made) == expected
    assert reply.state == state
    content = content_of(reply)
    assert content.taken == sum(map(bool, expected))


def test_an_answer_is_said_in_the_words_of_the_policy_in_any_of_its_languages():
    made = world.served_notice(*TWO)
    choice = next(one for one in answers.choices_for(made, AT) if one.code == "removed")
    for text in choice.name.values():
        answered(made, f"1: {text}", message_id=f"<{len(text)}@x>")
        assert codes(made)[0] == "removed"


def test_what_is_quoted_says_nothing():
    made = world.served_notice(*TWO)
    quoted = "Baik.\n\nOn Tue, 17 Mar 2026 at 10:00, Komdigi <takedown@komdigi.example> wrote:\n"
    reply = answered(made, quoted + "> 1: removed\n> 2: removed\n")
    assert codes(made) == ["", ""]
    content = content_of(reply)
    assert content.own == "Baik."
    assert "1: removed" in content.quoted


@pytest.mark.parametrize(
    "said",
    [
        "Pada tanggal Sel, 17 Mar 2026 pukul 10.00 Komdigi <takedown@komdigi.example> menulis:",
        "-----Original Message-----\nFrom: Komdigi\nSent: Tuesday\nTo: MiChat\nSubject: Perintah",
        "From: Komdigi <takedown@komdigi.example>\nSent: Tuesday, 17 March 2026\nTo: MiChat\n"
        "Subject: Perintah",
    ],
)
def test_mail_quoted_without_marks_says_nothing(said):
    made = world.served_notice(*TWO)
    reply = answered(made, f"Diterima.\n\n{said}\n\n1: removed\n")
    assert codes(made) == ["", ""]
    assert content_of(reply).own == "Diterima."


def test_the_letter_itself_sent_back_without_any_mark_says_nothing():
    made = world.served_notice(*TWO)
    reply = answered(made, Notice.objects.get(pk=made.pk).text)
    assert codes(made) == ["", ""]
    assert reply.state == Reply.State.WAITING


def sheet(notice, wanted, form):
    """The list of a notice, filled in: account -> cells by column."""
    items = notices.items_for_platform(notice)
    rows = answer_sheets.blank(items)
    head = answer_sheets.headings()
    for row, cells in zip(rows, wanted, strict=True):
        for name, text in cells.items():
            row[head.index(str(answer_sheets.HEADINGS[name]))] = text
    choices = answers.choices_for(notice, AT)
    if form == "xlsx":
        return answer_sheets.as_workbook(rows, choices)
    return "".join(answer_sheets.as_csv(rows, choices)).encode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_sent_back_filled_in_is_taken(form):
    made = world.served_notice(*TWO)
    wanted = [{"answer": "removed", "reference": "T-1"}, {"answer": "refused", "reason": "Bukan."}]
    file = (f"daftar.{form}", sheet(made, wanted, form))
    reply = answered(made, "", files=(file,))
    assert codes(made) == ["removed", "refused"]
    assert reply.state == Reply.State.TAKEN
    assert set(Answer.objects.values_list("reference", "reason")) == {("T-1", ""), ("", "Bukan.")}


def test_what_is_wrong_in_a_list_is_said_and_the_rest_is_taken():
    made = world.served_notice(*TWO)
    wanted = [{"answer": "removed"}, {"answer": "refused"}]
    reply = answered(made, "", files=(("daftar.csv", sheet(made, wanted, "csv")),))
    assert codes(made) == ["removed", ""]
    assert reply.state == Reply.State.WAITING
    content = content_of(reply)
    (problem,) = content.problems_in("en")
    assert "Give a reason" in problem
    (masalah,) = content.problems_in("id")
    assert "alasan" in masalah.lower(), "each reads it in their own language"


def test_the_list_of_another_notice_fits_nowhere():
    made, other = world.served_notice(TWO[0]), world.served_notice(TWO[1])
    file = ("daftar.csv", sheet(other, [{"answer": "removed"}], "csv"))
    reply = answered(made, "", files=(file,))
    assert codes(made) == codes(other) == [""]
    assert reply.state == Reply.State.WAITING


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("daftar.xlsx", b"PK\x03\x04 broken"),
        ("daftar.csv", b"\x00\x01\x02"),
        ("daftar.csv", b"a,b\n1,2\n"),
        ("daftar.pdf", b"%PDF-1.7 ..."),
        ("daftar.exe", b"MZ"),
    ],
)
def test_any_other_file_waits_for_a_person(name, content):
    made = world.served_notice(*TWO)
    reply = answered(made, "1: removed", files=((name, content),))
    assert codes(made) == ["removed", ""]
    assert reply.state == Reply.State.WAITING
    assert [one.name for one in content_of(reply).files] == [name]


def test_a_notice_that_was_withdrawn_takes_no_answers():
    made = world.served_notice(*TWO)
    Notice.objects.filter(pk=made.pk).update(state=Notice.State.WITHDRAWN)
    reply = answered(made, "1: removed")
    assert codes(made) == ["", ""]
    assert reply.state == Reply.State.WAITING


def test_lines_that_each_name_everything_end_where_a_list_would(monkeypatch):
    monkeypatch.setattr(answer_sheets, "MOST_LINES", 3)
    items, said = list(world.served_notice(*TWO).items.all()), saying.Said()
    assert len(saying._lines(["all: removed"] * 40, items, said)) == 4
    assert said.has_more
