"""Celery only carries wake-ups: what there is to do stands in the outbox."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation_portal.settings")

app = Celery("moderation_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
# After the settings, which would otherwise take the place of all of this.
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=settings.LEASE.total_seconds() - 10,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 1},
    task_default_queue="internal",
    worker_enable_remote_control=True,
)
app.autodiscover_tasks(["moderation_portal"])
