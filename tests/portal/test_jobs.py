from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from moderation_portal import audit, jobs, outbox
from moderation_portal.errors import Invalid
from moderation_portal.models import Event, Job, JobRow, Lane, OutboxMessage, OutboxState
from moderation_portal.outbox import draining
from moderation_portal.roles import SYSTEM
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db
STOPPED_TWICE = (
    "This broke off twice at the same place, so it was stopped. What was taken until then"
    " is kept. Hand in the rest as smaller files, with shorter rows."
)


@pytest.fixture
def count_to_five():
    """A job that counts to five by twos, refuses the third, and can be made to fail once."""

    class Counting:
        fails = None

    def step(job, *, at):
        if Counting.fails:
            raise Counting.fails
        end = min(job.cursor + 2, 5)
        bad = [jobs.RowResult(3, "refused", {"code": "odd"}, "=raw")] if job.cursor == 2 else []
        return jobs.Step(end, done=end - job.cursor - len(bad), rows=bad, total=5, is_last=end == 5)

    jobs.kind("test.count")(step)
    yield Counting
    del jobs.KINDS["test.count"]


def test_a_job_that_cannot_go_on_stops_and_says_why(count_to_five):
    count_to_five.fails = Invalid("“na\x00ma” is no heading.")
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    assert jobs.step_once(job.pk, at=AT).state == Job.State.STOPPED
    job.refresh_from_db()
    assert job.last_error == "“na\ufffdma” is no heading."
    assert Event.objects.get(kind="job.stopped").data == {"why": job.last_error}


def test_a_job_is_stopped_whole_or_not_at_all(count_to_five, monkeypatch):
    def cut(*args, **kwargs):
        raise RuntimeError("power cut")

    count_to_five.fails = Invalid("The file is empty.")
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    monkeypatch.setattr(audit, "record", cut)
    with pytest.raises(RuntimeError):
        jobs.step_once(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.WAITING, "")


def test_what_stops_a_job_writes_nothing_of_its_failed_step(count_to_five, monkeypatch):
    def half_done(job, *, at):
        job.cursor, job.done = 4, 4
        JobRow.objects.create(job=job, row=1, outcome="refused")
        raise Invalid("The file is torn.")

    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    monkeypatch.setitem(jobs.KINDS, "test.count", half_done)
    jobs.step_once(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.cursor, job.done, job.rows.count()) == (0, 0, 0)


def test_a_job_whose_message_dies_is_stopped_and_says_why(count_to_five):
    count_to_five.fails = RuntimeError("disk full")
    job = jobs.start("test.count", {}, actor=SYSTEM, at=AT)
    late = AT + outbox.GIVE_UP_AFTER
    outbox.drain(Lane.BULK, at=late)
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (Job.State.STOPPED, late)
    assert job.last_error == "RuntimeError: disk full"
    assert Event.objects.filter(kind="job.stopped", subject=f"job:{job.pk}").exists()


def test_a_job_that_ended_two_workers_is_stopped_with_a_sentence_to_its_owner(count_to_five):
    job = jobs.start("test.count", {}, actor=world.ngo(), at=AT)
    for crash in range(2):
        draining.claim(Lane.BULK, uuid4(), AT + crash * outbox.LEASE, 10)
    outbox.drain(Lane.BULK, at=AT + 2 * outbox.LEASE)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.STOPPED, 0)
    with translation.override(job.created_by.language):
        assert job.last_error == translation.gettext(STOPPED_TWICE)
    assert OutboxMessage.objects.get(topic="job.step").state == OutboxState.DEAD


def test_a_job_that_ended_one_worker_is_carried_on(count_to_five):
    job = jobs.start("test.count", {}, actor=SYSTEM, at=AT)
    draining.claim(Lane.BULK, uuid4(), AT, 10)
    outbox.drain(Lane.BULK, at=AT + outbox.LEASE)
    job.refresh_from_db()
    assert job.state == Job.State.FINISHED


def test_a_job_of_long_steps_leaves_the_rest_to_another_message(count_to_five):
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    passing = (AT + timedelta(seconds=seconds) for seconds in (0, 25, 50))
    jobs.go_on(job.pk, at=AT, tick=lambda: next(passing))
    job.refresh_from_db()
    assert (job.cursor, job.state) == (2, Job.State.RUNNING)
    assert OutboxMessage.objects.get(topic="job.step").state == OutboxState.QUEUED


def test_a_message_of_no_job_dies_all_the_same():
    outbox.enqueue("job.step", {"job": 0}, lane=Lane.BULK, at=AT)
    outbox.drain(Lane.BULK, at=AT + outbox.GIVE_UP_AFTER)
    assert OutboxMessage.objects.get().state == OutboxState.DEAD


def test_a_finished_job_is_not_stopped_any_more(count_to_five):
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    jobs.go_on(job.pk, at=AT)
    assert jobs.stop(job.pk, "too late", at=AT).state == Job.State.FINISHED


def test_a_step_that_crashes_leaves_the_cursor_where_it_was(count_to_five):
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    jobs.step_once(job.pk, at=AT)
    count_to_five.fails = RuntimeError("power cut")
    with pytest.raises(RuntimeError):
        jobs.step_once(job.pk, at=AT)
    count_to_five.fails = None
    job.refresh_from_db()
    assert (job.cursor, job.done) == (2, 2)
    jobs.go_on(job.pk, at=AT)
    job.refresh_from_db()
    assert (job.state, job.done, job.refused) == (Job.State.FINISHED, 4, 1)


def test_workers_carry_a_started_job_to_its_end(count_to_five):
    job = jobs.start("test.count", {}, actor=SYSTEM, at=AT)
    outbox.drain(Lane.BULK, at=AT)
    job.refresh_from_db()
    assert (job.state, job.total) == (Job.State.FINISHED, 5)
    assert JobRow.objects.get().problem == {"code": "odd"}


def test_a_finished_job_does_nothing_when_it_is_woken_again(count_to_five):
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    jobs.go_on(job.pk, at=AT)
    assert jobs.step_once(job.pk, at=AT).done == 4
