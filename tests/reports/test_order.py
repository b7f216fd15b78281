"""Lists of sealed rows go by time: their ids are in no order, here in the opposite one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.views import account_rows
from cases.views import notices as notice_pages
from moderation_portal import places, series
from reports.models import FormalRequest, Question, Report
from reports.views import pages
from tests import world
from tests.cases.ladder.doing import DAY, climb_until
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def backwards(monkeypatch):
    monkeypatch.setattr(
        series, "scatter", lambda _table, places: [series.SCATTERED - place for place in places]
    )
    monkeypatch.setattr(pages, "ROWS", 2)
    monkeypatch.setattr(notice_pages, "PAGE", 2)


def walked(client, address, name):
    """The rows of a list, page by page to its end."""
    found, at = [], ""
    while True:
        context = client.get(f"{address}{at}").context
        found += context[name]
        at = context["next_url"]
        if not at:
            return found


def test_what_somebody_has_told_of_children_is_listed_newest_first(client):
    ngo, numbers = world.ngo(), []
    for n in range(5):
        who = world.intake.ReporterFacts(kind="organisation", user=ngo)
        told = world.report(
            f"MiChat: kuncup_{n}", actor=ngo, reporter=who, category=world.CHILD, at=AT + n * HOUR
        )
        numbers.insert(0, told.number)
    rows = walked(world.sign_in(client, ngo), reverse("reports:mine"), "rows")
    assert [row["number"] for row in rows] == numbers


def test_requests_are_listed_newest_first(client):
    made = [FormalRequest.objects.create(created_at=AT + n * HOUR).pk for n in range(5)]
    rows = walked(world.sign_in(client, world.ayu()), reverse("reports:requests"), "rows")
    assert [row["pk"] for row in rows] == made[::-1]


def test_a_list_does_not_tell_the_place_of_a_row_that_is_not_to_be_seen(client):
    hidden = FormalRequest.objects.create(created_at=AT + HOUR, category=world.CHILD)
    made = [FormalRequest.objects.create(created_at=AT + n * DAY).pk for n in range(2)]
    world.sign_in(client, world.ayu())
    for pk in (hidden.pk, hidden.pk + 1):
        assert client.get(reverse("reports:requests"), {"after": pk}).status_code == 422
        after = places.write(hidden.created_at, pk)
        rows = client.get(reverse("reports:requests"), {"after": after}).context["rows"]
        assert [row["pk"] for row in rows] == made[:1]


@pytest.mark.parametrize("name", ["mine", "verify", "needs_info", "requests", "petitions"])
def test_a_page_begins_at_a_place_without_looking_a_row_up(client, name):
    world.sign_in(client, world.ayu())
    with CaptureQueriesContext(connection) as first:
        client.get(reverse(f"reports:{name}"))
    with CaptureQueriesContext(connection) as later:
        page = client.get(reverse(f"reports:{name}"), {"after": places.write(AT, 7)})
    assert page.status_code == 200
    assert len(later) == len(first)


@pytest.mark.parametrize("micros", [1, 123_457, 999_999])
def test_a_place_keeps_its_microsecond(micros):
    place = AT.replace(microsecond=micros)
    assert places.read(places.write(place, 7)) == (place, 7)


def test_questions_are_read_in_the_order_in_which_they_were_asked():
    report = world.child_case().report
    for n in range(4):
        Question.objects.create(
            report=report, text=str(n), asked_by=world.citra(), asked_at=AT + n * HOUR
        )
    assert [one.text for one in Report.objects.get().questions.all()] == list("0123")


def test_sealed_notices_are_listed_newest_first(client):
    made = [
        world.notice(f"michat: kuncup_{n}", category=world.CHILD, at=AT + n * HOUR).pk
        for n in range(5)
    ]
    rows = walked(world.sign_in(client, world.citra()), reverse("cases:notices"), "notices")
    assert [row.pk for row, _met_at in rows if row.pk in made] == made[::-1]


def test_the_clock_of_a_sealed_account_is_that_of_its_newest_notice():
    order = world.served_notice("michat: kuncup_1", category=world.CHILD)
    target = order.items.get().target
    climb_until(AT + timedelta(hours=5))
    warning = target.notice_items.get(notice__rung="warning_1")
    warning.due_at = AT + DAY
    warning.save(update_fields=["due_at"])
    (row,) = account_rows.with_news(target.case.targets.all())
    assert warning.notice_id < order.pk
    assert row.clock["notice"] == warning.notice_id
