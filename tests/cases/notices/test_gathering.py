"""Who is gathered into one notice, and when it leaves."""

from datetime import timedelta

import pytest

from cases import notices
from cases.models import Case, CaseState, Decision, Notice, NoticeItem
from moderation_portal import outbox, policy
from platforms.models import Platform
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

from .doing import MINUTE, gather, make_urgent

pytestmark = pytest.mark.django_db


def test_nothing_leaves_without_reasons_and_the_others_leave():
    found = world.approved_case("michat: kembang_1", by=world.sri())
    Decision.objects.update(reasons=" ")
    gathered = gather(is_asked=True)
    assert gathered.issued == []
    (problem,) = gathered.problems
    assert found.number in problem.said
    assert problem.case_ids == (found.pk,)
    other = world.approved_case("instagram: kembang_2")
    again = gather(is_asked=True)
    assert Notice.objects.get(pk__in=again.issued).platform_id == other.platform_id
    assert Case.objects.get(pk=found.pk).state == CaseState.APPROVED


@pytest.mark.law("PM5-17-2")
def test_a_cloud_provider_is_never_ordered():
    world.approved_case()
    Platform.objects.update(is_cloud=True)
    assert gather(is_asked=True).issued == []


def test_an_account_that_is_not_approved_does_not_leave():
    world.upheld_case()
    assert gather(is_asked=True).issued == []


def test_ordinary_accounts_wait_for_others_but_no_longer_than_the_policy_says():
    world.approved_case("michat: kembang_1")
    world.approved_case("michat: kembang_2", at=AT + 40 * MINUTE)
    most = timedelta(minutes=policy.pack().limits_at(AT).gather_minutes)
    assert most <= HOUR
    assert gather(AT + most - MINUTE).issued == []
    (pk,) = gather(AT + most).issued
    assert Notice.objects.get(pk=pk).item_count == 2


def test_urgent_accounts_leave_at_once():
    world.approved_case()
    make_urgent()
    assert len(gather().issued) == 1


def test_an_approval_wakes_the_gathering_and_the_notice_is_sent(mail):
    world.michat()
    world.approved_case()
    while outbox.drain("notice", at=AT + 2 * HOUR):
        pass
    assert len(mail.to("abuse@michat.example")) == 1


def test_what_differs_in_platform_urgency_or_basis_leaves_apart():
    first = world.case("michat: kembang_1")
    bases = [
        basis.code
        for basis in policy.pack().bases_for(first.category, AT)
        if basis.kind == "prohibition"
    ]
    world.approve(world.uphold(first, world.ayu(), bases=bases[:1]), world.sri())
    for account, facts in (
        ("michat: kembang_2", {"bases": bases[1:2]}),
        ("instagram: kembang_3", {}),
        ("michat: kembang_4", {}),
        ("michat: kembang_5", {"test": {**world.TEST, "remedy": "item"}}),
    ):
        found = world.uphold(world.case(account), world.ayu(), **facts)
        world.approve(found, world.sri())
    Case.objects.filter(targets__account__canonical="kembang_4").update(urgency="urgent")
    assert len(gather(is_asked=True).issued) == 5


def test_gathering_again_issues_nothing_again():
    world.notice()
    assert gather(AT + HOUR, is_asked=True).issued == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_gather_an_account_only_once():
    world.michat()
    world.approved_case("michat: kembang_1", "michat: kembang_2")
    at_once(*[lambda: notices.gather(AT, is_asked=True)] * 3)
    assert NoticeItem.objects.count() == 2
    assert Notice.objects.count() == 1
