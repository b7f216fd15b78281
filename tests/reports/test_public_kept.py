"""What the public form keeps of what was typed: in this tab only, and not where a child may be."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports import evidence
from tests import world
from tests.reports.test_evidence import picture
from tests.reports.test_public_form import IDENTITY, REASON, START, WHAT, WHY, text

pytestmark = pytest.mark.django_db
ERASE = "/id/lapor/hapus/"


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def form_of(page: str) -> str:
    """The tag of the form in which a step is filled in."""
    return re.search(r'<form method="post" class="form card"[^>]*>', page)[0]


def test_every_step_says_what_to_do_without_a_connection(client):
    forms = [form_of(text(client.get(START)))]
    client.post(START, WHAT)
    forms.append(form_of(text(client.get(REASON))))
    client.post(REASON, WHY)
    forms.append(form_of(text(client.get(IDENTITY))))
    assert all('data-offline="Tidak ada sambungan.' in one for one in forms)
    assert ["data-draft" in one for one in forms] == [True, True, False]


@pytest.mark.parametrize("category", ["child_sexual", "violence_child", "trafficking"])
def test_nothing_is_kept_in_the_browser_where_a_child_may_be_concerned(client, category):
    never = re.search(r'data-never="([^"]*)"', form_of(text(client.get(START))))[1].split()
    assert category in never
    client.post(START, WHAT | {"category": category})
    assert "data-draft" not in form_of(text(client.get(REASON)))


def test_whoever_erases_begins_anew_and_the_picture_is_gone(client, monkeypatch):
    gone = []
    monkeypatch.setattr(evidence, "unpark", gone.append)
    client.post(START, WHAT | {"category": "fraud"})
    client.post(REASON, WHY | {"screenshot": SimpleUploadedFile("layar.png", picture())})
    assert client.post(ERASE).url == START
    assert "bunga_77" not in text(client.get(START))
    assert client.get(REASON).url == START
    assert len(gone) == 1


def test_a_link_erases_nothing(client):
    client.post(START, WHAT)
    assert client.get(ERASE).status_code == 405
    assert "bunga_77" in text(client.get(REASON))


def test_erasing_nothing_is_no_fault(client):
    assert client.post(ERASE).url == START
