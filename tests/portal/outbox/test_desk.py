"""What a person does with messages, and what whoever runs the machine is told of them."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from moderation_portal import news, outbox, standstills
from moderation_portal.errors import Invalid
from moderation_portal.models import Event, Lane, OutboxMessage
from moderation_portal.outbox import desk, explaining
from tests import world
from tests.portal.outbox.conftest import OPERATOR, TOPIC, die, put
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
SIGNED = ["--by", "Oki", "--reason", "mended"]


@pytest.fixture(autouse=True)
def now(still_clock):
    return still_clock


@pytest.fixture
def run(capsys):
    def call(*words):
        call_command("outbox", *words)
        return capsys.readouterr().out

    return call


def state(row):
    return OutboxMessage.objects.values_list("state", flat=True).get(pk=row.pk)


def test_nothing_is_tried_again_given_up_or_settled_without_a_reason(post):
    (row,) = die(post, 1)
    for verb in (desk.retry, desk.settle, desk.bury):
        with pytest.raises(Invalid):
            verb(OutboxMessage.objects.all(), actor=OPERATOR, reason="  ", at=AT)
    assert state(row) == "dead"


def test_what_is_not_dead_is_neither_retried_nor_settled(post):
    (row,) = put(1)
    everything = OutboxMessage.objects.all()
    assert desk.retry(everything, actor=OPERATOR, reason="mended", at=AT) == []
    assert desk.settle(everything, actor=OPERATOR, reason="mended", at=AT) == []
    assert state(row) == "queued"


def test_a_dead_letter_tried_again_counts_its_attempts_and_its_days_from_then(post):
    (row,) = die(post, 1)
    later = AT + 80 * HOUR
    assert desk.retry(OutboxMessage.objects.all(), actor=OPERATOR, reason="mended", at=later)
    post.fails = outbox.Later("away")
    outbox.drain(Lane.INTERNAL, at=later)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.created_at) == ("queued", 1, AT)
    post.fails = None
    assert outbox.drain(Lane.INTERNAL, at=row.due_at) == 1
    assert (post.sent, state(row)) == ([1], "done")


def test_who_tried_again_gave_up_or_settled_stands_in_the_record_with_the_reason(post, run):
    dead = die(post, 1, 2)
    run("retry", str(dead[0].pk), *SIGNED)
    desk.settle(
        OutboxMessage.objects.filter(pk=dead[1].pk), actor=world.sri(), reason="by phone", at=AT
    )
    waiting = put(3)[-1]
    run("bury", str(waiting.pk), *SIGNED)
    told = Event.objects.filter(kind__startswith="outbox.").exclude(kind="outbox.died")
    rows = told.order_by("id").values_list("kind", "subject", "actor_name", "data__reason")
    assert list(rows) == [
        ("outbox.retried", f"outbox:{dead[0].pk}", "Oki", "mended"),
        ("outbox.settled", f"outbox:{dead[1].pk}", world.sri().name, "by phone"),
        ("outbox.buried", f"outbox:{waiting.pk}", "Oki", None),
    ]
    assert Event.objects.get(kind="outbox.buried").data["why"] == "Oki: mended"


def test_what_is_buried_by_a_person_ends_as_any_dead_letter_does(post, run):
    (row,) = put(7)
    assert run("bury", str(row.pk), *SIGNED) == "1 given up.\n"
    assert (post.buried, state(row)) == ([(7, "Oki: mended")], "dead")


def test_what_a_worker_has_in_hand_is_left_to_it(post, run):
    (row,) = put(1)
    OutboxMessage.objects.update(state="leased", leased_until=AT + HOUR)
    assert f"Left as they are: {row.pk}" in run("bury", str(row.pk), *SIGNED)
    assert state(row) == "leased"


def test_the_dead_of_one_topic_are_retried_together(post, run):
    die(post, 1, 2)
    other = outbox.Message("nobody.hears", {}, Lane.BULK)
    outbox.enqueue_many([other], at=AT)
    run("bury", str(OutboxMessage.objects.get(topic=other.topic).pk), *SIGNED)
    assert run("retry", "--dead", "--topic", TOPIC, *SIGNED) == "2 queued anew.\n"
    states = OutboxMessage.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["queued", "queued", "dead"]
    for words in (["retry"], ["retry", "1", "--dead"]):
        with pytest.raises(CommandError):
            run(*words, *SIGNED)


def test_the_list_is_bounded_the_oldest_first_and_names_no_address(post, run, now):
    die(post, 5, at=AT - HOUR)
    put(6)
    put(7, due_at=AT + HOUR)
    now(AT + timedelta(minutes=2))
    lines = run("list").splitlines()
    assert [line.split()[1] for line in lines] == ["dead", "due", "waiting"]
    assert "age 1 h 2 min" in lines[0]
    assert "550 <[address]> unknown" in lines[0]
    assert run("list", "--most", "1").splitlines()[1].startswith("There are more")
    assert run("list", "--state", "dead").count(TOPIC) == 1
    assert run("list", "--lane", "urgent") == "Nothing.\n"


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        ({}, "It is due since"),
        ({"due_at": AT + HOUR}, "It is tried next 2026-03-17 04:00:00 UTC (in 59 min)"),
        ({"due_at": AT + HOUR, "last_error": "Wait: the mailbox is full"}, "when its turn comes"),
        ({"due_at": AT + HOUR, "attempts": 3}, "after a pause that grows"),
        ({"state": "leased", "leased_until": AT + HOUR}, "holds it until 2026-03-17 04:00"),
        ({"state": "leased", "leased_until": AT}, "another may take it over"),
        ({"state": "done", "done_at": AT}, "nothing is left to do"),
        ({"state": "dead"}, "manage.py outbox retry"),
    ],
)
def test_one_message_is_explained_in_sentences(post, run, now, prepare, said):
    (row,) = put(1)
    OutboxMessage.objects.update(**prepare)
    now(AT + timedelta(minutes=1))
    told = run("explain", str(row.pk))
    assert said in told
    assert "It was enqueued 2026-03-17 03:00:00 UTC (1 min ago)" in told
    assert '{"n": 1}' in told


def test_an_explanation_holds_ids_and_nothing_that_somebody_wrote(post, run):
    outbox.enqueue(TOPIC, {"n": 1, "to": "tuti@warga.example", "text": "x" * 99},
                   lane=Lane.BULK, at=AT)  # fmt: skip
    row = OutboxMessage.objects.get()
    told = run("explain", str(row.pk))
    assert ("tuti" in told, "xxx" in told, '"n": 1' in told) == (False, False, True)
    with pytest.raises(CommandError):
        run("explain", "999999")


def test_a_watch_is_told_by_the_exit_when_a_person_must_look(post, run, now, settings, tmp_path):
    settings.SEAL_SHIP_DIR = str(tmp_path)
    with pytest.raises(CommandError, match="pump_looked_seconds_ago"):
        run("check")
    guard = standstills.Guard()
    guard.look(AT, 0.0)
    run("check")
    guard.look(AT + explaining.UNSENT, explaining.UNSENT.total_seconds())
    outbox.enqueue(TOPIC, {"n": 1}, lane=Lane.NOTICE, at=AT)
    now(AT + explaining.UNSENT)
    run("check")
    now(AT + explaining.UNSENT + timedelta(seconds=1))
    with pytest.raises(CommandError, match="oldest_unsent_notice_seconds"):
        run("check")


def told_of(user):
    with translation.override("en"):
        return [told.address for told in news.worded(news.of(user)) if "delivered" in told.words]


def test_a_death_calls_those_who_oversee_once_for_a_heap(post):
    people = [world.sri(), world.dewi(), world.citra(), world.ayu()]
    die(post, 1, 2, 3)
    assert [len(told_of(one)) for one in people] == [1, 1, 1, 0]
    assert told_of(people[0]) == ["/dead-letters/"]
    die(post, 4, at=AT + 2 * HOUR)
    assert len(told_of(people[0])) == 2


def test_of_something_sealed_only_the_cleared_hear(post):
    people = [world.sri(), world.cleared_sri(), world.citra()]
    die(post, 101)
    assert [len(told_of(one)) for one in people] == [0, 1, 1]
    assert Event.objects.get(kind="outbox.died").is_sealed


def test_what_nobody_can_tell_of_is_for_the_cleared(post):
    world.sri(), world.citra()
    outbox.enqueue("nobody.hears", {}, lane=Lane.BULK, at=AT)
    outbox.drain(Lane.BULK, at=AT)
    outbox.enqueue(TOPIC, {"n": None}, lane=Lane.BULK, at=AT)
    desk.bury(OutboxMessage.objects.all(), actor=OPERATOR, reason="odd", at=AT)
    assert set(OutboxMessage.objects.values_list("topic", "is_sealed")) == {
        ("nobody.hears", True),
        (TOPIC, True),
    }
