"""Numbers and addresses of the ordinary rows have no gap that would count the sealed ones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.models import Case, Notice, NoticeItem, Target
from cases.notices import parcels
from moderation_portal import series
from platforms.models import Contact
from reports.models import Report, ReportItem
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Report, ReportItem, Case, Target, Notice, NoticeItem])
def test_what_is_sealed_leaves_no_gap_among_the_ordinary_ids(model):
    owner = {ReportItem: "report__", NoticeItem: "notice__"}.get(model, "")
    which = f"{owner}handling"
    world.notice("michat: satu_contoh")
    world.notice("michat: kuncup_1", category=world.CHILD)
    world.notice("michat: dua_contoh")
    first, second = model.objects.filter(**{which: "ordinary"}).order_by("pk")
    assert second.pk == first.pk + 1
    sealed = model.objects.filter(**{which: "sealed"})
    assert sealed
    assert all(row.pk > series.SEALED_FROM for row in sealed)


def test_sealed_cases_have_numbers_of_their_own():
    plain, sealed = world.case("michat: satu_contoh"), world.child_case("michat: kuncup_1")
    assert plain.number == f"K26-{plain.pk:07d}"
    assert sealed.number == f"KS26-{sealed.pk - series.SEALED_FROM:07d}"
    assert len(sealed.number) == len("KS26-0000001")


def test_the_year_of_a_number_is_the_countrys():
    midnight = datetime(2026, 12, 31, 17, tzinfo=UTC)
    numbers = [series.number("K", 7, midnight - timedelta(seconds=s)) for s in (1, 0)]
    assert numbers == ["K26-0000007", "K27-0000007"]


def test_a_case_is_found_by_its_number_as_people_write_it():
    for case in (world.case("michat: satu_contoh"), world.child_case("michat: kuncup_1")):
        for text in (case.number, case.number.lower(), f" {case.number} "):
            assert series.read("K", text) == case.pk
    assert series.read("K", "7") == 7
    odd = ("", "K", "K26-", "KX26-1", "R26-1", "S26-1", "K26-²", "9" * 40, "K26-1\x00", "-1")
    assert [series.read("K", text) for text in odd] == [None] * len(odd)


@pytest.mark.parametrize("model", [Report, Case, Target, Notice])
def test_the_database_lets_no_row_change_its_handling_class(model):
    world.notice("michat: satu_contoh")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(handling="sealed")


def test_the_database_lets_no_sealed_row_stand_among_the_ordinary_ones():
    found = world.case()
    account = found.targets.get().account
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(case=found, account=account, handling="sealed", visibility="public")


def test_the_address_for_answers_tells_neither_how_many_notices_there_are_nor_that_one_is_sealed():
    made = [
        world.notice("michat: satu_contoh"),
        world.notice("michat: kuncup_1", category=world.CHILD),
    ]
    contact = Contact.objects.get(address="abuse@michat.example")
    shapes = set()
    for notice in made:
        local = parcels.reply_address(notice, contact).partition("@")[0].partition("+n")[2]
        key, _c, rest = local.partition("c")
        assert key == notice.reply_key
        shapes.add((len(key), len(rest)))
    assert len(shapes) == 1
    assert made[0].reply_key != made[1].reply_key
    assert made[0].issued_at == AT
