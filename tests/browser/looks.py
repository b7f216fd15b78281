"""Every page there is: in both themes, both languages, on the desk, a tablet and a phone.

Run by `./portal browser-test` alone: it takes longer than the rest of the suite.
"""

from itertools import product

import pytest

from tests.browser import tour
from tests.browser.conftest import Reader

pytestmark = pytest.mark.browser
WIDTHS, THEMES = (1440, 768, 320), ("light", "dark")
WAYS = list(product(WIDTHS, THEMES))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_fit_for_everybody(demo, visit, language):
    faults: list[str] = []
    readers: dict[object, Reader] = {}
    for user, stop in tour.of_everybody(language):
        reader = readers.get(user) or readers.setdefault(user, visit(user, language=language))
        faults += look_at(reader, stop)
    assert faults == [], "\n\n".join(faults)


def look_at(reader: Reader, stop: tour.Stop) -> list[str]:
    """What is wrong with a page, at each width and in each theme."""
    faults = []
    page = reader.page
    page.goto(reader.url + stop.path)
    for width, theme in WAYS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        try:
            reader.look()
        except AssertionError as fault:
            faults.append(f"{stop.kind}, {width} px, {theme}: {fault}")
    return faults
