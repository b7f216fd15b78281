import inspect
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import api, decisions, grounds, queue, table
from cases.models import Case, CaseNote, CaseState, CaseView, Decision
from cases.verbs import VERBS
from cases.views.verbs import PAGES
from moderation_portal import tokens
from moderation_portal.models import Event
from moderation_portal.roles import STAFF
from tests import world
from tests.world import AT, HOUR, TEST

pytestmark = pytest.mark.django_db

A, B = "michat: bunga_77", "michat: melati_12"


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch):
    """The portal's clock stands at AT, so that claims do not lapse on the way."""
    monkeypatch.setattr("moderation_portal.clock.now", lambda: AT)


class Caller:
    """Somebody who calls the API with a session."""

    def __init__(self, user):
        self.client, self.calls = world.sign_in(Client(), user), 0

    def get(self, path="", **query):
        return self.client.get(f"/api/v1/cases/{path}", query)

    def post(self, path, body=None, *, key=None):
        self.calls += 1
        headers = {"idempotency-key": key or f"key-{id(self)}-{self.calls}"}
        return self.client.post(
            f"/api/v1/cases/{path}", json.dumps(body or {}), "application/json", headers=headers
        )


@pytest.fixture
def ayu():
    return Caller(world.ayu())


@pytest.fixture
def citra():
    return Caller(world.citra())


# Who may not come in.


def test_nobody_reads_cases_without_a_sign_in(client):
    case = world.case()
    assert client.get("/api/v1/cases/").status_code == 401
    assert client.get(f"/api/v1/cases/{case.pk}/").status_code == 401
    assert client.post(f"/api/v1/cases/{case.pk}/claim/").status_code == 401


def test_a_key_is_for_reports_and_opens_no_case(client):
    case = world.case()
    key = tokens.issue(world.drone(), "test", tokens.SCOPES, at=AT).key
    for path in ("", f"{case.pk}/"):
        answer = client.get(f"/api/v1/cases/{path}", headers={"authorization": f"Bearer {key}"})
        assert answer.status_code == 403


@pytest.mark.parametrize("who", ["drone", "ngo", "lurah", "polisi", "rina", "steward"])
def test_a_session_does_not_lend_a_role(who):
    case = world.case()
    caller = Caller(getattr(world, who)())
    for answer in (caller.get(), caller.get(f"{case.pk}/"), caller.post(f"{case.pk}/claim/")):
        assert answer.status_code == 403
        assert answer.json()["code"] == "refused"


def test_a_session_without_its_second_factor_is_refused(client):
    world.case()
    client.force_login(world.ayu())
    assert client.get("/api/v1/cases/").status_code == 403


def test_a_session_with_its_second_factor_reads(client):
    case = world.case()
    world.sign_in(client, world.ayu())
    assert [line["id"] for line in client.get("/api/v1/cases/").json()["cases"]] == [case.pk]


# What is hidden.


def test_a_hidden_case_and_an_absent_one_answer_alike(ayu):
    sealed = world.child_case()
    absent = sealed.pk + 1000
    pairs = [
        (ayu.get(f"{sealed.pk}/"), ayu.get(f"{absent}/")),
        (ayu.post(f"{sealed.pk}/claim/"), ayu.post(f"{absent}/claim/")),
        (ayu.post(f"{sealed.pk}/order/"), ayu.post(f"{absent}/order/")),
        (ayu.post(f"{sealed.pk}/refer/", {"x": 1}), ayu.post(f"{absent}/refer/", {"x": 1})),
    ]
    for hidden, missing in pairs:
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
        assert dict(hidden.headers) == dict(missing.headers)


def test_merging_into_a_hidden_case_and_into_an_absent_one_answer_alike(ayu):
    sealed, case = world.child_case(A), world.case(B)
    decisions.claim([case], actor=world.ayu(), at=AT)
    hidden = ayu.post(f"{case.pk}/merge/", {"into": sealed.pk})
    missing = ayu.post(f"{case.pk}/merge/", {"into": sealed.pk + 1000})
    assert hidden.status_code == missing.status_code == 403
    assert hidden.content == missing.content


def test_sealed_cases_are_in_the_list_of_the_cleared_alone(ayu, citra):
    ordinary, sealed = world.case(A), world.child_case(B)
    assert [line["id"] for line in ayu.get().json()["cases"]] == [ordinary.pk]
    assert {line["id"] for line in citra.get().json()["cases"]} == {ordinary.pk, sealed.pk}


def test_reading_a_sealed_case_is_recorded(citra):
    sealed = world.child_case()
    assert citra.get(f"{sealed.pk}/").status_code == 200
    assert Event.objects.filter(kind="case.page_opened", is_sealed=True).count() == 1


def test_who_reported_is_in_no_answer(ayu):
    case = world.case()
    told = ayu.get(f"{case.pk}/").content.decode() + ayu.get().content.decode()
    assert "Tuti" not in told
    assert "tuti@warga.example" not in told


# What cannot be used.


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"view": "nonsense"}, "view"),
        ({"view": "sealed"}, "view"),
        ({"state": "closed"}, "state"),
        ({"platform": "0"}, "platform"),
        ({"category": "nonsense"}, "category"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(ayu, query, field):
    answer = ayu.get(**query)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize("query", [{"after": "x"}, {"before": "1.2.3"}, {"after": "9" * 40 + ".1"}])
def test_a_broken_page_key_is_refused(ayu, query):
    assert ayu.get(**query).status_code == 422


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("dismiss", {}, "reason"),
        ("dismiss", {"reason": " "}, "reason"),
        ("claim", {"reason": "x"}, "reason"),
        ("assign", {"owner": 0}, "owner"),
        ("tick", {"lines": []}, "lines"),
        ("merge", {"into": "K26-1"}, "into"),
        ("note", {"text": "x" * 4001}, "text"),
        ("uphold", {"bases": ["UU44-4-2-d"], "reasons": "x"}, "test"),
        ("uphold", {"bases": ["UU44-4-2-d"], "reasons": "x", "test": TEST | {"aim": ""}}, "test"),
    ],
)
def test_what_a_verb_is_told_is_checked_field_by_field(ayu, verb, body, field):
    case = world.case()
    answer = ayu.post(f"{case.pk}/{verb}/", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [field]


def test_a_verb_wants_a_key_against_repeats(ayu):
    case = world.case()
    answer = ayu.client.post(f"/api/v1/cases/{case.pk}/claim/")
    assert answer.status_code == 422
    assert Case.objects.get().owner is None


def test_a_verb_that_nobody_knows_is_not_found(ayu):
    assert ayu.post(f"{world.case().pk}/destroy/").status_code == 404


@pytest.mark.parametrize("verb", ["order", "close_gone", "reopen"])
def test_what_happens_by_itself_is_done_by_nobody(ayu, verb):
    answer = ayu.post(f"{world.case().pk}/{verb}/")
    assert answer.status_code == 403
    assert answer.json()["code"] == "refused"


def test_who_comes_second_hears_who_was_first(client, ayu):
    case = world.case()
    ayu.post(f"{case.pk}/claim/")
    answer = Caller(world.bima()).post(f"{case.pk}/claim/")
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert answer.json()["who"] == "Ayu Lestari"


def test_the_author_does_not_approve(client):
    case = world.upheld_case(by=world.sri())
    sri = Caller(world.sri())
    sri.get(f"{case.pk}/")
    answer = sri.post(f"{case.pk}/approve/")
    assert answer.status_code == 403
    assert answer.json()["code"] == "refused"


def test_upholding_names_what_is_missing(ayu):
    case = world.case()
    ayu.get(f"{case.pk}/")
    ayu.post(f"{case.pk}/claim/")
    told = {"bases": ["UU44-4-2-d"], "test": TEST, "reasons": "Melanggar."}
    answer = ayu.post(f"{case.pk}/uphold/", told)
    assert answer.status_code == 422
    assert all(gap["code"].startswith("checklist_") for gap in answer.json()["gaps"])
    assert answer.json()["gaps"]


# Repeats.


def test_a_repeated_call_does_nothing_again_and_answers_the_same(ayu):
    case = world.case()
    first = ayu.post(f"{case.pk}/note/", {"text": "Lihat."}, key="k")
    again = ayu.post(f"{case.pk}/note/", {"text": "Lihat."}, key="k")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert CaseNote.objects.count() == 1


def test_a_key_used_for_one_case_is_not_taken_for_another(ayu):
    one, other = world.case(A), world.case(B)
    assert ayu.post(f"{one.pk}/claim/", key="k").status_code == 200
    assert ayu.post(f"{other.pk}/claim/", key="k").status_code == 422
    other.refresh_from_db()
    assert other.owner is None


def test_a_refused_call_may_be_tried_again_with_its_key(ayu):
    case = world.case()
    assert ayu.post(f"{case.pk}/dismiss/", {"reason": "Bukan."}, key="k").status_code == 409
    decisions.claim([case], actor=world.ayu(), at=AT)
    assert ayu.post(f"{case.pk}/dismiss/", {"reason": "Bukan."}, key="k").status_code == 200


# What it does.


def test_the_list_is_paged_by_key_both_ways(ayu, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    made = [world.case(f"michat: bunga_{n}", at=AT - n * HOUR).pk for n in range(5)]
    expected = made[::-1]
    first = ayu.get().json()
    assert [line["id"] for line in first["cases"]] == expected[:2]
    assert first["previous"] is None
    second = ayu.client.get(first["next"]).json()
    assert [line["id"] for line in second["cases"]] == expected[2:4]
    back = ayu.client.get(second["previous"]).json()
    assert [line["id"] for line in back["cases"]] == expected[:2]
    third = ayu.client.get(second["next"]).json()
    assert [line["id"] for line in third["cases"]] == expected[4:]
    assert third["next"] is None


def test_the_pages_beside_keep_the_filters(ayu, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 1)
    for account in (A, B):
        world.case(account)
    following = ayu.get(view="new", urgency="ordinary").json()["next"]
    assert "view=new" in following
    assert "urgency=ordinary" in following


def test_the_list_leaves_out_what_is_closed_and_narrows(ayu):
    gone, kept = world.case(A), world.case(B)
    decisions.claim([gone], actor=world.ayu(), at=AT)
    decisions.dismiss([gone], reason="Bukan.", actor=world.ayu(), at=AT)
    decisions.claim([kept], actor=world.ayu(), at=AT)
    assert [line["id"] for line in ayu.get(state="in_review").json()["cases"]] == [kept.pk]
    assert ayu.get(state="new").json()["cases"] == []


def test_the_list_takes_a_fixed_number_of_statements_and_counts_nothing(ayu):
    for n in range(4):
        world.case(f"michat: bunga_{n}")
    ayu.get()
    with CaptureQueriesContext(connection) as said:
        ayu.get()
    assert len(said) <= 5
    assert not [one for one in said.captured_queries if "count(" in one["sql"].lower()]


def test_a_case_tells_its_accounts_decisions_gaps_and_verbs(ayu):
    case = world.case(A, B)
    told = ayu.get(f"{case.pk}/").json()
    assert told["number"] == case.number
    assert {target["canonical"] for target in told["targets"]} == {"bunga_77", "melati_12"}
    assert told["decisions"] == []
    assert {"code", "message", "rule", "problem"} == set(told["gaps"][0])
    verbs = {line["verb"]: line for line in told["verbs"]}
    assert verbs["claim"]["is_allowed"]
    assert not verbs["assign"]["is_allowed"]
    assert verbs["assign"]["reason"]
    assert not verbs.keys() & {"order", "close_gone", "reopen"}


def test_a_decision_is_told_with_its_grounds(ayu):
    case = world.approved_case()
    (decision,) = ayu.get(f"{case.pk}/").json()["decisions"]
    assert "id" not in decision, "by its gaps decisions on sealed cases could be counted"
    assert decision["author"] == {"id": world.ayu().pk, "name": "Ayu Lestari"}
    assert decision["approver"]["name"] == "Sri Wahyuni"
    assert decision["test"] == TEST
    assert decision["bases"] == [world.first_basis(case)]


@pytest.mark.parametrize("after", ["x", "²", "9" * 40, "-1"])
def test_a_broken_place_among_accounts_is_refused(ayu, after):
    found = world.case("michat: kembang_1")
    assert ayu.get(f"{found.pk}/", targets_after=after).status_code == 422


def test_many_accounts_come_page_by_page(ayu, monkeypatch):
    monkeypatch.setattr(api, "TARGETS_A_PAGE", 2)
    case = world.case(A, B, "michat: kenanga_3")
    first = ayu.get(f"{case.pk}/").json()
    rest = ayu.client.get(first["targets_next"]).json()
    assert (len(first["targets"]), len(rest["targets"])) == (2, 1)
    told = {target["canonical"] for target in first["targets"] + rest["targets"]}
    assert told == {"bunga_77", "melati_12", "kenanga_3"}
    assert rest["targets_next"] is None


def test_a_case_is_decided_and_approved_through_the_api_alone(client, ayu):
    case = world.case()
    path = f"{case.pk}/"
    ayu.get(path)
    assert ayu.post(f"{path}claim/").json()["owner"]["name"] == "Ayu Lestari"
    lines = [gap["code"].removeprefix("checklist_") for gap in ayu.get(path).json()["gaps"]]
    assert ayu.post(f"{path}tick/", {"lines": lines}).status_code == 200
    told = {"bases": [world.first_basis(case)], "test": TEST, "reasons": "Melanggar."}
    assert ayu.post(f"{path}uphold/", told).json()["state"] == "awaiting_approval"
    sri = Caller(world.sri())
    assert sri.post(f"{path}approve/").json()["open_first"] == case.pk
    sri.get(path)
    assert sri.post(f"{path}approve/").json()["state"] == "approved"
    decision = Decision.objects.get()
    assert (decision.author, decision.approver) == (world.ayu(), world.sri())
    assert CaseView.objects.count() == 2


def test_every_verb_is_offered_or_the_systems_own():
    roles = {row.verb: row.roles | (row.sealed_roles or set()) for row in table.TABLE}
    people = {verb for verb, known in roles.items() if known & STAFF}
    assert set(VERBS) == people
    assert set(table.VERBS) - people == {"order", "close_gone", "reopen"}


def test_the_pages_and_the_api_tell_a_verb_what_its_call_takes():
    own = {"note", "tick", "merge", "move"}
    of_panels = {"voices", "departure"}  # asked where a panel was
    of_lines = {"ticked", "skipped"}  # asked for each line of the checklist that is open
    assert set(PAGES) == set(VERBS) - own, "these have forms of their own"
    for name, verb in VERBS.items():
        wanted = set(verb.told)
        assert wanted <= set(inspect.signature(verb.do).parameters), name
        assert wanted <= set(api.FIELDS), name
        if name in PAGES:
            form = PAGES[name].form
            parts = set(form.base_fields) if form else set()
            rest = parts - set(grounds.TEST_PARTS)
            assert rest - of_panels == wanted - {"test"} - of_panels - of_lines, name


def test_assigning_referring_and_sending_back_take_their_own_words(client, citra):
    sealed = world.child_case()
    path = f"{sealed.pk}/"
    assert citra.post(f"{path}assign/", {"owner": world.citra().pk}).json()["state"] == "in_review"
    unit = "ppa"
    assert citra.post(f"{path}refer/", {"unit": unit, "reason": "Anak."}).status_code == 200
    sealed.refresh_from_db()
    assert sealed.preservation_asked_at == AT
    assert citra.post(f"{path}ask_info/", {"reason": "Mana?"}).json()["state"] == "needs_info"
    assert citra.post(f"{path}resume/").json()["state"] == CaseState.IN_REVIEW
