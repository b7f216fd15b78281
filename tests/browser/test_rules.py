"""Stewards in a browser: a rule, a checklist line and a letter, each by two persons."""

import pytest
from playwright.sync_api import expect

from cases import decisions
from moderation_portal.models import Change
from reports.models import RoutingRule
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import other_way

pytestmark = pytest.mark.browser
DAY = world.AT.date().isoformat()
LINE = {"id": "Periksa arsip kasus.", "en": "Look into the archive."}
# A sentence of the order as the pack has it, and as the steward writes it.
WORDS = {
    "id": ("Atas perhatian", "Terima kasih. Atas perhatian"),
    "en": ("Yours faithfully", "With kind regards"),
}
WAITING = {"state": Change.State.WAITING}


@other_way
def test_what_a_steward_asks_for_is_in_force_when_a_second_person_agrees(site, visit, how):
    case = world.case()
    decisions.claim([case.pk], actor=world.ayu(), at=site.at).insist()
    teguh, sri = visit(world.steward(), **how), visit(world.sri(), width=390, **how)
    desk = visit(world.ayu(), **how)
    ask_for_a_rule(teguh)
    ask_for_a_line(teguh)
    ask_for_a_text(teguh)
    desk.open(f"/cases/{case.pk}/")
    desk.misses(LINE[desk.language])
    approve_everything(sri)
    teguh.open("/reports/rules/")
    teguh.reads("in force")
    try_the_rule(teguh)
    desk.open(f"/cases/{case.pk}/")
    desk.reads(LINE[desk.language])
    sri.open(f"/policy/letters/order/{sri.language}/")
    expect(sri.page.locator(".letter")).to_contain_text(WORDS[sri.language][1])


def ask_for_a_rule(teguh: Reader) -> None:
    """A rule against an article is refused at its field; a sound one waits."""
    page = teguh.open("/reports/rules/")
    teguh.press("New rule")
    told = {"place": "10", "unit": "siber", "because": "SK 4/2026", "valid_from": DAY}
    teguh.enter(category="gambling", reason="ND 7", **told)
    teguh.press("Put before a second person")
    expect(page.locator(".error-summary a[href='#id_category']")).to_be_visible()
    assert not RoutingRule.objects.exists()
    teguh.enter(category="fraud")
    teguh.press("Put before a second person")
    teguh.reads("waits for a second person")


def ask_for_a_line(teguh: Reader) -> None:
    """One more line for every caseworker to tick."""
    teguh.open("/cases/checklists/")
    teguh.press("New line")
    teguh.enter(text=LINE["id"], text_en=LINE["en"], because="SK 5/2026", valid_from=DAY)
    teguh.enter(reason="ND 8")
    teguh.press("Put before a second person")
    teguh.reads("waits for a second person")


def ask_for_a_text(teguh: Reader) -> None:
    """A letter that lacks what it must say is refused; a sound one is looked at before it waits."""
    page = teguh.open(f"/policy/letters/order/{teguh.language}/")
    body = page.locator("[name=body]")
    text, (old, new) = body.input_value(), WORDS[teguh.language]
    body.fill("Hapus.")
    teguh.press("Show it")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(body).to_have_value("Hapus.")
    body.fill(text.replace(old, new))
    teguh.press("Show it")
    expect(page.locator(".letter")).to_contain_text(new)
    teguh.enter(because="SK 6/2026", reason="ND 9")
    teguh.press("Put before a second person")
    expect(page.locator(".letter")).not_to_contain_text(new)


def approve_everything(sri: Reader) -> None:
    """The second person reads what is there and what is wanted, and agrees, one by one."""
    page = sri.open("/changes/")
    left = page.locator("main button[value=approve]")
    for waiting in (3, 2, 1):
        expect(left).to_have_count(waiting)
        assert Change.objects.filter(**WAITING).count() == waiting
        sri.press("Approve")
    sri.reads("Nothing waits")


def try_the_rule(teguh: Reader) -> None:
    """The box on the page of rules says where an account would go, and by which rule."""
    teguh.enter(address="michat: bunga_77", category="fraud", source="public")
    teguh.press("Try")
    teguh.reads("Decided by:")
    teguh.reads("SK 4/2026")
