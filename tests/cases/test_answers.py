"""What a platform says of each account, and what follows from it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override as speaking

from cases import answers, notices
from cases.models import Answer, Case, Notice, NoticeItem, Target, TargetState
from cases.views import answering
from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.roles import Actor, Role
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
SOON = AT + HOUR
LATE = AT + 25 * HOUR


@pytest.fixture(autouse=True)
def english():
    """The sentences below are those of the source."""
    with speaking("en"):
        yield


def give(item, code, **facts):
    return answers.Given(item.pk, code, **facts)


def take(notice, *given, actor=None, at=SOON, **facts):
    return answers.take(
        notice, given, actor=actor or world.rina(), channel="portal", at=at, **facts
    )


@pytest.fixture
def notice():
    return world.served_notice("michat: kembang_1", "michat: kembang_2", "michat: kembang_3")


def test_the_receipt_bears_the_day_of_the_policys_own_zone(notice):
    early = datetime(2026, 3, 18, 6, 59, tzinfo=ZoneInfo("Asia/Jakarta"))
    receipt = take(notice, give(notice.items.first(), "removed"), at=early)
    assert receipt.number.startswith("J260318-")


# Who


def test_a_stranger_answers_nothing(notice):
    other = world.representative(
        world.person("lia@line.example", "Lia", "responder"), world.platform("line"), "responder"
    )
    item = notice.items.first()
    for actor in (other, world.lurah(), world.polisi(), Actor(Role.RESPONDER, "somebody")):
        with pytest.raises(Refused):
            take(notice, give(item, "removed"), actor=actor)
    assert not Answer.objects.exists()


def test_a_contact_of_another_platform_answers_nothing(notice):
    stranger = Contact.objects.create(
        platform=world.platform("line"), channel="email", name="x", address="x@line.example"
    )
    with pytest.raises(Refused):
        take(
            notice, give(notice.items.first(), "removed"), contact=stranger,
            actor=Actor(Role.RESPONDER, "x"),
        )  # fmt: skip


def test_a_contact_that_was_switched_off_answers_nothing(notice):
    contact = notice.platform.contacts.first()
    contact.is_active = False
    with pytest.raises(Refused):
        take(
            notice, give(notice.items.first(), "removed"), contact=contact,
            actor=Actor(Role.RESPONDER, "x"),
        )  # fmt: skip


# What is refused


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"code": ""}, "Choose one"),
        ({"code": "eaten_by_the_dog"}, "Choose one"),
        ({"code": "refused"}, "reason"),
        ({"code": "needs_info", "reason": "  "}, "reason"),
        ({"code": "refused", "reason": "x" * 5001}, "5000"),
        ({"code": "removed", "effect_at": SOON + HOUR}, "future"),
        ({"code": "removed", "effect_at": datetime(1, 1, 1, tzinfo=UTC)}, "too far back"),
    ],
)
def test_an_answer_that_says_nothing_is_refused_and_the_others_are_taken(notice, facts, words):
    first, second, _third = notice.items.all()
    receipt = take(notice, answers.Given(first.pk, **facts), give(second, "removed"))
    assert receipt.taken == [second.pk]
    assert receipt.refused[0].item_id == first.pk
    assert words in receipt.refused[0].sentence
    assert Answer.objects.get().item_id == second.pk


def test_nothing_that_can_be_taken_is_an_error_that_names_each_item(notice):
    item = notice.items.first()
    with pytest.raises(Invalid) as error:
        take(notice, give(item, "refused"))
    assert set(error.value.detail["items"]) == {item.pk}
    with pytest.raises(Invalid):
        take(notice)


def test_items_of_another_notice_are_not_touched(notice):
    foreign = world.served_notice("michat: kembang_9").items.get()
    receipt = take(notice, give(foreign, "removed"), give(notice.items.first(), "removed"))
    assert [refusal.item_id for refusal in receipt.refused] == [foreign.pk]
    assert not foreign.answers.exists()


def test_two_answers_for_one_item_in_one_go_are_both_refused(notice):
    item = notice.items.first()
    with pytest.raises(Invalid, match="twice"):
        take(notice, give(item, "removed"), give(item, "refused", reason="x"))


def test_a_withdrawn_notice_takes_no_answer(notice):
    notices.withdraw(Case.objects.all(), reason="x", actor=world.sri(), at=AT).insist()
    with pytest.raises(Conflict, match="withdrawn"):
        take(notice, give(notice.items.first(), "removed"))


# What follows


@pytest.mark.parametrize(
    ("code", "state", "is_climbing"),
    [
        ("removed", TargetState.CLAIMED, False),
        ("restricted", TargetState.CLAIMED, False),
        ("already_gone", TargetState.CLAIMED, False),
        ("refused", TargetState.REFUSED, False),
        ("not_found", TargetState.NOT_FOUND, False),
        ("needs_info", TargetState.NEEDS_INFO, False),
        ("needs_time", TargetState.STANDING, True),
    ],
)
def test_an_answer_moves_the_account_and_stops_its_ladder(notice, code, state, is_climbing):
    item, untouched, _third = notice.items.all()
    take(notice, give(item, code, reason="Because."))
    item.refresh_from_db()
    assert item.target.state == state
    assert (item.next_step_at is not None) == is_climbing
    assert item.answer_code == code
    untouched.refresh_from_db()
    assert untouched.target.state == TargetState.STANDING
    assert untouched.next_step_at is not None


def test_an_answer_is_offered_and_taken_by_the_policy_of_its_day(notice, monkeypatch):
    law, last, first = policy.pack(), date(2026, 3, 17), date(2026, 3, 18)
    known = {choice.code: choice for choice in law.sections["answers"]}
    gone, removed = known.pop("already_gone"), known.pop("removed")
    stricter = replace(removed, needs_reason=True, valid_from=first)
    later = replace(gone, valid_to=last), replace(removed, valid_to=last), stricter
    changed = replace(law, sections={**law.sections, "answers": (*known.values(), *later)})
    monkeypatch.setattr(policy, "pack", lambda: changed)
    one, other, third = notice.items.all()
    take(notice, give(one, "already_gone"), give(other, "removed"))
    for late in (give(third, "already_gone"), give(third, "removed")):
        with pytest.raises(Invalid):
            take(notice, late, at=LATE)
    assert "already_gone" not in [code for code, *_words in answering.choices(notice, LATE)]
    rows = answering.rows_of(notices.items_for_platform(notice), 0, 3)
    assert [row.earlier for row in rows] == [str(gone.name), str(removed.name), ""]


def test_the_five_timestamps_are_written_once(notice):
    item = notice.items.first()
    take(notice, give(item, "needs_time", reason="Tomorrow."), at=SOON)
    take(notice, give(item, "removed"), at=SOON + HOUR)
    take(notice, give(item, "restricted"), at=SOON + 2 * HOUR)
    item.refresh_from_db()
    assert (item.acknowledged_at, item.claimed_at) == (SOON, SOON + HOUR)
    assert (item.sent_at, item.delivered_at, item.verified_at) == (AT, AT, None)
    notice.refresh_from_db()
    assert notice.acknowledged_at == SOON


def test_a_later_answer_follows_the_earlier_one_and_overwrites_nothing(notice):
    item = notice.items.first()
    take(notice, give(item, "removed", reference="T-1"))
    take(notice, give(item, "refused", reason="Restored on appeal."), at=SOON + HOUR)
    assert list(item.answers.values_list("code", "reference", "reason")) == [
        ("removed", "T-1", ""),
        ("refused", "", "Restored on appeal."),
    ]
    assert Target.objects.get(pk=item.target_id).state == TargetState.REFUSED


@pytest.mark.law("PM5-15-6")
def test_a_late_answer_is_taken_and_stays_late(notice):
    item = notice.items.first()
    take(notice, give(item, "removed"), at=LATE)
    item.refresh_from_db()
    assert item.is_late
    assert item.answers.get().is_late
    take(notice, give(item, "already_gone"), at=LATE + HOUR)
    item.refresh_from_db()
    assert item.is_late


def test_a_claim_in_time_is_not_made_late_by_a_later_word(notice):
    item = notice.items.first()
    take(notice, give(item, "removed"))
    take(notice, give(item, "restricted"), at=LATE)
    item.refresh_from_db()
    assert not item.is_late
    assert [answer.is_late for answer in item.answers.all()] == [False, False]


def test_a_claim_in_time_that_turns_into_something_else_after_the_deadline_is_late(notice):
    item = notice.items.first()
    take(notice, give(item, "removed"))
    take(notice, give(item, "refused", reason="Restored on appeal."), at=LATE)
    item.refresh_from_db()
    assert item.is_late
    assert [answer.is_late for answer in item.answers.all()] == [False, True]


def test_one_call_has_one_receipt_and_one_line_on_each_timeline(notice):
    first, second, third = notice.items.all()
    receipt = take(
        notice, give(first, "removed"), give(second, "removed"), give(third, "refused", reason="x")
    )
    assert set(Answer.objects.values_list("receipt", flat=True)) == {receipt.number}
    (event,) = Event.objects.filter(kind="item.answered", thread=Case.objects.get().thread)
    assert event.data["answers"] == {"removed": 2, "refused": 1}
    assert event.actor_name == world.rina().name


def test_a_notice_of_many_accounts_is_answered_in_a_few_statements(django_assert_max_num_queries):
    accounts = [f"michat: kembang_{n}" for n in range(50)]
    made = world.served_notice(*accounts)
    given = [give(item, "removed") for item in made.items.all()]
    actor = world.rina()
    with django_assert_max_num_queries(60):
        receipt = take(made, *given, actor=actor)
    assert len(receipt.taken) == 50
    assert set(Target.objects.values_list("state", flat=True)) == {TargetState.CLAIMED}


def test_an_answer_by_link_shows_that_the_contact_lives(notice):
    contact = notice.platform.contacts.first()
    take(
        notice, give(notice.items.first(), "removed"), contact=contact,
        actor=Actor(Role.RESPONDER, contact.name),
    )  # fmt: skip
    contact.refresh_from_db()
    assert contact.liveness == "alive"
    assert Answer.objects.get().contact == contact


def test_a_drafted_warning_is_discarded_when_the_last_of_its_accounts_is_answered(notice):
    first, second, third = notice.items.all()
    draft = Notice.objects.create(
        platform=notice.platform, rung="warning_1", urgency="ordinary", handling="ordinary",
        basis=notice.basis, state="drafted", follows=notice, language="en", drafted_at=LATE,
        policy_version="x", signatures_wanted=["supervisor"],
    )  # fmt: skip
    for place, item in enumerate((first, second), start=1):
        NoticeItem.objects.create(notice=draft, target=item.target, position=place, locator="x")
    take(notice, give(first, "removed"), give(third, "removed"), at=LATE)
    draft.refresh_from_db()
    assert draft.state == Notice.State.DRAFTED
    take(notice, give(second, "needs_time", reason="x"), at=LATE)
    draft.refresh_from_db()
    assert draft.state == Notice.State.DRAFTED
    take(notice, give(second, "removed"), at=LATE + timedelta(minutes=1))
    draft.refresh_from_db()
    assert draft.state == Notice.State.DISCARDED
