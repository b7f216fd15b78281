"""What a platform's program, or whoever has its key, may try: nothing breaks, nothing tells."""

import pytest
from django.test import Client

from cases.models import Answer, Notice
from moderation_portal import tokens
from moderation_portal.models import IdempotentCall
from tests import world
from tests.cases.at_once import at_once
from tests.cases.pages.browsing import other_representative
from tests.world import AT, HOUR

from .doing import A, B, Program, keys

pytestmark = pytest.mark.django_db
# Instants that Python reads: some in zones, some of years, that the database has not.
FAR = [
    "2026-03-17T10:00:00+23:59",
    "2026-03-17T10:00:00-15:59:59.999999",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("when", FAR)
def test_an_instant_of_any_zone_is_compared_or_refused(program, when):
    world.served_notice(A)
    assert program.get(due_before=when).status_code in (200, 422)


@pytest.mark.parametrize("when", FAR)
def test_an_instant_of_any_zone_is_taken_as_that_of_an_effect_or_refused_alone(program, when):
    made = world.served_notice(A, B)
    first, second = keys(program.read(made)).values()
    said = {"key": first, "code": "removed", "effect_at": when}
    answer = program.answer(made, said, {"key": second, "code": "removed"})
    assert answer.status_code == 200
    assert answer.json()["results"][1]["outcome"] == "done"
    assert all(one.effect_at is None or one.effect_at <= AT + HOUR for one in Answer.objects.all())
    program.read(made)


@pytest.mark.parametrize("key", ["a\x00b", "\x00"])
def test_a_key_of_a_call_that_cannot_be_kept_is_refused(program, key):
    made = world.served_notice(A)
    assert program.answer(made, {"key": "x"}, key=key).status_code == 422
    assert not IdempotentCall.objects.exists()


def test_a_call_whose_first_attempt_fails_in_the_same_moment_is_to_be_sent_again(
    program, monkeypatch
):
    made = world.served_notice(A)
    monkeypatch.setattr(tokens, "_begin_call", lambda *found: None)
    answer = program.answer(made, {"key": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.django_db(transaction=True)
def test_of_one_call_sent_many_times_at_once_one_is_done(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()

    def call():
        answer = program.answer(made, {"key": key, "code": "removed"}, key="once")
        return answer.status_code, answer.json().get("receipt")

    told = at_once(*[call] * 8)
    assert {status for status, _receipt in told} <= {200, 409}
    receipts = {receipt for status, receipt in told if status == 200}
    assert receipts == {Answer.objects.get().receipt}
    assert IdempotentCall.objects.count() == 1


def test_the_same_key_of_a_call_is_each_programs_own(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    other = Program(other_representative())
    assert other.answer(made, {"key": key, "code": "removed"}, key="run-1").status_code == 404
    answer = program.answer(made, {"key": key, "code": "removed"}, key="run-1")
    assert (answer.status_code, answer.headers.get("Idempotent-Replay")) == (200, None)
    assert other.answer(made, {"key": key, "code": "removed"}, key="run-1").status_code == 404


def test_whoever_was_switched_off_is_given_no_earlier_answer_again(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    given = {"key": key, "code": "removed"}
    program.answer(made, given, key="once")
    world.joko().representative.__class__.objects.update(is_active=False)
    again = program.answer(made, given, key="once")
    assert again.status_code == 403
    assert "receipt" not in again.json()


def test_who_has_the_letter_before_them_has_been_served(program):
    made = world.notice(A)
    assert program.get(f"{made.pk}/letter.pdf").status_code == 200
    made.refresh_from_db()
    assert (made.served_at, made.acknowledged_at) == (AT + HOUR, AT + HOUR)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "head", "trace"])
def test_any_other_method_answers_alike_of_what_is_there_and_what_is_not(program, method):
    made = world.notice(A)
    stranger = Program(other_representative())
    for caller in (program, stranger):
        for tail in ("", "letter.pdf", "answers/"):
            here, nowhere = (
                getattr(Client(), method)(f"/api/v1/notices/{pk}/{tail}", headers=caller.headers)
                for pk in (made.pk, made.pk + 999)
            )
            assert here.status_code == 405
            assert (here.content, here.headers) == (nowhere.content, nowhere.headers)
    made.refresh_from_db()
    assert made.served_at is None


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "text/xml"])
def test_a_body_of_another_kind_is_refused_and_serves_nothing(program, kind):
    made = world.notice(A)
    headers = {**program.headers, "idempotency-key": "k"}
    path = f"/api/v1/notices/{made.pk}/answers/"
    answer = Client().post(path, b'{"items": [{"key": "x"}]}', kind, headers=headers)
    assert answer.status_code == 415
    assert Notice.objects.get().served_at is None
