"""An appeal in a browser: the holder objects without signing in, the director reviews, the platform
restores, and the holder reads it by the code."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from cases.models import Appeal
from tests import world
from tests.browser.conftest import Reader
from tests.browser.ways import other_way

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)
WORDS = "Akun ini milik saya dan hanya memuat satire."


def public(reader: Reader, name: str) -> str:
    with translation.override(reader.language):
        return reverse(f"appeal_public:{name}")


@other_way
def test_a_holder_objects_and_reads_by_the_code_that_the_platform_restores(site, visit, how):
    made = world.served_notice()
    world.answer(made, "removed", actor=world.rina())
    holder = visit(width=390, **how)
    dewi, rina = visit(world.dewi(), **how), visit(world.rina(), **how)
    code = objects(holder, made.number)
    site.work()
    reviews(dewi)
    site.pass_by(HOUR)
    appeal = Appeal.objects.get()
    rina.open("/cases/platform/")
    rina.press(appeal.restoration.number)
    rina.enter(code="restored")
    rina.press("Review the answer")
    rina.press("Send the answer")
    asks_again(rina, made)
    dewi.open(f"/cases/appeals/{appeal.pk}/")
    dewi.press("I see that it is there again")
    holder.open(public(holder, "status"))
    holder.enter(code=code)
    holder.press("Show")
    holder.reads("We have seen that it is there again")
    holder.reads("You are right: the order is annulled, and the platform must restore.")


def objects(holder: Reader, number: str) -> str:
    """What is missing is said at its field; then the receipt and its code."""
    page = holder.open(f"/{holder.language}/")
    holder.press("Object to an order")
    holder.press("Object now")
    holder.press("Send the objection")
    expect(page.locator(".error-summary a[href='#id_number']")).to_be_visible()
    holder.enter(number=number, account="bunga_77", statement=WORDS, is_own=True)
    holder.press("Send the objection")
    code = page.locator("#receipt").inner_text()
    holder.press("See how it is doing")
    holder.reads("Received. Somebody who had no part in the order will look at it.")
    return code


def reviews(dewi: Reader) -> None:
    """The director finds the appeal from the queue, declares, and decides."""
    page = dewi.open("/cases/")
    dewi.follow(page.locator(f"main a[href='{reverse('cases:appeals')}']").first)
    dewi.follow(page.locator("main table a").first)
    dewi.press("Take it for review")
    expect(page.locator(".error-summary")).to_be_visible()
    dewi.enter(is_free=True)
    dewi.press("Take it for review")
    dewi.enter(verdict="upheld", answer="Satire yang dilindungi.")
    dewi.press("Decide")
    dewi.reads("Restoration")


def asks_again(rina: Reader, made) -> None:
    """The platform may appeal for a holder as well, about a notice that it has answered."""
    rina.open(f"/cases/platform/{made.pk}/appeal/")
    rina.enter(account="bunga_77", statement="Pemilik akun meminta kepastian.")
    rina.press("Send the appeal")
    rina.reads("waits for a reviewer")
