"""Who has a case open: kept for judging (nobody judges what they have not opened) and shown to
colleagues, so that two do not work on one case unawares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from moderation_portal.models import User
from moderation_portal.roles import STAFF

from .models import Case

WATCHING = timedelta(minutes=10)
MOST_NAMED = 5

# One statement remembers this person's look and tells of the others'.
LOOK_IN = """
WITH mine AS (
    INSERT INTO cases_caseview (case_id, user_id, opened_at) VALUES (%(case)s, %(user)s, %(at)s)
    ON CONFLICT (case_id, user_id) DO UPDATE SET opened_at = EXCLUDED.opened_at
)
SELECT person.name, seen.opened_at
FROM cases_caseview seen JOIN moderation_portal_user person ON person.id = seen.user_id
WHERE seen.case_id = %(case)s AND seen.user_id <> %(user)s AND seen.opened_at > %(since)s
    AND person.role = ANY(%(roles)s)
ORDER BY seen.opened_at DESC, person.name LIMIT %(most)s
"""


@dataclass(frozen=True)
class Viewer:
    """A colleague, and when they last opened the case."""

    name: str
    opened_at: datetime


def look_in(case: Case, user: User, *, at: datetime) -> list[Viewer]:
    """Remembers that this person opens the case at `at`; gives the staff who opened it within
    `WATCHING` before, the latest first. Auditors are remembered, and not named."""
    values: dict[str, Any] = {
        "case": case.pk,
        "user": user.pk,
        "at": at,
        "since": at - WATCHING,
        "roles": [str(role) for role in STAFF],
        "most": MOST_NAMED,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOK_IN, values)
        return [Viewer(*row) for row in cursor.fetchall()]
