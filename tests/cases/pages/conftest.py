"""A browser for anybody of the cast, and the hands of the clock."""

from types import SimpleNamespace

import pytest
from django.test import Client

from tests import world
from tests.world import AT, HOUR


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    """The clock's hands, two hours after everything in `world` began."""
    here = SimpleNamespace(now=AT + 2 * HOUR)
    monkeypatch.setattr("moderation_portal.clock.now", lambda: here.now)
    return here


@pytest.fixture
def desk():
    """Somebody's browser: `desk(world.ayu)` gives a client that is signed in and reads English."""

    def of(who) -> Client:
        user = who() if callable(who) else who
        user.language = "en"
        user.save(update_fields=["language"])
        return world.sign_in(Client(), user)

    return of
