"""The workers' own settings, as Celery reads them in the end."""

from datetime import timedelta

from django.conf import settings

from moderation_portal import outbox, tasks
from moderation_portal.celery import app


def test_a_wake_up_is_acknowledged_after_its_work_and_given_on_when_its_worker_dies():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_ignore_result


def test_a_task_is_killed_before_its_leases_end_and_begins_nothing_shortly_before():
    kill = timedelta(seconds=app.conf.task_time_limit)
    assert kill < outbox.LEASE
    slow_mail = timedelta(seconds=2 * settings.EMAIL_TIMEOUT)
    assert kill >= slow_mail + tasks.BEGINS_WITHIN


def test_a_broker_that_does_not_answer_holds_nobody_up():
    assert app.conf.broker_transport_options["socket_timeout"] <= 5
    assert app.conf.broker_url == settings.CELERY_BROKER_URL
    assert app.conf.task_default_queue == "internal"
