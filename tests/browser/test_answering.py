"""A platform's representatives in a browser: files, several notices, deputies, a disputed clock."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from playwright.sync_api import expect

from cases.models import Answer, Dispute
from moderation_portal.roles import Role
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import IDS, each_way, other_way
from tests.platforms.test_deputies import TODAY, nadia

pytestmark = pytest.mark.browser
ACCOUNTS = ("michat: satu_1", "michat: dua_2", "michat: tiga_3")
ANSWER, REASON = 3, 4  # columns of the list, counted from zero
Table = list[list[str]]


def read_csv(content: bytes) -> Table:
    """The rows of a list for a spreadsheet, without the lines that explain it."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [line for line in lines if line and not line[0].startswith("#")]


def write_csv(rows: Table) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def read_xlsx(content: bytes) -> Table:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


def write_xlsx(rows: Table) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


# How each is named on the page, read, and written.
CSV, XLSX = ("CSV", read_csv, write_csv), ("workbook (XLSX)", read_xlsx, write_xlsx)
REST = {"CSV": "The rest as CSV", "workbook (XLSX)": "The rest as a workbook (XLSX)"}


@pytest.mark.parametrize(
    ("how", "form"),
    [
        ({"language": "id", "is_scripted": True, "width": 390}, XLSX),
        ({"language": "en", "is_scripted": False, "is_dark": True}, CSV),
    ],
    ids=IDS,
)
def test_a_list_is_taken_as_far_as_it_is_right_and_the_rest_mended(site, visit, how, form):
    named, read, write = form
    notice = world.served_notice(*ACCOUNTS)
    rina = visit(world.rina(), **how)
    page = rina.open("/cases/platform/")
    rina.press(notice.number)
    rina.unfold("Answer by spreadsheet")
    rows = read(rina.download(rina.control(named)))
    for row, answer in zip(rows[1:], ("removed", "refused", "beres"), strict=True):
        row[ANSWER] = answer
    hand_in(rina, write(rows))
    expect(page.locator("[aria-labelledby=wrong-head] tbody tr")).to_have_count(2)
    expect(page.locator("[aria-labelledby=right-head] tbody tr")).to_have_count(1)
    assert not Answer.objects.exists()
    rina.follow(page.locator("button[value=send-file]"))
    expect(page.locator("#receipt")).to_have_text(Answer.objects.get().receipt)
    rest = read(rina.download(rina.control(REST[named])))
    assert len(rest) == 3, "the heading and what was not right"
    rest[1][REASON], rest[2][ANSWER] = "Akun pembanding.", "not_found"
    rina.press("Back to this notice")
    rina.unfold("Answer by spreadsheet")
    hand_in(rina, write(rest))
    rina.follow(page.locator("button[value=send-file]"))
    codes = Answer.objects.order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["removed", "refused", "not_found"]


def hand_in(rina: Reader, content: bytes) -> None:
    """Uploads a list that was filled in."""
    file = {"name": "daftar", "mimeType": "application/octet-stream", "buffer": content}
    rina.page.locator("[name=file]").set_input_files(file)
    rina.press("Review the list")


@other_way
def test_a_deputy_answers_several_notices_at_once_during_a_holiday(site, visit, how):
    notices = [world.served_notice(account) for account in ACCOUNTS[:2]]
    world.joko()
    deputy = nadia()
    rina = visit(world.rina(), width=390, **how)
    name_a_deputy(rina, deputy)
    reader = visit(deputy, **how)
    page = reader.open("/cases/platform/")
    expect(page.locator("main .notice-banner")).to_contain_text("Joko Susanto")
    for notice in notices:
        page.locator(f"[name=notice][value='{notice.pk}']").check()
    reader.press("One answer for the ticked")
    reader.press("Review the answer")
    reader.reads("Your answer was not sent yet")
    reader.enter(code="removed", reference="T-77")
    reader.press("Review the answer")
    reader.reads("Nothing has been sent yet. This is what you declare:")
    assert not Answer.objects.exists()
    reader.press("Send the answer")
    receipts = set(Answer.objects.values_list("receipt", flat=True))
    assert set(page.locator("main code").all_inner_texts()) == receipts
    assert len(receipts) == len(notices)
    rina.follow(rina.page.locator("[aria-labelledby=deputies-head] form.end button"))
    reader.open("/cases/platform/")
    reader.misses("Joko Susanto")


def name_a_deputy(rina: Reader, deputy) -> None:
    """The administrator says who stands in for a responder, from when to when."""
    page = rina.open("/cases/platform/people/")
    rina.unfold("Name a deputy")
    away = str(world.joko().representative.pk)
    form = {"absent": away, "starts_on": TODAY.isoformat()}
    rina.enter(**form, deputy=away, ends_on=TODAY.isoformat())
    rina.press("Name the deputy")
    expect(page.locator(".error-summary")).to_be_visible()
    last = (TODAY + timedelta(days=7)).isoformat()
    rina.enter(deputy=str(deputy.representative.pk), ends_on=last)
    rina.press("Name the deputy")
    expect(page.locator("[aria-labelledby=deputies-head] ul")).to_contain_text(deputy.name)


@each_way
def test_a_clock_is_disputed_and_both_sides_read_both_clocks(site, visit, how):
    notice = world.served_notice()
    tono = world.person("tono@komdigi.example", "Tono Wijaya", Role.SUPERVISOR)
    rina = visit(world.rina(), is_dark=True, **how)
    page = rina.open(f"/cases/platform/{notice.pk}/")
    rina.press("Dispute the clock")
    rina.press("Put it on record")
    expect(page.locator(".error-summary")).to_be_visible()
    rina.enter(kind="start", instant="2026-03-17T11:00", reason="Catatan kami: pukul sebelas.")
    rina.press("Put it on record")
    rina.reads("Your objection is on record. We answer with reasons.")
    desk = visit(tono, width=390, **how)
    desk.open("/cases/notices/")
    desk.follow(desk.page.locator(f"main a[href*='/disputes/{Dispute.objects.get().pk}/']"))
    for reader in (rina, desk):
        expect(reader.page.locator("[aria-labelledby^=dispute-] tr")).to_have_count(3)
        reader.reads("Catatan kami: pukul sebelas.")
    desk.enter(verdict="accept", due_at="2026-03-18T11:00", answer="Catatan peladen juga begitu.")
    desk.press("Decide")
    desk.reads("Decided. The platform is told.")
    rina.open(f"/cases/platform/{notice.pk}/")
    rina.reads("Catatan peladen juga begitu.")
    rina.misses("Tono Wijaya")
    assert notice.items.get().due_at.isoformat() == "2026-03-18T04:00:00+00:00"
