"""A person looks at what a machine found."""

import pytest

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from moderation_portal.policy import pack
from reports import intake, mending, verification
from reports.models import Finding, Report, ReportItem
from tests import world

pytestmark = pytest.mark.django_db

SAID = "Profil publik menawarkan jasa seksual."


def finding(account: str = "MiChat: bunga_77", category: str = "prostitution") -> int:
    told = world.report(
        account,
        category=category,
        reporter=intake.ReporterFacts(kind="detector", user=world.drone()),
        actor=world.drone(),
        channel="api",
        finding=intake.FindingFacts("drone", "9", "open-bo", "3", "open bo", None, None, "publik"),
    )
    return told.report_id


def judge(*ids: int, verdict: str = "confirmed", reason: str = SAID, actor=None) -> list[int]:
    return verification.judge(ids, verdict, reason, actor=actor or world.ayu(), at=world.AT)


def test_no_machine_police_or_platform_judges_a_finding():
    found = finding()
    for actor in (world.drone(), world.polisi(), world.rina(), world.lurah(), world.auditor()):
        with pytest.raises(Refused):
            judge(found, actor=actor)


def test_a_verdict_needs_words():
    with pytest.raises(Invalid):
        judge(finding(), reason="ok")
    with pytest.raises(Invalid):
        judge(finding(), verdict="perhaps")


def test_a_finding_on_a_child_does_not_exist_for_who_is_not_cleared():
    found = finding(category="child_sexual")
    with pytest.raises(Invalid):
        judge(found)
    assert verification.waiting(world.ayu()).count() == 0
    assert verification.waiting(world.citra()).count() == 1
    judge(found, actor=world.citra())


def test_what_is_confirmed_goes_on():
    found = finding()
    judge(found)
    report = Report.objects.get(pk=found)
    assert not report.needs_verifier
    assert (report.finding.verdict, report.finding.verifier) == ("confirmed", world.ayu())
    row = OutboxMessage.objects.get(topic="report.received")
    assert (row.payload["reports"], row.lane) == ([found], "internal")
    assert Event.objects.filter(kind="finding.confirmed", actor_id=world.ayu().pk).exists()


@pytest.mark.parametrize("verdict", ["confirmed", "rejected"])
def test_what_a_person_has_looked_at_lacks_no_person_any_more(verdict):
    whole, partial = finding(), finding("bunga_78")
    assert [codes(one) for one in (whole, partial)] == [
        {"verifier"},
        {"verifier", "locator_precise"},
    ]
    judge(whole, partial, verdict=verdict)
    assert [codes(one) for one in (whole, partial)] == [set(), {"locator_precise"}]


def test_what_is_completed_after_its_verdict_goes_on():
    found = finding("bunga_78")
    judge(found)
    assert not OutboxMessage.objects.filter(topic="report.received").exists()
    item = ReportItem.objects.get(report_id=found)
    mending.complete(
        item.pk, {"locator_precise": "MiChat: bunga_78"}, actor=world.ayu(), at=world.AT
    )
    assert OutboxMessage.objects.filter(topic="report.received").count() == 1
    assert codes(found) == set()


def codes(report_id: int) -> set[str]:
    item = ReportItem.objects.get(report_id=report_id)
    return {gap["code"] for gap in item.gaps}


def test_what_is_rejected_is_declined_with_the_reason_and_goes_nowhere():
    found = finding()
    judge(found, verdict="rejected")
    item = ReportItem.objects.get(report_id=found)
    assert (item.state, item.declined_because) == ("declined", SAID)
    assert not OutboxMessage.objects.filter(topic="report.received").exists()


def test_one_judges_and_the_other_is_told_who_and_when():
    found = finding()
    judge(found)
    with pytest.raises(Conflict) as refused:
        judge(found, verdict="rejected", actor=world.bima())
    assert refused.value.detail["by"] == world.ayu().name
    assert refused.value.detail["at"] == world.AT.isoformat()
    assert Finding.objects.get(report_id=found).verdict == "confirmed"


def test_nobody_judges_more_at_once_than_a_person_can_look_at():
    most = pack().limits_at(world.AT).bulk_judge_max
    with pytest.raises(Invalid):
        judge(*range(1, most + 2))
