"""Both notices of one account, in each order of arrival."""

import pytest

from cases import notices
from cases.models import Notice
from tests import world
from tests.world import AT

from .doing import (
    ACCOUNT,
    sealed_notice,
)


@pytest.fixture(params=["sealed first", "ordinary first", "ordinary sent already"])
def both(request, mail):
    """Both notices issued, in each order of arrival."""
    world.michat()
    if request.param == "sealed first":
        world.child_case(ACCOUNT)
        world.approved_case(ACCOUNT)
        notices.gather(AT, is_asked=True)
        sealed = sealed_notice()
    elif request.param == "ordinary first":
        world.approved_case(ACCOUNT)
        world.child_case(ACCOUNT)
        notices.gather(AT, is_asked=True)
        sealed = sealed_notice()
    else:
        world.served_notice(ACCOUNT)
        sealed = sealed_notice()
    return sealed, Notice.objects.get(handling="ordinary")
