"""The health pages tell strangers nothing, and the demo's sign-in page introduces its people."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import path, reverse
from django.utils import translation

from moderation_portal import outbox, urls, views
from moderation_portal.models import Lane, OutboxMessage, OutboxState, User
from moderation_portal.roles import Role
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("demo/sign-in", views.demo_sign_in, name="demo_sign_in"),
    *urls.urlpatterns,
]


START = {"id": "/id/lapor/", "en": "/en/report/"}


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def demo(settings):
    settings.IS_DEMO, settings.ROOT_URLCONF = True, __name__


@pytest.mark.parametrize("who", [None, world.ayu, world.steward])
def test_whoever_asks_is_told_ready_and_no_figure(client, who):
    outbox.enqueue("nobody.hears", {}, lane=Lane.INTERNAL, at=AT)
    if who:
        world.sign_in(client, who())
    assert client.get("/readyz").json() == {"status": "ok"}


def test_without_its_database_the_portal_is_not_ready(client):
    def down(*args):
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(down):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})


def test_the_figures_are_told_to_whoever_runs_the_machine(capsys):
    def told():
        call_command("outbox")
        return dict(line.split() for line in capsys.readouterr().out.splitlines())

    figures = told()
    assert figures.pop("pump_looked_seconds_ago") == "-1"
    assert set(figures.values()) == {"0"}
    outbox.enqueue("nobody.hears", {}, lane=Lane.NOTICE, at=AT)
    due = told()
    assert int(due["oldest_due_seconds"]) == int(due["oldest_unsent_notice_seconds"]) > 0
    OutboxMessage.objects.update(state=OutboxState.DEAD)
    assert (told()["oldest_due_seconds"], told()["dead_letters"]) == ("0", "1")


def test_outside_the_demo_nobody_is_introduced_or_signed_in_by_a_click(client):
    bima = world.bima()
    assert bima.name not in client.get("/account/login/").content.decode()
    assert client.post("/demo/sign-in", {"email": bima.email}).status_code == 404


def test_the_demo_s_people_stand_in_the_order_of_the_walk(client, demo):
    cast = [
        world.ayu(), world.sri(), world.dewi(), world.rina(), world.joko(), world.polisi(),
        world.citra(), world.cleared_sri(), world.lurah(), world.ngo(), world.auditor(),
        world.cleared_auditor(), world.steward(),
    ]  # fmt: skip
    for person in (world.bima(), world.drone()):
        assert person.is_active
    User.objects.create_user("tutup@x.example", None, name="Tutup", role=Role.POLICE,
                             is_active=False)  # fmt: skip
    page = client.get("/account/login/").content.decode()
    shown = re.findall(r'<button[^>]* name="email" value="([^"]+)"', page)
    assert shown == [person.email for person in cast]
    told = re.findall(r'<small class="under muted">([^<]+)</small>', page)
    assert len(told) == len(cast)


def test_a_click_signs_in_as_somebody_of_the_demo(client, demo):
    assert client.post("/demo/sign-in", {"email": world.dewi().email}).status_code == 302
    assert client.get("/changes/").status_code == 200


@pytest.mark.parametrize("language", ["id", "en"])
def test_whoever_chose_a_language_on_a_public_page_signs_in_and_reads_on_in_it(
    client, demo, language
):
    other = {"accept-language": {"id": "en", "en": "id"}[language]}
    page = text(client.get(START[language], headers=other))
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    sign_in = re.search(r'href="(/account/login/[^"]*)"', page)[1]
    assert f'<html lang="{language}"' in text(client.get(sign_in, headers=other))
    client.post("/demo/sign-in", {"email": world.dewi().email}, headers=other)
    assert f'<html lang="{language}"' in text(client.get("/changes/"))


@pytest.mark.parametrize("odd", ["", "xx", "id; path=/", "\x00"])
def test_a_language_that_the_portal_does_not_speak_is_not_kept(client, odd):
    client.get("/account/login/", {"language": odd})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_whoever_signs_out_stands_before_the_sign_in(client, demo):
    client.post("/demo/sign-in", {"email": world.dewi().email})
    assert client.post("/account/logout/")["Location"] == "/account/login/"


@pytest.mark.parametrize(
    "address",
    [
        "/cases/?view=mine&platform=3",
        "/cases/?q=a%26b%3Dc%23d",
        "/reports/requests/?q=%C3%A9",
        "/cases/?next=//evil.example/",
    ],
)
def test_whoever_signs_in_comes_to_the_very_page_they_asked_for(client, address):
    turned = urlsplit(client.get(address)["Location"])
    assert turned.path == "/account/login/"
    assert parse_qs(turned.query) == {"next": [address]}


def test_the_sign_in_follows_no_address_of_another_house(client):
    ayu = world.ayu()
    ayu.set_password("kata sandi panjang")
    ayu.save()
    facts = {"login": ayu.email, "password": "kata sandi panjang", "next": "https://evil.example/"}
    answer = client.post("/account/login/", facts)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize("code", ["id", "en"])
def test_a_language_s_own_front_leads_to_the_form_in_it_and_to_one_s_desk(client, code):
    answer = client.get(f"/{code}/")
    assert answer.status_code == 302
    with translation.override(code):
        assert answer["Location"] == reverse("reports_public:start")
    world.sign_in(client, world.ayu())
    assert client.get(f"/{code}/")["Location"] == reverse("cases:queue")
