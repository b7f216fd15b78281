"""Where the clock or the database cannot be trusted, nothing goes on until a person has looked."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from cases import tasks as desk_tasks
from cases.models import NoticeItem
from moderation_portal import audit, news, outbox, pump, standstills
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Event, Lane, OutboxMessage, PumpMark, Standstill
from moderation_portal.outbox import reconciling
from moderation_portal.roles import SYSTEM
from moderation_portal.standstills import CLOCK, RESTORE, Guard
from tests import world
from tests.portal.outbox.conftest import OPERATOR, post, put
from tests.world import AT, HOUR

__all__ = ["post"]
pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SIGNED = ["--by", "Oki", "--reason", "compared with the log"]


@pytest.fixture(autouse=True)
def shipped(settings, tmp_path, still_clock):
    settings.SEAL_SHIP_DIR = str(tmp_path)
    return tmp_path


def looked(*looks):
    """A pump that looks at these (database time, own seconds), from its start on."""
    guard = Guard()
    for at, steady in looks:
        guard.look(at, steady)
    return guard


def still():
    return {one.kind: one.why["code"] for one in standstills.current()}


def test_time_that_passes_alike_on_both_clocks_stops_nothing():
    steps = [(AT + n * MINUTE, 60.0 * n) for n in range(200)]
    looked(*steps)
    looked((AT + 201 * MINUTE, 5.0))
    assert still() == {}


@pytest.mark.parametrize("jump", [timedelta(minutes=6), timedelta(days=30), -6 * MINUTE, -HOUR])
def test_a_jump_of_the_clock_stops_escalations_at_the_very_look(jump):
    looked((AT, 100.0), (AT + 2 * MINUTE, 220.0), (AT + 2 * MINUTE + jump, 222.0))
    assert still() == {CLOCK: "jumped"}


def test_two_clocks_that_part_a_little_stop_nothing():
    looked((AT, 0.0), (AT + 4 * MINUTE, 2.0), (AT, 4.0))
    assert still() == {}


def test_a_clock_that_steals_away_in_small_steps_is_noticed():
    looked(*((AT + n * 3 * MINUTE, 60.0 * n) for n in range(4)))
    assert still() == {CLOCK: "jumped"}


@pytest.mark.parametrize(
    ("away", "code"),
    [
        (timedelta(0), None),
        (timedelta(minutes=59), None),
        (timedelta(minutes=61), "outage"),
        (timedelta(days=30), "outage"),
        (-timedelta(seconds=30), "behind"),
        (-HOUR, "behind"),
    ],
)
def test_a_restarted_pump_compares_with_the_mark_of_the_last(away, code):
    looked((AT, 5.0))
    looked((AT + away, 5.0))
    assert still() == ({CLOCK: code} if code else {})


def test_a_database_that_was_away_for_long_is_noticed_by_the_pump_that_waited():
    looked((AT, 0.0), (AT + 2 * HOUR, 7200.0))
    assert still() == {CLOCK: "outage"}


def test_it_is_begun_once_however_many_pumps_see_it_and_goes_on_once_released():
    first, second = looked((AT, 0.0)), looked((AT, 0.0))
    later = AT + HOUR / 2
    for guard in (first, second, first):
        guard.look(later, 10.0)
    assert Standstill.objects.count() == Event.objects.filter(kind="standstill.began").count() == 1
    standstills.release(CLOCK, actor=world.sri(), reason="NTP was off", at=later)
    first.look(later + MINUTE, 70.0)
    assert still() == {}


def test_looking_costs_nothing_while_the_mark_is_fresh(django_assert_num_queries):
    guard = looked((AT, 0.0))
    with django_assert_num_queries(0):
        guard.look(AT + timedelta(seconds=29), 29.0)
    guard.look(AT + timedelta(seconds=30), 30.0)
    assert PumpMark.objects.get().marked_at == AT + timedelta(seconds=30)


def climbed(at):
    outbox.enqueue("ladder.climb", {}, lane=Lane.INTERNAL, at=at)
    outbox.drain(Lane.INTERNAL, at=at)
    return OutboxMessage.objects.filter(topic="notice.send", payload__purpose="reminder").exists()


def test_the_ladder_stands_still_and_climbs_at_the_first_turn_after_the_release(mail):
    world.served_notice()
    due = min(NoticeItem.objects.values_list("next_step_at", flat=True))
    standstills.begin(CLOCK, "outage", 2 * HOUR, at=AT)
    assert not climbed(due)
    standstills.release(CLOCK, actor=world.sri(), reason="no answer was missed", at=due)
    assert climbed(due)


def test_a_jump_that_no_pump_has_seen_yet_escalates_nothing(mail):
    world.served_notice()
    due = min(NoticeItem.objects.values_list("next_step_at", flat=True))
    looked((due - 10 * MINUTE, 0.0))
    assert not climbed(due)
    looked((due, 600.0))
    assert climbed(due)


def test_what_is_issued_leaves_while_escalations_stand_still(mail):
    standstills.begin(CLOCK, "jumped", HOUR, at=AT)
    world.notice()
    for lane in (Lane.URGENT, Lane.NOTICE):
        outbox.drain(lane, at=AT)
    assert mail.to("abuse@michat.example")


def test_a_release_wants_a_reason_and_something_that_stands_still():
    with pytest.raises(Conflict):
        standstills.release(CLOCK, actor=world.sri(), reason="fine", at=AT)
    standstills.begin(CLOCK, "jumped", HOUR, at=AT)
    with pytest.raises(Invalid):
        standstills.release(CLOCK, actor=world.sri(), reason=" ", at=AT)
    assert still() == {CLOCK: "jumped"}


def test_those_who_are_responsible_are_told_and_the_record_says_who_released_it():
    people = [world.sri(), world.dewi(), world.steward(), world.ayu()]
    standstills.begin(CLOCK, "jumped", HOUR, at=AT)
    assert [len(news.of(person)) for person in people] == [1, 1, 1, 0]
    with translation.override("en"):
        (told,) = news.worded(news.of(people[0]))
    assert (told.address, "1 hr" in told.words) == ("/standstills/", True)
    standstills.release(CLOCK, actor=people[0], reason="NTP was off", at=AT)
    ended = Event.objects.get(kind="standstill.ended")
    assert (ended.actor_name, ended.data["reason"]) == (people[0].name, "NTP was off")


# After a restore.


def moved():
    """The database as if it had been restored from a dump of another place."""
    PumpMark.objects.update(place="7001.16384.17000")


@pytest.mark.parametrize("lane", [Lane.INTERNAL])
def test_between_a_restore_and_the_first_look_nothing_leaves(post, lane):
    looked((AT, 0.0))
    put(1)
    moved()
    assert (outbox.drain(lane, at=AT), outbox.lanes_due(AT), post.sent) == (0, [], [])
    assert still() == {}


def test_a_mark_of_long_ago_lets_nothing_leave_before_a_look(post):
    looked((AT, 0.0))
    put(1)
    assert outbox.drain(Lane.INTERNAL, at=AT + HOUR + MINUTE) == 0
    assert outbox.drain(Lane.INTERNAL, at=AT + HOUR) == 1


def test_a_restored_database_is_noticed_at_the_first_look(post):
    looked((AT, 0.0))
    moved()
    put(1)
    looked((AT + MINUTE, 0.0))
    assert still() == {RESTORE: "moved"}
    assert outbox.drain(Lane.INTERNAL, at=AT + MINUTE) == 0
    assert PumpMark.objects.get().place != "7001.16384.17000"


@pytest.mark.django_db(transaction=True)
def test_a_copy_put_back_in_its_place_is_noticed_by_the_seals_that_are_ahead(post, shipped):
    looked((AT, 0.0))
    audit.record("test.happened", "test:1", actor=SYSTEM, at=AT)
    (shipped / "seal-00000002.json").write_text("{}")
    looked((AT + MINUTE, 0.0))
    assert still() == {RESTORE: "seals"}
    made = audit.seal(AT + MINUTE)
    assert made.pk > 2
    assert (shipped / "seal-00000002.json").read_text() == "{}"


@pytest.mark.django_db(transaction=True)
def test_the_seals_of_this_very_database_are_no_restore(shipped):
    audit.record("test.happened", "test:1", actor=SYSTEM, at=AT)
    audit.seal(AT)
    looked((AT, 0.0))
    assert len(list(shipped.iterdir())) == 1
    assert still() == {}


def test_while_nothing_leaves_the_rest_goes_on_and_orders_wait(post, mail):
    world.approved_case()
    standstills.begin(RESTORE, "moved", at=AT)
    put(1)
    outbox.enqueue("kernel.tidy", {}, lane=Lane.INTERNAL, at=AT)
    assert outbox.drain(Lane.INTERNAL, at=AT) >= 1
    gathering = OutboxMessage.objects.get(topic="notices.gather")
    outbox.drain(gathering.lane, at=AT)
    gathering.refresh_from_db()
    assert (gathering.state, gathering.attempts) == ("queued", 0)
    desk_tasks.gather_notices({}, at=AT + HOUR)
    assert not OutboxMessage.objects.filter(topic="notice.send").exists()
    assert (post.sent, mail.messages) == ([], [])


def test_what_waits_costs_no_attempt_and_does_not_grow_old(post):
    (row,) = put(1)
    standstills.begin(RESTORE, "moved", at=AT)
    later = AT + 100 * HOUR
    assert outbox.drain(Lane.INTERNAL, at=later) == 0
    reconciling.let_leave(actor=OPERATOR, reason="nothing had left", at=later)
    post.fails = outbox.Later("away")
    assert outbox.drain(Lane.INTERNAL, at=later) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 1)


@pytest.fixture
def run(capsys):
    def call(*words):
        call_command("outbox", *words)
        return capsys.readouterr().out

    return call


def test_an_operator_lets_nothing_leave_and_then_everything(post, run):
    put(1)
    run("hold", "--by", "Oki", "--reason", "restoring")
    assert still() == {RESTORE: "asked"}
    assert outbox.drain(Lane.INTERNAL, at=AT) == 0
    with pytest.raises(CommandError):
        run("check")
    run("release", "--what", "everything", *SIGNED)
    assert outbox.drain(Lane.INTERNAL, at=AT) == 1
    began, ended = Event.objects.filter(kind__startswith="standstill.").order_by("id")
    assert (began.actor_name, ended.actor_name) == ("Oki", "Oki")
    with pytest.raises(CommandError):
        run("release", "--what", "everything", *SIGNED)


def test_what_may_have_left_is_listed_with_its_message_id(post, run):
    put(1, 2)
    told = run("reconcile")
    assert [line.split()[-1] for line in told.splitlines()[:2]] == ["<1@x>", "<2@x>"]
    assert "2 wait" in told


def test_what_stands_in_the_log_of_the_mail_server_is_marked_as_sent(post, run, tmp_path):
    put(1, 2)
    standstills.begin(RESTORE, "moved", at=AT)
    log = tmp_path / "mail.log"
    log.write_text("postfix/cleanup[7]: 4Z: message-id=<2@x>\nother message-id=<9@x>\n")
    with pytest.raises(CommandError):
        run("reconcile", "--log", str(log))
    assert "1 marked as sent." in run("reconcile", "--log", str(log), *SIGNED)
    assert post.known == [(2, "compared with the log")]
    run("release", "--what", "everything", *SIGNED)
    outbox.drain(Lane.INTERNAL, at=AT)
    assert post.sent == [1]
    assert Event.objects.get(kind="outbox.was_sent").actor_name == "Oki"


def test_a_notice_that_had_left_is_served_and_not_sent_again(mail, run):
    made = world.notice()
    standstills.begin(RESTORE, "moved", at=AT)
    row = OutboxMessage.objects.get(topic="notice.send")
    assert made.message_id in run("reconcile")
    said = run("reconcile", "--sent", str(row.pk), "4711000", *SIGNED)
    assert "Left as they are: 4711000" in said
    assert "0 wait" in said
    made.refresh_from_db()
    assert (made.state, made.served_at) == ("served", AT)
    proof = made.deliveries.get().proof
    assert (proof["reply"], proof["message_id"]) == ("compared with the log", made.message_id)
    run("release", "--what", "everything", *SIGNED)
    outbox.drain(Lane.NOTICE, at=AT)
    assert mail.messages == []


def test_the_pump_looks_before_it_beats(post, monkeypatch):
    looked((AT, 0.0))
    put(1)
    moved()
    woken = []
    monkeypatch.setattr(pump.outbox, "wake", woken.append)
    call_command("pump", "--once")
    assert still() == {RESTORE: "moved"}
    assert post.sent == []


# What people see of it.


def page(client, who, path="/standstills/"):
    user = who()
    user.language = "en"
    user.save(update_fields=["language"])
    return world.sign_in(client, user).get(path)


@pytest.mark.parametrize("kind", [CLOCK, RESTORE])
def test_every_page_of_the_desk_warns_and_no_other(client, kind):
    standstills.begin(kind, "asked", at=AT, reason="x")
    said = {CLOCK: "Escalations stand still:", RESTORE: "Nothing is being sent:"}[kind]
    for who in (world.ayu, world.sri, world.citra, world.auditor):
        assert said in page(client, who, "/cases/").content.decode()
    assert said in page(client, world.steward, "/changes/").content.decode()
    for who, path in ((world.rina, "/cases/platform/"), (world.lurah, "/reports/mine/")):
        assert "/standstills/" not in page(client, who, path).content.decode()
    standstills.release(kind, actor=world.sri(), reason="fine", at=AT)
    assert "/standstills/" not in page(client, world.ayu, "/cases/").content.decode()


def test_the_warning_costs_no_statement(client):
    def costs():
        with connection.execute_wrapper(lambda run, *rest: (seen.append(rest[0]), run(*rest))[1]):
            seen = []
            page(client, world.ayu, "/news/")
            return len(seen)

    costs()
    before = costs()
    standstills.begin(CLOCK, "jumped", HOUR, at=AT)
    assert costs() == before


def test_a_supervisor_lets_escalations_go_on_and_others_do_not(client):
    standstills.begin(CLOCK, "jumped", HOUR, at=AT)
    for who in (world.ayu, world.auditor, world.steward):
        assert "Let escalations go on" not in page(client, who).content.decode()
        assert client.post("/standstills/release/", {"reason": "fine"}).status_code == 403
    for who in (world.rina, world.polisi, world.lurah):
        assert page(client, who).status_code == 404
        assert client.post("/standstills/release/", {"reason": "fine"}).status_code == 404
    assert "jumped by 1 hr" in page(client, world.sri).content.decode()
    assert client.post("/standstills/release/", {"reason": ""}).status_code == 422
    assert client.post("/standstills/release/", {"reason": "NTP was off"}).status_code == 302
    shown = client.get("/standstills/").content.decode()
    assert ("Nothing stands still" in shown, "NTP was off" in shown) == (True, True)
    assert client.post("/standstills/release/", {"reason": "again"}).status_code == 409


def test_a_finding_that_cannot_be_stored_as_it_is_breaks_nothing(client):
    standstills.begin(CLOCK, "jumped", HOUR, at=AT)
    page(client, world.sri)
    told = {"reason": "NTP\x00 was off"}
    assert client.post("/standstills/release/", told).status_code == 302
    assert Standstill.objects.get().reason == "NTP\ufffd was off"


def test_no_page_lets_everything_leave_after_a_restore(client):
    standstills.begin(RESTORE, "moved", at=AT)
    shown = page(client, world.sri).content.decode()
    assert ("manage.py outbox reconcile" in shown, "<textarea" in shown) == (True, False)
    assert client.post("/standstills/release/", {"reason": "fine"}).status_code == 409
    assert still() == {RESTORE: "moved"}
