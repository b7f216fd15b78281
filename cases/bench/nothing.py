"""A task that does nothing: by it is measured what the carrying alone costs."""

import os

from celery import Celery

QUEUE = "nothing"
app = Celery("nothing", broker=os.environ.get("CELERY_BROKER_URL"))
# As the portal's own workers are set up.
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_default_queue=QUEUE,
)


@app.task(name="nothing")
def nothing() -> None:
    """Nothing."""
