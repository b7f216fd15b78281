"""No log keeps what opens something to whoever has it."""

import io
import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from gunicorn.config import Config

from cases import links
from cases.notices import marks
from moderation_portal.access_log import AccessLog
from moderation_portal.launch import running
from moderation_portal.logs import MASK, NoSecrets, masked
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR


@pytest.fixture
def logged():
    """What the console is told."""
    handler = next(
        one
        for one in logging.getLogger().handlers
        if any(isinstance(each, NoSecrets) for each in one.filters)
    )
    told = io.StringIO()
    former = handler.setStream(told)
    yield told
    handler.setStream(former)


@pytest.fixture
def addresses():
    """Addresses that open something: to answer a notice, and to check its letter."""
    made = world.served_notice()
    contact = Contact.objects.get(address="abuse@michat.example")
    return [
        links.address(made, contact),
        reverse("letter_check:letter", args=[marks.token_of(made)]),
    ]


@pytest.mark.django_db
def test_a_page_that_refuses_does_not_log_what_its_address_opens(
    client, addresses, logged, still_clock
):
    still_clock(AT + HOUR)
    for address in addresses:
        secret = address.rstrip("/").rpartition("/")[2]
        assert client.post(address, {"step": "code", "code": "0"}).status_code == 422
        told = logged.getvalue()
        assert f"/{MASK}/" in told
        assert secret not in told
        assert secret[-20:] not in told


@pytest.mark.django_db
def test_the_log_of_requests_names_neither_the_address_nor_the_page_before(addresses):
    for address in addresses:
        secret = address.rstrip("/").rpartition("/")[2]
        asked = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": f"{address}?start=100",
            "PATH_INFO": address,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": f"https://portal.example{address}",
        }
        answer = SimpleNamespace(status="302 Found", sent=0, headers=[("Location", address)])
        atoms = AccessLog(Config()).atoms(answer, [], asked, timedelta())
        assert atoms["r"].endswith("/?start=100 HTTP/1.1")
        assert secret not in str(atoms)


def test_the_portal_is_started_with_that_log():
    places = SimpleNamespace(python="python", checkout="here")
    parts = running.program_parts(places, {}, ("127.0.0.1", 8000))
    assert any("moderation_portal.access_log.AccessLog" in part.command for part in parts)


@pytest.mark.parametrize(
    "plain",
    [
        "/cases/case/123456789012/",
        "GET /id/lapor/ HTTP/1.1",
        "/policy/letters/order/id/letter.pdf",
        "https://portal.example/static/portal.0123456789abcdef0123456789.css",
        "B-000123/KOMDIGI/III/2026",
    ],
)
def test_other_addresses_are_logged_as_they_are(plain):
    assert masked(plain) == plain
