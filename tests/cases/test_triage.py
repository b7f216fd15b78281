import pytest

from cases import opening, triage
from cases.models import Case
from reports.models import FormalRequest, Report, ReporterKind
from tests import world
from tests.world import AT, HOUR

URGENT_BY_LAW = {"terrorism", "child_sexual"}


@pytest.mark.law("PM5-14-3", "SAMAN-2")
@pytest.mark.parametrize(
    "category", ["prostitution", "pornography", "gambling", "fraud", "trafficking", "other"]
)
def test_what_the_law_does_not_list_is_never_urgent(category):
    assert triage.urgency(category, ReporterKind.POLICE, at=AT) == "ordinary"


@pytest.mark.law("PM5-14-3")
@pytest.mark.parametrize("category", sorted(URGENT_BY_LAW))
def test_terrorism_and_child_pornography_are_urgent_whoever_reports(category):
    for kind in ReporterKind:
        assert triage.urgency(category, kind, at=AT) == "urgent"


@pytest.mark.law("PM5-14-3")
def test_unrest_is_urgent_only_with_a_designation():
    assert triage.urgency("unrest", ReporterKind.PUBLIC, at=AT) == "ordinary"
    assert triage.urgency("unrest", ReporterKind.DETECTOR, at=AT) == "ordinary"
    assert triage.urgency("unrest", ReporterKind.AGENCY, at=AT) == "urgent"


def test_a_reason_for_urgency_hastens_us_but_not_the_law():
    weight = triage.weigh("prostitution", ReporterKind.POLICE, AT, is_hastened=True)
    assert weight.urgency == "ordinary"
    assert weight.decide_at == AT + 2 * HOUR


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("is_urgent", "reason", "hours"),
    [(True, "Korban diancam.", 2), (True, "  ", 24), (False, "Segera.", 24)],
)
def test_a_formal_request_hastens_only_with_a_reason(is_urgent, reason, hours):
    report = world.report("michat: bunga_77").report_id
    letter = FormalRequest.objects.create(is_urgent=is_urgent, urgency_reason=reason, created_at=AT)
    Report.objects.update(formal_request=letter)
    opening.open_or_join([report], at=AT)
    assert Case.objects.get().due_at == AT + hours * HOUR


def test_what_may_show_a_child_is_looked_at_within_half_an_hour():
    weight = triage.weigh("child_sexual", ReporterKind.PUBLIC, AT)
    assert weight.first_look_at == AT + HOUR / 2
    assert weight.decide_at == AT + 2 * HOUR
