"""Who sees what was told."""

import pytest

from reports import formal, intake, permissions
from reports.models import ContactPoint, FormalRequest, Report, ReportItem
from tests import world
from tests.reports.test_evidence import plain, quarantined
from tests.reports.test_formal import draft

pytestmark = pytest.mark.django_db

NOBODY = [world.steward, world.rina, world.joko]


def seen(user) -> set[int]:
    return set(permissions.reports_visible_to(user).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("area", "own", "inside"),
    [
        ("35.73.05", "35.73.05", True),
        ("35.73.05.1001", "35.73.05", True),
        ("35.73.051", "35.73.05", False),
        ("35.73", "35.73.05", False),
        ("", "35.73.05", False),
        ("35.73.05", "", False),
    ],
)
def test_an_area_holds_what_lies_inside_it(area, own, inside):
    assert permissions.within(area, own) is inside


def test_sealed_reports_exist_for_cleared_people_only():
    ordinary = world.report().report_id
    sealed = world.report(category="child_sexual").report_id
    for user in (world.ayu(), world.sri(), world.dewi(), world.auditor()):
        assert seen(user) == {ordinary}
    for user in (world.citra(), world.cleared_auditor()):
        assert seen(user) == {ordinary, sealed}


@pytest.mark.parametrize("who", NOBODY)
def test_platforms_and_stewards_see_no_report_or_request(who):
    world.report()
    draft()
    assert seen(who()) == set()
    assert not permissions.requests_visible_to(who()).exists()


def test_who_tells_sees_the_own_reports_and_no_other():
    world.report()
    own = intake.ReporterFacts(kind="monitor", user=world.lurah())
    told = world.report("MiChat: bunga_78", reporter=own, actor=world.lurah())
    assert seen(world.lurah()) == {told.report_id}
    assert seen(world.ngo()) == set()


def test_the_police_see_their_agencys_requests_and_reports():
    request = draft()
    formal.submit(request, actor=world.polisi(), at=world.AT)
    world.report("MiChat: bunga_78")
    assert seen(world.polisi()) == {Report.objects.get(formal_request=request).pk}
    assert list(permissions.requests_visible_to(world.polisi())) == [request]
    assert seen(world.stray_polisi()) == set()
    assert not permissions.requests_visible_to(world.stray_polisi()).exists()


def test_a_contact_point_that_has_ended_sees_the_agencys_requests_no_more():
    found = draft()
    formal.submit(found, actor=world.polisi(), at=world.AT)
    FormalRequest.objects.update(created_by=world.ayu())
    assert permissions.requests_visible_to(world.polisi()).get() == found
    ContactPoint.objects.update(ended_on=world.AT.date())
    assert seen(world.polisi()) == set()
    assert not permissions.requests_visible_to(world.polisi()).exists()


@pytest.mark.parametrize("who", [world.ngo, world.lurah, world.polisi, world.drone])
def test_nobody_outside_learns_that_somebody_else_has_told_of_an_account(who):
    item = ReportItem(state=ReportItem.State.DUPLICATE)
    assert permissions.state_told(who(), item) == ReportItem.State.ACCEPTED
    assert permissions.state_told(world.ayu(), item) == ReportItem.State.DUPLICATE


def test_a_request_on_a_child_exists_for_cleared_staff_and_its_own_agency():
    request = draft(category="child_sexual", uploads=())
    assert not permissions.requests_visible_to(world.ayu()).exists()
    assert not permissions.requests_visible_to(world.auditor()).exists()
    assert list(permissions.requests_visible_to(world.citra())) == [request]
    assert list(permissions.requests_visible_to(world.polisi())) == [request]


def test_files_follow_what_they_belong_to_and_quarantine_is_for_the_cleared():
    ordinary, locked = plain(), quarantined()
    for who, sees in {
        world.rina: set(),
        world.polisi: set(),
        world.ayu: {ordinary},
        world.citra: {ordinary, locked},
    }.items():
        assert set(permissions.evidence_visible_to(who())) == sees, who.__name__


def test_files_are_imported_by_staff_monitors_and_organisations():
    for user in (world.ayu(), world.lurah(), world.ngo()):
        assert permissions.may_import(user)
    for user in (world.drone(), world.polisi(), world.rina(), world.auditor()):
        assert not permissions.may_import(user)


def test_a_draft_of_nobody_yet_is_seen_by_staff():
    FormalRequest.objects.create(created_at=world.AT, source="letter")
    assert permissions.requests_visible_to(world.ayu()).count() == 1
    assert permissions.requests_visible_to(world.polisi()).count() == 0


def test_a_draft_without_a_category_is_for_its_author_its_agency_and_the_cleared():
    made = draft(category="")
    for who, sees in {
        world.polisi: True,
        world.citra: True,
        world.ayu: False,
        world.auditor: False,
    }.items():
        visible = permissions.requests_visible_to(who())
        assert visible.filter(pk=made.pk).exists() == sees, who.__name__
    own = draft(actor=world.ayu(), category="")
    assert permissions.requests_visible_to(world.ayu()).filter(pk=own.pk).exists()
