"""The health pages tell strangers nothing, and the demo's sign-in page introduces its people."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
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
    call_command("outbox")
    assert capsys.readouterr().out == "oldest_due_seconds 0\ndead_letters 0\n"
    outbox.enqueue("nobody.hears", {}, lane=Lane.INTERNAL, at=AT)
    call_command("outbox")
    assert re.match(r"oldest_due_seconds [1-9]\d*\ndead_letters 0\n$", capsys.readouterr().out)
    OutboxMessage.objects.update(state=OutboxState.DEAD)
    call_command("outbox")
    assert capsys.readouterr().out == "oldest_due_seconds 0\ndead_letters 1\n"


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
