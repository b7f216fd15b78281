"""A lost connection loses nothing that was typed or chosen on the public form."""

import pytest
from playwright.sync_api import expect

from reports.models import Evidence, Report
from tests import world
from tests.reports.test_evidence import picture

pytestmark = pytest.mark.browser
LOST = "No connection. What you typed is kept on this page; press again when you are back."
KEPT = "JSON.stringify(sessionStorage)"


def press_without_connection(phone) -> None:
    """Presses the step's button twice while there is no network: the sentence stands once."""
    page = phone.page
    page.context.set_offline(True)
    for _time in range(2):
        page.locator("form.card .primary").click()
        expect(page.locator("form.card [role=alert]")).to_have_count(1)
    phone.reads(LOST)
    page.context.set_offline(False)
    phone.complaints.clear()  # the browser's own line about the connection


def test_each_step_goes_on_where_it_was_when_the_connection_is_back(site, visit):
    world.platform("instagram")
    phone = visit(width=390)
    page = phone.open("/id/lapor/")
    page.locator("[name=accounts]").fill("https://www.instagram.com/penipu_9/")
    page.reload()
    expect(page.locator("[name=accounts]")).to_have_value("https://www.instagram.com/penipu_9/")
    page.locator("[name=category][value=fraud]").check()
    press_without_connection(phone)
    phone.press("Next")
    page.locator("[name=reason]").fill("Menipu pembeli.")
    shot = {"name": "layar.png", "mimeType": "image/png", "buffer": picture()}
    page.locator("[name=screenshot]").set_input_files(shot)
    press_without_connection(phone)
    page.locator("form.card .primary").click()  # the day is missing still
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=reason]")).to_have_value("Menipu pembeli.")
    assert page.locator("[name=screenshot]").evaluate("e => e.files.length") == 1
    page.locator("[name=seen_on]").fill("2026-03-16")
    phone.press("Next")
    page.locator("[name=name]").fill("Tuti")
    page.locator("[name=email]").fill("tuti@warga.example")
    page.locator("[name=good_faith]").check()
    press_without_connection(phone)
    phone.press("Send the report")
    expect(page.locator("#receipt")).to_be_visible()
    assert page.evaluate(KEPT) == "{}"
    assert Report.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_what_was_typed_is_forgotten_once_it_may_concern_a_child(site, visit):
    phone = visit(width=390)
    page = phone.open("/id/lapor/")
    page.locator("[name=accounts]").fill("michat: contoh")
    assert "contoh" in page.evaluate(KEPT)
    page.locator("[name=category][value=child_sexual]").check()
    assert page.evaluate(KEPT) == "{}"


def test_a_shared_telephone_forgets_when_told_to(site, visit):
    phone = visit(width=390)
    page = phone.open("/id/lapor/")
    page.locator("[name=accounts]").fill("michat: contoh")
    page.reload()
    page.get_by_role("button", name=phone.words("Erase what I typed")).click()
    expect(page.locator("[name=accounts]")).to_have_value("")
    assert page.evaluate(KEPT) == "{}"
