"""Who files for the police: nothing that one steward decides alone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from moderation_portal import changes
from moderation_portal.errors import Conflict
from moderation_portal.models import Change
from reports import formal, permissions
from reports.models import Agency, ContactPoint
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
INLINE = {"contact_points-TOTAL_FORMS": 0, "contact_points-INITIAL_FORMS": 0}


@pytest.fixture(autouse=True)
def registered():
    """The police liaison is a contact point from the start."""
    world.polisi()


def point() -> ContactPoint:
    return ContactPoint.objects.get()


def ask(wanted, reason="SK 12/2026"):
    return changes.ask(point(), wanted, reason, actor=world.steward(), at=AT)


@pytest.mark.parametrize(
    "wanted",
    [
        {"email": "lain@polda.example"},
        {"name": "Orang Lain"},
        {"registered_on": date(2025, 1, 1)},
    ],
    ids=lambda wanted: next(iter(wanted)),
)
def test_what_names_a_contact_point_is_decided_by_two(wanted):
    change = ask(wanted)
    ((name, value),) = wanted.items()
    assert getattr(point(), name) != value
    changes.approve(change.pk, actor=world.sri(), at=AT + HOUR)
    assert getattr(point(), name) == value


def test_another_account_files_for_a_unit_only_when_two_say_so():
    stray = world.stray_polisi()
    liaison, change = world.polisi(), ask({"user": stray})
    assert formal.own_contact_point(stray, at=AT) is None
    changes.approve(change.pk, actor=world.sri(), at=AT + HOUR)
    assert formal.own_contact_point(stray, at=AT) is not None
    assert formal.own_contact_point(liaison, at=AT) is None


def test_what_an_agency_is_is_decided_by_two(client):
    shown = point().agency
    world.sign_in(client, world.steward())
    data = {"name": shown.name, "kind": "court", "area": shown.area, "reason": "SK 12/2026"}
    address = reverse("admin:reports_agency_change", args=[shown.pk])
    assert client.post(address, data | INLINE).status_code == 302
    assert point().agency.kind == shown.kind
    changes.approve(Change.objects.get().pk, actor=world.sri(), at=AT + HOUR)
    assert point().agency.kind == "court"


def test_a_new_agency_needs_nobody_for_it_opens_nothing(client):
    world.sign_in(client, world.steward())
    data = {"name": "Polres Baru", "kind": "police", "area": "35.73"}
    client.post(reverse("admin:reports_agency_add"), data | INLINE)
    assert Agency.objects.filter(name="Polres Baru").exists()
    assert not Change.objects.exists()


def test_an_end_is_set_at_once_and_taken_away_by_two():
    yesterday = AT.date() - timedelta(days=1)
    assert ask({"ended_on": yesterday}, reason="") is None
    assert formal.own_contact_point(world.polisi(), at=AT) is None
    change = ask({"ended_on": None})
    assert point().ended_on == yesterday
    changes.approve(change.pk, actor=world.sri(), at=AT + HOUR)
    assert point().ended_on is None


def test_an_earlier_end_is_not_taken_away_with_the_one_that_was_seen():
    ask({"ended_on": AT.date()}, reason="")
    change, earlier = ask({"ended_on": None}), AT.date() - timedelta(days=9)
    ask({"ended_on": earlier}, reason="")
    with pytest.raises(Conflict):
        changes.approve(change.pk, actor=world.sri(), at=AT + HOUR)
    assert point().ended_on == earlier


def test_who_is_switched_off_files_nothing_and_sees_nothing_of_the_unit():
    report = world.report()
    ask({"is_active": False})
    assert formal.own_contact_point(world.polisi(), at=AT) is None
    assert not permissions.reports_visible_to(world.polisi()).filter(pk=report.report_id).exists()


def test_a_new_contact_point_files_nothing_before_it_is_approved(client):
    stray = world.stray_polisi()
    world.sign_in(client, world.steward())
    data = {"agency": world.polda().pk, "name": stray.name, "email": stray.email,
            "user": stray.pk, "registered_on": "2025-06-02", "reason": "SK 12"}  # fmt: skip
    answer = client.post(reverse("admin:reports_contactpoint_add"), data)
    assert answer.status_code == 302
    assert formal.own_contact_point(stray, at=AT) is None
    changes.approve(Change.objects.get().pk, actor=world.sri(), at=AT + HOUR)
    assert formal.own_contact_point(stray, at=AT) is not None


def test_contact_points_are_not_changed_in_the_page_of_their_agency(client):
    shown = point()
    world.sign_in(client, world.steward())
    page = client.get(reverse("admin:reports_agency_change", args=[shown.agency_id]))
    assert 'name="contact_points-0-email"' not in page.content.decode()


def test_the_old_and_the_new_address_are_told(mailed):
    change = ask({"email": "lain@polda.example"})
    changes.approve(change.pk, actor=world.sri(), at=AT + HOUR)
    assert {mail.to[0] for mail in mailed()} == {"polisi@polda.example", "lain@polda.example"}
