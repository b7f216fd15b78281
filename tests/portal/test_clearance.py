"""What one steward, one key or one change of role must never open."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from moderation_portal import tokens
from moderation_portal.models import ApiToken, User
from moderation_portal.roles import Role
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db


def key_of(user, *scopes):
    return {"HTTP_AUTHORIZATION": f"Bearer {tokens.issue(user, 'test', scopes, at=AT).key}"}


@pytest.mark.parametrize("owner", [world.dewi, world.citra, world.steward, world.polisi])
def test_a_steward_cannot_make_a_key_for_a_person(client, owner):
    world.sign_in(client, world.steward())
    facts = {"user": owner().pk, "label": "x", "scopes": ["reports:read"], "reason": "SK"}
    response = client.post(reverse("admin:moderation_portal_apitoken_add"), facts)
    assert response.status_code == 200
    assert not ApiToken.objects.exists()


def test_a_steward_can_make_a_key_for_a_detector(client):
    world.sign_in(client, world.steward())
    facts = {"user": world.drone().pk, "label": "x", "scopes": ["reports:write"], "reason": "SK"}
    client.post(reverse("admin:moderation_portal_apitoken_add"), facts)
    assert ApiToken.objects.get().user == world.drone()


def test_the_key_shown_is_the_one_recorded_whoever_makes_another_meanwhile(client, monkeypatch):
    issue = tokens.issue

    def beside_another(user, *args, **facts):
        mine = issue(user, *args, **facts)
        issue(user, "another", [], at=AT)
        return mine

    monkeypatch.setattr(tokens, "issue", beside_another)
    world.sign_in(client, world.steward())
    facts = {"user": world.drone().pk, "label": "x", "scopes": "reports:write", "reason": "SK"}
    client.post(reverse("admin:moderation_portal_apitoken_add"), facts)
    assert LogEntry.objects.get().object_id == str(ApiToken.objects.get(label="x").pk)


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR, Role.MONITOR])
def test_a_clearance_ends_with_the_role_for_which_it_was_given(role):
    officer = world.citra()
    officer.role = role
    officer.save()
    assert not User.objects.get(pk=officer.pk).is_cleared


def test_who_cannot_be_cleared_is_not():
    monitor = world.lurah()
    monitor.is_cleared = True
    monitor.save()
    assert not monitor.is_cleared


def test_a_clearance_given_to_a_supervisor_stays():
    sri = world.sri()
    sri.is_cleared = True
    sri.save()
    sri.save()
    assert User.objects.get(pk=sri.pk).is_cleared


@pytest.mark.parametrize("scopes", ["cases:read", "everything"])
def test_a_key_gets_no_scope_that_is_not_for_machines(client, scopes):
    world.sign_in(client, world.steward())
    facts = {"user": world.drone().pk, "label": "x", "scopes": [scopes], "reason": "SK"}
    client.post(reverse("admin:moderation_portal_apitoken_add"), facts)
    assert not ApiToken.objects.exists()


def test_what_has_ended_does_not_begin_again(client):
    made = tokens.issue(world.drone(), "test", ["reports:write"], at=AT).row
    ApiToken.objects.update(revoked_at=AT)
    world.sign_in(client, world.steward())
    address = reverse("admin:moderation_portal_apitoken_change", args=[made.pk])
    client.post(address, {"label": "x", "revoked_at_0": "", "revoked_at_1": ""})
    assert ApiToken.objects.get().revoked_at == AT


@pytest.mark.parametrize("who", [world.ayu, world.citra, world.polisi])
def test_a_key_whose_machine_became_a_person_opens_nothing(client, who):
    received = world.report(category="child_sexual")
    address = f"/api/v1/reports/{received.number}/"
    assert client.get(address, **key_of(who(), *tokens.SCOPES)).status_code == 401


def test_a_key_without_the_scope_reads_no_report(client):
    address = f"/api/v1/reports/{world.report().number}/"
    assert client.get(address, **key_of(world.drone(), "nothing")).status_code == 403


def test_a_session_without_its_second_factor_reads_no_report(client):
    received = world.report(category="child_sexual")
    client.force_login(world.citra())
    assert client.get(f"/api/v1/reports/{received.number}/").status_code == 403


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800"])
def test_a_text_that_cannot_be_stored_spoils_no_call(client, bad):
    body = f'{{"items": [{{"account": "a", "category": "{bad}", "reference": "{bad}"}}]}}'
    response = client.post(
        "/api/v1/reports/",
        body,
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="k",
        **key_of(world.drone(), "reports:write"),
    )
    assert response.status_code == 200
    assert response.json()["results"][0]["outcome"] == "refused"


def test_json_that_is_nested_too_deeply_is_refused_with_words(client):
    response = client.post(
        "/api/v1/reports/",
        "[" * 100_000,
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="k",
        **key_of(world.drone(), "reports:write"),
    )
    assert response.status_code == 400
