import pytest

from moderation_portal import audit, jobs, outbox
from moderation_portal.errors import Invalid
from moderation_portal.models import Event, Job, JobRow, Lane, OutboxMessage, OutboxState
from moderation_portal.roles import SYSTEM
from tests.world import AT

pytestmark = pytest.mark.django_db


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
    count_to_five.fails = Invalid("The file is empty.")
    job = jobs.create("test.count", {}, actor=SYSTEM, at=AT)
    assert jobs.step_once(job.pk, at=AT).state == Job.State.STOPPED
    job.refresh_from_db()
    assert job.last_error == "The file is empty."
    assert Event.objects.get(kind="job.stopped").data == {"why": "The file is empty."}


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
