"""The life of cases and notices, lived at random: whatever people, the platform, its mailbox, the
workers and the clock do, and wherever a worker ends, the invariants below hold.

A step is one act of one of them. A crash cuts a verb off at one of its writes, as the end of a
process would: what was in a transaction is undone, what was committed stands.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases import answers, ladder, notices, removal
from cases.models import (
    OPEN_NOTICES,
    OPEN_STATES,
    OPEN_TARGETS,
    Answer,
    Case,
    CaseState,
    Decision,
    Delivery,
    Notice,
    NoticeItem,
    Target,
    TargetState,
)
from moderation_portal import outbox
from moderation_portal.errors import PortalError
from moderation_portal.models import Event, Lane, OutboxMessage
from platforms import channels
from tests import world
from tests.cases.beginnings import ACCOUNTS, BEGINNINGS
from tests.world import AT, HOUR

UNDECIDED = (CaseState.NEW, CaseState.IN_REVIEW)
LOOKED_AT = (CaseState.ORDERED, CaseState.CLOSED)
WAITS = [timedelta(minutes=10), HOUR, 6 * HOUR, 13 * HOUR, 25 * HOUR, 80 * HOUR]
CODES = [code for code in Answer.Code.values if code not in ("partly", "restored", "not_restored")]
MAIL = ["accepts", "accepts", "is busy", "refuses", "takes it and is cut off", "ends the worker"]
SEEN = ["present", "gone", "unclear"]
PLACES = st.integers(min_value=0, max_value=5)
LIVES = int(os.environ.get("PORTAL_LIVES", "0"))


class Ended(BaseException):
    """The process is gone; no `except Exception` sees it."""


class Mailbox:
    """The mail server of the platform, in whatever mood it is; `taken` are the ids it took."""

    name = "email"

    def __init__(self) -> None:
        self.mood, self.taken = "accepts", []

    def hand_over(self, parcel, contact, *, at):
        if self.mood == "is busy":
            raise channels.Later("451 later", {"channel": "email", "to": contact.address})
        if self.mood == "refuses":
            raise channels.Never("550 no", {"channel": "email", "to": contact.address})
        self.taken.append((parcel.message_id, contact.pk))
        if self.mood == "takes it and is cut off":
            raise channels.Later("cut off", {"channel": "email"}, is_uncertain=True)
        if self.mood == "ends the worker":
            raise Ended
        proof = {"channel": "email", "to": contact.address, "message_id": parcel.message_id}
        return channels.Receipt(True, proof)


class Cut:
    """Ends the process at its n-th write; counts from when it was set."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            self.left -= 1
            if self.left == 0:
                raise Ended
        return execute(sql, params, many, context)


class Life(RuleBasedStateMachine):
    """One desk, one platform with two mailboxes, three accounts."""

    beginning: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.at, self.cut, self.is_staffed, self.mailbox = AT, 0, True, Mailbox()
        self.served: dict[int, Any] = {}
        self.letters: dict[int, tuple[Any, ...]] = {}
        self.events = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        channels._CHANNELS["email"] = self.mailbox
        self.people = {"ayu": world.ayu(), "sri": world.sri(), "dewi": world.dewi()}
        world.michat(), world.rina()
        begin, hours = BEGINNINGS[self.beginning]
        begin()
        self.at += hours * HOUR

    def act(self, verb: Callable[[], Any]) -> None:
        """Does it, perhaps cut off; a refusal is an answer like any other."""
        self.at += timedelta(seconds=1)
        cut, self.cut = Cut(self.cut), 0
        try:
            with connection.execute_wrapper(cut):
                verb()
        except (PortalError, Ended):
            pass

    def work(self) -> None:
        """The pump and every worker turn once."""
        self.act(lambda: notices.gather(self.at))
        self.act(lambda: ladder.climb(self.at))
        for lane in Lane.values:
            self.act(lambda lane=lane: outbox.drain(lane, at=self.at))

    def after(self, verb: Callable[[], Any]) -> None:
        """Does it; then, unless nobody works, what follows from it."""
        self.act(verb)
        if self.is_staffed:
            self.work()

    def has(self, model: Any, **facts: Any) -> bool:
        return model.objects.filter(**facts).exists()

    def pick(self, rows: Any, place: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[place % len(found)] if found else None

    # What people do.

    @rule(account=st.sampled_from(ACCOUNTS))
    def somebody_reports(self, account: str) -> None:
        self.after(lambda: world.report(account, at=self.at))

    @precondition(lambda self: self.has(Case, state__in=UNDECIDED))
    @rule(place=PLACES)
    def ayu_upholds(self, place: int) -> None:
        if found := self.pick(Case.objects.filter(state__in=UNDECIDED), place):
            self.after(lambda: world.uphold(found, self.people["ayu"], at=self.at))

    @precondition(lambda self: self.has(Case, state=CaseState.AWAITING_APPROVAL))
    @rule(place=PLACES, who=st.sampled_from(["ayu", "sri"]))
    def somebody_approves(self, place: int, who: str) -> None:
        if found := self.pick(Case.objects.filter(state=CaseState.AWAITING_APPROVAL), place):
            self.after(lambda: world.approve(found, self.people[who], at=self.at))

    @precondition(lambda self: self.has(Case, state=CaseState.ORDERED))
    @rule(place=PLACES)
    def sri_withdraws(self, place: int) -> None:
        if found := self.pick(Case.objects.filter(state=CaseState.ORDERED), place):
            told = {"reason": "Keliru.", "actor": self.people["sri"], "at": self.at}
            self.after(lambda: notices.withdraw([found.pk], **told))

    @precondition(lambda self: self.has(Notice, state=Notice.State.DRAFTED))
    @rule(place=PLACES, who=st.sampled_from(["sri", "dewi"]))
    def a_warning_is_signed(self, place: int, who: str) -> None:
        if draft := self.pick(Notice.objects.filter(state=Notice.State.DRAFTED), place):
            told = {"actor": self.people[who], "at": self.at, "note": "Tanpa alasan."}
            self.after(lambda: notices.sign(draft, **told))

    @precondition(lambda self: self.has(NoticeItem, due_at__isnull=False))
    @rule(place=PLACES, hours=st.sampled_from([1, 30, 60]))
    def sri_sets_another_due_time(self, place: int, hours: int) -> None:
        if item := self.pick(NoticeItem.objects.filter(due_at__isnull=False), place):
            told = {"reason": "Listrik padam.", "actor": self.people["sri"], "at": self.at}
            due_at = self.at + hours * HOUR
            self.after(lambda: ladder.override_due([item.pk], due_at=due_at, **told))

    @precondition(lambda self: self.has(Target, case__state__in=LOOKED_AT))
    @rule(place=PLACES, result=st.sampled_from(SEEN))
    def ayu_looks(self, place: int, result: str) -> None:
        if target := self.pick(Target.objects.all(), place):
            told = {"actor": self.people["ayu"], "method": "person", "at": self.at}
            self.after(lambda: removal.observe([target.pk], result, **told))

    @precondition(lambda self: self.has(Target, state__in=removal.DISPUTED))
    @rule(place=PLACES, is_accepted=st.booleans())
    def sri_weighs(self, place: int, is_accepted: bool) -> None:
        if target := self.pick(Target.objects.filter(state__in=removal.DISPUTED), place):
            told = {"reason": "Ditimbang.", "actor": self.people["sri"], "at": self.at}
            self.after(lambda: removal.weigh([target.pk], is_accepted=is_accepted, **told))

    @precondition(lambda self: self.has(Notice, state=Notice.State.ISSUED))
    @rule(place=PLACES)
    def sri_sends_again(self, place: int) -> None:
        if notice := self.pick(Notice.objects.filter(state=Notice.State.ISSUED), place):
            self.after(lambda: notices.send_again(notice, actor=self.people["sri"], at=self.at))

    # What the platform does.

    @precondition(lambda self: self.has(NoticeItem, notice__state=Notice.State.SERVED))
    @rule(place=PLACES, code=st.sampled_from(CODES))
    def rina_answers(self, place: int, code: str) -> None:
        if item := self.pick(NoticeItem.objects.all(), place):
            given = [answers.Given(item.pk, code, reason="Karena begitu.")]
            told = {"actor": world.rina(), "channel": "portal", "at": self.at}
            self.after(lambda: answers.take(item.notice, given, **told))

    @precondition(lambda self: self.has(Notice, state__in=OPEN_NOTICES))
    @rule(place=PLACES)
    def rina_opens_a_notice(self, place: int) -> None:
        if notice := self.pick(notices.visible_to(world.rina()), place):
            told = {"actor": world.rina(), "at": self.at}
            self.after(lambda: notices.open_in_portal(notice, **told))

    @rule(mood=st.sampled_from(MAIL))
    def the_mailbox_turns(self, mood: str) -> None:
        self.mailbox.mood = mood

    # What machines do.

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.at += wait
        if self.is_staffed:
            self.work()

    @rule(writes=st.integers(min_value=1, max_value=25))
    def the_next_act_is_cut_off(self, writes: int) -> None:
        self.cut = writes

    @rule(lane=st.sampled_from(Lane.values))
    def a_worker_turns(self, lane: str) -> None:
        self.act(lambda: outbox.drain(lane, at=self.at))

    @rule(is_staffed=st.sampled_from([True, True, False]))
    def the_workers_come_or_go(self, is_staffed: bool) -> None:
        self.is_staffed = is_staffed

    # What holds at every moment.

    @invariant()
    def an_account_is_in_one_open_case_at_most(self) -> None:
        twice = (
            Target.objects.filter(OPEN_TARGETS)
            .values("account", "handling")
            .annotate(n=Count("pk"))
            .filter(n__gt=1)
        )
        assert not twice.exists()

    @invariant()
    def nobody_approves_what_they_decided(self) -> None:
        assert not Decision.objects.filter(author=F("approver")).exists()

    @invariant()
    def an_order_rests_on_an_approved_decision(self) -> None:
        ordered = Case.objects.filter(state=CaseState.ORDERED)
        approved = Decision.objects.filter(kind="uphold", approver__isnull=False)
        assert not ordered.exclude(pk__in=approved.values("case")).exists()

    @invariant()
    def service_happens_once_and_its_clock_follows_from_it(self) -> None:
        for pk, served_at in Notice.objects.exclude(served_at=None).values_list("pk", "served_at"):
            assert self.served.setdefault(pk, served_at) == served_at
        for item in NoticeItem.objects.exclude(due_at=None).select_related("notice"):
            granted = notices.issuing.rung_of(item.notice).due
            is_moved = any(step["label"] == "overridden" for step in item.due_steps)
            assert is_moved or item.due_at == item.notice.served_at + granted

    @invariant()
    def a_letter_is_frozen_when_it_is_issued(self) -> None:
        for notice in Notice.objects.exclude(issued_at=None):
            letter = (notice.number, notice.message_id, notice.text, notice.item_count)
            assert self.letters.setdefault(notice.pk, letter) == letter
            assert notice.number
            assert notice.items.count() == notice.item_count

    @invariant()
    def every_copy_bears_the_id_of_its_letter_and_counts_once(self) -> None:
        accepted = Delivery.objects.filter(
            state=Delivery.State.ACCEPTED, is_quiet=False, proof__has_key="message_id"
        )
        for one in accepted:
            assert (one.proof["message_id"], one.contact_id) in self.mailbox.taken
        twice = (
            accepted.values("notice", "contact", "step", "proof__message_id")
            .annotate(n=Count("pk"))
            .filter(n__gt=1)
        )
        assert not twice.exists()

    @invariant()
    def silence_alone_is_chased(self) -> None:
        chased = NoticeItem.objects.exclude(next_step_at=None)
        said = ~Q(target__state=TargetState.STANDING) & ~Q(notice__state=Notice.State.ISSUED)
        assert not chased.filter(said, target__case__state=CaseState.CLOSED).exists()
        claimed = chased.filter(target__state__in=[TargetState.CLAIMED, TargetState.GONE])
        assert not claimed.filter(notice__served_at__isnull=False).exists()

    @invariant()
    def a_closed_case_has_nothing_open(self) -> None:
        closed = Case.objects.filter(state=CaseState.CLOSED, outcome="removed")
        assert not closed.filter(targets__state__in=OPEN_STATES).exists()

    @invariant()
    def no_formal_letter_leaves_without_its_signatures(self) -> None:
        for notice in Notice.objects.exclude(issued_at=None).exclude(rung="order"):
            rung = notices.issuing.rung_of(notice)
            if rung is not None and rung.signatures:
                assert set(rung.signatures) == set(notice.signatures.values_list("role", flat=True))

    @invariant()
    def nothing_is_lost_from_the_record(self) -> None:
        now = Event.objects.count()
        assert now >= self.events
        self.events = now
        changed = {
            "served_at": "notice.served",
            "issued_at": "notice.issued",
        }
        for field, kind in changed.items():
            told = {
                int(thread.split(":")[1])
                for thread in Event.objects.filter(
                    kind=kind, thread__startswith="notice:"
                ).values_list("thread", flat=True)
            }
            done = set(Notice.objects.exclude(**{field: None}).values_list("pk", flat=True))
            assert done <= told, f"{field} without {kind}"

    @invariant()
    def what_was_enqueued_is_done_dead_or_due(self) -> None:
        lost = OutboxMessage.objects.exclude(state__in=["done", "dead", "queued", "leased"])
        assert not lost.exists()
        assert not OutboxMessage.objects.filter(state="leased", leased_until=None).exists()


@pytest.fixture
def ways_out(monkeypatch):
    """The ways out are as they were when all lives are over."""
    monkeypatch.setattr(channels, "_CHANNELS", dict(channels._CHANNELS))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("ways_out")
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_no_sequence_of_acts_retries_crashes_and_waits_breaks_an_invariant(beginning):
    """Always the same two lives; as many others as PORTAL_LIVES says (`--hypothesis-seed` says
    which)."""
    run_state_machine_as_test(
        type("Begun", (Life,), {"beginning": beginning}),
        settings=settings(
            max_examples=LIVES or 2,
            stateful_step_count=50 if LIVES else 15,
            derandomize=not LIVES,
            suppress_health_check=list(HealthCheck),
        ),
    )
