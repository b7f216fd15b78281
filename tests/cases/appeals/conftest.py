"""The sentences that the tests of appeals read are those of the source."""

import pytest
from django.utils.translation import override as speaking


@pytest.fixture(autouse=True)
def english():
    with speaking("en"):
        yield
