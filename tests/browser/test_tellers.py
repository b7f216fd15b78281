"""Monitors and organisations in a browser: their own reports and outcomes, and nobody else's."""

import pytest
from playwright.sync_api import expect

from cases import notices
from cases.models import Case, Notice
from moderation_portal.models import Job
from moderation_portal.roles import Role
from reports.intake import ReporterFacts
from reports.models import Report, ReporterKind
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import each_way, other_way
from tests.cases.removal.doing import SPACING, see

pytestmark = pytest.mark.browser
NEIGHBOUR = "michat: tetangga_9"
OWN = "/reports/mine/accounts/"
ROWS = """account,category,reason
michat: melati_1,fraud,Menipu.
michat: melati_2,fraud,Menipu.
michat: melati_3,tipu,Menipu.
"""


@each_way
def test_a_monitor_reports_in_the_own_area_alone_and_reads_what_became_of_it(site, visit, how):
    other = world.person("sukun@malang.example", "Rini Astuti", Role.MONITOR, area="35.73.04")
    kind = ReporterFacts(kind=ReporterKind.MONITOR, user=other, area=other.area)
    elsewhere = world.report(NEIGHBOUR, reporter=kind, actor=other, area=other.area)
    lurah = visit(world.lurah(), width=390, is_dark=True, **how)
    lurah.open("/reports/mine/")
    lurah.reads("Nothing reported yet")
    report_coarsely(lurah)
    site.work()
    take_down(Case.objects.get(targets__account__canonical="bunga_77"), site)
    lurah.open(OWN)
    lurah.reads("It is gone: we have checked.")
    lurah.misses("tetangga_9")
    lurah.finds_nothing(f"/reports/{elsewhere.report_id}/")


def report_coarsely(lurah: Reader) -> None:
    """What lies elsewhere or leads to a house is refused, and what was typed stays."""
    page = lurah.press("New report")
    lurah.reads("Look only at what everybody can see.")
    lurah.reads("Do not write to, order from or meet anybody, and do not pretend to be a client.")
    expect(page.locator("[name=area]")).to_have_value("35.73.05")
    lurah.enter(accounts="michat: bunga_77", category="prostitution", reason="Menawarkan jasa.")
    lurah.enter(seen_on="2026-03-16", area="35.73.04", place="Jalan Mawar 3", good_faith=True)
    lurah.press("Hand in")
    expect(page.locator(".error-summary li")).to_have_count(2)
    expect(page.locator("[name=reason]")).to_have_value("Menawarkan jasa.")
    assert Report.objects.count() == 1
    lurah.enter(area="35.73.05", place="Kelurahan Ketawanggede")
    lurah.press("Hand in")
    lurah.reads("Kelurahan Ketawanggede")
    lurah.reads("bunga_77")


def take_down(case: Case, site) -> None:
    """The case is decided, the platform removes the accounts, and they are seen gone twice."""
    world.approve(world.uphold(case, world.ayu()), world.sri())
    (pk,) = notices.gather(site.at, is_asked=True).issued
    world.answer(Notice.objects.get(pk=pk), "removed", at=site.at)
    for target in case.targets.all():
        for look in range(2):
            see("gone", site.at + look * SPACING, target=target)
    site.pass_by(SPACING)


@other_way
def test_an_organisation_imports_a_file_and_mends_what_was_not_understood(site, visit, how):
    world.report(NEIGHBOUR)
    ngo = visit(world.ngo(), **how)
    page = ngo.open("/reports/mine/")
    ngo.press("Import a file")
    file = {"name": "laporan.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    page.locator("[name=file]").set_input_files(file)
    ngo.enter(good_faith=True)
    ngo.press("Start")
    site.work()
    page.reload()
    ngo.reads("Nothing has been saved yet.")
    expect(page.locator("#job [data-tone=bad] b")).to_have_text("1")
    expect(page.locator("[aria-labelledby=problems] tbody")).to_contain_text("melati_3")
    assert not Report.objects.filter(reporter__user=world.ngo()).exists()
    ngo.press("Import it for real")
    site.work()
    page.reload()
    ngo.look()
    expect(page.locator("#job [data-tone=good] b")).to_have_text("2")
    assert Job.objects.count() == 2
    ngo.open(OWN)
    ngo.reads("melati_1")
    ngo.misses("tetangga_9")
    ngo.finds_nothing("/cases/")
