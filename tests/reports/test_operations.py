"""Joint operations are logged as counts and dates, in the own area, without persons or places."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from reports import operations
from reports.models import JointOperation
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 16)
WHOLE = {
    "held_on": DAY,
    "area": "35.73.05",
    "partners": ["satpol_pp", "social_services"],
    "counts": {"premises_visited": 4, "referred_social": 2},
}


@pytest.fixture(autouse=True)
def at_ten(still_clock):
    """The clock stands."""


def log(actor=None, *, corrects=None, **facts) -> JointOperation:
    return operations.log(**WHOLE | facts, actor=actor or world.lurah(), at=AT, corrects=corrects)


# What is refused.


@pytest.mark.parametrize("who", [world.ngo, world.polisi, world.rina, world.auditor, world.drone])
def test_only_staff_and_monitors_log_operations(who):
    with pytest.raises(Refused):
        log(who())


@pytest.mark.parametrize("area", ["35.73.04", "35.73", "35.73.050", "36.73.05"])
def test_a_monitor_logs_in_the_own_area_only(area):
    with pytest.raises(Refused):
        log(area=area)
    assert not JointOperation.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"area": "35.73.05.1001.2"},
        {"area": "Jalan Mawar 3"},
        {"held_on": DAY + timedelta(days=3)},
        {"held_on": date(1990, 1, 1)},
        {"partners": []},
        {"partners": ["Budi"]},
        {"counts": {}},
        {"counts": {"premises_visited": 0}},
        {"counts": {"Budi": 1}},
        {"counts": {"premises_visited": -1}},
        {"counts": {"premises_visited": 10_001}},
    ],
)
def test_what_could_name_a_person_or_a_house_or_cannot_be_is_not_taken(wrong):
    with pytest.raises((Invalid, Refused)):
        log(world.ayu(), **wrong)


def test_the_log_has_no_text_of_anybody():
    texts = {
        field.name
        for field in JointOperation._meta.get_fields()
        if field.get_internal_type() in ("TextField", "CharField")
    }
    assert texts == {"area"}


def test_an_entry_is_corrected_once_and_by_who_sees_it():
    wrong = log(world.ayu(), area="35.73.04")
    with pytest.raises(Refused):
        log(world.lurah(), corrects=wrong)
    log(world.ayu(), corrects=wrong, area="35.73.04")
    with pytest.raises(Conflict):
        log(world.ayu(), corrects=wrong, area="35.73.04")


# What is kept and shown.


def test_an_operation_is_recorded_with_its_counts():
    made = log(area="35.73.05.1001", counts={"premises_visited": 4, "referred_police": 0})
    assert made.counts == {"premises_visited": 4}
    event = Event.objects.get(kind="operation.logged")
    assert event.data["counts"] == {"premises_visited": 4}
    again = log(corrects=made)
    assert Event.objects.get(kind="operation.corrected").data["corrects"] == made.pk
    assert again.corrects == made


def test_an_operation_that_could_not_be_recorded_was_not_logged(monkeypatch):
    monkeypatch.setattr(operations.audit, "record", lambda *told, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        log()
    assert not JointOperation.objects.exists()


def test_a_monitor_reads_the_own_area_and_staff_read_all(client):
    log(world.ayu(), area="35.73.04", counts={"premises_visited": 71})
    log(area="35.73.05.1001", counts={"premises_visited": 72})
    page = reverse("reports:operations")
    theirs = world.sign_in(client, world.lurah()).get(page).content.decode()
    assert "72" in theirs
    assert "35.73.04" not in theirs
    for who in (world.ayu(), world.auditor()):
        both = world.sign_in(client, who).get(page).content.decode()
        assert "35.73.04" in both
        assert "35.73.05.1001" in both


def test_an_operation_is_logged_and_corrected_on_its_page(client):
    world.sign_in(client, world.lurah())
    page = reverse("reports:operation_new")
    form = {"held_on": "2026-03-16", "area": "35.73.05", "partners": ["satpol_pp"]}
    assert client.post(page, form).status_code == 422
    assert client.post(page, form | {"area": "35.73.04", "n-guidance": 1}).status_code == 422
    assert client.post(page, form | {"n-guidance": 1}).status_code == 302
    made = JointOperation.objects.get()
    correct = reverse("reports:operation_correct", args=[made.pk])
    assert 'value="1"' in client.get(correct).content.decode()
    client.post(correct, form | {"n-guidance": 2})
    assert client.get(correct).status_code == 404
    other = log(world.ayu(), area="35.73.04")
    hidden = reverse("reports:operation_correct", args=[other.pk])
    assert client.get(hidden).status_code == 404


@pytest.mark.parametrize("who", [world.ngo, world.polisi, world.rina, world.drone, world.steward])
def test_to_others_the_log_is_closed(client, who):
    world.sign_in(client, who())
    for page in ("operations", "operation_new"):
        assert client.get(reverse(f"reports:{page}")).status_code == 403
