"""What follows silence: chased by itself, warned by persons, never blocked by a machine."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils.translation import override as speaking

from cases import answers, ladder, notices, removal
from cases.models import Case, Delivery, Notice, NoticeItem, Signature, Target, TargetState
from cases.notices import service
from cases.rungs import plan, steps
from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
NOTE = "The platform gave no reasons."


@pytest.fixture(autouse=True)
def english():
    """The sentences below are those of the source."""
    with speaking("en"):
        yield


def climb_until(end, start=AT, every=timedelta(minutes=30)):
    """The pump's looks, one after another, without sending anything."""
    at = start
    while at <= end:
        ladder.climb(at)
        at += every


def asked(purpose=None):
    """The steps that were enqueued, in order."""
    found = OutboxMessage.objects.filter(topic="notice.send").order_by("id")
    payloads = [message.payload for message in found]
    return [p["step"] for p in payloads if purpose in (None, p["purpose"])]


def signed(draft, *people, at, note=""):
    for person in people:
        notices.sign(draft, actor=person, at=at, note=note)
    draft.refresh_from_db()
    return draft


def serve(notice, at):
    service.start_clock(notice.pk, at=at, proof={})
    notice.refresh_from_db()


# The plan


@pytest.mark.law("PM5-15-11", "PM5-15-11b")
def test_an_order_is_followed_by_reminders_the_next_contact_and_one_warning():
    book = policy.pack().ladder("ordinary", AT)
    assert [rung.code for rung in steps(book, "order")] == [
        "reminder_1", "reminder_2", "reminder_3", "next_contact", "warning_1",
    ]  # fmt: skip
    chain = [
        steps(book, code)[-1].code for code in ("order", "warning_1", "warning_2", "warning_3")
    ]
    assert chain == ["warning_1", "warning_2", "warning_3", "block_proposal"]
    assert steps(book, "block_proposal") == ()
    assert steps(book, "withdrawal") == ()


@pytest.mark.law("PM5-15-11")
@pytest.mark.parametrize(("urgency", "hours"), [("ordinary", 24), ("urgent", 4)])
def test_each_warning_grants_another_interval(urgency, hours):
    book = policy.pack().ladder(urgency, AT)
    for code in ("order", "warning_1", "warning_2", "warning_3"):
        assert book.rung(code).due == timedelta(hours=hours)


def item_at(step=0, rung="order"):
    return SimpleNamespace(notice=SimpleNamespace(rung=rung), due_at=AT + DAY, step=step)


def test_the_plan_gives_the_next_step_and_its_instant():
    book = policy.pack().ladder("ordinary", AT)
    first = plan(item_at(), book)
    assert (first.rung.code, first.at) == ("reminder_1", AT + 12 * HOUR)
    last = plan(item_at(step=4), book)
    assert (last.rung.code, last.at) == ("warning_1", AT + DAY)
    assert plan(item_at(step=5), book) is None


def test_a_reminder_whose_time_has_passed_is_left_out_of_the_plan():
    book = policy.pack().ladder("ordinary", AT)
    assert plan(item_at(), book, after=AT + 13 * HOUR).rung.code == "reminder_2"
    assert plan(item_at(), book, after=AT + 2 * DAY).rung.code == "next_contact"


def test_what_has_no_due_time_has_no_plan():
    book = policy.pack().ladder("ordinary", AT)
    silent = SimpleNamespace(notice=SimpleNamespace(rung="order"), due_at=None, step=0)
    assert plan(silent, book) is None


# Climbing


def test_an_idle_sweep_is_one_look_at_an_index(django_assert_num_queries):
    world.served_notice()
    with django_assert_num_queries(1):
        assert ladder.climb(AT + HOUR) == 0


def test_silence_is_reminded_at_each_time_once():
    world.served_notice()
    climb_until(AT + 23 * HOUR + timedelta(minutes=30))
    assert asked("reminder") == ["reminder_1", "reminder_2", "reminder_3"]
    ladder.climb(AT + 23 * HOUR + timedelta(minutes=45))
    assert len(asked("reminder")) == 3


def test_after_an_outage_one_reminder_is_enough_and_none_is_sent_too_late():
    world.served_notice()
    ladder.climb(AT + 21 * HOUR)
    assert asked("reminder") == ["reminder_2"]
    ladder.climb(AT + 3 * DAY)
    assert asked("reminder") == ["reminder_2"]


def test_at_the_deadline_the_next_contact_is_addressed_and_a_warning_drafted(mail):
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    climb_until(AT + DAY)
    assert asked("notice") == ["order", "next_contact"]
    draft = Notice.objects.get(rung="warning_1")
    assert (draft.state, draft.follows, draft.number) == ("drafted", made, None)
    assert draft.signatures_wanted == ["supervisor"]
    assert draft.item_count == draft.items.count() == 2
    assert not draft.items.exclude(next_step_at=None).exists()
    while outbox.drain("notice", at=AT + DAY):
        pass
    assert len(mail.to("legal@michat.example")) == 1
    assert mail.to("legal@michat.example")[0]["In-Reply-To"] == made.message_id


def test_what_was_answered_is_not_chased():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    first, second = made.items.all()
    answers.take(
        made, [answers.Given(first.pk, "removed")], actor=world.rina(), channel="portal", at=AT
    )
    climb_until(AT + DAY)
    assert [item.target_id for item in Notice.objects.get(rung="warning_1").items.all()] == [
        second.target_id
    ]


def test_what_settled_by_another_way_is_left_alone_even_if_its_step_is_due():
    made = world.served_notice()
    Target.objects.update(state=TargetState.GONE)
    assert ladder.climb(AT + DAY) == 1
    assert made.items.get().next_step_at is None
    assert asked() == ["order"]
    assert not Notice.objects.filter(rung="warning_1").exists()


def test_a_notice_whose_every_account_is_answered_is_followed_by_nothing():
    made = world.served_notice()
    world.answer(made, "removed")
    climb_until(AT + 3 * DAY)
    assert asked() == ["order"]
    assert Notice.objects.count() == 1


def test_a_reminder_that_waited_in_the_queue_is_not_sent_after_the_answer(mail):
    made = world.served_notice()
    ladder.climb(AT + 12 * HOUR)
    world.answer(made, "removed", at=AT + 12 * HOUR)
    outbox.drain("notice", at=AT + 12 * HOUR)
    subjects = [message["Subject"] for message in mail.to("abuse@michat.example")]
    assert subjects == [made.subject]


def test_the_reminder_lists_what_still_stands(mail):
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    first = made.items.first()
    answers.take(
        made, [answers.Given(first.pk, "removed")], actor=world.rina(), channel="portal", at=AT
    )
    ladder.climb(AT + 12 * HOUR)
    outbox.drain("notice", at=AT + 12 * HOUR)
    reminder = mail.to("abuse@michat.example")[-1]
    text = reminder.get_body(("plain",)).get_content()
    assert "kembang_2" in text
    assert "kembang_1" not in text
    assert reminder["Message-ID"] != made.message_id
    assert Delivery.objects.filter(purpose="reminder", state="accepted").count() == 1
    made.refresh_from_db()
    assert made.served_at == AT


@pytest.mark.django_db(transaction=True)
def test_five_workers_climb_every_step_once():
    world.served_notice(*[f"michat: kembang_{n}" for n in range(20)])
    at_once(*[lambda: ladder.climb(AT + DAY)] * 5)
    at_once(*[lambda: ladder.climb(AT + DAY)] * 5)
    drafts = Notice.objects.filter(rung="warning_1")
    assert sum(draft.items.count() for draft in drafts) == 20
    assert asked("notice") == ["order", "next_contact"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_an_account_is_confirmed_or_escalated_and_never_both():
    """At the very deadline the platform answers and the pump climbs. Whoever is first wins: either
    no warning names the account, or it was drafted before the answer, which then discards it."""
    actor = world.rina()
    outcomes = set()
    for n in range(20):
        made = world.served_notice(f"michat: kembang_{n}", at=AT)
        item = made.items.get()
        NoticeItem.objects.filter(pk=item.pk).update(step=4, next_step_at=AT + DAY)
        given = [answers.Given(item.pk, "removed")]
        calls = [
            lambda made=made, given=given: answers.take(
                made, given, actor=actor, channel="portal", at=AT + DAY
            ),
            lambda: ladder.climb(AT + DAY),
        ]
        at_once(*calls[:: 1 if n % 2 else -1])
        item.refresh_from_db()
        assert item.target.state == TargetState.CLAIMED
        assert item.next_step_at is None
        drafts = Notice.objects.filter(rung="warning_1", items__target=item.target_id)
        assert drafts.count() <= 1
        assert not drafts.exclude(state=Notice.State.DISCARDED).exists()
        outcomes.add(drafts.count())
    assert outcomes


# Signing


@pytest.fixture
def warning():
    """A drafted first warning that waits for the supervisor."""
    world.served_notice()
    climb_until(AT + DAY, start=AT + DAY)
    return Notice.objects.get(rung="warning_1")


def test_the_wrong_hand_signs_nothing(warning):
    for person in (world.ayu(), world.dewi(), world.rina(), world.auditor(), world.steward()):
        verdict = notices.may_sign(person, warning)
        assert not verdict
        assert verdict.reason
        with pytest.raises(Refused):
            notices.sign(warning, actor=person, at=AT + DAY)
    assert not Signature.objects.exists()


def test_a_warning_waits_for_its_signature_however_long(warning):
    climb_until(AT + 5 * DAY, start=AT + DAY, every=12 * HOUR)
    warning.refresh_from_db()
    assert (warning.state, warning.number) == ("drafted", None)
    assert Notice.objects.filter(rung__startswith="warning").count() == 1


def test_a_signed_warning_is_issued_sent_and_has_a_clock_of_its_own(warning, mail):
    signed(warning, world.sri(), at=AT + 25 * HOUR)
    assert warning.state == Notice.State.ISSUED
    assert world.sri().name in warning.text
    outbox.drain("notice", at=AT + 26 * HOUR)
    warning.refresh_from_db()
    assert warning.due_at == AT + 26 * HOUR + DAY
    assert Case.objects.get().due_at == warning.due_at
    assert mail.to("legal@michat.example")[-1]["Subject"] == warning.subject


def test_a_warning_that_was_issued_is_signed_no_more(warning):
    signed(warning, world.sri(), at=AT + DAY)
    with pytest.raises(Conflict):
        notices.sign(warning, actor=world.sri(), at=AT + DAY)


def test_accounts_answered_since_the_draft_are_left_out_of_the_warning():
    made = world.served_notice("michat: kembang_1", "michat: kembang_2")
    climb_until(AT + DAY, start=AT + DAY)
    draft = Notice.objects.get(rung="warning_1")
    first, second = made.items.all()
    answers.take(
        made, [answers.Given(first.pk, "removed")], actor=world.rina(), channel="portal",
        at=AT + 25 * HOUR,
    )  # fmt: skip
    signed(draft, world.sri(), at=AT + 26 * HOUR)
    assert [(item.target_id, item.position) for item in draft.items.all()] == [
        (second.target_id, 1)
    ]
    assert draft.item_count == 1
    assert "kembang_1" not in draft.text


def test_a_warning_without_any_account_left_is_discarded_when_signed(warning):
    Target.objects.update(state=TargetState.GONE)
    signed(warning, world.sri(), at=AT + DAY)
    assert warning.state == Notice.State.DISCARDED
    assert warning.number is None


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_who_sign_at_once_issue_it_once():
    world.served_notice()
    ladder.climb(AT + DAY)
    warning = Notice.objects.get(rung="warning_1")
    others = [world.sri(), world.person("tono@komdigi.example", "Tono", "supervisor")]

    def sign(person):
        try:
            return notices.sign(warning, actor=person, at=AT + DAY).pk
        except (Conflict, Refused):
            return None

    done = at_once(*[lambda p=p: sign(p) for p in others])
    assert sorted(map(bool, done)) == [False, True]
    assert Signature.objects.count() == 1
    assert OutboxMessage.objects.filter(payload__notice=warning.pk).count() == 1


def third_warning():
    """Silence through order and three warnings; returns the served third one."""
    made = world.served_notice()
    at = AT
    for code, person in (
        ("warning_1", world.sri()), ("warning_2", world.dewi()), ("warning_3", world.dewi()),
    ):  # fmt: skip
        at = made.due_at
        ladder.climb(at)
        made = signed(Notice.objects.get(rung=code), person, at=at)
        serve(made, at)
    return made


@pytest.mark.law("PM5-15-11b", "PM5-15-12")
def test_after_three_warnings_there_is_no_fourth_but_a_proposal_for_two_persons(mail):
    third = third_warning()
    ladder.climb(third.due_at)
    draft = Notice.objects.get(rung="block_proposal")
    assert (draft.state, draft.signatures_wanted) == ("drafted", ["supervisor", "director"])
    at = third.due_at + HOUR
    with pytest.raises(Invalid, match="reasons"):
        notices.sign(draft, actor=world.sri(), at=at)
    signed(draft, world.sri(), at=at, note=NOTE)
    assert draft.state == Notice.State.DRAFTED
    with pytest.raises(Refused, match="already"):
        notices.sign(draft, actor=world.sri(), at=at, note=NOTE)
    signed(draft, world.dewi(), at=at, note=NOTE)
    assert draft.state == Notice.State.ISSUED
    numbers = Notice.objects.exclude(pk=draft.pk).values_list("number", flat=True)
    assert all(number in draft.text for number in numbers)
    assert NOTE in draft.text
    for _turn in range(5):
        at += 2 * DAY
        ladder.climb(at)
        outbox.drain("notice", at=at)
    assert Notice.objects.filter(rung__startswith="warning").count() == 3
    assert Notice.objects.filter(rung="block_proposal").count() == 1


@pytest.mark.law("PM5-15-12")
def test_a_proposal_to_block_is_never_sent_by_the_portal(mail):
    third = third_warning()
    ladder.climb(third.due_at)
    draft = Notice.objects.get(rung="block_proposal")
    signed(draft, world.sri(), world.dewi(), at=third.due_at, note=NOTE)
    assert not OutboxMessage.objects.filter(payload__notice=draft.pk).exists()
    assert draft.served_at is None
    assert not notices.visible_to(world.rina()).filter(pk=draft.pk).exists()


def test_a_sealed_warning_is_signed_by_the_cleared_only():
    world.served_notice()
    ladder.climb(AT + DAY)
    Notice.objects.update(handling="sealed")
    warning = Notice.objects.get(rung="warning_1")
    for person in (world.sri(), world.ayu()):
        assert not notices.may_sign(person, warning)
    assert notices.may_sign(world.citra(), warning)
    assert notices.may_sign(world.cleared_sri(), warning)


# Going on, and other due times


def test_reasons_that_do_not_convince_let_the_ladder_go_on():
    made = world.served_notice()
    world.answer(made, "refused", at=AT + HOUR, reason="It is satire.")
    climb_until(AT + 2 * DAY, every=6 * HOUR)
    assert Notice.objects.count() == 1
    target = Target.objects.get()
    with pytest.raises(Invalid):
        removal.weigh([target.pk], is_accepted=False, reason=" ", actor=world.ayu(), at=AT)
    done = removal.weigh(
        [target.pk], is_accepted=False, reason="It is an offer.", actor=world.ayu(), at=AT + 2 * DAY
    )
    assert done == [target.pk]
    ladder.climb(AT + 2 * DAY)
    assert Notice.objects.get(rung="warning_1").state == "drafted"
    assert asked("reminder") == []


def test_reasons_that_convince_release_the_account_and_close_the_case():
    made = world.served_notice()
    world.answer(made, "refused", reason="It is satire.")
    target = Target.objects.get()
    with pytest.raises(Refused):
        removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.ayu(), at=AT)
    removal.weigh([target.pk], is_accepted=True, reason="It is.", actor=world.sri(), at=AT)
    found = Case.objects.get()
    assert (found.state, found.outcome) == ("closed", "released")
    made.refresh_from_db()
    assert made.state == Notice.State.SETTLED


def override(made, due_at, *, reason="Holiday.", actor=None, at=AT + HOUR):
    ids = list(made.items.values_list("pk", flat=True))
    return ladder.override_due(ids, due_at=due_at, reason=reason, actor=actor or world.sri(), at=at)


def test_another_due_time_needs_a_reason_a_future_and_an_overseer():
    made = world.served_notice()
    with pytest.raises(Invalid):
        override(made, AT + 2 * DAY, reason="")
    with pytest.raises(Invalid):
        override(made, AT + HOUR)
    with pytest.raises(Invalid):
        override(made, AT + HOUR + ladder.FURTHEST + timedelta(seconds=1))
    for person in (world.ayu(), world.rina(), world.auditor()):
        with pytest.raises(Refused):
            override(made, AT + 2 * DAY, actor=person)
    world.answer(made, "removed")
    removal.observe([Target.objects.get().pk], "gone", actor=world.ayu(), method="person", at=AT)
    removal.observe(
        [Target.objects.get().pk], "gone", actor=world.ayu(), method="person", at=AT + DAY
    )
    with pytest.raises(Conflict):
        override(made, AT + 4 * DAY, at=AT + 2 * DAY)


def test_another_due_time_moves_the_steps_and_stays_in_the_explanation():
    made = world.served_notice()
    assert override(made, AT + 3 * DAY) == 1
    item = made.items.get()
    assert item.due_at == AT + 3 * DAY
    assert item.next_step_at == AT + 3 * DAY - 12 * HOUR
    assert item.due_steps[-1]["label"] == "overridden"
    assert item.due_steps[-1]["value"]["reason"] == "Holiday."
    made.refresh_from_db()
    assert made.due_at == Case.objects.get().due_at == AT + 3 * DAY
    (event,) = Event.objects.filter(kind="deadline.overridden", thread=Case.objects.get().thread)
    assert event.actor_name == world.sri().name
    climb_until(AT + 2 * DAY, every=6 * HOUR)
    assert Notice.objects.count() == 1


def test_another_due_time_discards_the_warning_drafted_for_the_old_one():
    made = world.served_notice()
    ladder.climb(AT + DAY)
    override(made, AT + 3 * DAY, at=AT + DAY)
    assert Notice.objects.get(rung="warning_1").state == "discarded"
    climb_until(AT + 3 * DAY, start=AT + DAY, every=6 * HOUR)
    assert Notice.objects.filter(rung="warning_1", state="drafted").count() == 1


def test_a_notice_that_reaches_nobody_is_not_left_in_silence():
    made = world.notice()
    climb_until(AT + 3 * DAY, every=6 * HOUR)
    assert Event.objects.filter(kind="notice.unserved", thread=f"notice:{made.pk}").exists()
    assert not Notice.objects.filter(rung="warning_1").exists()
    later = AT + 3 * DAY
    serve(made, later)
    assert made.items.get().next_step_at == later + 12 * HOUR


def test_the_watch_over_an_unserved_notice_passes_to_an_account_that_stands():
    made = world.notice("michat: kembang_1", "michat: kembang_2")
    first, second = made.items.all()
    Target.objects.filter(pk=first.target_id).update(state=TargetState.GONE)
    climb_until(AT + 2 * DAY, every=6 * HOUR)
    assert Event.objects.filter(kind="notice.unserved", thread=f"notice:{made.pk}").exists()
    second.refresh_from_db()
    assert second.next_step_at is not None


def test_a_contact_that_stays_silent_is_marked():
    world.served_notice()
    ladder.climb(AT + DAY)
    assert Contact.objects.get(address="abuse@michat.example").liveness == "silent"
