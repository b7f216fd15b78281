"""From the queue to what was sent by the keyboard alone: with letters, by Tab, without scripts."""

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, Notice
from tests import world
from tests.browser.conftest import Reader
from tests.browser.test_walk import walk_to

pytestmark = pytest.mark.browser
MAILBOX = "abuse@michat.example"
WAYS = [
    pytest.param({"language": "en", "is_scripted": True}, True, id="with letters"),
    pytest.param(
        {"language": "id", "is_scripted": True, "width": 390, "is_dark": True},
        False,
        id="with letters switched off",
    ),
    pytest.param({"language": "id", "is_scripted": False}, False, id="without scripts"),
]


@pytest.mark.parametrize(("how", "has_letters"), WAYS)
def test_from_the_queue_to_what_was_sent_without_a_mouse(site, visit, mail, how, has_letters):
    fresh = [world.case(f"michat: {name}_contoh") for name in ("satu", "dua")]
    upheld = [world.upheld_case(f"michat: {name}_contoh") for name in ("tiga", "empat")]
    world.bima()
    sri = visit(world.sri(), **how)
    sri.open("/cases/?view=new")
    if sri.is_scripted and not has_letters:
        switch_letters_off(sri.page)
    tick = tick_by_letter if has_letters else tick_by_tab
    tick(sri.page, fresh)
    assign(sri, "Bima")
    assert Case.objects.filter(owner=world.bima()).count() == len(fresh)
    go(sri, ".crumbs a")
    go(sri, "nav a[href*='view=approval']")
    for _case in upheld:
        to_first_row(sri.page, has_letters)
        enter(sri)
        go(sri, "main a[href*='/do/approve/']")
        go(sri, "main form .primary")
        go(sri, ".crumbs a")
    go(sri, "nav a[href*='view=open']")
    send(sri, upheld)
    site.work()
    notice = Notice.objects.get()
    assert notice.items.count() == len(upheld), "one list for both"
    assert notice.state == Notice.State.SERVED
    assert mail.to(MAILBOX)


def skip(page: Page) -> None:
    """Past the navigation, by the first link of the page. What was posted from there begins
    there again."""
    if page.url.endswith("#main"):
        return
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")


def enter(reader: Reader) -> None:
    """Presses Enter on what is in focus, and looks at the page that follows."""
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    reader.look()


def go(reader: Reader, what: str) -> None:
    """From the top of a page to this link or button, and through it."""
    skip(reader.page)
    walk_to(reader.page, what)
    enter(reader)


def switch_letters_off(page: Page) -> None:
    """The help that `?` opens has a switch; from then on letters do nothing."""
    page.keyboard.press("?")
    for _step in range(5):
        if page.evaluate("document.activeElement.matches('[data-keys-off]')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.evaluate("document.activeElement.closest('tbody')") is None
    assert page.locator("tbody input:checked").count() == 0
    page.reload()


def tick_by_letter(page: Page, cases: list[Case]) -> None:
    """`j` goes down the rows, `x` ticks, `b` goes to what can be done."""
    for _case in cases:
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("b")


def tick_by_tab(page: Page, cases: list[Case]) -> None:
    """Tab from tick to tick, the space bar, and on to what can be done."""
    skip(page)
    for case in sorted(cases, key=lambda one: place(page, one)):
        walk_to(page, f"#case-{case.pk}")
        page.keyboard.press("Space")
    walk_to(page, "#verb")


def place(page: Page, case: Case) -> int:
    """Where the row of a case stands in the list."""
    return page.evaluate(
        "id => [...document.querySelectorAll('tbody input')].findIndex(one => one.id === id)",
        f"case-{case.pk}",
    )


def assign(sri: Reader, name: str) -> None:
    """From the bar below the rows through the review to the result of each."""
    page = sri.page
    expect(page.locator("tbody input:checked")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#verb")).to_have_value("assign")
    page.keyboard.press("Tab")
    enter(sri)
    sri.reads("Nothing has been done yet. Untick what should stay as it is.")
    assert not Case.objects.filter(owner=world.bima()).exists()
    skip(page)
    walk_to(page, "#owner")
    page.keyboard.type(name)
    walk_to(page, "button[value=do]")
    enter(sri)
    expect(page.locator("h1")).to_contain_text(world.bima().name)


def to_first_row(page: Page, has_letters: bool) -> None:
    """The number of the first case comes into focus."""
    if has_letters:
        page.keyboard.press("j")
    else:
        skip(page)
        walk_to(page, "tbody th a")


def send(sri: Reader, cases: list[Case]) -> None:
    """What is approved for the platform leaves in one list, with what waits beside it."""
    one = min(cases, key=lambda case: case.pk)
    skip(sri.page)
    walk_to(sri.page, f"a[href*='/cases/{one.pk}/']")
    enter(sri)
    go(sri, "main a[href*='/send/']")
    expect(sri.page.locator("main article.letter")).to_contain_text("tiga_contoh")
    expect(sri.page.locator("main article.letter")).to_contain_text("empat_contoh")
    assert not Notice.objects.exists()
    go(sri, "main form .primary")
    sri.reads("The notice is issued and on its way to the platform.")
