"""No column of ours is written because somebody names it in a call."""

import pytest
from django.db import models

from cases.models import Answer, Case, Decision, Target
from cases.verbs import VERBS
from moderation_portal.models import Event
from tests import world
from tests.cases.platform_api.doing import A, Program, keys
from tests.cases.test_api import Caller
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
GIVEN = {
    models.BooleanField: True,
    models.DateTimeField: AT.isoformat(),
    models.CharField: "closed",
    models.TextField: "closed",
}


def columns(*tables) -> dict[str, object]:
    """Every column of these tables, under each of its names, with a value that it could take."""
    return {
        name: next((value for kind, value in GIVEN.items() if isinstance(field, kind)), 1)
        for table in tables
        for field in table._meta.concrete_fields
        for name in (field.name, field.attname)
    }


@pytest.fixture(autouse=True)
def stopped(still_clock):
    still_clock(AT + HOUR)


def test_no_verb_of_a_case_takes_a_column_of_it():
    case = world.case()
    ayu = Caller(world.ayu())
    ayu.get(f"{case.pk}/")
    rows = [list(table.objects.order_by("pk").values()) for table in (Case, Target, Decision)]
    told = Event.objects.count()
    for name, verb in VERBS.items():
        strangers = {
            column: value
            for column, value in columns(Case, Target, Decision).items()
            if column not in verb.told
        }
        answer = ayu.post(f"{case.pk}/{name}/", strangers)
        assert answer.status_code == 422, (name, answer.content)
    assert rows == [list(one.objects.order_by("pk").values()) for one in (Case, Target, Decision)]
    assert Event.objects.count() == told


def test_no_column_of_an_answer_is_taken_from_a_call():
    program = Program()
    made = world.served_notice(A)
    (key,) = keys(program.read(made)).values()
    own = {"key": key, "code": "removed"}
    for column, value in columns(Answer).items():
        if column in {"code", "reason", "reference", "effect_at", "lacks"}:
            continue
        (result,) = program.answer(made, own | {column: value}).json()["results"]
        assert (result["outcome"], result["field"]) == ("refused", column)
    assert not Answer.objects.exists()
