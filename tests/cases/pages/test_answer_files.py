"""Answering by spreadsheet on the page: list, upload, review, confirmation, rest."""

import csv
import io
import re
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases import links
from cases.models import Answer, LinkVisit
from cases.views import answer_files
from moderation_portal.models import Event
from platforms.models import Contact
from reports import evidence
from tests import world
from tests.world import AT, HOUR

from .browsing import other_representative, text, url

pytestmark = pytest.mark.django_db
ACCOUNTS = ("michat: satu_1", "michat: dua_2", "michat: tiga_3")


@pytest.fixture
def served():
    return world.served_notice(*ACCOUNTS)


def lines_of(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def filled(browser, served, *answers, reasons=()):
    """The list as downloaded, its answers filled in from the top."""
    lines = lines_of(browser.get(url("answer_list", served.pk, "csv")))
    start = next(n for n, line in enumerate(lines) if not line[0].startswith("#")) + 1
    for row, answer in zip(lines[start:], answers, strict=False):
        row[3] = answer
    for row, reason in zip(lines[start:], reasons, strict=False):
        row[4] = reason
    return lines


def upload(browser, address, lines, name="list.csv"):
    content = lines
    if isinstance(lines, list):
        written = io.StringIO()
        csv.writer(written, delimiter=";").writerows(lines)
        content = written.getvalue().encode("utf-8-sig")
    return browser.post(address, {"step": "upload", "file": SimpleUploadedFile(name, content)})


def ticket_of(response):
    return re.search(r'name="ticket" value="([^"]+)"', text(response))[1]


def test_what_is_right_is_taken_after_the_review_and_the_rest_comes_back(desk, served):
    browser, address = desk(world.rina), url("answer", served.pk)
    lines = filled(browser, served, "removed", "refused", "beres")
    review = upload(browser, address, lines)
    assert not Answer.objects.exists()
    page = text(review)
    assert "Give a reason for this answer." in page
    assert "no answer to this notice" in page
    assert "Send 1 answer" in page
    assert "Left without an answer in this file" not in page, "two rows are not right: once each"
    receipt = browser.post(address, {"step": "send-file", "ticket": ticket_of(review)})
    taken = Answer.objects.get()
    assert (taken.code, taken.channel, taken.user) == ("removed", "file", world.rina())
    assert taken.receipt in text(receipt)
    said = Event.objects.get(kind="item.answered", thread=f"notice:{served.pk}")
    assert said.data["channel"] == "file"
    form = {"step": "rest", "form": "csv", "ticket": ticket_of(receipt)}
    rest = lines_of(browser.post(address, form))
    table = [line for line in rest if not line[0].startswith("#")]
    assert {len(line) for line in table} == {len(table[0])}
    assert table[1][-1] == "Give a reason for this answer."
    table[1][4], table[2][3] = "We asked him.", "Not found"
    review = upload(browser, address, table)
    browser.post(address, {"step": "send-file", "ticket": ticket_of(review)})
    codes = Answer.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["removed", "refused", "not_found"]


def test_what_the_file_says_nothing_of_is_left_without_an_answer(desk, served):
    browser, address = desk(world.rina), url("answer", served.pk)
    page = text(upload(browser, address, filled(browser, served, "removed", "beres")))
    left = page[page.index("Left without an answer in this file") :]
    assert left.partition("</dd>")[0].endswith("1 account")


def test_a_file_is_sent_once(desk, served):
    browser, address = desk(world.rina), url("answer", served.pk)
    ticket = ticket_of(upload(browser, address, filled(browser, served, "removed")))
    for expected in (200, 409):
        again = browser.post(address, {"step": "send-file", "ticket": ticket})
        assert again.status_code == expected
    assert Answer.objects.count() == 1


def test_a_ticket_is_good_for_its_notice_and_its_person_only(desk, served):
    browser, address = desk(world.rina), url("answer", served.pk)
    ticket = ticket_of(upload(browser, address, filled(browser, served, "removed")))
    other = world.served_notice("michat: empat_4")
    sent = {"step": "send-file", "ticket": ticket}
    assert browser.post(url("answer", other.pk), sent).status_code == 409
    assert desk(world.joko).post(address, sent).status_code == 409
    assert desk(other_representative).post(address, sent).status_code == 404
    picture = evidence.Prepared("a.png", "screenshot", "image/png", b"\x89PNG\n{", "0" * 64, False)
    for forged in ("forged", "", evidence.park(picture, at=AT)):
        sent = {"step": "send-file", "ticket": forged}
        assert browser.post(address, sent).status_code == 409
    assert not Answer.objects.exists()


def test_what_nobody_comes_back_for_is_thrown_away(desk, served):
    browser, address = desk(world.rina), url("answer", served.pk)
    ticket = ticket_of(upload(browser, address, filled(browser, served, "removed")))
    evidence.sweep_parked(at=AT + timedelta(days=4000))
    again = browser.post(address, {"step": "send-file", "ticket": ticket})
    assert again.status_code == 409
    assert "not held any more" in text(again)


def test_a_workbook_is_filled_in_and_taken(desk, served):
    browser, address = desk(world.rina), url("answer", served.pk)
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(url("answer_list", served.pk, "xlsx")).content)
    )
    assert [row[1].value for row in book.worksheets[1]][1] == "removed"
    for row in range(2, 5):
        book.worksheets[0].cell(row, 4).value = "Blocked in Indonesia"
    written = io.BytesIO()
    book.save(written)
    review = upload(browser, address, written.getvalue(), "list.xlsx")
    browser.post(address, {"step": "send-file", "ticket": ticket_of(review)})
    assert list(Answer.objects.values_list("code", flat=True)) == ["restricted"] * 3


BAD = {
    "nothing": None,
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "another table": b"nama,umur\nBudi,7\n",
    "no answers": b"Key,Answer\nk0123456789abcdef,\n",
    "another notice": b"Key,Answer\nk0123456789abcdef,removed\n",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_used_says_so_and_takes_nothing(desk, served, content):
    browser, address = desk(world.rina), url("answer", served.pk)
    page = (
        upload(browser, address, content) if content else browser.post(address, {"step": "upload"})
    )
    assert page.status_code == 422
    assert 'href="#file"' in text(page)
    assert not Answer.objects.exists()


def test_a_file_that_is_too_large_is_refused_while_it_arrives(desk, served, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    browser, address = desk(world.rina), url("answer", served.pk)
    page = upload(browser, address, b"Key,Answer\n" + b"k,removed\n" * 10_000)
    assert page.status_code == 422
    assert "too large" in text(page)


def test_files_are_handed_in_so_often_and_no_more(desk, served, monkeypatch):
    monkeypatch.setattr(answer_files, "UPLOADS_AN_HOUR", 1)
    browser, address = desk(world.rina), url("answer", served.pk)
    lines = filled(browser, served, "removed")
    assert [upload(browser, address, lines).status_code for _turn in range(2)] == [200, 409]


def test_the_list_is_for_its_own_platform(desk, served):
    assert desk(other_representative).get(url("answer_list", served.pk, "csv")).status_code == 404
    assert desk(world.ayu).get(url("answer_list", served.pk, "csv")).status_code == 404
    assert desk(world.rina).get(url("answer_list", served.pk, "pdf")).status_code == 404


def test_whoever_has_the_list_has_opened_the_notice(desk):
    made = world.notice()
    desk(world.rina).get(url("answer_list", made.pk, "csv"))
    made.refresh_from_db()
    assert made.served_at is not None


@pytest.fixture
def link(served, client):
    """The path of a link, and a browser that was confirmed for it."""
    contact = Contact.objects.get(address="abuse@michat.example")
    path = links.address(served, contact)
    client.get(path)
    browser = client.cookies["answer_browser"].value
    visit = links.open(path.rstrip("/").rpartition("/")[2], browser, at=AT)
    LinkVisit.objects.create(
        notice=served, contact=contact, browser_hash=links._browser(browser),
        opened_at=AT, confirmed_at=AT,
    )  # fmt: skip
    return SimpleNamespace(path=path, contact=contact, visit=visit)


def test_a_signed_link_has_the_list_and_takes_it_filled_in(client, link, served):
    token = link.path.rstrip("/").rpartition("/")[2]
    lines = lines_of(client.get(reverse("answer_link:answer_list", args=[token, "csv"])))
    lines[-1][3] = "removed"
    review = upload(client, link.path, lines)
    client.post(link.path, {"step": "send-file", "ticket": ticket_of(review)})
    taken = Answer.objects.get()
    assert (taken.channel, taken.contact, taken.user) == ("file", link.contact, None)


def test_a_link_that_nobody_confirmed_shows_no_list(client, served):
    contact = Contact.objects.get(address="abuse@michat.example")
    token = links.address(served, contact).rstrip("/").rpartition("/")[2]
    page = client.get(reverse("answer_link:answer_list", args=[token, "csv"]))
    assert page.status_code == 302
    assert client.get(reverse("answer_link:answer_list", args=["x", "csv"])).status_code == 403


def test_a_sealed_list_is_there_for_the_cleared_alone(desk):
    made = world.served_notice("michat: mawar_contoh", category=world.CHILD)
    address = url("answer_list", made.pk, "csv")
    assert desk(world.rina).get(address).status_code == 404
    world.cleared_joko()
    assert desk(world.joko).get(address).status_code == 200
    lines = filled(desk(world.joko), made, "removed")
    page = upload(desk(world.joko), url("answer", made.pk), lines)
    desk(world.joko).post(url("answer", made.pk), {"step": "send-file", "ticket": ticket_of(page)})
    assert Answer.objects.get().answered_at > AT - HOUR
