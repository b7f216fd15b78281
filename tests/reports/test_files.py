"""The pages of files that were handed in."""

import io
import re
from html import unescape

import pytest
from django.urls import reverse
from PIL import Image

from moderation_portal.models import Event
from reports import custody, evidence, formal
from reports.models import Evidence, Report
from tests import world
from tests.reports.test_custody import shot
from tests.reports.test_evidence import picture, prepare, quarantined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def url(name: str, *arguments) -> str:
    return reverse(f"reports:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


WHY = {"purpose": "memeriksa laporan"}


def assert_strict(response) -> None:
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_file_is_downloaded_for_a_purpose(client):
    row = shot()
    world.sign_in(client, world.ayu())
    assert row.sha256 in text(client.get(url("evidence", row.pk)))
    assert client.post(url("evidence", row.pk)).status_code == 422
    response = client.post(url("evidence", row.pk), WHY)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert_strict(response)
    seen = "evidence.page_opened"
    assert kinds(row) == ["evidence.added", seen, seen, "evidence.downloaded"]


def test_a_picture_is_veiled_until_somebody_says_why_and_can_be_veiled_again(client):
    row = shot()
    world.sign_in(client, world.ayu())
    page = text(client.get(url("evidence", row.pk)))
    assert 'class="evidence veiled"' in page
    assert url("picture", row.pk) not in page
    assert client.post(url("evidence", row.pk), {"show": "1"}).status_code == 422
    page = text(client.post(url("evidence", row.pk), {**WHY, "show": "1"}))
    assert "veiled" not in page
    assert f'id="veil" href="{url("evidence", row.pk)}"' in page
    shown = client.get(unescape(re.search(r'<img src="([^"]+)"', main(page))[1]))
    assert Image.open(io.BytesIO(shown.content)).format == "PNG"
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"].startswith("inline")
    assert_strict(shown)
    seen = "evidence.page_opened"
    assert kinds(row) == ["evidence.added", seen, seen, "evidence.viewed"]
    assert "memeriksa laporan" in page, "the log on the page has the look already"


def test_a_picture_has_no_address_that_opens_without_being_let(client):
    row = shot()
    world.sign_in(client, world.bima())
    theirs = custody.show(row, actor=world.ayu(), purpose=WHY["purpose"], at=world.AT)
    for ticket in ("", "x", theirs):
        assert client.get(url("picture", row.pk), {"ticket": ticket}).status_code == 404


@pytest.mark.parametrize("category", ["prostitution", "child_sexual"])
def test_the_page_of_a_file_of_a_sexual_matter_shows_no_picture_to_the_cleared_either(
    client, category
):
    row = evidence_of(world.report(category=category).report_id)
    world.sign_in(client, world.citra())
    page = client.get(url("evidence", row.pk))
    assert "<img" not in main(text(page))
    assert 'name="show"' not in text(page)
    assert client.post(url("evidence", row.pk), {**WHY, "show": "1"}).status_code == 403
    assert kinds(row) == ["evidence.added"]


def test_the_log_of_a_file_says_who_when_what_for_and_the_hash(client):
    row = shot()
    custody.download(row, actor=world.bima(), purpose="untuk berkas perkara", at=world.AT)
    page = text(world.sign_in(client, world.auditor()).get(url("evidence", row.pk)))
    log = page[page.index("custody-head") :]
    for said in ("Bima Saputra", "untuk berkas perkara", row.sha256[:16], "17 Mar 2026"):
        assert said in log
    assert url("redact", row.pk) not in page, "an auditor changes nothing"


def test_whoever_is_not_of_the_house_sees_neither_picture_nor_log(client):
    letter = formal.save_draft(None, {"category": "gambling"}, actor=world.polisi(), at=world.AT)
    handed = prepare(picture(), kind="other", source="police")
    row = evidence.keep(handed, actor=world.ayu(), at=world.AT, formal_request=letter)
    custody.download(row, actor=world.bima(), purpose="untuk berkas perkara", at=world.AT)
    world.sign_in(client, world.polisi())
    page = text(client.get(url("evidence", row.pk)))
    assert "<img" not in main(page)
    assert "Bima" not in page
    assert client.post(url("evidence", row.pk), {**WHY, "show": "1"}).status_code == 403
    assert client.post(url("redact", row.pk), areas()).status_code == 403
    assert client.post(url("evidence", row.pk), WHY).content == evidence.read(row)


def test_parts_are_covered_by_numbers_alone(client):
    row = shot()
    world.sign_in(client, world.ayu())
    page = text(client.post(url("evidence", row.pk), {**WHY, "show": "1"}))
    ticket = unescape(re.search(r'name="ticket" value="([^"]+)"', page)[1])
    drawn = client.post(url("redact", row.pk), {**areas(ticket=ticket), "preview": "1"})
    assert '<rect x="25.0%" y="25.0%" width="50.0%" height="50.0%"/>' in text(drawn)
    assert not row.redactions.exists()
    wrong = client.post(url("redact", row.pk), areas(ticket=ticket, **{"width-1": ""}))
    assert wrong.status_code == 422
    assert 'href="#id_width-1"' in text(wrong)
    assert url("picture", row.pk) in text(wrong), "the picture stays in sight"
    done = client.post(url("redact", row.pk), areas(ticket=ticket))
    copy = row.redactions.get()
    assert done.url == url("evidence", copy.pk)
    page = text(client.get(done.url))
    assert url("evidence", row.pk) in page, "the original is a link away"


def test_without_a_ticket_the_picture_stays_veiled_while_one_covers(client):
    row = shot()
    world.sign_in(client, world.ayu())
    wrong = client.post(url("redact", row.pk), areas(ticket="forged", **{"width-1": "0"}))
    assert wrong.status_code == 422
    assert url("picture", row.pk) not in text(wrong)


def areas(ticket: str = "", **changed) -> dict[str, str]:
    sides = {"left-1": "25", "top-1": "25", "width-1": "50", "height-1": "50"}
    return {"purpose": "wajah orang lain", "ticket": ticket, **sides, **changed}


def kinds(row: Evidence) -> list[str]:
    events = Event.objects.filter(subject=f"evidence:{row.pk}").order_by("id")
    return list(events.values_list("kind", flat=True))


def main(page: str) -> str:
    return page.partition("<main")[2]


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
    assert not Event.objects.filter(kind__in=["evidence.viewed", "evidence.downloaded"]).exists()


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
