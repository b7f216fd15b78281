"""Every page there is: in both themes, both languages, on the desk, a tablet and a phone.

Run by `./portal browser-test` alone: it takes longer than the rest of the suite, which looks at
every page on a desk by day and on a phone by night (`test_looks.py`).
"""

from collections.abc import Sequence
from itertools import product

import pytest

from tests.browser import tour
from tests.browser.conftest import Reader, Visit

pytestmark = pytest.mark.browser
Way = tuple[int, str]  # a width in pixels, and a theme
DESK_BY_DAY, PHONE_BY_NIGHT = (1440, "light"), (320, "dark")
EVERY_WAY = list(product((1440, 768, 320), ("light", "dark")))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_fit_for_everybody(demo, visit, language):
    assert faults(visit, language, EVERY_WAY) == []


def faults(visit: Visit, language: str, ways: Sequence[Way]) -> list[str]:
    """What is wrong with the pages of the tour, looked at in these ways."""
    found: list[str] = []
    readers: dict[object, Reader] = {}
    for user, stop in tour.of_everybody(language):
        reader = readers.get(user) or readers.setdefault(user, visit(user, language=language))
        found += _faults_of(reader, stop, ways)
    return found


def _faults_of(reader: Reader, stop: tour.Stop, ways: Sequence[Way]) -> list[str]:
    found = []
    page = reader.page
    page.goto(reader.url + stop.path)
    for width, theme in ways:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        try:
            reader.look()
        except AssertionError as fault:
            found.append(f"{stop.kind}, {width} px, {theme}: {fault}")
    return found
