"""What a representative's program answers, a batch at a time."""

import pytest

from cases.models import Answer, Notice
from moderation_portal.models import IdempotentCall
from tests import world

from .doing import A, B, C, keys

pytestmark = pytest.mark.django_db


def test_an_account_is_answered_by_key_by_locator_or_by_position(program):
    made = world.served_notice(A, B, C)
    told = program.read(made)
    first, second, _third = told["items"]
    answer = program.answer(
        made,
        {"key": first["key"], "code": "removed", "reference": "T-1"},
        {"locator": second["locator"].upper(), "code": "refused", "reason": "Bukan kami."},
        {"position": 3, "code": "needs_time", "reason": "Sedang diperiksa."},
        letter=told["letter"]["sha256"],
    ).json()
    assert answer["counts"] == {"done": 3, "refused": 0}
    said = {one.item.locator: one for one in Answer.objects.select_related("item")}
    assert {one.receipt for one in said.values()} == {answer["receipt"]}
    assert {one.channel for one in said.values()} == {"api"}
    assert {one.user_id for one in said.values()} == {world.joko().pk}
    assert said[first["locator"]].reference == "T-1"
    assert [said[line["locator"]].code for line in told["items"]] == [
        "removed", "refused", "needs_time"
    ]  # fmt: skip
    after = program.read(made)["items"]
    assert [line["answer"]["code"] for line in after] == ["removed", "refused", "needs_time"]


WRONG = [
    (7, ""),
    ({}, "key"),
    ({"key": "nothing", "code": "removed"}, "key"),
    ({"locator": "michat: lain", "code": "removed"}, "locator"),
    ({"position": 1, "code": "removed"}, "letter"),
    ({"key": 5, "code": "removed"}, "key"),
    ({"key": "KEY", "code": 5}, "code"),
    ({"key": "KEY", "locator": "OTHER", "code": "removed"}, "key"),
    ({"key": "KEY", "code": "removed", "whatever": 1}, "whatever"),
    ({"key": "KEY", "code": "removed", "reference": "x" * 121}, "reference"),
    ({"key": "KEY", "code": "removed", "effect_at": "yesterday"}, "effect_at"),
    ({"key": "KEY", "code": "removed", "effect_at": "0001-01-01T00:00:00+14:00"}, "effect_at"),
    ({"key": "KEY", "code": "gone"}, None),
    ({"key": "KEY", "code": "refused"}, None),
    ({"key": "KEY", "code": "refused", "reason": " \n"}, None),
    ({"key": "KEY", "code": "removed", "reason": "x" * 5001}, None),
    ({"key": "KEY", "code": "removed", "effect_at": "2027-01-01T00:00:00Z"}, None),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG, ids=str)
def test_what_is_wrong_is_refused_alone_and_hinders_nothing_right(program, wrong, field):
    made = world.served_notice(A, B)
    told = program.read(made)
    first, second = told["items"]
    names = {"KEY": first["key"], "OTHER": second["locator"]}
    if isinstance(wrong, dict):
        wrong = {name: names.get(str(said), said) for name, said in wrong.items()}
    answer = program.answer(made, wrong, {"key": second["key"], "code": "removed"})
    assert answer.status_code == 200, answer.content
    refused, done = answer.json()["results"]
    assert (refused["outcome"], refused.get("field")) == ("refused", field)
    assert refused["message"]
    assert done == {"position": 1, "outcome": "done"}
    assert list(Answer.objects.values_list("item__locator", flat=True)) == [second["locator"]]


def test_where_nothing_is_right_nothing_is_taken_and_each_is_told_why(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    answer = program.answer(made, {"key": key, "code": "x"}, {"key": "y", "code": "removed"}).json()
    assert (answer["receipt"], answer["counts"]) == (None, {"done": 0, "refused": 2})


def test_an_account_answered_twice_in_one_call_is_answered_not_at_all(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    one, other = {"key": key, "code": "removed"}, {"key": key, "code": "not_found"}
    assert program.answer(made, one, other).json()["counts"] == {"done": 0, "refused": 2}
    assert not Answer.objects.exists()


def test_a_position_of_another_letter_names_nothing(program):
    made = world.served_notice(A, B)
    told = program.read(made)
    other = program.answer(made, {"position": 1, "code": "removed"}, letter="0" * 64).json()
    assert other["results"][0]["field"] == "letter"
    hers = told["letter"]["sha256"]
    odd = [{"position": place, "code": "removed"} for place in (0, 3, -1, True, "1", 1.0, None)]
    answer = program.answer(made, *odd, letter=hers).json()
    assert {one["field"] for one in answer["results"]} == {"position"}


@pytest.mark.parametrize(
    "body", ["[]", "{}", '{"items": []}', '{"items": 1}', '{"items": [1], "letter": 5}', "7"]
)
def test_a_body_that_is_no_batch_is_refused(program, body):
    made = world.served_notice()
    assert program.post(f"{made.pk}/answers/", body).status_code == 422


def test_more_than_a_thousand_items_are_too_many(program):
    made = world.served_notice()
    assert program.answer(made, *[{"key": "x"}] * 1001).status_code == 422


def test_a_letter_that_wants_no_answer_takes_none(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    Notice.objects.filter(pk=made.pk).update(rung="preservation")
    assert program.answer(made, {"key": key, "code": "removed"}).status_code == 409
    Notice.objects.filter(pk=made.pk).update(rung="order", state="withdrawn")
    assert program.answer(made, {"key": key, "code": "removed"}).status_code == 409
    assert not Answer.objects.exists()


def test_the_same_call_again_gets_the_same_answer_and_changes_nothing(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    given = {"key": key, "code": "removed"}
    first = program.answer(made, given, key="once")
    again = program.answer(made, given, key="once")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert Answer.objects.count() == 1
    changed = program.answer(made, given | {"code": "not_found"}, key="once")
    assert changed.status_code == 422
    assert Answer.objects.count() == 1
    assert program.post(f"{made.pk}/answers/", {"items": [given]}, key="x" * 121).status_code == 422


def test_a_call_that_is_still_being_answered_is_told_so(program):
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    given = {"key": key, "code": "removed"}
    program.answer(made, given, key="once")
    IdempotentCall.objects.update(status=None, answer=None)
    assert program.answer(made, given, key="once").status_code == 409
