"""The supervisor in a browser: who is away, what lies on whose desk, second looks."""

import pytest
from playwright.sync_api import expect

from cases import decisions
from cases.models import Case, SecondLook
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import each_way
from tests.cases.team.test_second_looks import closed

pytestmark = pytest.mark.browser
DAY = world.AT.date().isoformat()


@each_way
def test_a_supervisor_hands_a_desk_over_and_has_a_closed_case_looked_at_again(site, visit, how):
    held = [world.case(f"michat: {name}_contoh").pk for name in ("satu", "dua")]
    decisions.claim(held, actor=world.bima(), at=site.at).insist()
    shut = closed("tiga")
    sri, dewi = visit(world.sri(), is_dark=True, **how), visit(world.dewi(), width=390, **how)
    enter_an_absence(sri)
    hand_over(sri)
    assert Case.objects.filter(pk__in=held, owner=world.ayu()).count() == 2
    draw(sri)
    expect(sri.page.locator("main")).to_contain_text(shut.number)
    assert sri.page.locator("main [type=submit], main form").count() == 0, "not hers to judge"
    look_again(dewi)
    sri.open("/cases/team/")
    expect(sri.page.locator("[aria-labelledby=samples] tbody td").last).to_have_text("1")


def enter_an_absence(sri: Reader) -> None:
    """Bima is away, and Ayu stands in; nobody stands in for themselves."""
    sri.open("/cases/team/")
    sri.press("Enter an absence")
    bima, ayu = str(world.bima().pk), str(world.ayu().pk)
    sri.enter(person=bima, begins_on=DAY, ends_on="2026-03-20", substitute=bima, kind="leave")
    sri.press("Enter the absence")
    expect(sri.page.locator(".error-summary")).to_be_visible()
    sri.enter(substitute=ayu)
    sri.press("Enter the absence")
    expect(sri.page.locator("[aria-labelledby=entered] li")).to_contain_text("Bima Saputra")


def hand_over(sri: Reader) -> None:
    """What lies on the desk of whoever is away goes to the substitute, after a review."""
    page = sri.open("/cases/team/")
    bima = world.bima()
    row = page.locator("[aria-labelledby=desks] tbody tr").filter(has_text=bima.name).first
    expect(row.locator(".tag[data-state=paused]")).to_be_visible()
    sri.follow(page.locator(f"#hand-{bima.pk}"))
    expect(page.locator("#owner")).to_have_value(str(world.ayu().pk))
    sri.follow(page.locator("button[name=step]"))
    expect(page.locator("main li a")).to_have_count(2)


def draw(sri: Reader) -> None:
    """Closed cases are drawn at random for a colleague who had no part in them."""
    page = sri.open("/cases/team/")
    sri.press("Draw cases for a second look")
    sri.enter(begins_on=DAY, ends_on="2026-03-16", wanted="5", looker=str(world.dewi().pk))
    sri.press("Draw")
    expect(page.locator(".error-summary")).to_be_visible()
    sri.enter(ends_on=DAY)
    sri.press("Draw")


def look_again(dewi: Reader) -> None:
    """The second looker is told, and says what is wrong, with the reason."""
    page = dewi.open("/news/")
    dewi.follow(page.locator("main a[href*='/team/samples/']").first)
    dewi.enter(verdict="error")
    dewi.press("Save")
    expect(page.locator(".error-summary")).to_be_visible()
    assert not SecondLook.objects.exclude(verdict="").exists()
    dewi.enter(verdict="error", reason="Profil memuat tarif.")
    dewi.press("Save")
    dewi.reads("found an error")
