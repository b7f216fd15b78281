"""Which promises bind a platform on a day, for whom, and in which version."""

from datetime import date

import pytest

from platforms import promises
from platforms.models import Clause, Commitment
from tests import world

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 17)


def promise(**facts):
    given = {"made_by": "MiChat", "made_to": "Kominfo", "made_on": date(2021, 3, 19)}
    return Commitment.objects.create(
        platform=world.platform("michat"), text="…", source="letter", **given, **facts
    )


def clause(commitment, **facts):
    given = {"leg": "claimed", "target_hours": 24, "valid_from": date(2021, 3, 19)}
    return Clause.objects.create(commitment=commitment, **(given | facts))


def binding(*, kinds=("public",), category="prostitution", on=ON, platform="michat"):
    return [
        promises.snapshot(clause)
        for clause in promises.in_force(world.platform(platform).pk, on)
        if promises.covers(clause, reporter_kinds=set(kinds), category=category)
    ]


def test_nothing_binds_a_platform_that_promised_nothing():
    clause(promise())
    assert binding(platform="whatsapp") == []


@pytest.mark.parametrize(
    "facts",
    [{"valid_from": date(2026, 3, 18)}, {"valid_to": date(2026, 3, 16)},
     {"reporter_kinds": ["police"]}, {"categories": ["gambling"]}],
)  # fmt: skip
def test_a_clause_binds_only_within_its_time_and_scope(facts):
    clause(promise(), **facts)
    assert binding() == []


def test_a_commitment_that_was_withdrawn_binds_no_more():
    clause(promise(withdrawn_on=date(2026, 3, 17)))
    assert binding() == []
    assert len(binding(on=date(2026, 3, 16))) == 1


def test_one_fitting_source_among_several_is_enough():
    clause(promise(), reporter_kinds=["police", "public"])
    assert len(binding(kinds=("monitor", "public"))) == 1


def test_the_newest_version_in_force_binds():
    commitment = promise()
    clause(commitment, target_hours=48, valid_to=date(2026, 3, 17))
    second = clause(commitment, version=2, target_hours=24, valid_from=date(2026, 3, 1))
    clause(commitment, version=3, target_hours=12, valid_from=date(2027, 1, 1))
    assert [(kept["clause"], kept["target_hours"]) for kept in binding()] == [(second.pk, 24.0)]


def test_a_promise_without_a_time_is_kept_as_unmeasurable():
    clause(promise(), target_hours=None, quote="akun yang dilaporkan akan ditutup")
    kept = binding()[0]
    assert kept["target_hours"] is None
    assert kept["quote"] == "akun yang dilaporkan akan ditutup"
    assert kept["leg"] == "claimed"


def test_binding_takes_one_query(django_assert_num_queries):
    commitment = promise()
    for leg in ("sent", "delivered", "claimed"):
        clause(commitment, leg=leg)
    pk = commitment.platform_id
    with django_assert_num_queries(1):
        found = [promises.snapshot(clause) for clause in promises.in_force(pk, ON)]
    assert len(found) == 3
