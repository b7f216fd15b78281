"""Who comes in by the platforms' API, and what is not there for them."""

import json
import re

import pytest
from django.test import Client

from cases import notices
from cases.models import Answer, NoticeItem
from moderation_portal import tokens
from tests import world
from tests.cases.pages.browsing import other_representative

from .doing import A, B, Program, keys

pytestmark = pytest.mark.django_db


def test_nobody_reads_a_notice_without_a_key(client):
    made = world.served_notice()
    for path in ("", f"{made.pk}/", f"{made.pk}/letter.pdf"):
        assert client.get(f"/api/v1/notices/{path}").status_code == 401
    assert client.post(f"/api/v1/notices/{made.pk}/answers/").status_code == 401


def test_a_key_opens_only_what_its_scopes_say():
    made = world.served_notice()
    reads, writes = Program(scopes=["notices:read"]), Program(scopes=["answers:write"])
    assert reads.get().status_code == 200
    assert reads.answer(made, {"locator": "x", "code": "removed"}).status_code == 403
    assert writes.get(f"{made.pk}/").status_code == 403
    assert not Answer.objects.exists()


@pytest.mark.parametrize("who", ["drone", "ngo", "lurah"])
def test_a_key_for_reports_opens_no_notice_whatever_scopes_stand_in_it(who):
    made = world.served_notice()
    program = Program(getattr(world, who)(), tokens.SCOPES)
    assert program.get().status_code == program.get(f"{made.pk}/").status_code == 403


def test_the_key_of_a_responder_hands_in_no_report(program):
    reporting = Program(world.joko(), tokens.SCOPES)
    headers = {**reporting.headers, "idempotency-key": "k"}
    items = json.dumps({"items": [{"account": A}]})
    answer = Client().post("/api/v1/reports/", items, "application/json", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("who", ["ayu", "dewi", "citra", "auditor", "polisi", "steward"])
def test_a_session_of_somebody_else_is_told_whose_these_are(client, who):
    made = world.served_notice()
    world.sign_in(client, getattr(world, who)())
    for path in ("", f"{made.pk}/", f"{made.pk}/letter.pdf"):
        answer = client.get(f"/api/v1/notices/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "refused")


def test_a_responder_who_was_switched_off_reads_nothing(program):
    made = world.served_notice()
    world.joko().representative.__class__.objects.update(is_active=False)
    assert program.get().status_code == program.get(f"{made.pk}/").status_code == 403


def test_a_session_of_the_platform_reads_as_well(client):
    made = world.served_notice()
    world.sign_in(client, world.rina())
    assert [one["id"] for one in client.get("/api/v1/notices/").json()["notices"]] == [made.pk]


# What is hidden.


def paths(name):
    return [f"{name}/", f"{name}/letter.pdf"]


def test_another_platforms_notice_answers_like_one_that_is_not_there():
    made = world.served_notice()
    stranger = Program(other_representative())
    for there, absent in zip(paths(made.pk), paths(made.pk + 999), strict=True):
        hidden, missing = stranger.get(there), stranger.get(absent)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    by_number, missing = stranger.get(f"{made.number}/"), stranger.get("B-999999/X/I/2026/")
    assert (by_number.status_code, by_number.content) == (404, missing.content)
    given = {"key": "x", "code": "removed"}
    hidden, missing = (
        stranger.post(f"{pk}/answers/", {"items": [given]}) for pk in (made.pk, made.pk + 999)
    )
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert stranger.get().json() == {"notices": [], "next": None}


def test_a_sealed_notice_is_not_there_whoever_asks(client):
    world.michat()
    made = world.served_notice("michat: mawar_contoh", category=world.CHILD)
    cleared = world.cleared_joko()
    assert notices.visible_to(cleared).filter(pk=made.pk).exists(), "in the portal it is"
    world.sign_in(client, cleared)
    headers = {"accept-language": "en"}
    hidden = client.get(f"/api/v1/notices/{made.pk}/", headers=headers)
    missing = client.get("/api/v1/notices/999999/", headers=headers)
    assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert client.get("/api/v1/notices/").json()["notices"] == []
    assert client.get("/api/v1/notices/", {"view": "past"}).json()["notices"] == []


def test_a_cleared_account_has_no_key():
    world.served_notice()
    assert Program(world.cleared_joko()).get().status_code == 401


def test_what_a_sealed_case_speaks_for_is_neither_listed_nor_counted_nor_answered(program):
    made = world.served_notice(A, B)
    hidden = made.items.order_by("position").first()
    NoticeItem.objects.filter(pk=hidden.pk).update(is_withheld=True, sent_at=None)
    (listed,) = program.get().json()["notices"]
    told = program.read(made)
    assert (listed["asked"], told["asked"], told["item_count"]) == (1, 1, 1)
    assert [line["position"] for line in told["items"]] == [1], "without a gap"
    assert hidden.locator not in json.dumps(told)
    (report,) = program.read(made, format="xarf")["reports"]
    assert report["source_identifier"] != hidden.locator
    results = program.answer(
        made,
        {"locator": hidden.locator, "code": "removed"},
        {"key": next(iter(keys(told).values())), "code": "removed"},
    ).json()
    absent = program.answer(made, {"locator": "michat: tidak_ada", "code": "removed"}).json()
    assert results["results"][0] == absent["results"][0]
    assert results["counts"] == {"done": 1, "refused": 1}
    assert not Answer.objects.filter(item=hidden).exists()


def test_who_reported_stands_nowhere_in_a_notice(program):
    made = world.served_notice(A)
    told = json.dumps([program.read(made), program.read(made, format="xarf"), program.get().json()])
    assert not re.search("Tuti|tuti@|warga|Ayu|Sri|public", told)
