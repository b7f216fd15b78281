"""A session ends with what it was begun for; cookies and headers keep what pages rely on."""

import pytest
import redis
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from moderation_portal import changes, urls
from moderation_portal.models import User
from moderation_portal.roles import Role
from tests import world

pytestmark = pytest.mark.django_db
QUEUE = "cases:queue"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def seat(client):
    """Bima, signed in at the queue."""
    world.sign_in(client, world.bima())
    assert client.get(reverse(QUEUE)).status_code == 200
    return client


def is_signed_in(client) -> bool:
    return client.get(reverse(QUEUE)).status_code != 302


@pytest.mark.parametrize(
    "changed",
    [
        {"role": Role.SUPERVISOR},
        {"is_cleared": True},
        {"email": "lain@komdigi.example"},
        {"is_active": False},
        {"password": "!"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_session_ends_when_what_it_was_begun_for_changes(seat, changed):
    User.objects.filter(pk=world.bima().pk).update(**changed)
    assert not is_signed_in(seat)


def test_a_session_of_before_does_not_come_back_with_the_account(seat):
    bima = world.bima()
    changes.ask(bima, {"is_active": False}, "", actor=world.steward(), at=world.AT)
    User.objects.filter(pk=bima.pk).update(is_active=True)
    assert not is_signed_in(seat)


@pytest.mark.parametrize(
    "changed",
    [{"name": "Bima S."}, {"language": "en"}, {"last_login": timezone.now()}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_session_goes_on_when_only_the_reader_s_own_matters_change(seat, changed):
    User.objects.filter(pk=world.bima().pk).update(**changed)
    assert is_signed_in(seat)


def breaks(request) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [path("breaks", breaks, name="healthz"), *urls.urlpatterns]


@pytest.mark.parametrize(
    ("address", "status"),
    [("/", 302), ("/healthz", 200), ("/account/login/", 200), ("/admin/", 302), ("/nowhere/", 404),
     ("reports_public:start", 200), ("/api/v1/reports/", 401), ("/breaks", 500),
     ("/static/portal.css", 200)],
)  # fmt: skip
def test_every_answer_carries_the_headers_that_keep_it_safe(settings, address, status):
    settings.ROOT_URLCONF = __name__
    where = address if address.startswith("/") else reverse(address)
    answer = Client(raise_request_exception=False).get(where)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert value in answer.headers.get(name, ""), name
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "EVIL.example.", "evil.example:80", "localhost.evil.example",
        "evil.example/localhost", "localhost/evil.example", "localhost@evil.example",
        "evil.example@localhost", "localhost:80:80", "localhost:x", "local host", "localhost,evil",
        "localhost\\evil", "localhost%00", "localhost?", "localhost#", "..", "*", "[::1", "::1",
        "\u202elocalhost", "lócalhost",
    ],
)  # fmt: skip
def test_even_a_request_for_another_host_is_refused_with_a_content_policy(host):
    answer = Client(raise_request_exception=False).get("/account/login/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_host_that_was_forwarded_is_not_heard(client):
    for header in ("HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST"):
        answer = client.get("/cases/", **{header: "evil.example"})
        assert "evil.example" not in answer["Location"]


def test_a_steward_s_page_of_the_admin_carries_them_too(client):
    answer = world.sign_in(client, world.steward()).get("/admin/moderation_portal/user/")
    assert answer.status_code == 200
    assert {name for name in HEADERS if name not in answer.headers} == set()
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("who", "is_kept"),
    [("citra", False), ("cleared_sri", False), ("cleared_auditor", False), ("sri", True)],
)
def test_no_browser_keeps_what_the_cleared_read(client, who, is_kept):
    world.sign_in(client, getattr(world, who)())
    for address in (reverse(QUEUE), "/api/v1/cases/", "/nowhere/"):
        told = client.get(address).headers.get("Cache-Control", "")
        assert ("no-store" in told) == (not is_kept), address


def test_redis_carries_wake_ups_and_nothing_that_a_page_needs(monkeypatch, client):
    """Somebody signs in and works while Redis takes no call."""

    def nobody(*words, **more):
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(redis.connection.AbstractConnection, "connect", nobody)
    address = reverse("account_login")
    told = {"login": "nobody@komdigi.example", "password": "wrong password"}
    assert client.post(address, told).status_code == 200
    world.sign_in(client, world.bima())
    assert is_signed_in(client)
