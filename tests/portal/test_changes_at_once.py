"""Two stewards who lower something at the same moment do not lower the last of it."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from moderation_portal import changes
from moderation_portal.errors import Refused
from moderation_portal.models import User
from platforms.models import Contact
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db(transaction=True)


def switched_off_beside(first, second, steward) -> list[Exception]:
    """Switches the second off on another connection while the first waits to be committed; gives
    what hindered it."""
    hindered: list[Exception] = []

    def beside() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '100ms'")
                changes.ask(second, {"is_active": False}, "left", actor=steward, at=AT)
        except Exception as error:
            hindered.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        changes.ask(first, {"is_active": False}, "left", actor=steward, at=AT)
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
    return hindered


def test_the_last_two_approvers_are_not_blocked_beside_each_other():
    steward, sri, dewi = world.steward(), world.sri(), world.dewi()
    for first, second in ((sri, dewi), (dewi, sri)):
        User.objects.filter(pk__in=[sri.pk, dewi.pk]).update(is_active=True)
        assert [type(one) for one in switched_off_beside(first, second, steward)] == [
            OperationalError
        ]
    with pytest.raises(Refused):
        changes.ask(sri, {"is_active": False}, "left", actor=steward, at=AT)


def test_the_last_two_contacts_are_not_switched_off_beside_each_other():
    world.michat()
    one, two = Contact.objects.filter(platform__slug="michat").order_by("pk")[:2]
    steward = world.steward()
    assert [type(error) for error in switched_off_beside(one, two, steward)] == [OperationalError]
    assert changes.ask(two, {"is_active": False}, "left", actor=steward, at=AT) is not None
    assert Contact.objects.filter(pk=two.pk, is_active=True).exists()
