"""The language of the sentences that the tests of blocks read."""

import pytest
from django.utils.translation import override as speaking


@pytest.fixture(autouse=True)
def english():
    """The sentences below are those of the source."""
    with speaking("en"):
        yield
