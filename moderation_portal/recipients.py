"""One mailbox blocks none: how many letters it gets in a minute, and its rest while it is silent.

What may not go yet waits in the outbox (`outbox.Wait`): it holds no worker and costs no attempt.
Counted beside the other limits, by a keyed hash of the address, in one statement a letter.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from . import clock, outbox, vault

WINDOW = timedelta(minutes=1)
# A mailbox that did not answer is left alone for so long, half a minute of which that letter took;
# then one letter alone tries it.
REST = timedelta(seconds=90)
COUNT, URGENT, RESTING = "mailbox", "mailbox.urgent", "mailbox.rest"

ADMIT = """
WITH rest AS (
    SELECT "window" AS until, count AS failures FROM moderation_portal_limitcount
    WHERE scope = 'mailbox.rest' AND subject_hash = %(subject)s
), counted AS (
    INSERT INTO moderation_portal_limitcount (scope, subject_hash, "window", count)
    SELECT %(scope)s, %(subject)s, %(window)s, 1 WHERE NOT EXISTS (SELECT FROM rest)
    ON CONFLICT (scope, subject_hash, "window") DO UPDATE
    SET count = moderation_portal_limitcount.count + 1
    RETURNING count
)
SELECT (SELECT count FROM counted), (SELECT max(until) FROM rest), (SELECT max(failures) FROM rest)
"""

# Whoever moves the end of the rest on is the one that tries; the others go on waiting.
TRY = """
UPDATE moderation_portal_limitcount SET "window" = %(until)s
WHERE scope = 'mailbox.rest' AND subject_hash = %(subject)s AND "window" <= %(at)s
"""

FORGET = """
DELETE FROM moderation_portal_limitcount
WHERE scope = 'mailbox.rest' AND subject_hash = %(subject)s RETURNING count
"""

LET_REST = """
INSERT INTO moderation_portal_limitcount (scope, subject_hash, "window", count)
VALUES ('mailbox.rest', %(subject)s, %(until)s, %(failures)s)
ON CONFLICT (scope, subject_hash, "window") DO NOTHING
"""


class Resting(outbox.Wait):
    """The mailbox did not answer, `failures` times in a row."""

    def __init__(self, failures: int, after: timedelta):
        super().__init__("the mailbox did not answer; it is tried again by one letter alone", after)
        self.failures = failures


def admit(address: str, *, is_urgent: bool, at: datetime) -> bool:
    """Lets one letter to this mailbox go now; true when it is the one that tries a silent mailbox.

    Raises `outbox.Wait` when the mailbox has its letters of this minute (a quarter of them is kept
    for urgent ones, which take of the others' too), and `Resting` while it rests.
    """
    most = settings.LETTERS_A_MINUTE
    kept = most // 4
    count, until, failures = _ask(URGENT if is_urgent else COUNT, address, at)
    if until is not None:
        _try(address, until, failures, at)
        return True
    allowed = kept if is_urgent else most - kept
    if is_urgent and count > kept:
        count, allowed = _ask(COUNT, address, at)[0], most - kept
    if count > allowed:
        why = f"the mailbox has its {most} letters of this minute"
        raise outbox.Wait(why, _turn(count, allowed, at))
    return False


def silent(address: str, *, at: datetime) -> None:
    """The mailbox did not answer at all, or not in time: its other letters wait a while."""
    values: dict[str, Any] = {"subject": _subject(address), "until": at + REST}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORGET, values)
        failures = sum(row[0] for row in cursor.fetchall())
        cursor.execute(LET_REST, values | {"failures": failures + 1})


def answered(address: str) -> None:
    """The mailbox that rested has answered: the next letter goes at once."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"subject": _subject(address)})


def _ask(scope: str, address: str, at: datetime) -> tuple[int, datetime | None, int]:
    values: dict[str, Any] = {
        "scope": scope,
        "subject": _subject(address),
        "window": clock.slot(at, WINDOW),
    }
    with connection.cursor() as cursor:
        cursor.execute(ADMIT, values)
        count, until, failures = cursor.fetchone()
    return count or 0, until, failures or 0


def _try(address: str, until: datetime, failures: int, at: datetime) -> None:
    values: dict[str, Any] = {"subject": _subject(address), "until": at + REST, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(TRY, values)
        if cursor.rowcount:
            return
    raise Resting(failures, max(until - at, REST / 6))


def _turn(count: int, allowed: int, at: datetime) -> timedelta:
    """Whoever asks as the hundredth where ten may go waits for the tenth minute, and within it for
    its place: so a long heap is not claimed again every minute."""
    ahead, place = divmod(count - 1, allowed)
    return clock.slot(at, WINDOW) + ahead * WINDOW + place * WINDOW / allowed - at


def _subject(address: str) -> str:
    return vault.keyed_hash("limit", address.lower())
