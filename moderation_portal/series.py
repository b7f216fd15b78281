"""The ids of rows that may be sealed: what is sealed has a series of its own.

Ids stand in addresses, numbers and forms. If both handling classes drew from one series, whoever
sees the ordinary rows only could count the sealed ones by their gaps. So sealed rows begin behind
`SEALED_FROM`, and the database (migration 0005_series) lets no row stand in the other's series, or
change it: an ordinary case never becomes a sealed one, a report on a child opens another beside it.
"""

import re
from datetime import datetime

from django.db import connection

from . import policy

SEALED_FROM = 1_000_000_000_000
NEXT = "SELECT nextval(%s) FROM generate_series(1, %s)"
# No table ever held more; the database could not look up twice as many digits.
NUMBER = re.compile(r"\s*([A-Z]?)(S?)(?:[0-9]{2}-)?([0-9]{1,12})\s*", re.I | re.ASCII)


def take(table: str, count: int, *, is_sealed: bool) -> list[int]:
    """The next ids for so many rows of a table that has both series."""
    if not count:
        return []
    which = "sealed" if is_sealed else "id"
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [f"{table}_{which}_seq", count])
        return [row[0] for row in cursor.fetchall()]


def number(letter: str, pk: int, at: datetime) -> str:
    """The number that people quote: K26-0000123, or KS26-0000123 for what is sealed.

    The year is the country's, which begins while it is still the old one in UTC.
    """
    year = f"{policy.pack().day(at):%y}"
    if pk > SEALED_FROM:
        return f"{letter}S{year}-{pk - SEALED_FROM:07d}"
    return f"{letter}{year}-{pk:07d}"


def read(letter: str, text: str) -> int | None:
    """The id behind a number as people write it (K26-0000123, ks26-7, 123), or None."""
    found = NUMBER.fullmatch(text)
    if found is None or found[1].upper() not in ("", letter) or (found[2] and not found[1]):
        return None
    return int(found[3]) + (SEALED_FROM if found[2] else 0)
