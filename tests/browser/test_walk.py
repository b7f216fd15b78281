"""The story in a browser: from a phone to the closed case, with scripts and without them."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, Notice, Target
from platforms.models import Contact
from tests import world
from tests.browser.conftest import Reader

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)
MAILBOX = "trust@instagram.example"
REASON = "Profil menawarkan jasa seksual dengan tarif."


@pytest.fixture
def instagram():
    """A platform with somebody to write to, in Indonesian."""
    found = world.platform("instagram")
    found.language = "id"
    found.save(update_fields=["language"])
    return Contact.objects.create(
        platform=found, channel="email", name="Instagram", address=MAILBOX, language="id"
    )


@pytest.mark.parametrize("is_scripted", [True, False], ids=["with scripts", "without scripts"])
def test_the_story_from_a_phone_to_the_closed_case(site, visit, mail, instagram, is_scripted):
    def somebody(user=None, **how) -> Reader:
        return visit(user, is_scripted=is_scripted, **how)

    code = report(somebody(width=390))
    site.work()
    case = Case.objects.get()
    uphold(somebody(world.ayu()), case)
    approve(somebody(world.sri()), case)
    site.work()
    notice = Notice.objects.get()
    assert notice.state == Notice.State.SERVED

    platform = somebody(width=768)
    ask_for_the_code(platform, mail)
    site.work()
    answer(platform, mail)

    staff = somebody(world.bima())
    for _look in range(2):
        site.pass_by(2 * HOUR)
        observe(staff)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "gone")
    staff.reads("accounts gone")

    follow_up(somebody(width=390), code)


def report(phone: Reader) -> str:
    """A member of the public reports an account in three short steps; returns the receipt code."""
    page = phone.open("/id/lapor/")
    page.locator("[name=accounts]").fill("https://www.instagram.com/anggrek.contoh/")
    page.locator("[name=category][value=prostitution]").check()
    phone.press("Next")
    page.locator("[name=reason]").fill(REASON)
    page.locator("[name=seen_on]").fill("2026-03-16")
    phone.press("Next")
    page.locator("[name=name]").fill("Tuti")
    page.locator("[name=email]").fill("tuti@warga.example")
    page.locator("[name=good_faith]").check()
    phone.press("Send the report")
    return page.locator("#receipt").inner_text()


def uphold(caseworker: Reader, case: Case) -> None:
    """The caseworker takes the case from the queue, ticks the checklist and decides."""
    page = caseworker.open("/cases/?view=new")
    page.locator(f"#case-{case.pk}").check()
    page.locator("#verb").select_option("claim")
    caseworker.press("Review and go on")
    caseworker.reads("Nothing has been done yet. Untick what should stay as it is.")
    caseworker.press("Take")
    caseworker.press(case.number)
    caseworker.press("Decision: legal basis, three-part test, reasons")
    for line in page.locator("[name^=line-]").all()[1:]:
        line.check()
    read_the_article(page)
    page.locator("[name=bases]").first.check()
    page.locator("[name=legality]").fill("Profil memuat tawaran jasa seksual.")
    page.locator("[name=aim]").fill("Melindungi masyarakat.")
    caseworker.press("Uphold: it is unlawful")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=legality]")).to_have_value("Profil memuat tawaran jasa seksual.")
    page.locator("[name^=line-]").first.check()
    page.locator("[name=remedy][value=account]").check()
    page.locator("[name=necessity]").fill("Seluruh profil dipakai untuk itu.")
    page.locator("[name=reasons]").fill(REASON)
    caseworker.press("Uphold: it is unlawful")
    caseworker.reads("waiting for approval")


def read_the_article(page: Page) -> None:
    """The article's text is one click away from its name."""
    article = page.locator("details.article").first
    expect(article.locator("blockquote")).not_to_be_visible()
    article.locator("summary").click()
    expect(article.locator("blockquote")).to_be_visible()


def approve(supervisor: Reader, case: Case) -> None:
    """The second person reads and approves, and sends at once."""
    page = supervisor.open("/cases/?view=approval")
    supervisor.press(case.number)
    supervisor.press("Approve")
    expect(page.locator(".decision")).to_contain_text("Seluruh profil dipakai untuk itu.")
    supervisor.press("Approve")
    supervisor.press("Send now")
    supervisor.press("Send now")
    supervisor.reads("The notice is issued and on its way to the platform.")
    supervisor.press(Notice.objects.get().number)
    expect(page.locator(".letter")).to_contain_text("instagram[.]com/anggrek.contoh")


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def ask_for_the_code(platform: Reader, mail) -> None:
    """The representative opens the link in the mail, and asks for the code."""
    (letter,) = mail.to(MAILBOX)
    link = re.search(r"http://localhost:\d+/id/a/(?!objection)\S+", text_of(letter))
    assert link, text_of(letter)
    platform.open(link[0])
    platform.press("Send me the code")


def answer(platform: Reader, mail) -> None:
    """Types the code, chooses, reviews, sends, and holds a receipt."""
    page = platform.page
    code = re.search(r"\b\d{8}\b", text_of(mail.to(MAILBOX)[-1]))
    assert code
    page.locator("#code").fill(code[0])
    platform.press("Go on")
    assert page.locator("[name=code]:checked").count() == 0
    page.locator("#code-removed").check()
    platform.press("Review the answer")
    platform.reads("Nothing has been sent yet. This is what you declare:")
    platform.press("Send the answer")
    expect(page.locator("#receipt")).to_have_text(re.compile(r"^J\d{6}-\w{8}$"))


def observe(staff: Reader) -> None:
    """Somebody of the staff looks, and says what they saw."""
    target = Target.objects.get()
    page = staff.open(f"/cases/{target.case_id}/")
    page.locator(f"#observe-{target.pk}").click()
    page.locator("[name=result][value=gone]").check()
    page.locator("[name=note]").fill("Dibuka tanpa masuk: halaman tidak ada.")
    staff.press("Record")


def follow_up(phone: Reader, code: str) -> None:
    """The reporter asks with nothing but the code."""
    page = phone.open("/id/lapor/status/")
    page.locator("[name=code]").fill(code)
    phone.press("Show")
    expect(page.locator("main")).to_contain_text("anggrek.contoh")
    phone.reads("It is gone: we have checked.")


@pytest.fixture
def three(site) -> list[Case]:
    """Three new cases in the queue."""
    return [world.case(f"michat: {name}_contoh") for name in ("satu", "dua", "tiga")]


def test_three_cases_are_taken_without_a_mouse(three, visit):
    reader = visit(world.ayu())
    page = reader.open("/cases/")
    for key in ("j", "x", "j", "x", "j", "x", "b", "Tab"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("3 perkara")
    walk_to(page, "button[value=do]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reader.look()
    assert Case.objects.filter(owner=world.ayu()).count() == 3


def walk_to(page: Page, what: str) -> None:
    """Moves on with the Tab key until this is in focus."""
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"no way to {what} by the Tab key")


def test_filtering_keeps_what_was_ticked_and_the_focus_and_the_way_back(three, visit):
    page = visit(world.ayu()).open("/cases/")
    first = page.locator("table.queue tbody input").first
    first.check()
    chosen = first.get_attribute("id")
    select = page.locator("#id_urgency")
    select.focus()
    with page.expect_response(lambda answer: "urgency=ordinary" in answer.url):
        select.select_option("ordinary")
    page.wait_for_url("**urgency=ordinary**")
    expect(page.locator(f"#{chosen}")).to_be_checked()
    expect(select).to_be_focused()
    page.go_back()
    page.wait_for_url(re.compile(r"/cases/$"))
    expect(page.locator("table.queue tbody tr")).to_have_count(3)


def test_keys_are_off_for_whoever_switched_them_off(site, visit):
    world.case()
    page = visit(world.ayu()).open("/cases/")
    page.locator(".bar [data-keys-open]").click()
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") != f"row-{Case.objects.get().pk}"
