"""What two people do at the same moment: the last of a thing is not lowered twice, and no two texts
of a letter get one number."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from moderation_portal import changes
from moderation_portal.errors import Refused
from moderation_portal.letter_texts import LetterText
from moderation_portal.models import User
from platforms.models import Contact
from tests import world
from tests.world import AT

from .test_letter_texts import anew, asked

pytestmark = pytest.mark.django_db(transaction=True)


def hindrance(first, second) -> list[Exception]:
    """Does the second on another connection while the first waits to be committed; gives what
    hindered it."""
    hindered: list[Exception] = []

    def beside() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '100ms'")
                second()
        except Exception as error:
            hindered.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        first()
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
    return hindered


def switched_off_beside(first, second, steward) -> list[Exception]:
    def off(row) -> None:
        changes.ask(row, {"is_active": False}, "left", actor=steward, at=AT)

    return hindrance(lambda: off(first), lambda: off(second))


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


def test_two_texts_of_a_letter_that_are_approved_beside_each_other_get_two_numbers():
    sri = world.sri()
    one, two = (asked(anew(new=words)).pk for words in ("With kind regards,", "Respectfully,"))
    (error,) = hindrance(
        lambda: changes.approve(one, actor=sri, at=AT),
        lambda: changes.approve(two, actor=sri, at=AT),
    )
    assert type(error) is OperationalError
    changes.approve(two, actor=sri, at=AT)
    assert sorted(LetterText.objects.values_list("version", flat=True)) == [1, 2]
