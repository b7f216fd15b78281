"""What happens to an appeal, in the record: on its own thread and on that of its case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moderation_portal import audit
from moderation_portal.models import User
from moderation_portal.roles import Actor
from reports.models import Handling

from ..models import Appeal


def note(
    kind: str,
    appeal: Appeal,
    *,
    actor: User | Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Appends one event, once for each thread. The words of the appellant are not in it."""
    subject = f"appeal:{appeal.pk}"
    threads = [subject]
    if appeal.item is not None:
        threads.append(f"case:{appeal.item.target.case_id}")
    is_sealed = appeal.handling == Handling.SEALED
    told = {"appeal": appeal.pk, **(data or {})}
    audit.record_many(
        (
            audit.Line(kind, subject, actor, thread=thread, data=told, is_sealed=is_sealed)
            for thread in threads
        ),
        at=at,
    )
