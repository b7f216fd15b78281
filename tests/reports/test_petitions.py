"""Demands without accounts."""

from datetime import date

import pytest

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from reports import petitions
from reports.models import Petition, Report
from tests import world

pytestmark = pytest.mark.django_db


def register(actor=None, **facts) -> Petition:
    given = {
        "platform": world.michat(),
        "organisation": "Gerakan Tolak",
        "demand": "Tutup seluruh aplikasi.",
        "remedy": "platform",
        "received_on": date(2026, 3, 2),
    }
    return petitions.register(**given | facts, actor=actor or world.ayu(), at=world.AT)


def test_only_staff_register_and_answer():
    with pytest.raises(Refused):
        register(actor=world.ngo())
    with pytest.raises(Refused):
        petitions.reply(register(), "Tidak.", actor=world.rina(), at=world.AT)


def test_a_petition_says_who_demands_what():
    with pytest.raises(Invalid):
        register(demand=" ")


def test_a_petition_is_registered_answered_once_and_is_no_report():
    petition = register()
    petitions.reply(petition, "Satu per satu akun.", actor=world.ayu(), at=world.AT)
    with pytest.raises(Conflict):
        petitions.reply(petition, "Lagi.", actor=world.bima(), at=world.AT)
    assert not Report.objects.exists()
    kinds = Event.objects.filter(subject=f"petition:{petition.pk}").values_list("kind", flat=True)
    assert set(kinds) == {"petition.registered", "petition.answered"}
