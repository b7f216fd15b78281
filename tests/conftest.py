"""What every test stands on: a real database, a cheap password hasher, the cast of `world`."""

import pytest
from django.db import connection

from moderation_portal import clock, outbox
from moderation_portal.models import Lane
from tests import migrated, world
from tests.mailserver import mail, mail_server

__all__ = ["mail", "mail_server"]


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


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
