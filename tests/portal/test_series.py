"""Numbers and addresses of the ordinary rows have no gap that would count the sealed ones."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction

from cases.models import Case, Notice, NoticeItem, Target
from cases.notices import return_addresses
from moderation_portal import series
from platforms.models import Contact
from reports.models import Evidence, FormalRequest, Question, Report, ReportItem
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db


def asked(turn):
    report = Report.objects.get() if turn else world.case().report
    return Question.objects.create(report=report, text="?", asked_by=world.ayu(), asked_at=AT).pk


def drafted(_turn):
    return FormalRequest.objects.create(created_at=AT).pk


def handed_in(turn):
    file = Evidence(kind="other", size=1, path=str(turn), added_at=AT)
    file.save()
    return file.pk


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
    assert len(sealed.number) == len("KS26-483920175")


def gaps(ids):
    return [after - before for before, after in pairwise(ids)]


@pytest.mark.parametrize("table", ["reports_report", "cases_case", "cases_notice"])
def test_two_sealed_ids_do_not_tell_how_many_came_between(table):
    ids = series.take(table, 200, is_sealed=True)
    assert len(set(ids)) == 200
    assert len(set(gaps(ids))) == 199
    assert 60 < sum(gap > 0 for gap in gaps(ids)) < 140
    assert {len(str(pk - series.SEALED_FROM)) for pk in ids} == {9}
    plain = series.take(table, 200, is_sealed=False)
    assert set(gaps(plain)) == {1}


def test_no_two_places_are_scattered_to_the_same_id():
    places = [*range(1, 5_000), *range(series.SCATTERED - 5_000, series.SCATTERED)]
    for table in ("reports_report", "reports_reportitem"):
        assert len(set(series.scatter(table, places))) == len(places)


def test_the_same_place_lies_elsewhere_in_every_table_and_under_every_key(settings):
    report, case = series.scatter("reports_report", [7]), series.scatter("cases_case", [7])
    settings.VAULT_KEYS = [Fernet.generate_key().decode()]
    assert len({*report, *case, *series.scatter("reports_report", [7])}) == 3


@pytest.mark.parametrize("kept", [asked, drafted, handed_in])
def test_what_may_belong_to_either_class_has_no_order(kept):
    ids = [kept(turn) for turn in range(6)]
    assert all(pk >= series.SCATTERED_FROM for pk in ids)
    assert len({abs(gap) for gap in gaps(ids)}) == 5


def test_numbers_of_sealed_notices_do_not_count_them():
    made = [world.notice(f"michat: kuncup_{n}", category=world.CHILD) for n in range(3)]
    serials = [int(notice.number.partition("/")[0].removeprefix("R-")) for notice in made]
    assert serials == [notice.pk - series.SEALED_FROM for notice in made]
    assert all(abs(gap) > 1 for gap in gaps(serials))


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
        local = return_addresses.write(notice, contact).partition("@")[0].partition("+n")[2]
        key, _c, rest = local.partition("c")
        assert key == notice.reply_key
        shapes.add((len(key), len(rest)))
    assert len(shapes) == 1
    assert made[0].reply_key != made[1].reply_key
    assert made[0].issued_at == AT


def test_a_scattered_place_is_found_again_and_a_strange_one_nowhere():
    places = [1, 2, 3, 40_000, series.SCATTERED - 1]
    scattered = series.scatter("some_table", places)
    assert [series.unscatter("some_table", one) for one in scattered] == places
    for strange in (0, 7, -1, series.SCATTERED_FROM + series.SCATTERED, 10**18):
        assert series.unscatter("some_table", strange) == 0
