"""A machine's key takes two persons, and opens nothing that is sealed."""

import re

import pytest
from django.urls import reverse

from moderation_portal import changes, tokens
from moderation_portal.errors import Conflict
from moderation_portal.models import ApiToken, Change
from reports import intake
from reports.models import Report
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(still_clock):
    """The pages read the clock; here it stands still."""


def asked_for(client, user, scope="reports:read") -> str:
    """The key that a steward gets for `user`, as the page shows it."""
    world.sign_in(client, world.steward())
    facts = {"user": user.pk, "label": "x", "scopes": [scope], "reason": "SK 12"}
    address = reverse("admin:moderation_portal_apitoken_add")
    shown = client.post(address, facts, follow=True).content.decode()
    client.logout()
    return re.search(r"mp_[\w-]+", shown)[0]


def read(client, key, report):
    address = f"/api/v1/reports/{report.number}/"
    return client.get(address, HTTP_AUTHORIZATION=f"Bearer {key}").status_code


def own_report(user, **facts) -> Report:
    reporter = intake.ReporterFacts(kind=user.role, user=user)
    received = world.report(actor=user, reporter=reporter, **facts)
    return Report.objects.get(pk=received.report_id)


def test_a_key_opens_nothing_before_a_second_person_approves_it(client):
    report = own_report(world.ngo())
    key = asked_for(client, world.ngo())
    assert read(client, key, report) == 401
    change = Change.objects.get(kind="key")
    assert change.facts == {
        "user": world.ngo().pk, "scopes": ["reports:read"], "is_active": True
    }  # fmt: skip
    changes.approve(change.pk, actor=world.dewi(), at=AT + HOUR)
    assert read(client, key, report) == 200


def test_a_refused_key_never_opens_anything(client):
    report = own_report(world.ngo())
    key = asked_for(client, world.ngo())
    changes.refuse(Change.objects.get(kind="key").pk, actor=world.dewi(), at=AT)
    assert read(client, key, report) == 401


def test_a_key_that_was_ended_meanwhile_is_not_approved(client):
    asked_for(client, world.ngo())
    ApiToken.objects.update(revoked_at=AT)
    with pytest.raises(Conflict):
        changes.approve(Change.objects.get(kind="key").pk, actor=world.dewi(), at=AT)
    assert not ApiToken.objects.get().is_active


def test_a_key_reads_no_sealed_report_though_its_owner_told_it(client):
    sealed, ordinary = own_report(world.ngo(), category="child_sexual"), own_report(world.ngo())
    key = tokens.issue(world.ngo(), "x", tokens.SCOPES, at=AT).key
    assert read(client, key, ordinary) == 200
    assert read(client, key, sealed) == 404
    world.sign_in(client, world.ngo())
    assert client.get(f"/api/v1/reports/{sealed.number}/").status_code == 200


def test_the_owner_of_a_key_is_told_of_it(client, mailed):
    asked_for(client, world.ngo())
    changes.approve(Change.objects.get(kind="key").pk, actor=world.dewi(), at=AT + HOUR)
    (mail,) = mailed()
    assert mail.to == ["lapor@jejaring.example"]
    assert "x" in mail.body


@pytest.mark.parametrize(
    ("who", "scope"), [(world.ngo, "notices:read"), (world.joko, "reports:write")]
)
def test_a_key_is_asked_for_only_with_what_fits_its_owner(client, who, scope):
    world.sign_in(client, world.steward())
    facts = {"user": who().pk, "label": "x", "scopes": [scope], "reason": "SK 12"}
    page = client.post(reverse("admin:moderation_portal_apitoken_add"), facts)
    assert page.status_code == 200
    assert "scopes" in page.context["adminform"].form.errors
    assert not ApiToken.objects.exists()


def test_a_platforms_responder_gets_a_key_by_two_persons(client):
    key = asked_for(client, world.joko(), "notices:read")
    headers = {"authorization": f"Bearer {key}"}
    assert client.get("/api/v1/notices/", headers=headers).status_code == 401
    changes.approve(Change.objects.get(kind="key").pk, actor=world.dewi(), at=AT + HOUR)
    assert client.get("/api/v1/notices/", headers=headers).status_code == 200
