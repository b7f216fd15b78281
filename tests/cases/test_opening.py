import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases import decisions, lifecycle, opening
from cases.models import Case, CaseState, Joining, Notice, NoticeItem, Target, TargetState
from moderation_portal import outbox
from moderation_portal.models import Event, Lane
from moderation_portal.roles import PUBLIC, SYSTEM
from reports import intake
from reports.models import Report, ReportItem
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db

A, B, C = "michat: bunga_77", "michat: melati_12", "michat: mawar_05"


def told(*accounts, at=AT, **facts):
    """A report that has come in and is not yet in a case."""
    return world.report(*accounts, at=at, **facts).report_id


def told_by_staff(*accounts, **facts):
    """The same by a caseworker, of whom no picture is asked."""
    ayu = world.ayu()
    reporter = intake.ReporterFacts(kind="regulator", user=ayu)
    return told(*accounts, reporter=reporter, actor=ayu, channel="staff", **facts)


def complete(report_id):
    """As if what was missing had been handed in."""
    items = ReportItem.objects.filter(report_id=report_id)
    items.update(state=ReportItem.State.RECEIVED, gaps=[])
    return report_id


def states(report_id):
    items = ReportItem.objects.filter(report_id=report_id).order_by("position")
    return list(items.values_list("state", flat=True))


def ordered(case, at=AT):
    """The case as the first notice leaves it: ordered, one item per account."""
    notice = Notice.objects.create(
        platform=case.platform,
        rung="order",
        urgency=case.urgency,
        handling=case.handling,
        basis=world.first_basis(case),
        state=Notice.State.ISSUED,
        language="en",
        policy_version="test",
        drafted_at=at,
        issued_at=at,
    )
    for place, target in enumerate(case.targets.all()):
        NoticeItem.objects.create(notice=notice, target=target, position=place, locator="x")
    lifecycle.advance([case], "order", actor=SYSTEM, at=at).insist()
    return notice


def test_a_second_open_target_of_an_account_is_refused_by_the_database():
    case = world.case(A)
    target = case.targets.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(case=case, account=target.account, handling=target.handling)


def test_a_finding_that_nobody_has_verified_opens_nothing():
    report = told(A)
    Report.objects.filter(pk=report).update(needs_verifier=True)
    assert opening.open_or_join([report], at=AT) == opening.Opened()
    assert states(report) == ["received"]


def test_what_is_incomplete_or_routed_elsewhere_opens_nothing():
    report = told("https://slot-gacor.example/")
    opening.open_or_join([report], at=AT)
    assert not Case.objects.exists()


def test_an_account_opens_one_case():
    report = told(A)
    opened = opening.open_or_join([report], at=AT)
    case = Case.objects.get()
    assert opened == opening.Opened((case.pk,), targets=1)
    assert (case.state, case.target_count, case.report_count) == (CaseState.NEW, 1, 1)
    assert (case.opened_at, case.due_at, case.ours_due_at) == (AT, AT + 24 * HOUR, AT + 24 * HOUR)
    assert states(report) == ["accepted"]
    assert Event.objects.get(kind="case.opened").thread == case.thread


def test_opening_again_changes_nothing():
    report = told(A, B)
    opening.open_or_join([report], at=AT)
    assert opening.open_or_join([report], at=AT + HOUR) == opening.Opened()
    assert Case.objects.get().report_count == 1
    assert Target.objects.count() == 2


def test_the_accounts_of_one_report_on_one_platform_share_a_case():
    report = told(A, B, "https://t.me/mawar_05")
    opening.open_or_join([report], at=AT)
    cases = world.cases_of(report)
    assert [case.target_count for case in cases] == [2, 1]
    assert [case.platform.slug for case in cases] == ["michat", "telegram"]
    assert cases[0].title == "@bunga_77 +1"


def test_two_reports_of_different_accounts_open_two_cases():
    opening.open_or_join([told(A), told(B)], at=AT)
    assert Case.objects.count() == 2


def test_a_report_of_an_account_with_an_open_target_joins_it():
    case = world.case(A)
    again = told(A, reporter=world.warga(email="wati@warga.example"))
    opened = opening.open_or_join([again], at=AT + HOUR)
    case.refresh_from_db()
    assert opened == opening.Opened(joined=1)
    assert states(again) == ["duplicate"]
    assert (case.report_count, case.target_count) == (2, 1)
    assert case.targets.get().report_count == 2
    assert Event.objects.get(kind="target.joined").thread == case.thread


def test_a_report_that_joins_with_two_accounts_counts_once():
    case = world.case(A, B)
    again = told(A, B, C, reporter=world.warga(email="wati@warga.example"))
    opened = opening.open_or_join([again], at=AT + HOUR)
    case.refresh_from_db()
    assert (case.report_count, case.target_count) == (2, 2)
    assert (len(opened.cases), opened.targets, opened.joined) == (1, 1, 2)
    assert states(again) == ["duplicate", "duplicate", "accepted"]


def test_the_same_account_twice_in_one_batch_is_one_target():
    first, second = told(A), told(A, reporter=world.warga(email="wati@warga.example"))
    opening.open_or_join([second, first], at=AT)
    case = Case.objects.get()
    assert (case.report_count, case.target_count) == (2, 1)
    assert case.targets.get().report_count == 2
    assert states(first) == ["accepted"]
    assert states(second) == ["duplicate"]


def test_a_joined_report_tells_its_reporter_nothing_of_the_case():
    case = world.case(A)
    decisions.claim([case], actor=world.ayu(), at=AT)
    again = told(A, reporter=world.warga(email="wati@warga.example"))
    opening.open_or_join([again], at=AT)
    assert ReportItem.objects.get(report_id=again).progress == ReportItem.Progress.WAITING


def test_an_account_that_was_closed_opens_a_new_case():
    case = world.prepare(world.case(A), world.ayu())
    decisions.dismiss([case], reason="Bukan.", actor=world.ayu(), at=AT).insist()
    again = world.case(A, at=AT + HOUR, reporter=world.warga(email="wati@warga.example"))
    assert again.pk != case.pk
    assert again.state == CaseState.NEW


def test_what_is_added_to_a_report_goes_on_in_its_own_undecided_case():
    report = told(A, B)
    late = ReportItem.objects.filter(report_id=report, position=2)
    late.update(state=ReportItem.State.NEEDS_INFO)
    opening.open_or_join([report], at=AT)
    late.update(state=ReportItem.State.RECEIVED)
    opened = opening.open_or_join([report], at=AT + HOUR)
    case = Case.objects.get()
    assert opened == opening.Opened(targets=1)
    assert (case.target_count, case.report_count) == (2, 1)


def test_what_is_added_to_a_report_whose_case_is_decided_opens_another():
    report = told(A, B)
    late = ReportItem.objects.filter(report_id=report, position=2)
    late.update(state=ReportItem.State.NEEDS_INFO)
    opening.open_or_join([report], at=AT)
    world.uphold(Case.objects.get(), world.ayu())
    late.update(state=ReportItem.State.RECEIVED)
    opening.open_or_join([report], at=AT + HOUR)
    assert Case.objects.count() == 2


def test_an_urgent_report_hurries_a_case_but_does_not_rename_it():
    case = world.case(A)
    opening.open_or_join([told_by_staff(A, category="terrorism")], at=AT)
    case.refresh_from_db()
    assert (case.category, case.urgency) == ("prostitution", "ordinary")
    assert case.due_at == case.ours_due_at == AT + 2 * HOUR


def test_an_ordinary_report_does_not_slow_down_an_urgent_case():
    opening.open_or_join([told_by_staff(A, category="terrorism")], at=AT)
    case = Case.objects.get()
    world.case(A)
    before = case.due_at
    case.refresh_from_db()
    assert (case.urgency, case.due_at) == ("urgent", before)


@pytest.mark.law("PM5-14-3")
def test_a_designation_that_comes_later_makes_the_case_urgent():
    report = complete(told(A, category="unrest"))
    opening.open_or_join([report], at=AT)
    assert Case.objects.get().urgency == "ordinary"
    designation = complete(told_by_staff(A, category="unrest"))
    opening.open_or_join([designation], at=AT)
    assert Case.objects.get().urgency == "urgent"


def test_the_handler_listens_to_the_outbox():
    report = told(A)
    assert outbox.drain(Lane.INTERNAL, at=AT)
    assert world.cases_of(report)


# Sealed beside ordinary, in either order of arrival.


def test_a_report_on_a_child_opens_a_sealed_urgent_case_beside_the_ordinary_one():
    ordinary = world.case(A)
    sealed = world.child_case(A, reporter=world.warga(email="wati@warga.example"))
    ordinary.refresh_from_db()
    assert (sealed.handling, sealed.urgency, sealed.state) == ("sealed", "urgent", "new")
    assert sealed.due_at == AT + HOUR / 2
    assert (ordinary.report_count, ordinary.target_count) == (1, 1)


def test_an_ordinary_report_after_a_sealed_one_opens_its_own_case():
    sealed = world.child_case(A)
    ordinary = world.case(A, reporter=world.warga(email="wati@warga.example"))
    assert ordinary.pk != sealed.pk
    assert ordinary.handling == "ordinary"
    assert ordinary.report_count == 1


def test_a_sealed_case_quietly_withholds_the_account_from_the_ordinary_notice():
    ordinary = world.approved_case(A, B)
    ordered(ordinary)
    before = Event.objects.filter(thread=ordinary.thread).count()
    world.child_case(A, reporter=world.warga(email="wati@warga.example"))
    withheld = NoticeItem.objects.order_by("position").values_list("is_withheld", flat=True)
    assert list(withheld) == [True, False]
    assert Event.objects.filter(thread=ordinary.thread).count() == before


def test_an_account_with_a_sealed_case_is_named_to_whoever_gathers_an_ordinary_notice():
    sealed = world.child_case(A)
    account = sealed.targets.get().account_id
    assert opening.withheld_accounts([account]) == {account}
    lifecycle.move_targets(sealed.targets.all(), TargetState.GONE, actor=SYSTEM, at=AT)
    assert opening.withheld_accounts([account]) == set()


def test_everything_recorded_of_a_sealed_case_is_sealed():
    sealed = world.child_case(A)
    world.child_case(A, reporter=world.warga(email="wati@warga.example"))
    assert set(Event.objects.filter(thread=sealed.thread).values_list("is_sealed", flat=True)) == {
        True
    }


# At size, and at once.


def many(number, start=0):
    """So many accounts told in reports of one account each."""
    tellings = [
        world.telling(f"michat: akun_{n:05d}", telling_key=str(n))
        for n in range(start, start + number)
    ]
    return [one.report_id for one in intake.receive(tellings, actor=PUBLIC, at=AT)]


def statements(report_ids):
    with CaptureQueriesContext(connection) as seen:
        opening.open_or_join(report_ids, at=AT)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_items():
    few, more = many(5), many(120, start=5)
    assert statements(few) == statements(more) <= 20
    assert Case.objects.count() == 125


@pytest.mark.django_db(transaction=True)
def test_eight_workers_never_open_two_targets_of_one_account():
    accounts = [f"michat: akun_{n:02d}" for n in range(12)]
    reports = []
    for n in range(8):
        reporter = world.warga(email=f"warga{n}@warga.example")
        order = accounts if n % 2 else accounts[::-1]
        reports.append(told(*order, reporter=reporter))
    at_once(*(lambda pk=pk: opening.open_or_join([pk], at=AT) for pk in reports))
    assert Target.objects.count() == 12
    assert Joining.objects.count() == 96
    assert sum(Target.objects.values_list("report_count", flat=True)) == 96
    assert sum(Case.objects.values_list("target_count", flat=True)) == 12
    assert not Case.objects.filter(target_count=0).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_report_open_it_once():
    report = told(A, B)
    answers = at_once(*[lambda: opening.open_or_join([report], at=AT)] * 2)
    assert sorted(answer.targets for answer in answers) == [0, 2]
    assert Case.objects.count() == 1
