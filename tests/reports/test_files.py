"""The pages of files that were handed in."""

import re

import pytest
from django.urls import reverse

from moderation_portal.models import Event
from reports import evidence
from reports.models import Evidence, Report
from tests import world
from tests.reports.test_evidence import picture, plain, prepare, quarantined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def url(name: str, *arguments) -> str:
    return reverse(f"reports:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def test_a_file_is_downloaded_for_a_purpose_and_never_shown(client):
    row = plain()
    world.sign_in(client, world.ayu())
    page = client.get(url("evidence", row.pk))
    assert row.sha256 in text(page)
    assert "<img" not in text(page).partition("<main")[2]
    assert client.post(url("evidence", row.pk)).status_code == 422
    response = client.post(url("evidence", row.pk), {"purpose": "memeriksa laporan"})
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert Event.objects.filter(kind="evidence.viewed", actor_id=world.ayu().pk).count() == 1


def test_a_file_that_one_may_not_open_looks_like_one_that_never_was(client):
    sealed = evidence_of(world.report(category="child_sexual").report_id)
    world.sign_in(client, world.ayu())
    absent = client.get(url("evidence", 10**9))
    for row in (quarantined(), sealed):
        hidden = client.get(url("evidence", row.pk))
        assert hidden.status_code == absent.status_code == 404
        assert bare(hidden) == bare(absent)
        hidden = client.post(url("evidence", row.pk), {"purpose": "memeriksa laporan"})
        assert hidden.status_code == 404
    assert not Event.objects.filter(kind="evidence.viewed").exists()


def test_a_file_in_quarantine_is_named_and_linked_to_the_cleared_only(client):
    row = quarantined()
    world.sign_in(client, world.ayu())
    page = text(client.get(url("report", row.report_id)))
    assert url("evidence", row.pk) not in page
    assert row.name not in page
    world.sign_in(client, world.citra())
    assert url("evidence", row.pk) in text(client.get(url("report", row.report_id)))


def test_a_quarantined_file_opens_for_a_purpose_only(client):
    row = quarantined()
    world.sign_in(client, world.citra())
    assert client.post(url("evidence", row.pk), {"purpose": "ok"}).status_code == 422
    response = client.post(url("evidence", row.pk), {"purpose": "memeriksa laporan"})
    assert response.content == picture()


def evidence_of(report_id: int) -> Evidence:
    report = Report.objects.get(pk=report_id)
    return evidence.keep(prepare(picture()), report=report, actor=world.citra(), at=world.AT)


def bare(response) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'(value|nonce)="[^"]*"|"[A-Za-z0-9]{64}"', "", text(response))
