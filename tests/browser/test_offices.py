"""Offices in a browser: the police's letter, the log of what was only said, monitors, petitions."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from cases import decisions, notices
from cases.models import Case, Notice
from moderation_portal import policy
from reports.models import FormalRequest, Petition
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import each_way, other_way
from tests.reports.test_evidence import PDF, picture

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)
LETTER = "B/114/III/2026/Ditreskrimsus"
SIGNED = {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": PDF}
SHOT = {"name": "layar.png", "mimeType": "image/png", "buffer": picture()}
REFUSAL = "Profil sudah berubah."
ENDS_SOON = (
    "It ends soon. If you still need the data, write to the regulator with this letter's number."
)
PETITIONER = "sekretariat@jejaring.example"


@each_way
def test_the_police_file_a_letter_and_follow_every_account(site, visit, mail, how):
    police = visit(world.polisi(), width=390, **how)
    file_the_letter(police)
    site.work()
    case = Case.objects.get()
    assert case.is_formal
    read_at_the_desk(visit(world.ayu(), is_dark=True, **how), case)
    site.at += HOUR
    order_and_answer(case, site.at)
    follow_the_accounts(police)
    limits = policy.pack().limits_at(site.at)
    site.pass_by(timedelta(days=limits.preserve_days - limits.preserve_reminder_days))
    police.open(f"/reports/requests/{FormalRequest.objects.get().pk}/")
    police.reads(ENDS_SOON)
    expect(police.page.locator("main .clock[data-state=soon]")).to_be_visible()


def file_the_letter(police: Reader) -> None:
    """A draft is kept, what it lacks is named, what is missing is attached, and it is handed in."""
    page = police.open("/reports/requests/")
    police.press("New request")
    police.enter(letter_number=LETTER, letter_date="2026-03-16", officer="AKP Putra")
    police.press("Save the draft")
    police.reads("The draft is saved.")
    police.enter(
        unit="Ditreskrimsus",
        category="prostitution",
        locators="MiChat: bunga_77\nMiChat: melati_01",
        legal_analysis="Melanggar Pasal 27 ayat (1) UU ITE.",
        is_preservation_wanted=True,
    )
    police.press("Hand in")
    expect(page.locator(".error-summary li").first).to_be_visible()
    assert FormalRequest.objects.get().state == "draft"
    page.locator("[name=letter]").set_input_files(SIGNED)
    page.locator("[name=screenshot]").set_input_files(SHOT)
    police.press("Hand in")
    assert FormalRequest.objects.get().state == "submitted"
    police.reads("submitted")
    police.reads(
        "Wanted. The platform has not been asked yet: an officer does that before any order."
    )
    police.reads("surat.pdf")


def read_at_the_desk(desk: Reader, case: Case) -> None:
    """The caseworker reads the letter from the case that it opened."""
    desk.open(f"/cases/{case.pk}/")
    expect(desk.page.locator("main")).to_contain_text(LETTER)
    desk.press(f"{world.polda()}, {LETTER}")
    desk.reads("Melanggar Pasal 27 ayat (1) UU ITE.")
    desk.reads("AKP Putra")


def order_and_answer(case: Case, at) -> None:
    """The platform is asked to keep the data, is ordered, and refuses with a reason."""
    world.prepare(case, world.ayu(), at=at)
    decisions.preserve([case.pk], actor=world.ayu(), at=at).insist()
    grounds = {"bases": [world.first_basis(case, at)], "test": world.TEST, "reasons": "Melanggar."}
    decisions.uphold([case.pk], **grounds, actor=world.ayu(), at=at).insist()
    world.approve(case, world.sri(), at=at)
    (pk,) = notices.gather(at, is_asked=True).issued
    world.answer(Notice.objects.get(pk=pk), "refused", reason=REFUSAL, at=at)


def follow_the_accounts(police: Reader) -> None:
    """The liaison reads in the list and on the letter's page what became of each account."""
    page = police.open("/reports/requests/")
    expect(page.locator("tbody .clock")).to_be_visible()
    police.press(LETTER)
    expect(page.locator("ol.timeline").first).to_contain_text(REFUSAL)
    assert page.locator("ol.timeline").first.inner_text().count(REFUSAL) == 2
    police.reads("Preservation of the data")
    police.misses("Ayu Lestari")


@other_way
def test_what_was_only_said_stays_apart_from_what_was_asked(site, visit, how):
    unit, case = world.polda(), world.case("michat: kenanga_5")
    desk = visit(world.ayu(), width=390, **how)
    page = desk.open(f"/cases/{case.pk}/")
    desk.reads("none received")
    desk.open("/cases/units/")
    desk.press(str(unit))
    desk.reads("No formal request of this office is on record.")
    desk.press("Write into the log")
    desk.press("Save the entry")
    expect(page.locator(".error-summary")).to_be_visible()
    desk.enter(
        kind="no_request",
        case=case.number,
        platform=str(case.platform_id),
        agency=str(unit.pk),
        happened_on="2026-03-16",
        taking_part="Komdigi; kepala unit siber",
        text="Belum ada surat mengenai akun ini.",
    )
    desk.press("Save the entry")
    desk.reads("%(office)s was asked on %(on)s.", office=unit, on=desk.day(date(2026, 3, 16)))
    for path in (f"/cases/units/{unit.pk}/", f"/cases/platforms/{case.platform_id}/"):
        desk.open(path)
        desk.reads("Belum ada surat mengenai akun ini.")


@other_way
def test_a_petition_gets_an_answer_with_reasons_over_two_names(site, visit, mail, how):
    writer, signer = visit(world.ayu(), **how), visit(world.sri(), width=390, **how)
    writer.open("/reports/petitions/")
    writer.press("Register a petition")
    writer.press("Register a petition")
    expect(writer.page.locator(".error-summary")).to_be_visible()
    writer.enter(
        platform=str(world.platform("michat").pk),
        organisation="Jejaring Aman",
        email=PETITIONER,
        received_on="2026-03-16",
        remedy="platform",
        demand="Tutup seluruh aplikasi.",
        language="id",
    )
    writer.press("Register a petition")
    writer.reads("The petition is registered.")
    writer.enter(words="Menutup seluruh aplikasi bukan cara yang paling ringan.")
    writer.press("Put before a second person")
    writer.reads("waits for its signature")
    signer.open(f"/reports/petitions/{Petition.objects.get().pk}/")
    signer.press("Sign")
    signer.reads("signed by %(name)s, %(at)s", name="Sri Wahyuni", at="")
    site.work()
    (reply,) = mail.to(PETITIONER)
    assert "bukan cara yang paling ringan" in reply.get_body(("plain",)).get_content()
    writer.press("Show who signed it")
    writer.reads(PETITIONER)
