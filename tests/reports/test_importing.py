"""The pages of a file of many reports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moderation_portal import jobs, outbox
from moderation_portal.models import Job
from reports.models import Report
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def url(name: str, *arguments) -> str:
    return reverse(f"reports:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def upload(content: str, name: str = "laporan.csv") -> dict:
    return {
        "file": SimpleUploadedFile(name, content.encode()),
        "category": "gambling",
        "reason": "Judi daring.",
    }


def drain_jobs() -> None:
    while outbox.drain("bulk", at=world.AT):
        pass


def test_a_file_is_tried_then_imported_and_its_problems_taken_away(client):
    world.sign_in(client, world.ayu())
    content = "akun,kategori\nMiChat: bunga_77,gambling\n=1+1,ikan\nslot.example,\n"
    response = client.post(url("import"), upload(content) | {"is_dry_run": "on"})
    trial = Job.objects.get()
    assert response.url == url("job", trial.pk)
    drain_jobs()
    assert not Report.objects.exists()
    page = text(client.get(url("job", trial.pk)))
    assert "bukan kategori yang kami kenal" in page
    real = client.post(url("job", trial.pk))
    drain_jobs()
    assert Report.objects.count() == 2
    problems = b"".join(client.get(f"{real.url}problems.csv").streaming_content).decode()
    assert "'=1+1" in problems
    part = client.get(real.url, headers={"HX-Request": "true"})
    assert "<html" not in text(part)


def test_pressing_twice_leads_to_the_same_import(client):
    world.sign_in(client, world.ayu())
    client.post(url("import"), upload("akun\nMiChat: bunga_77\n") | {"is_dry_run": "on"})
    trial = Job.objects.get()
    assert client.post(url("job", trial.pk)).status_code == 409
    drain_jobs()
    first, second = (client.post(url("job", trial.pk)).url for _ in range(2))
    assert first == second
    page = text(client.get(url("job", trial.pk)))
    assert first in page
    assert 'method="post" class="card"' not in page


def test_a_list_without_a_category_is_refused_at_the_field_that_mends_it(client):
    world.sign_in(client, world.ayu())
    response = client.post(url("import"), upload("MiChat: bunga_77\n") | {"category": ""})
    assert response.status_code == 422
    assert 'id="id_category_error"' in text(response)
    assert not Job.objects.exists()


@pytest.mark.parametrize("content", ["", "nomor,tanggal,nama\n1,2,3\n"])
def test_a_file_that_cannot_be_read_starts_nothing(client, content):
    world.sign_in(client, world.ayu())
    assert client.post(url("import"), upload(content)).status_code == 422
    assert not Job.objects.exists()


def test_an_import_is_seen_by_who_handed_it_in_only(client):
    world.sign_in(client, world.ayu())
    client.post(url("import"), upload("akun\nMiChat: bunga_77\n"))
    job = Job.objects.get()
    world.sign_in(client, world.bima())
    assert client.get(url("job", job.pk)).status_code == 404
    assert client.get(url("job_errors", job.pk)).status_code == 404
    assert jobs.KINDS["reports.import"]
