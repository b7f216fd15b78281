import pytest

from moderation_portal import policy


@pytest.fixture
def pack():
    return policy.pack("indonesia")
