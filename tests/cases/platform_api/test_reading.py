"""What a representative's program reads: the list, a notice, and its form as X-ARF."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from cases import ladder, notices
from cases.models import Case, Delivery, Notice
from cases.notices import xarf
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

from .doing import A, B, C

SCHEMAS = Path(__file__).parent / "xarf_v4"

pytestmark = pytest.mark.django_db


def test_the_list_is_by_deadline_and_goes_on_behind_a_place(program, monkeypatch):
    monkeypatch.setattr("cases.platform_api.NOTICES_A_PAGE", 1)
    late = world.served_notice(A, at=AT + HOUR)
    soon = world.served_notice(B, at=AT)
    unserved = world.notice(C)
    found, path = [], "/api/v1/notices/"
    while path:
        page = Client().get(path, headers=program.headers).json()
        found += [one["id"] for one in page["notices"]]
        path = page["next"]
    assert found == [soon.pk, late.pk, unserved.pk]


def test_views_and_filters_narrow_the_list(program):
    first, second = world.served_notice(A), world.served_notice(B, at=AT + HOUR)
    world.answer(second, "removed")

    def ids(**query):
        return [one["id"] for one in program.get(**query).json()["notices"]]

    assert ids() == ids(view="open") == [first.pk]
    assert ids(view="answered") == [second.pk]
    assert ids(view="past") == []
    assert ids(rung="order", urgency="ordinary", number=first.number) == [first.pk]
    assert ids(urgency="urgent") == ids(rung="warning_1") == []
    due = first.due_at
    assert ids(due_before=(due + HOUR).isoformat()) == [first.pk]
    assert ids(due_before=due.isoformat()) == []


@pytest.mark.parametrize(
    "query",
    [
        {"view": "all"}, {"urgency": "x"}, {"rung": "\x00"}, {"due_before": "tomorrow"},
        {"due_before": "2026-03-17"}, {"after": "1"}, {"after": "9" * 40 + ".1"}, {"platform": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused(program, query):
    answer = program.get(**query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_listing_serves_nothing(program):
    made = world.notice()
    program.get()
    made.refresh_from_db()
    assert made.served_at is None


def test_a_notice_says_what_its_letter_says(program):
    made = world.served_notice(A)
    told = program.read(made)
    assert (told["number"], told["rung"], told["urgency"]) == (made.number, "order", "ordinary")
    assert told["due_at"] == made.due_at.isoformat()
    assert any("24" in sentence for sentence in told["due_reckoned"])
    kinds = [basis["kind"] for basis in told["bases"]]
    assert kinds[0] == "prohibition"
    assert all(basis["text"] for basis in told["bases"])
    assert {"removed", "refused", "needs_info"} <= {one["code"] for one in told["answers"]}
    (line,) = told["items"]
    assert (line["position"], line["locator"], line["state"]) == (
        1,
        made.items.get().locator,
        "asked",
    )
    assert told["letter"]["sha256"] == made.pdf_sha256
    path = told["letter"]["url"].removeprefix(settings.BASE_URL)
    letter = Client().get(path, headers={**program.headers, "accept": "application/pdf"})
    assert letter.content == notices.pdf_of(made)


def test_a_notice_is_found_by_its_number(program):
    made = world.served_notice()
    assert program.get(f"{made.number}/").json()["id"] == made.pk


def test_a_changed_due_time_is_told_with_its_reason_and_without_a_name(program):
    made = world.served_notice()
    ids = list(made.items.values_list("pk", flat=True))
    later = made.due_at + 5 * HOUR
    ladder.override_due(ids, due_at=later, reason="Libur.", actor=world.sri(), at=AT + HOUR)
    told = program.read(made)
    assert told["due_changes"] == [
        {"former": made.due_at.isoformat(), "due_at": later.isoformat(), "reason": "Libur."}
    ]
    assert world.sri().name not in json.dumps(told)


def test_the_accounts_come_page_by_page(program, monkeypatch):
    monkeypatch.setattr("cases.platform_api.ITEMS_A_PAGE", 2)
    made = world.served_notice(A, B, C)
    first = program.read(made)
    second = Client().get(first["items_next"], headers=program.headers).json()
    assert [line["position"] for line in first["items"] + second["items"]] == [1, 2, 3]
    assert second["items_next"] is None
    assert program.get(f"{made.pk}/", items_after="x").status_code == 422
    assert program.get(f"{made.pk}/", items_after="4").status_code == 422


def test_a_long_notice_costs_no_more_statements_than_a_short_one(program):
    short, long = world.served_notice(A), world.served_notice(B, C)
    program.read(short), program.read(long)
    spent = []
    for made in (short, long):
        for path in (f"{made.pk}/", f"{made.pk}/?format=xarf"):
            with CaptureQueriesContext(connection) as asked:
                assert program.get(path).status_code == 200
            spent.append(len(asked))
    assert spent[:2] == spent[2:]


def test_reading_by_the_key_of_a_responder_is_opening_by_name(program):
    made = world.notice()
    told = program.read(made)
    made.refresh_from_db()
    assert (made.served_at, made.acknowledged_at) == (AT + HOUR, AT + HOUR)
    assert told["served_at"] == made.served_at.isoformat(), "it says so at once"
    opened = Delivery.objects.get(notice=made, step__startswith="opened")
    assert (opened.proof["channel"], opened.proof["name"]) == ("api", "Joko Susanto")
    program.read(made)
    assert Event.objects.filter(kind="notice.opened", thread=f"notice:{made.pk}").count() == 1


def test_a_head_call_serves_nothing(program):
    made = world.notice()
    assert Client().head(f"/api/v1/notices/{made.pk}/", headers=program.headers).status_code == 405
    made.refresh_from_db()
    assert made.served_at is None


@pytest.mark.parametrize("name", ["0", "9" * 30, "-1", "%00", "x%00y", "..", "B-000001", "²"])
def test_odd_names_are_not_there(program, name):
    world.served_notice()
    assert program.get(f"{name}/").status_code == 404


# X-ARF.


def validator(name):
    kept = [json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.json"))]
    found = Registry().with_resources((one["$id"], Resource.from_contents(one)) for one in kept)
    schema = next(one for one in kept if one["$id"].endswith(name))
    checks = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, registry=found, format_checker=checks)


def test_each_account_is_a_report_of_its_own_that_the_format_takes(program):
    made = world.served_notice(A, B)
    reports = program.read(made, format="xarf")["reports"]
    for report in reports:
        validator("content-base.json").validate(report)
    locators = [item.locator for item in notices.items_for_platform(made)]
    assert [report["source_identifier"] for report in reports] == locators
    again = program.read(made, format="xarf")["reports"]
    ids = [report["report_id"] for report in reports]
    assert len(set(ids)) == 2
    assert [report["report_id"] for report in again] == ids, "who has one already drops it"


@pytest.mark.parametrize(
    ("locator", "kind", "canonical", "address"),
    [
        ("https://t.me/kamar_judi", "handle", "kamar_judi", "https://t.me/kamar_judi"),
        (
            "https://x.example/ü b",
            "url",
            "x",
            "acct:https%3A%2F%2Fx.example%2F%C3%BC%20b@a.example",
        ),
        ("https://x.example/ü", "url", "x", "https://x.example/%C3%BC"),
        ("https://[x", "url", "x", "acct:https%3A%2F%2F%5Bx@a.example"),
        ("+62 812-3456-7890", "phone", "+6281234567890", "tel:+6281234567890"),
        ("bunga_77", "handle", "bunga_77", "acct:bunga_77@a.example"),
        ("“Bunga”, 2 km", "nearby", "x", "acct:%E2%80%9CBunga%E2%80%9D%2C%202%20km@a.example"),
    ],
)
def test_every_account_has_an_address_that_is_a_uri(locator, kind, canonical, address):
    account = SimpleNamespace(kind=kind, canonical=canonical, url="")
    item = SimpleNamespace(locator=locator, target=SimpleNamespace(account=account))
    assert xarf.address_of(item, "a.example") == address


def test_a_fraud_is_a_report_of_its_type(program):
    made = world.served_notice(A)
    Case.objects.update(category="fraud")
    (report,) = program.read(made, format="xarf")["reports"]
    validator("content-fraud.json").validate(report)


def test_an_unknown_format_is_not_there(program):
    made = world.served_notice()
    assert program.get(f"{made.pk}/", format="xml").status_code == 404


# The manual.


def test_the_manual_names_every_field_and_state_that_a_program_meets(program):
    manual = (settings.BASE_DIR / "docs" / "api.md").read_text()
    told = program.read(world.served_notice())
    report = program.read(Notice.objects.get(), format="xarf")["reports"][0]
    lists = ["items", "answers", "bases", "letter"]
    inner = [told[name][0] if isinstance(told[name], list) else told[name] for name in lists]
    fields = {name for one in [told, *inner, report] for name in one}
    assert sorted(name for name in fields if f"`{name}`" not in manual) == []
