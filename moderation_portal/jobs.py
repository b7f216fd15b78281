"""Long batches: a cursor moves in steps of about a thousand rows, each step one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from . import audit, outbox
from .errors import PortalError
from .models import Job, JobRow, Lane
from .roles import SYSTEM
from .storable import storable

STEPS_A_MESSAGE = 20
# No step is begun later than this after its message: a worker is killed 110 s after its task began,
# and may begin a message 60 s after that.
BEGINS_WITHIN = timedelta(seconds=20)
RAW_KEPT = 20_000
GOING = (Job.State.WAITING, Job.State.RUNNING)


@dataclass(frozen=True)
class RowResult:
    """A row that was not simply done; `problem` is machine-readable, `raw` what stood there."""

    row: int
    outcome: str
    problem: Mapping[str, Any]
    raw: str = ""


@dataclass(frozen=True)
class Step:
    """What one step did. `cursor` is where the next begins; `is_last` ends the job."""

    cursor: int
    done: int = 0
    rows: list[RowResult] = field(default_factory=list)
    total: int | None = None
    is_last: bool = False


KINDS: dict[str, Callable[..., Step]] = {}


def kind(name: str):
    """Registers `step(job, *, at) -> Step` as what a job of this kind does from its cursor on."""

    def register(function: Callable[..., Step]) -> Callable[..., Step]:
        KINDS[name] = function
        return function

    return register


def start(
    name: str, params: Mapping[str, Any], *, actor, at: datetime, is_dry_run: bool = False
) -> Job:
    """Saves a job and hands it to the workers of the bulk lane."""
    with transaction.atomic():
        job = create(name, params, actor=actor, at=at, is_dry_run=is_dry_run)
        outbox.enqueue("job.step", {"job": job.pk}, lane=Lane.BULK, at=at)
    return job


def create(
    name: str, params: Mapping[str, Any], *, actor, at: datetime, is_dry_run: bool = False
) -> Job:
    """Saves a job that the caller drives with `step_once` (a command with a progress bar)."""
    facts = {"kind": name, "params": dict(params), "is_dry_run": is_dry_run}
    with transaction.atomic():
        job = Job.objects.create(**facts, created_by_id=actor.pk, created_at=at)
        audit.record("job.started", f"job:{job.pk}", actor=actor, at=at, data={"kind": name})
    return job


def go_on(job_id: int, *, at: datetime, tick: Callable[[], datetime] | None = None) -> None:
    """Takes some steps of a job, then queues the rest of it behind whoever waits. Workers give
    `tick`, by which a job of long steps stops sooner."""
    tick = tick or (lambda: at)
    until = tick() + BEGINS_WITHIN
    for _step in range(STEPS_A_MESSAGE):
        if step_once(job_id, at=at).state not in GOING:
            return
        if tick() >= until:
            break
    outbox.enqueue("job.step", {"job": job_id}, lane=Lane.BULK, at=at)


def step_once(job_id: int, *, at: datetime) -> Job:
    """One step in one transaction, cursor and results with it: a crash loses or doubles nothing."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state not in GOING:
            return job
        try:
            with transaction.atomic():
                _take(job, KINDS[job.kind](job, at=at), at)
        except PortalError as error:
            _stop(job, str(error.sentence), at)
    return job


def stop(job_id: int, why: str, *, at: datetime) -> Job:
    """Stops a job that waits or runs, and records why; one that is over stays as it is."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.state in GOING:
            _stop(job, why, at)
    return job


def stop_after_crashes(job_id: int, *, at: datetime) -> Job:
    """Stops a job in which two workers ended, one after the other, and tells its owner what to
    do in their own language."""
    owner = Job.objects.select_related("created_by").get(pk=job_id).created_by
    with translation.override(owner.language if owner else translation.get_language()):
        why = _(
            "This broke off twice at the same place, so it was stopped. What was taken until then"
            " is kept. Hand in the rest as smaller files, with shorter rows."
        )
        return stop(job_id, why, at=at)


def _stop(job: Job, why: str, at: datetime) -> None:
    why = storable(why)
    job.state, job.last_error, job.finished_at = Job.State.STOPPED, why, at
    job.save(update_fields=["state", "last_error", "finished_at"])
    audit.record("job.stopped", f"job:{job.pk}", actor=SYSTEM, at=at, data={"why": why})


def _take(job: Job, step: Step, at: datetime) -> None:
    JobRow.objects.bulk_create(
        [
            JobRow(job=job, row=r.row, outcome=r.outcome, problem=r.problem, raw=kept(r.raw))
            for r in step.rows
        ]
    )
    job.cursor = step.cursor
    job.done += step.done
    job.skipped += sum(r.outcome == "skipped" for r in step.rows)
    job.refused += sum(r.outcome == "refused" for r in step.rows)
    job.total = step.total if step.total is not None else job.total
    job.state = Job.State.FINISHED if step.is_last else Job.State.RUNNING
    job.finished_at = at if step.is_last else None
    job.save()
    if step.is_last:
        counts = {"done": job.done, "skipped": job.skipped, "refused": job.refused}
        audit.record("job.finished", f"job:{job.pk}", actor=SYSTEM, at=at, data=counts)


def kept(raw: str) -> str:
    """As much of a raw row as is kept beside its problem."""
    return storable(raw[:RAW_KEPT])
