"""What this room looks after by itself: the mailbox, and stored mail without a row."""

import logging
from datetime import datetime, timedelta

from moderation_portal import outbox

from . import pacing, replies
from .channels import email
from .replies import mailbox

log = logging.getLogger(__name__)

# How a host took our looks is of no interest after so long.
HOSTS_KEPT = timedelta(days=7)


@outbox.on("mail.fetch", one_by_one=True, outside=True)
def fetch_mail(payload: dict, *, at: datetime) -> None:
    """A look that fails is followed by the next, a minute later: it is not tried again itself, or
    the looks of a long outage would pile up."""
    try:
        mailbox.fetch(at=at)
    except mailbox.Unreachable as trouble:
        log.error("the mailbox cannot be read: %s", trouble)


@outbox.on("mail.sweep", one_by_one=True, outside=True)
def sweep_mail(payload: dict, *, at: datetime) -> None:
    """Deletes stored messages that a crash left without a row."""
    replies.sweep(at=at)


@outbox.on("hosts.forget", one_by_one=True)
def forget_hosts(payload: dict, *, at: datetime) -> None:
    pacing.forget(at - HOSTS_KEPT)


outbox.during(email.kept_open)
outbox.every("mail.fetch", timedelta(minutes=1))
outbox.every("mail.sweep", timedelta(days=1))
outbox.every("hosts.forget", timedelta(days=1))
