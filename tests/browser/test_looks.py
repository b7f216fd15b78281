"""Every page there is: in both themes, both languages, on the desk, a tablet and a phone."""

import os
from itertools import product

import pytest

from tests.browser import tour
from tests.browser.conftest import Reader

pytestmark = pytest.mark.browser
WIDTHS, THEMES = (1440, 768, 320), ("light", "dark")
# `./portal browser-test` looks at every page in every way; the suite, which is run at every change,
# at every page in each language, each width and each theme in one way or another.
IN_EVERY_WAY = list(product(WIDTHS, THEMES))
IN_SOME = {"id": [(1440, "light"), (320, "dark")], "en": [(768, "dark"), (320, "light")]}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_fit_for_everybody(demo, visit, language):
    ways = IN_EVERY_WAY if os.environ.get("PORTAL_EVERY_LOOK") else IN_SOME[language]
    faults: list[str] = []
    readers: dict[object, Reader] = {}
    for user, stop in tour.of_everybody(language):
        reader = readers.get(user) or readers.setdefault(user, visit(user, language=language))
        faults += look_at(reader, stop, ways)
    assert faults == [], "\n\n".join(faults)


def look_at(reader: Reader, stop: tour.Stop, ways: list[tuple[int, str]]) -> list[str]:
    """What is wrong with a page, at these widths and in these themes."""
    faults = []
    page = reader.page
    page.goto(reader.url + stop.path)
    for width, theme in ways:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        try:
            reader.look()
        except AssertionError as fault:
            faults.append(f"{stop.kind}, {width} px, {theme}: {fault}")
    return faults
