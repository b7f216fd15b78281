"""Another regulator's portal: a removal order of one hour under Regulation (EU) 2021/784, told from
the report to the end, and its answers by the forms of Annexes II and III."""

from datetime import timedelta

import pytest
from django.utils.translation import override as speaking

from cases import answers, deadlines, decisions, ladder, notices, removal
from cases.demo.passing import Passing
from cases.models import Answer, Case, Notice, NoticeItem, Target, TargetState
from cases.replies import content_of
from moderation_portal.errors import Invalid
from platforms.models import Platform
from reports.models import ReportItem
from tests import world
from tests.cases import first_orders
from tests.cases.ladder.doing import asked, climb_until, serve
from tests.cases.replies.doing import answered
from tests.incoming import OURS
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
UNCLEAR, IMPOSSIBLE = "needs_info", "needs_time"
URL = "https://www.instagram.com/seruan.contoh/"


@pytest.fixture(autouse=True)
def european(settings, db):
    """Every provider here has been told how orders go (Article 3(2))."""
    settings.POLICY_PACK, settings.MAIL_AUTHSERV_ID = "eu-tco", OURS
    first_orders.told("michat", "instagram")
    with speaking("en"):
        yield


def ordered(*accounts: str, at=AT) -> Notice:
    """A removal order that the contact point has received."""
    return world.served_notice(*accounts or ("michat: seruan_1",), category="terrorism", at=at)


def says(made: Notice, code: str, *, at, **facts) -> answers.Receipt:
    return world.answer(made, code, at=at, **facts)


def item_of(made: Notice) -> NoticeItem:
    return made.items.get()


def told_plainly(mail, made: Notice, address: str) -> str:
    (letter,) = (one for one in mail.to(address) if one["Message-ID"] == made.message_id)
    return " ".join(letter.get_body(("plain",)).get_content().split())


# Before the order


@pytest.mark.parametrize("line", ["establishment_known", "no_double_order"])
def test_what_the_regulation_wants_before_an_order_is_confirmed_by_a_person(line):
    case = world.prepare(world.case("michat: seruan_1", category="terrorism"), world.ayu())
    case.ticks.get(line=line).delete()
    told = {"bases": [world.first_basis(case)], "test": world.TEST, "reasons": "It incites."}
    (refused,) = decisions.uphold([case.pk], actor=world.ayu(), at=AT, **told).refused
    (gap,) = refused.error.detail["gaps"]
    assert gap["code"] == f"checklist_{line}"


# Annex II


@pytest.mark.parametrize("code", ["removed", "restricted"])
def test_what_is_said_to_be_done_is_taken_with_its_day_and_time_only(code):
    made = ordered()
    with pytest.raises(Invalid, match="Say when it was done"):
        says(made, code, at=AT + MINUTE)
    says(made, code, at=AT + 20 * MINUTE, effect_at=AT + 15 * MINUTE, reference="T-1")
    kept = Answer.objects.get()
    assert (kept.code, kept.effect_at, kept.reference) == (code, AT + 15 * MINUTE, "T-1")
    assert not kept.is_late


def test_a_line_by_mail_says_when_it_was_done(mail):
    made = ordered()
    reply = answered(made, "1: removed")
    assert "Say when it was done" in content_of(reply).problems_in("en")[0]
    reply = answered(made, "1: removed @ 2026-03-17T04:10", message_id="<second@michat.example>")
    assert reply.state == "taken"
    # In the pack's zone, an hour before UTC on that day.
    assert Answer.objects.get().effect_at == AT + 10 * MINUTE


# Annex III: the hour stands still


def test_the_hour_runs_at_night_and_on_a_holiday():
    christmas_night = AT.replace(year=2026, month=12, day=25, hour=1)
    made = ordered(at=christmas_night)
    assert made.due_at == christmas_night + HOUR


def test_manifest_errors_stop_the_hour_until_the_clarification_is_received():
    made = ordered()
    says(made, UNCLEAR, at=AT + 50 * MINUTE, reason="The address lacks its last part.")
    made.refresh_from_db()
    here = item_of(made)
    assert (here.due_at, here.next_step_at, made.due_at) == (None, None, None)
    assert here.target.state == TargetState.NEEDS_INFO
    said = deadlines.explain(here)[-1]
    assert "stands still" in said
    assert "Article 3(8)" in said
    climb_until(AT + 5 * HOUR)
    assert asked("reminder") == []
    assert not Notice.objects.filter(rung="penalty_proposal").exists()
    draft = notices.correct(made, change="The profile itself.", actor=world.ayu(), at=AT + 5 * HOUR)
    new = notices.approve_correction(draft, actor=world.sri(), at=AT + 5 * HOUR)
    serve(new, AT + 6 * HOUR)
    assert new.due_at == AT + 7 * HOUR
    assert "clarification" in new.text
    says(new, "removed", at=AT + 6 * HOUR + MINUTE, effect_at=AT + 6 * HOUR)
    assert not Answer.objects.filter(is_late=True).exists()


def test_force_majeure_stops_the_hour_until_a_person_sets_another_time(mail):
    made = ordered()
    says(made, IMPOSSIBLE, at=AT + 10 * MINUTE, reason="The data centre lost its power.")
    assert item_of(made).target.state == TargetState.STANDING
    climb_until(AT + 3 * HOUR)
    assert asked() == ["order"]
    due_at = AT + 5 * HOUR
    moved = ladder.override_due(
        [item_of(made).pk],
        due_at=due_at,
        reason="Power is back.",
        actor=world.sri(),
        at=AT + 4 * HOUR,
    )
    here = item_of(made)
    assert (moved, here.due_at) == (1, due_at)
    assert [one.former for one in deadlines.changes(here.due_steps)] == [AT + HOUR]
    assert "Power is back." in Notice.objects.get(rung="due_change").text
    climb_until(due_at + MINUTE, start=AT + 4 * HOUR, every=5 * MINUTE)
    assert Notice.objects.get(rung="penalty_proposal").state == Notice.State.DRAFTED


def test_what_is_removed_while_the_hour_stands_still_is_in_time():
    made = ordered()
    says(made, IMPOSSIBLE, at=AT + 10 * MINUTE, reason="No power.")
    says(made, "removed", at=AT + 9 * HOUR, effect_at=AT + 8 * HOUR)
    assert not item_of(made).is_late
    assert item_of(made).target.state == TargetState.CLAIMED


@pytest.mark.parametrize("code", [UNCLEAR, IMPOSSIBLE])
def test_what_is_late_stays_late_and_stops_nothing(code):
    made = ordered()
    says(made, code, at=AT + 61 * MINUTE, reason="x")
    assert item_of(made).due_at == AT + HOUR
    assert item_of(made).is_late


def test_an_objection_that_does_not_convince_sets_nothing_going_by_itself():
    """The hour starts with what the platform hears, not with what is thought of its reasons."""
    made = ordered()
    says(made, UNCLEAR, at=AT + MINUTE, reason="Which post?")
    target = Target.objects.get()
    told = {"reason": "There is one only.", "actor": world.bima(), "at": AT + 2 * HOUR}
    assert removal.weigh([target.pk], is_accepted=False, **told) == [target.pk]
    here = item_of(made)
    assert (here.target.state, here.due_at, here.next_step_at) == ("standing", None, None)
    later = {"reason": "There is one only.", "actor": world.dewi(), "at": AT + 2 * HOUR}
    assert ladder.override_due([here.pk], due_at=AT + 3 * HOUR, **later) == 1
    assert item_of(made).due_at == AT + 3 * HOUR


def test_any_other_reason_lets_the_hour_run_on():
    made = ordered()
    says(made, "refused", at=AT + MINUTE, reason="Journalism.")
    assert item_of(made).due_at == AT + HOUR


def test_while_the_hour_stands_still_it_is_the_authority_that_owes():
    made = ordered()
    says(made, UNCLEAR, at=AT + MINUTE, reason="x")
    here = Case.objects.get()
    assert (here.due_at, here.met_at) == (here.ours_due_at, None)


def test_one_stopped_address_leaves_the_clock_of_the_others():
    made = ordered("michat: seruan_1", "michat: seruan_2")
    first, second = made.items.order_by("position")
    given = [answers.Given(first.pk, UNCLEAR, "Which of two?")]
    answers.take(made, given, actor=world.rina(), channel="portal", at=AT + MINUTE)
    made.refresh_from_db()
    second.refresh_from_db()
    assert made.due_at == second.due_at == AT + HOUR


def test_elsewhere_the_same_answers_leave_the_clock_alone(settings):
    """Permenkominfo 5/2020 knows no such stop."""
    settings.POLICY_PACK = "indonesia"
    made = world.served_notice()
    says(made, IMPOSSIBLE, at=AT + HOUR, reason="x")
    assert item_of(made).due_at == AT + 24 * HOUR


def test_no_host_is_exempt_where_the_law_exempts_none():
    """Hosting service providers are all addressees (Article 2(1)), a cloud's as well."""
    world.michat()
    world.approved_case("michat: seruan_1", category="terrorism")
    Platform.objects.update(is_cloud=True)
    assert len(notices.gather(AT, is_asked=True).issued) == 1


# The whole of it


def test_an_order_of_one_hour_is_carried_out_from_the_report_to_the_end(mail):
    clock = Passing(AT)
    here = world.platform("instagram")
    here.establishment = "Ireland"
    here.save(update_fields=["establishment"])
    world.Contact.objects.create(
        platform=here, channel="email", name="Trust", address="trust@instagram.example"
    )
    received = world.report(URL, category="terrorism", wants_receipt=True)
    clock.to(AT + MINUTE)
    case = Case.objects.get()
    assert (case.urgency, case.platform) == ("urgent", here)
    world.approve(world.uphold(case, world.ayu(), at=clock.at), world.sri(), at=clock.at)
    clock.to(AT + 3 * MINUTE)
    made = Notice.objects.get()
    assert (made.language, made.due_at - made.served_at) == ("en", HOUR)
    letter = told_plainly(mail, made, "trust@instagram.example")
    for part in (
        "Regulation (EU) 2021/784",
        "Section A",
        "Section G",
        "main establishment: Ireland",
    ):
        assert part.casefold() in letter.casefold(), part
    done = {"effect_at": made.served_at + 30 * MINUTE, "actor": world.ayu()}
    says(made, "removed", at=made.served_at + 40 * MINUTE, **done)
    for at in (AT + 2 * HOUR, AT + 3 * HOUR):
        removal.observe(
            list(Target.objects.values_list("pk", flat=True)),
            "gone", actor=world.ayu(), method="person", at=at, note="Looked.",
        )  # fmt: skip
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "gone")
    assert not Answer.objects.get().is_late
    assert ReportItem.objects.get(report_id=received.report_id).progress == "removed"
