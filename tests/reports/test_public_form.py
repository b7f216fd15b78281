"""The public form: three steps, a receipt, a status page."""

import re
import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from moderation_portal.models import LimitCount
from reports import doorkeeper, evidence, intake, receipts
from reports.models import Evidence, Report, Reporter
from tests import world
from tests.reports.test_evidence import picture

pytestmark = pytest.mark.django_db

START, REASON, IDENTITY, SENT, STATUS = (
    f"/id/lapor/{part}" for part in ("", "2/", "3/", "terkirim/", "status/")
)
WORDS = {"id": "lapor", "en": "report"}
WHAT = {
    "accounts": "MiChat: bunga_77",
    "platform": "",
    "description": "",
    "category": "prostitution",
}
WHY = {"reason": "Menawarkan jasa seksual.", "seen_on": "2026-03-16", "visibility": ""}
WHO = {"name": "Tuti", "email": "tuti@warga.example", "phone": "", "good_faith": "on"}


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def fill(client, *, what=WHAT, why=WHY) -> None:
    assert client.post(START, what).status_code == 302
    assert client.post(REASON, why).status_code == 302


def text(response) -> str:
    return response.content.decode()


def code_of(page: str) -> str:
    return re.search(r'id="receipt">([0-9A-Z-]+)<', page)[1]


def test_the_whole_way_without_script_or_account(client):
    fill(client)
    response = client.post(IDENTITY, WHO, follow=True)
    assert response.redirect_chain == [(SENT, 302)]
    report = Report.objects.get()
    code = code_of(text(response))
    assert receipts.find(code) == report
    assert report.number in text(response)
    assert (report.language, report.channel, report.is_good_faith) == ("id", "web", True)
    status = client.post(STATUS, {"code": code.lower().replace("-", " ")})
    assert report.number in text(status)
    assert "bunga_77" in text(status)


def test_the_code_is_shown_for_ten_minutes_in_this_browser_and_lies_nowhere(client, monkeypatch):
    fill(client)
    code = code_of(text(client.post(IDENTITY, WHO, follow=True)))
    assert Client().get(SENT).url == STATUS
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT + timedelta(seconds=599))
    assert code_of(text(client.get(SENT))) == code
    assert code_of(text(client.get("/en/report/sent/"))) == code
    assert client.get(SENT)["Cache-Control"].count("no-store")
    kept = str([one.get_decoded() for one in Session.objects.all()])
    assert code not in kept
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT + timedelta(minutes=10))
    assert code not in text(client.get(SENT))
    monkeypatch.undo()
    kept = str([one.get_decoded() for one in Session.objects.all()])
    assert code not in kept
    assert "bunga_77" not in kept


def test_what_is_typed_lies_encrypted_between_the_steps(client):
    fill(client)
    kept = str([one.get_decoded() for one in Session.objects.all()])
    assert "bunga_77" not in kept
    assert "Menawarkan" not in kept


def test_opening_the_page_makes_no_session(client):
    client.get(START)
    client.get(STATUS)
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("language", WORDS)
def test_both_languages_lead_through_the_same_steps(client, language):
    page = text(client.get(f"/{language}/{WORDS[language]}/"))
    assert f'lang="{language}"' in page
    assert ("Laporkan akun" in page) == (language == "id")
    other = "en" if language == "id" else "id"
    assert f'href="/{other}/{WORDS[other]}/"' in page


def test_every_step_has_its_own_words_in_each_language():
    for name, path in {"sent": "report/sent/", "add": "report/status/add/"}.items():
        with translation.override("en"):
            assert reverse(f"reports_public:{name}") == f"/en/{path}"
        with translation.override("id"):
            assert "report" not in reverse(f"reports_public:{name}")


@pytest.mark.parametrize("step", ["", "status/"])
def test_whoever_changes_only_the_language_in_an_address_still_arrives(client, step):
    assert client.get(f"/en/lapor/{step}").url == f"/en/report/{step}"
    assert client.get(f"/id/report/{step}").url == f"/id/lapor/{step}"


def test_a_line_that_names_no_account_is_shown_and_the_right_ones_stay(client):
    mixed = WHAT | {"accounts": "MiChat: bunga_77\nbunga_78\nslot.example"}
    response = client.post(START, mixed)
    assert response.status_code == 422
    page = text(response)
    assert "MiChat: bunga_77\nbunga_78\nslot.example" in page
    assert "@bunga_77" in page
    assert client.post(START, mixed | {"anyway": "1"}).status_code == 302
    client.post(REASON, WHY)
    client.post(IDENTITY, WHO)
    states = Report.objects.get().items.order_by("position").values_list("state", flat=True)
    assert list(states) == ["received", "needs_info", "routed_elsewhere"]


def test_an_app_that_is_chosen_holds_for_names_without_one(client):
    fill(client, what=WHAT | {"accounts": "bunga_77", "platform": "michat"})
    client.post(IDENTITY, WHO)
    assert Report.objects.get().items.get().account.platform.slug == "michat"


def test_more_than_fifty_accounts_are_refused_and_kept_in_the_box(client):
    many = "\n".join(f"MiChat: bunga_{n}" for n in range(51))
    response = client.post(START, WHAT | {"accounts": many})
    assert response.status_code == 422
    assert "bunga_50" in text(response)


@pytest.mark.law("PM5-15-2")
@pytest.mark.parametrize(
    ("step", "url", "given", "gone"),
    [
        ("why", REASON, WHY, "reason"),
        ("why", REASON, WHY, "seen_on"),
        ("who", IDENTITY, WHO, "name"),
        ("who", IDENTITY, WHO, "email"),
        ("who", IDENTITY, WHO, "good_faith"),
    ],
)
def test_what_the_law_demands_is_asked_and_the_rest_stays(client, step, url, given, gone):
    fill(client)
    response = client.post(url, {name: value for name, value in given.items() if name != gone})
    assert response.status_code == 422
    assert 'class="error-summary"' in text(response)
    kept = next(value for name, value in given.items() if name != gone and value not in ("", "on"))
    assert kept in text(response)
    assert not Report.objects.exists()


@pytest.mark.law("PM5-15-2")
def test_a_screenshot_is_asked_where_one_may_be_sent(client):
    client.post(START, WHAT | {"category": "gambling"})
    assert client.post(REASON, WHY).status_code == 422
    shot = SimpleUploadedFile("layar.png", picture())
    assert client.post(REASON, WHY | {"screenshot": shot}).status_code == 302
    assert client.post(REASON, WHY).status_code == 302  # it is kept while one goes back and forth
    client.post(IDENTITY, WHO)
    assert Report.objects.get().items.get().state == "received"
    assert Evidence.objects.get().kind == "screenshot"


def test_a_file_that_is_no_picture_is_told_and_the_words_stay(client):
    client.post(START, WHAT | {"category": "gambling"})
    page = SimpleUploadedFile("layar.png", b"<script>alert(1)</script>")
    response = client.post(REASON, WHY | {"screenshot": page})
    assert response.status_code == 422
    assert WHY["reason"] in text(response)


def test_pictures_are_counted_before_any_is_decoded(client, monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "picture", (2, 100))
    decoded = []
    encode = evidence.encode
    monkeypatch.setattr(evidence, "encode", lambda seen: decoded.append(seen) or encode(seen))
    client.post(START, WHAT | {"category": "gambling"})
    codes = []
    for _ in range(4):
        shot = SimpleUploadedFile("layar.png", picture())
        codes.append(client.post(REASON, WHY | {"screenshot": shot}).status_code)
    assert (codes, len(decoded)) == ([302, 302, 429, 429], 2)


def test_a_picture_beside_other_faults_is_neither_counted_nor_decoded(client, monkeypatch):
    monkeypatch.setattr(evidence, "encode", pytest.fail)
    client.post(START, WHAT | {"category": "gambling"})
    shot = SimpleUploadedFile("layar.png", picture())
    answer = client.post(REASON, WHY | {"reason": "", "screenshot": shot})
    assert answer.status_code == 422
    assert not LimitCount.objects.filter(scope__startswith="picture").exists()


def test_a_picture_that_turns_out_broken_is_told_and_the_words_stay(client):
    client.post(START, WHAT | {"category": "gambling"})
    shot = SimpleUploadedFile("layar.png", picture(size=(400, 400))[:-40])
    response = client.post(REASON, WHY | {"screenshot": shot})
    assert response.status_code == 422
    assert WHY["reason"] in text(response)


@pytest.mark.parametrize("category", ["prostitution", "pornography", "child_sexual"])
def test_no_picture_can_be_sent_of_anything_sexual(client, category):
    client.post(START, WHAT | {"category": category})
    page = text(client.get(REASON))
    assert 'type="file"' not in page
    assert "Jangan menyimpan" in page or "Jangan simpan" in page
    shot = SimpleUploadedFile("layar.png", picture())
    client.post(REASON, WHY | {"screenshot": shot})
    client.post(IDENTITY, WHO)
    assert not Evidence.objects.exists()


def test_a_child_may_be_reported_without_a_name_and_the_hotline_is_shown(client):
    client.post(START, WHAT | {"category": "child_sexual"})
    assert "tel:129" in text(client.get(REASON))
    client.post(REASON, WHY)
    response = client.post(IDENTITY, {"good_faith": "on"}, follow=True)
    report = Report.objects.get()
    assert report.handling == "sealed"
    assert code_of(text(response))
    assert not hasattr(report.reporter, "identity")


def test_a_double_click_is_one_report(client):
    fill(client)
    client.post(IDENTITY, WHO)
    again = client.post(IDENTITY, WHO, follow=True)
    assert Report.objects.count() == 1
    assert again.status_code == 200


def test_the_slower_of_two_clicks_does_not_hide_the_code_of_the_faster(client, monkeypatch):
    fill(client)
    faster, whole = Client(), intake.receive
    faster.cookies = client.cookies

    def overtaken(tellings, **facts):
        monkeypatch.undo()
        monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
        assert faster.post(IDENTITY, WHO).status_code == 302
        return whole(tellings, **facts)

    monkeypatch.setattr(intake, "receive", overtaken)
    page = text(client.post(IDENTITY, WHO, follow=True))
    assert receipts.find(code_of(page)) == Report.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_report_and_one_receipt(client):
    fill(client, what=WHAT | {"category": "child_sexual"})
    cookies, answers, start = client.cookies, [], threading.Barrier(2)

    def click():
        own = Client()
        own.cookies = cookies
        start.wait()
        answers.append(own.post(IDENTITY, {"good_faith": "on"}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert Report.objects.count() == 1
    assert code_of(text(client.get(SENT)))


def test_steps_cannot_be_skipped(client):
    assert client.get(REASON).url == START
    assert client.get(IDENTITY).url == START
    assert client.post(IDENTITY, WHO).url == START
    assert client.get(SENT).url == STATUS


def test_one_browser_reports_exactly_as_often_as_it_may(client, monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "report", (100, 3))
    codes = []
    for n in range(5):
        fill(client, what=WHAT | {"accounts": f"MiChat: bunga_{n}"})
        codes.append(client.post(IDENTITY, WHO).status_code)
    assert codes == [302, 302, 302, 429, 429]
    assert Report.objects.count() == 3


@pytest.mark.parametrize(
    ("header", "behind"), [("", ""), ("HTTP_X_FORWARDED_FOR", ", 203.0.113.9")]
)
def test_one_address_reports_exactly_as_often_as_it_may_and_no_header_helps(
    monkeypatch, settings, header, behind
):
    """A proxy adds its word behind whatever a visitor wrote."""
    settings.CLIENT_ADDRESS_HEADER = header
    monkeypatch.setitem(doorkeeper.LIMITS, "report", (3, 100))
    codes = []
    for n in range(5):
        own = Client(headers={"X-Forwarded-For": f"10.0.0.{n}{behind}"})
        fill(own, what=WHAT | {"accounts": f"MiChat: bunga_{n}"})
        codes.append(own.post(IDENTITY, WHO).status_code)
    assert codes == [302, 302, 302, 429, 429]
    assert "127.0.0.1" not in str(list(LimitCount.objects.values()))


def test_the_addresses_of_one_ipv6_network_are_counted_as_one_connection(monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "report", (2, 100))
    codes = []
    for address in (
        "2001:db8:7:1::1",
        "2001:db8:7:1:ffff::2",
        "2001:db8:7:1::3",
        "2001:db8:7:2::1",
    ):
        own = Client(REMOTE_ADDR=address)
        fill(own, what=WHAT | {"accounts": f"MiChat: bunga_{len(codes)}"})
        codes.append(own.post(IDENTITY, WHO).status_code)
    assert codes == [302, 302, 429, 302]


@pytest.mark.parametrize(
    ("address", "connection"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_connection_is_an_ipv4_address_or_an_ipv6_network(address, connection):
    assert doorkeeper.connection_of(address) == connection


@pytest.mark.django_db(transaction=True)
def test_knocking_at_the_same_moment_passes_no_more_than_the_limit(monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "report", (4, 100))
    clients = [Client() for _ in range(10)]
    for n, own in enumerate(clients):
        fill(own, what=WHAT | {"accounts": f"MiChat: bunga_{n}"})
    codes, start = [], threading.Barrier(len(clients))

    def knock(own):
        start.wait()
        codes.append(own.post(IDENTITY, WHO).status_code)
        connections.close_all()

    threads = [threading.Thread(target=knock, args=(own,)) for own in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(302) == 4
    assert codes.count(429) == 6
    assert Report.objects.count() == 4


def test_hostile_words_stay_words(client):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    response = client.post(START, WHAT | {"accounts": f"{hostile}\n\u202egpj.exe"})
    page = text(response)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202egpj" not in page.partition("<textarea")[0]


def test_nobody_but_a_new_reporter_row_knows_the_reporter(client):
    fill(client)
    client.post(IDENTITY, WHO)
    assert Reporter.objects.get().user is None


def test_every_answer_is_kept_out_of_caches(client):
    fill(client)
    client.post(IDENTITY, WHO)
    for url in (START, SENT, STATUS):
        assert "no-store" in client.get(url)["Cache-Control"]
