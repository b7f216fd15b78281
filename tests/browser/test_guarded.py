"""What is looked at with care: evidence behind its veil, the record, and what is sealed."""

import pytest
from playwright.sync_api import expect

from cases.models import Case
from reports.models import Evidence, Report
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import each_way, other_way
from tests.reports.test_custody import shot
from tests.reports.test_redaction import with_secret

pytestmark = pytest.mark.browser
START = {"id": "/id/lapor/", "en": "/en/report/"}
RECORD = (
    "Everything that the record holds of this case, newest first. Nothing of it can be changed or"
    " removed."
)
WHY = "Memeriksa nomor rekening."
LARGE = (640, 480)


@each_way
def test_a_picture_is_veiled_shown_for_a_purpose_covered_in_a_copy_and_audited(site, visit, how):
    original, case = shot(content=with_secret(size=LARGE)), world.case()
    ayu = visit(world.ayu(), width=390, **how)
    page = ayu.open(f"/reports/evidence/{original.pk}/")
    expect(page.locator(".evidence.veiled img")).to_be_visible()
    assert page.locator(".evidence img").evaluate("image => image.naturalWidth") < LARGE[0]
    ayu.press("Show it clearly")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".evidence.veiled")).to_have_count(1)
    ayu.enter(purpose=WHY)
    ayu.press("Show it clearly")
    assert page.locator(".evidence img").evaluate("image => image.naturalWidth") == LARGE[0]
    copy = cover_a_part(ayu, original)
    umar = visit(world.auditor(), is_dark=True, **how)
    read_the_custody(umar, original, copy)
    read_the_record(umar, case)


def cover_a_part(ayu: Reader, original: Evidence) -> Evidence:
    """The middle is covered in a copy, after a look at where that is; the original stays."""
    page = ayu.page
    ayu.unfold("Cover parts of it in a copy")
    ayu.enter(**{f"{side}-1": "25" for side in ("left", "top", "width", "height")})
    ayu.press("Show where they lie")
    expect(page.locator(".evidence rect")).to_have_count(1)
    expect(page.locator(".error-summary")).to_have_count(0)
    assert not Evidence.objects.filter(redacts=original).exists()
    ayu.enter(purpose="Nomor telepon saksi.")
    ayu.press("Make the copy")
    copy = Evidence.objects.get(redacts=original)
    ayu.reads("This is the copy with the covered areas. The original stays as it was.")
    assert copy.sha256 != original.sha256
    ayu.press("Open the original")
    expect(page.locator("main dl").first).to_contain_text(original.sha256)
    return copy


def read_the_custody(umar: Reader, original: Evidence, copy: Evidence) -> None:
    """An auditor reads who looked at a file and why, and which copies it has."""
    page = umar.open(f"/reports/evidence/{original.pk}/")
    custody = page.locator("[aria-labelledby=custody-head] tbody")
    for said in (WHY, "Ayu Lestari"):
        expect(custody).to_contain_text(said)
    umar.follow(page.locator(f"main a[href$='/evidence/{copy.pk}/']"))
    expect(page.locator("main dl").first).to_contain_text(copy.sha256)


def read_the_record(umar: Reader, case: Case) -> None:
    """An auditor reads every line of a case, and acts nowhere."""
    page = umar.page
    for path in ("/cases/", f"/cases/{case.pk}/", "/cases/notices/", "/reports/requests/"):
        umar.open(path)
        assert page.locator("main form[method=post]").count() == 0, path
    umar.open(f"/cases/{case.pk}/")
    umar.press("Everything in the record of this case")
    umar.reads(RECORD)
    expect(page.locator("main tbody")).to_contain_text("case.opened")
    assert page.locator("main form").count() == 0


@other_way
def test_a_report_on_a_child_takes_no_picture_and_is_seen_by_the_cleared_alone(site, visit, how):
    tell_of_a_child(visit(width=390, **how))
    site.work()
    case = Case.objects.get()
    assert case.handling == "sealed"
    assert not Evidence.objects.exists()
    citra = visit(world.citra(), is_dark=True, **how)
    citra.open("/cases/?view=sealed")
    citra.press(case.number)
    citra.reads("sealed")
    citra.reads("mawar_contoh")
    ayu = visit(world.ayu(), **how)
    ayu.open("/cases/?view=sealed")
    ayu.misses(case.number)
    ayu.finds_nothing(f"/cases/{case.pk}/")
    ayu.finds_nothing(f"/reports/{Report.objects.get().pk}/")
    for sought in (case.number, "mawar_contoh"):
        search(ayu, sought)
        ayu.reads("Nothing found")
        search(citra, sought)
        citra.reads("mawar_contoh")


def tell_of_a_child(phone: Reader) -> None:
    """The three steps ask for words and never for the picture, and name who helps."""
    page = phone.open(START[phone.language])
    phone.enter(accounts="michat: mawar_contoh", category="child_sexual")
    phone.press("Next")
    phone.reads(
        "Do not save the picture and do not send it. The address and your words are enough."
    )
    expect(page.locator("main a[href='tel:129']")).to_be_visible()
    expect(page.locator("[type=file]")).to_have_count(0)
    phone.enter(reason="Menawarkan anak.", seen_on="2026-03-16")
    phone.press("Next")
    expect(page.locator("[type=file]")).to_have_count(0)
    phone.enter(name="Tuti", email="tuti@warga.example", good_faith=True)
    phone.press("Send the report")
    expect(page.locator("#receipt")).to_be_visible()


def search(reader: Reader, sought: str) -> None:
    """Types something into the box that every page has."""
    reader.open("/cases/")
    reader.page.locator("#search").fill(sought)
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.look()
