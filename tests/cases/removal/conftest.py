"""A website of a platform, which the probe may open."""

import threading
from http.server import ThreadingHTTPServer

import pytest

from tests.cases.removal.doing import Site


@pytest.fixture(scope="module")
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def site(server, settings):
    """The website; every account of the test lives on it."""
    settings.PROBE_ALLOW_HOSTS = ["127.0.0.1"]
    settings.PROBE_GAP_SECONDS = 0
    Site.status, Site.mime, Site.visits = 200, "", []
    return f"http://127.0.0.1:{server.server_port}"
