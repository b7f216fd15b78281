"""An officer's questions to reporters."""

import pytest
from django.db import IntegrityError, transaction

from moderation_portal import outbox
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from reports import questions, receipts
from reports.models import Question, Report, ReportItem
from tests import world

pytestmark = pytest.mark.django_db


def in_a_case(*accounts: str, **facts) -> list[ReportItem]:
    """The items of a report that has a receipt; all are in a case."""
    told = world.report(*accounts, **{"wants_receipt": True} | facts)
    OutboxMessage.objects.all().delete()
    items = ReportItem.objects.filter(report_id=told.report_id)
    items.update(state=ReportItem.State.ACCEPTED, progress=ReportItem.Progress.LOOKED_AT)
    return list(items.order_by("position"))


def ask(*items: ReportItem, words: str = "Di kota mana?", actor=None) -> list[int]:
    wanted = {item.pk: words for item in items}
    return questions.ask(wanted, actor=actor or world.ayu(), at=world.AT)


def answer(question: Question, words: str = "Di Malang.") -> None:
    questions.answer(question.report_id, question.pk, words, at=world.AT)


def test_only_staff_ask_and_only_in_words():
    items = in_a_case("MiChat: bunga_77")
    for actor in (world.lurah(), world.polisi(), world.auditor(), world.rina()):
        with pytest.raises(Refused):
            ask(*items, actor=actor)
    for words in ("", " \n", "a" * 4_001):
        with pytest.raises(Invalid):
            ask(*items, words=words)
    assert not Question.objects.exists()


def test_nobody_is_asked_who_could_not_answer():
    without_receipt = in_a_case("MiChat: bunga_1", wants_receipt=False)
    ordered = in_a_case("MiChat: bunga_2")
    receipts.project({ordered[0].pk: "ordered"}, at=world.AT)
    waiting = in_a_case("bunga_3")
    ReportItem.objects.filter(pk=waiting[0].pk).update(state=ReportItem.State.NEEDS_INFO)
    assert ask(*without_receipt, *ordered, *waiting) == []
    assert not Question.objects.exists()


def test_an_answer_needs_words_and_comes_once():
    items = in_a_case("MiChat: bunga_77")
    ask(*items)
    question = Question.objects.get()
    for words in ("", "\x00 ", "a" * 4_001):
        with pytest.raises(Invalid):
            answer(question, words)
    with pytest.raises(Conflict):
        questions.answer(question.report_id + 1, question.pk, "Di Malang.", at=world.AT)
    answer(question)
    with pytest.raises(Conflict):
        answer(question, "Di Batu.")
    question.refresh_from_db()
    assert question.answer == "Di Malang."


def test_the_database_keeps_no_answer_without_its_time():
    ask(*in_a_case("MiChat: bunga_77"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.update(answer="Di Malang.")


def test_accounts_of_one_report_share_a_question_and_reports_do_not():
    first, second = in_a_case("MiChat: bunga_1", "MiChat: bunga_2"), in_a_case("MiChat: bunga_3")
    reports = [first[0].report_id, second[0].report_id]
    assert ask(*first, *second) == reports
    one, other = (Question.objects.get(report_id=pk) for pk in reports)
    assert (set(one.items.all()), set(other.items.all())) == (set(first), set(second))


def test_asked_again_before_the_answer_it_stays_one_question():
    first, second = in_a_case("MiChat: bunga_1", "MiChat: bunga_2")
    ask(first)
    ask(first, second)
    assert set(Question.objects.get().items.all()) == {first, second}
    ask(first, words="Sejak kapan?")
    assert Question.objects.count() == 2


def test_question_and_answer_are_recorded_without_their_words():
    items = in_a_case("MiChat: bunga_77", category="child_sexual")
    ask(*items, words="Apakah Sari yang menulis?", actor=world.citra())
    answer(Question.objects.get(), "Ya, Sari.")
    events = Event.objects.filter(kind__in=["reporter.asked", "report.answered"]).order_by("id")
    assert [(e.kind, e.actor_role, e.is_sealed) for e in events] == [
        ("reporter.asked", "child_protection", True),
        ("report.answered", "public", True),
    ]
    assert {e.thread for e in events} == {f"report:{items[0].report_id}"}
    assert "Sari" not in str(list(Event.objects.values()))


def test_an_answer_is_told_to_who_looks_after_the_case():
    items = in_a_case("MiChat: bunga_77")
    ask(*items)
    answer(Question.objects.get())
    row = OutboxMessage.objects.get(topic="report.received")
    assert row.payload["reports"] == [items[0].report_id]
    outbox.drain(row.lane, at=world.AT)
    row.refresh_from_db()
    assert row.state == "done"


def test_what_is_answered_whole_is_told_apart():
    first, second = in_a_case("MiChat: bunga_1", "MiChat: bunga_2")
    ask(first, second)
    ask(second, words="Sejak kapan?")
    assert questions.answered_items([first.report_id]) == []
    answer(Question.objects.get(text="Di kota mana?"))
    assert questions.answered_items([first.report_id]) == [first.pk]


def test_the_status_shows_the_question_until_nobody_waits_for_it():
    first, _second = in_a_case("MiChat: bunga_1", "MiChat: bunga_2")
    ask(first)
    report = Report.objects.get()
    status = receipts.status(report, at=world.AT)
    assert [item.code for item in status.items] == ["asked", "looked_at"]
    assert [(one.text, one.answered_at) for one in status.questions] == [("Di kota mana?", None)]
    answer(Question.objects.get())
    status = receipts.status(report, at=world.AT)
    assert [item.code for item in status.items] == ["looked_at", "looked_at"]
    assert status.questions[0].answered_at == world.AT


def test_a_letter_says_that_something_is_asked_and_never_what(mail):
    reachable = in_a_case("MiChat: bunga_77", reporter=world.warga(language="en"))
    others = in_a_case("MiChat: b_2", reporter=world.warga(email="", phone="081234567890"))
    ask(*reachable, *others, words="Apakah ini Sari?")
    while outbox.drain("internal", at=world.AT):
        pass
    assert len(mail.messages) == 1
    (message,) = mail.to("tuti@warga.example")
    said = message.get_body(("plain",)).get_content()
    assert "An officer has a question" in said
    assert "Sari" not in said


def test_any_number_of_questions_costs_the_same_statements(django_assert_max_num_queries):
    items = [item for n in range(20) for item in in_a_case(f"MiChat: bunga_{n}")]
    with django_assert_max_num_queries(14):
        assert len(ask(*items)) == 20
