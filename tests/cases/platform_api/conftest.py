"""A program with a key, and a clock that stands an hour behind what was issued."""

import pytest

from tests.world import AT, HOUR

from .doing import Program


@pytest.fixture(autouse=True)
def stopped_clock(still_clock):
    still_clock(AT + HOUR)


@pytest.fixture
def program():
    return Program()
