"""The language of the sentences that the tests of replies read, and our mail server's name."""

import pytest
from django.utils.translation import override as speaking

from tests.incoming import OURS


@pytest.fixture(autouse=True)
def english():
    """The sentences below are those of the source."""
    with speaking("en"):
        yield


@pytest.fixture(autouse=True)
def our_server(settings):
    settings.MAIL_AUTHSERV_ID = OURS
