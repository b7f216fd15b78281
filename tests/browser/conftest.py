"""A real Chromium before the real server: pages as people see them, clicks as people make them."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings as django_settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from cases.demo import cast, story
from cases.demo.passing import work
from moderation_portal import formats
from moderation_portal.models import User
from tests import world

NO_CHROMIUM = "no Chromium: name one by PORTAL_CHROMIUM, or apt install chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 20_000  # ms; a busy machine is no fault of the page
# What every browser writes when a server says no; whether it should have said so, tests ask.
STATUS_LINE = "Failed to load resource"
# The ids that more than one element of the page bears.
TWICE = """() => [...document.querySelectorAll("[id]")].map(one => one.id)
    .filter((id, place, all) => all.indexOf(id) !== place)"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    path = os.environ.get("PORTAL_CHROMIUM", "")
    if not path:
        pytest.skip(NO_CHROMIUM)
    expect.set_options(timeout=PATIENCE)
    # Playwright keeps an event loop in this thread, and Django would take every query for a slip.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Site:
    """The running portal, its clock, and its workers."""

    url: str
    at: datetime

    def pass_by(self, length: timedelta) -> None:
        """Lets time pass and the workers work."""
        self.at += length
        self.work()

    def work(self) -> None:
        """Everything that is due is done, as by the workers."""
        work(self.at)


@pytest.fixture
def site(chromium, transactional_db, live_server, settings, monkeypatch, mail) -> Site:
    """The portal on a port of its own, at an instant of the test's own, with real mail."""
    here = Site(live_server.url, world.AT)
    settings.BASE_URL = live_server.url
    monkeypatch.setattr("moderation_portal.clock.now", lambda: here.at)
    world.michat()
    return here


@pytest.fixture
def demo(chromium, transactional_db, live_server, settings, monkeypatch, mail) -> Site:
    """The portal with the demo's story told to its end, at an instant of the test's own."""
    settings.BASE_URL = live_server.url
    story.play(cast.gather(world.AT - story.LENGTH), world.AT, lambda what, at: None)
    here = Site(live_server.url, world.AT)
    monkeypatch.setattr("moderation_portal.clock.now", lambda: here.at)
    return here


@dataclass
class Reader:
    """Somebody before a screen."""

    page: Page
    url: str
    language: str
    is_scripted: bool
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keeps what the browser complains of: scripts, styles, the content security policy."""
        if message.type in ("error", "warning") and STATUS_LINE not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        """Goes to a page, which must be there."""
        answer = self.page.goto(self.url + path if path.startswith("/") else path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        self.look()
        return self.page

    def finds_nothing(self, path: str) -> None:
        """Goes to a page, which for this reader must not be there."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 404, f"{path}: {answer.status}"
        self.look()

    def words(self, source: str, **values: object) -> str:
        """What stands on the page for words of the source, with these values in their places."""
        with translation.override(self.language):
            return gettext(source) % values if values else gettext(source)

    def reads(self, source: str, **values: object) -> None:
        """These words of the source stand in the page's own part."""
        expect(self.page.locator("main")).to_contain_text(self.words(source, **values))

    def misses(self, source: str) -> None:
        """These words of the source do not stand in the page's own part."""
        expect(self.page.locator("main")).not_to_contain_text(self.words(source))

    def control(self, source: str) -> Locator:
        """The button or link of this name; of several the first."""
        name = self.words(source)
        button = self.page.get_by_role("button", name=name, exact=True)
        return button.or_(self.page.get_by_role("link", name=name, exact=True)).first

    def press(self, source: str) -> Page:
        """Presses the button or link of this name, and looks at the page that follows."""
        return self.follow(self.control(source))

    def follow(self, control: Locator) -> Page:
        """Presses a button or link, and looks at the page that follows."""
        with self.page.expect_navigation():
            control.click()
        self.look()
        return self.page

    def download(self, control: Locator) -> bytes:
        """Presses what hands out a file; the file."""
        with self.page.expect_download() as coming:
            control.click()
        return Path(coming.value.path()).read_bytes()

    def unfold(self, source: str) -> None:
        """Opens the part of the page that lies behind these words."""
        self.page.locator("main summary").filter(has_text=self.words(source)).first.click()

    def day(self, day: date) -> str:
        """How a day stands on the page."""
        with translation.override(self.language):
            return formats.day(day)

    def enter(self, **said: str | bool) -> None:
        """Fills in fields of the page by their names: text, the value of a choice, a tick."""
        for name, value in said.items():
            field = self.page.locator(f'main [name="{name}"]')
            kind = field.first.evaluate("field => field.type")
            if value is True:
                field.check()
            elif kind in ("radio", "checkbox"):
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)

    def look(self) -> None:
        """The page is whole: one heading, each id once, no sideways scroll, nothing that hinders
        anybody."""
        assert self.page.locator("h1").count() == 1, self.page.url
        assert self.page.evaluate(TWICE) == [], self.page.url
        if not self.is_scripted:
            return
        wide, room = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room, f"{self.page.url} scrolls sideways: {wide} > {room}"
        hindrances(self.page)


def hindrances(page: Page) -> None:
    """Fails with what axe finds, best practice included. It fetches no stylesheet of its own: one
    that another imports it would look for beside the page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    told = [
        f"{one['id']}: {one['help']}\n  {' '.join(map(str, node['target']))}: {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]
    assert told == [], "\n".join([page.url, *told])


Visit = Callable[..., Reader]


@pytest.fixture
def visit(site, chromium) -> Iterator[Visit]:
    """`visit(user, width=390)` gives a Reader with a browser of their own, signed in as `user`."""
    readers: list[Reader] = []

    def of(
        user: User | None = None,
        *,
        width: int = 1440,
        language: str = "id",
        is_dark: bool = False,
        is_scripted: bool = True,
    ) -> Reader:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="id-ID" if language == "id" else "en-GB",
            color_scheme="dark" if is_dark else "light",
            reduced_motion="reduce",  # a colour on its way to another is neither
            java_script_enabled=is_scripted,
        )
        context.set_default_timeout(PATIENCE)
        if user is not None:
            User.objects.filter(pk=user.pk).update(language=language)
            context.add_cookies([signed_in(user, site.url)])
        reader = Reader(context.new_page(), site.url, language, is_scripted)
        reader.page.on("console", reader.hear)
        reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
        readers.append(reader)
        return reader

    yield of
    for reader in readers:
        reader.page.context.close()
    assert [line for reader in readers for line in reader.complaints] == []


def signed_in(user: User, url: str) -> dict[str, str]:
    """The cookie of somebody who has signed in with their second factor."""
    client = world.sign_in(Client(), user)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
