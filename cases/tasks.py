"""What this room does when it is told of something."""

from datetime import datetime

from moderation_portal import outbox

from . import opening


@outbox.on("report.received", one_by_one=True)
def open_reports(payload: dict, *, at: datetime) -> None:
    """Takes what a report tells into cases; each message is a transaction of its own."""
    opened = opening.open_or_join(payload["reports"], at=at)
    if opened.left:
        raise outbox.Later("accounts were being closed and opened at the same moment")
