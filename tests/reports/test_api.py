"""The API door."""

import json
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.response import Response

from moderation_portal import tokens
from moderation_portal.errors import Conflict
from moderation_portal.models import IdempotentCall, OutboxMessage
from reports.models import Report, ReportItem
from tests import world

pytestmark = pytest.mark.django_db

URL = "/api/v1/reports/"
FINDING = {
    "tool": "drone",
    "tool_version": "9",
    "rule": "open-bo",
    "rule_version": "3",
    "query": "open bo malang",
    "public_access_proof": "Terlihat tanpa masuk.",
    "score": 0.91,
    "fetched_at": "2026-03-17T09:00:00+07:00",
}
ITEM = {
    "account": "MiChat: bunga_77",
    "category": "prostitution",
    "reason": "Menawarkan jasa.",
    "seen_at": "2026-03-17T09:00:00+07:00",
    "finding": FINDING,
}


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The pages read the clock; here it stands still."""
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def key(user=None, scopes=("reports:write",)) -> str:
    return tokens.issue(user or world.drone(), "test", scopes, at=world.AT).key


def post(body, *, bearer: str | None = None, idempotency: str = "k-1", url: str = URL):
    headers = {"Idempotency-Key": idempotency} if idempotency else {}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post(url, content, content_type="application/json", headers=headers)


def send(*items, **facts):
    response = post({"items": list(items)}, bearer=facts.pop("bearer", None) or key(), **facts)
    assert response.status_code == 200, response.content
    return response.json()


def test_the_example_in_the_manual_is_taken():
    manual = (settings.BASE_DIR / "docs" / "api.md").read_text()
    example = json.loads(manual.split("```json")[1].split("```")[0])
    (result,) = send(*example["items"])["results"]
    assert (result["outcome"], result["reference"]) == ("done", "scan-4711")
    assert [item["platform"] for item in result["items"]] == ["instagram", "michat"]
    assert [gap["code"] for item in result["items"] for gap in item["gaps"]] == ["verifier"] * 2


def test_who_has_no_key_or_not_the_scope_gets_nothing():
    assert post({"items": [ITEM]}).status_code == 401
    assert post({"items": [ITEM]}, bearer="mp_wrong").status_code == 401
    other = key(scopes=("cases:read",))
    assert post({"items": [ITEM]}, bearer=other).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ('{"items": []}', 422),
        ('{"items": {}}', 422),
        (b"\xff\xfe", 400),
        ('{"items": [' + '{"account": "x"},' * 1000 + '{"account": "x"}]}', 422),
    ],
    ids=["cut", "list", "empty", "object", "bytes", "1001"],
)
def test_a_body_that_is_none_is_refused_as_json(body, status):
    response = post(body, bearer=key())
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    assert not Report.objects.exists()


def test_a_body_of_thirty_megabytes_is_refused_as_json():
    response = post(b" " * 30_000_000, bearer=key())
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"account": 7}, "accounts"),
        ({"reason": ["x"]}, "reason"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"seen_at": "2026-03-17T09:00:00"}, "seen_at"),
        ({"finding": "x"}, "finding"),
        ({"finding": {"score": "NaN"}}, "score"),
        ({"finding": {"score": 7}}, "score"),
        ({"finding": {"score": True}}, "score"),
        ({"accounts": ["x"] * 51}, "accounts"),
        ({"acount": "typo"}, "acount"),
    ],
)
def test_an_item_that_cannot_be_taken_names_its_field_and_hinders_no_other(change, field):
    answer = send(ITEM | change, ITEM)
    assert answer["counts"] == {"done": 1, "skipped": 0, "refused": 1}
    assert answer["results"][0]["field"] == field
    assert answer["results"][1]["outcome"] == "done"


def test_every_status_and_state_that_a_machine_meets_stands_in_the_manual():
    manual = (settings.BASE_DIR / "docs" / "api.md").read_text()
    accounts = ["MiChat: bunga_77", "michat: bunga_77", "bunga_77", "situs-judi.example"]
    twice = {name: value for name, value in ITEM.items() if name != "account"}
    (result,) = send(twice | {"accounts": accounts})["results"]
    states = [item["state"] for item in result["items"]]
    assert states == ["received", "repeated", "needs_info", "routed_elsewhere"]
    assert all(f"`{state}`" in manual for state in states)
    bearer = {"Authorization": f"Bearer {key()}"}
    statuses = {
        Client().get(f"{URL}R26-9999999/", headers=bearer).status_code,
        Client().get("/api/v1/cases/", headers=bearer).status_code,
        Client().get("/api/v1/cases/").status_code,
        Client()
        .post(URL, "x", content_type="text/plain", headers=bearer | {"Idempotency-Key": "k"})
        .status_code,
    }
    assert statuses == {404, 403, 401, 415}
    assert all(f"| {status} |" in manual for status in {*statuses, 400, 409, 413, 422})
    assert "429" not in manual


def test_what_an_item_says_may_be_refused_without_a_field():
    (result,) = send(ITEM | {"category": "nonsense"})["results"]
    assert (result["outcome"], "field" in result) == ("refused", False)
    assert result["message"]


def test_a_machine_names_the_language_of_its_answers():
    bearer = {"Authorization": f"Bearer {key()}"}

    def said(language: dict[str, str]) -> str:
        page = "/api/v1/completeness/?source=nobody&category=gambling"
        return Client().get(page, headers=bearer | language).json()["message"]

    assert said({}) == said({"Accept-Language": "id"}) != said({"Accept-Language": "en"})


def test_a_person_reads_with_a_session_and_reports_by_page():
    client = Client()
    world.sign_in(client, world.ayu())
    number = send(ITEM)["results"][0]["report"]
    assert client.get(f"{URL}{number}/").status_code == 200
    told = client.post(URL, {"items": [ITEM]}, "application/json", headers={"Idempotency-Key": "p"})
    assert told.status_code == 403


def test_gaps_are_for_machines():
    bare = {"account": "bunga_77", "category": "prostitution", "finding": {}}
    (result,) = send(bare)["results"]
    gaps = {gap["code"]: gap for gap in result["items"][0]["gaps"]}
    assert {"locator_precise", "detector_rule", "public_access_proof", "verifier"} <= set(gaps)
    assert gaps["locator_precise"]["problem"] == "not_a_locator"
    assert all(gap["message"] for gap in gaps.values())


def test_a_finding_goes_in_and_waits_for_a_human():
    (result,) = send(ITEM | {"reference": "drone-7"})["results"]
    assert result["reference"] == "drone-7"
    item = result["items"][0]
    assert (item["state"], item["platform"], item["account"]) == ("received", "michat", "bunga_77")
    report = Report.objects.get()
    assert (report.number, report.channel) == (result["report"], "api")
    assert report.needs_verifier
    assert str(report.finding.score) == "0.9100"
    assert not OutboxMessage.objects.filter(topic="report.received").exists()


def test_a_thousand_items_have_a_thousand_results_in_their_order():
    items = [ITEM | {"account": f"MiChat: bunga_{n}"} for n in range(1_000)]
    answer = send(*items)
    assert answer["counts"]["done"] == 1_000
    assert [one["items"][0]["account"] for one in answer["results"]] == [
        f"bunga_{n}" for n in range(1_000)
    ]
    assert ReportItem.objects.count() == 1_000


def test_a_repeated_call_is_answered_once_and_another_body_under_its_key_refused():
    bearer = key()
    first = send(ITEM, bearer=bearer)
    again = post({"items": [ITEM]}, bearer=bearer)
    assert again.json() == first
    assert again["Idempotent-Replay"] == "true"
    assert post({"items": [ITEM, ITEM]}, bearer=bearer).status_code == 422
    assert post({"items": [ITEM]}, bearer=bearer, idempotency="").status_code == 422
    assert Report.objects.count() == 1


def test_what_a_call_did_is_undone_when_its_answer_cannot_be_kept():
    """As when another attempt has taken the call up, because this one was thought to be lost."""

    @tokens.idempotent
    def handler(_view, _request):
        world.report()
        IdempotentCall.objects.update(created_at=world.AT + world.HOUR)
        return Response({})

    headers = {"Idempotency-Key": "k-1"}
    call = SimpleNamespace(headers=headers, user=world.drone(), path=URL, body=b"")
    with pytest.raises(Conflict, match="percobaan lain"):
        handler(None, call)
    assert not Report.objects.exists()
    assert not IdempotentCall.objects.exists(), "the same key may try again"


def test_the_same_finding_under_another_key_is_skipped():
    bearer = key()
    number = send(ITEM, bearer=bearer)["results"][0]["report"]
    (again,) = send(ITEM, bearer=bearer, idempotency="k-2")["results"]
    assert (again["outcome"], again["report"]) == ("skipped", number)


@pytest.mark.parametrize("poison", ["\x00", "\ud800", "\u202e", "\u200b"])
def test_characters_that_hide_or_break_do_no_harm(poison):
    (result,) = send(ITEM | {"account": f"MiChat: bun{poison}ga_77", "reason": f"x{poison}y"})[
        "results"
    ]
    assert result["outcome"] == "done"
    assert result["items"][0]["account"] == "bunga_77"


def test_one_reads_the_own_report_and_no_other():
    number = send(ITEM)["results"][0]["report"]
    other = world.report("MiChat: bunga_78").number
    bearer = key()

    def get(what: str, by: str = bearer):
        return Client().get(f"{URL}{what}/", headers={"Authorization": f"Bearer {by}"})

    body = get(number).json()
    assert body["needs_verifier"] is True
    assert body["items"][0]["account"] == "bunga_77"
    hidden, absent = get(other), get("R26-9999999")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content == absent.content
    assert get("x'--").status_code == 404
    assert Client().get(f"{URL}{number}/").status_code in (401, 403)


def test_what_a_source_must_bring_can_be_asked():
    bearer = {"Authorization": f"Bearer {key()}"}

    def ask(query: str):
        return Client().get(f"/api/v1/completeness/?{query}", headers=bearer)

    body = ask("source=public&category=gambling&has=reason,screenshot").json()
    codes = {gap["code"] for gap in body["gaps"]}
    assert "reporter_identity" in codes
    assert not codes & {"reason", "screenshot"}
    assert (
        ask("source=public&category=child_sexual").json()["takes_screenshot_from_public"] is False
    )
    assert ask("source=nobody&category=gambling").status_code == 422
    assert ask("").status_code == 422
