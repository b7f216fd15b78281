"""What every test stands on: a real database, a cheap password hasher, the cast of `world`."""

import gc
import threading
from http.server import ThreadingHTTPServer

import hypothesis
import pytest
from django.db import connection
from django.test import override_settings
from django.utils import translation

from cases.search import found
from moderation_portal import clock, outbox
from moderation_portal.models import Lane
from tests import emptied, migrated, world
from tests.imapserver import imap_port, postbox
from tests.mailserver import mail, mail_server
from tests.webhooks import Receiver

__all__ = ["imap_port", "mail", "mail_server", "postbox"]

# Every run looks at the same examples, and how long a busy machine takes is no fault of a rule.
hypothesis.settings.register_profile(
    "portal",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("portal")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is loaded stays to the end: the collector of garbage never walks through it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Test databases are copies of one that is migrated already."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database alone lets its event table be flushed (see migration 0002_record)."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET portal.allow_truncate = 'on'")
    connection.close()
    emptied.instead_of_flush()


@pytest.fixture(scope="session", autouse=True)
def cheap_habits():
    """Passwords are hashed cheaply, and static files looked for when one is asked for: listing them
    all anew for every test client takes longer than most tests. No search is cut off because the
    machine is busy."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        override_settings(PASSWORD_HASHERS=hashers, WHITENOISE_AUTOREFRESH=True),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(found, "PATIENCE", "60s")
        yield


@pytest.fixture(autouse=True)
def first_language():
    """Every test begins in the portal's first language, whatever the one before it spoke."""
    translation.deactivate()


@pytest.fixture
def still_clock(monkeypatch):
    """The clock stands at `world.AT`; `still_clock(at)` sets it to another instant."""
    instants = [world.AT]
    monkeypatch.setattr(clock, "now", lambda: instants[-1])
    return instants.append


@pytest.fixture
def mailed(mailoutbox):
    """A call hands over what waits in the internal lane, and gives the mails of the test."""

    def hand_over() -> list:
        outbox.drain(Lane.INTERNAL, at=world.AT + world.HOUR)
        return mailoutbox

    return hand_over


@pytest.fixture(scope="session")
def hook_server():
    """The address of a program that is called; one for all tests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/notices?for=portal"
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(hook_server, settings):
    """The program, with nothing heard yet; `hook.url` is its address, which may be called."""
    settings.PROBE_ALLOW_HOSTS = ["127.0.0.1"]
    Receiver.calls, Receiver.answers, Receiver.words = [], [], b"thanks"
    Receiver.url = hook_server
    return Receiver
