"""Every page on a desk by day and on a phone by night; `looks.py` takes all other ways."""

import pytest

from tests.browser.looks import DESK_BY_DAY, PHONE_BY_NIGHT, faults

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_every_page_is_fit_on_desk_and_phone(demo, visit):
    assert faults(visit, "id", [DESK_BY_DAY, PHONE_BY_NIGHT]) == []
