"""The one Celery task, and the kernel's own topics."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from . import account_mail, audit, clock, jobs, limits, news, outbox
from .celery import app
from .models import IdempotentCall

BATCH = 25
# No message is begun later than this after its task: what it then still takes ends before Celery
# kills the task (`celery.py`), and that before the lease of what the task claimed first.
BEGINS_WITHIN = outbox.LEASE / 2
KEEP_DONE = timedelta(days=7)
KEEP_ANSWERS = timedelta(days=30)
KEEP_NEWS = timedelta(days=90)


@app.task(name="moderation_portal.drain")
def drain(lane: str) -> None:
    """Runs what is due in a lane until nothing is, for a minute; the rest it leaves to the next.

    It carries no work of its own.
    """
    at = clock.now()
    until = at + BEGINS_WITHIN
    with outbox.turn():
        while at < until:
            if not outbox.drain(lane, at=at, most=BATCH, tick=clock.now, until=until):
                return
            at = clock.now()
    outbox.wake(lane)


@outbox.on("audit.seal", one_by_one=True, outside=True)
def seal_record(payload: dict, *, at: datetime) -> None:
    audit.seal(at)


@outbox.on("audit.add_partitions", one_by_one=True)
def add_partitions(payload: dict, *, at: datetime) -> None:
    """A partition for this month and the two after it, so that no event waits for one."""
    month = timezone.localdate(at).replace(day=1)
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT portal_add_event_partition(%s)", [month])
            month = _next_month(month)


@outbox.on("kernel.tidy", one_by_one=True)
def tidy(payload: dict, *, at: datetime) -> None:
    """Deletes what has served: done messages, old counts, saved API answers, news that was read."""
    outbox.purge(at - KEEP_DONE)
    limits.forget(at - timedelta(days=2))
    news.forget(at - KEEP_NEWS)
    IdempotentCall.objects.filter(created_at__lt=at - KEEP_ANSWERS).delete()


@outbox.on(account_mail.TOPIC, leaves=True)
def deliver_account_mail(payload: dict, *, at: datetime) -> None:
    account_mail.deliver(payload)


def stop_job(payload: dict, why: str, *, at: datetime) -> None:
    if outbox.CUT_OFF in why:
        jobs.stop_after_crashes(payload["job"], at=at)
    else:
        jobs.stop(payload["job"], why, at=at)


@outbox.on("job.step", outside=True, bury=stop_job, may_crash_once=True)
def job_step(payload: dict, *, at: datetime) -> None:
    jobs.go_on(payload["job"], at=at, tick=clock.now)


@outbox.tells(account_mail.TOPIC)
def mails_about_accounts(payloads: Sequence[dict]) -> list[outbox.Told]:
    """To whom is encrypted, with the rest of the mail."""
    return [outbox.Told(_("Mail about an account or an address")) for _payload in payloads]


@outbox.tells("job.step")
def long_jobs(payloads: Sequence[dict]) -> list[outbox.Told]:
    """Whoever began a job is told on its own page; what it met may name anything."""
    said = _("Long job %(job)s, which was stopped")
    return [outbox.Told(said % payload, is_sealed=True) for payload in payloads]


outbox.every("audit.seal", timedelta(minutes=1))
outbox.every("audit.add_partitions", timedelta(days=1))
outbox.every("kernel.tidy", timedelta(hours=1))


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
