"""The ids of rows that may be sealed: what is sealed has a series of its own.

Ids stand in addresses, numbers and forms. If both handling classes drew from one series, whoever
sees the ordinary rows only could count the sealed ones by their gaps. So sealed rows begin behind
`SEALED_FROM`, and the database (migration 0005_series) lets no row stand in the other's series, or
change it: an ordinary case never becomes a sealed one, a report on a child opens another beside it.

Whoever sees two sealed ids, a reporter or a platform, could count what came between. So sealed ids
follow no order: they are the next places of the series, scattered under a secret key. What comes
first among sealed rows is told by their instants, never by their ids.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db import connection, models

from . import policy, vault

SEALED_FROM = 1_000_000_000_000
NEXT = "SELECT nextval(%s) FROM generate_series(1, %s)"
# Scattered places have nine digits; ids that were counted up before stay below them.
SCATTERED_FROM, SCATTERED = 100_000_000, 900_000_000
HALF, ROUNDS = 2**15, 8  # the two halves of a place hold 2**30, little more than is wanted
MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
# No table ever held more; the database could not look up twice as many digits.
NUMBER = re.compile(r"\s*([A-Z]?)(S?)(?:[0-9]{2}-)?([0-9]{1,12})\s*", re.I | re.ASCII)


def take(table: str, count: int, *, is_sealed: bool) -> list[int]:
    """The next ids for so many rows of a table that has both series."""
    if not count:
        return []
    if not is_sealed:
        return _next(f"{table}_id_seq", count)
    places = [pk - SEALED_FROM for pk in _next(f"{table}_sealed_seq", count)]
    return [SEALED_FROM + place for place in scatter(table, places)]


def take_scattered(table: str, count: int) -> list[int]:
    """The next ids for so many rows of a table whose key is a `ScatteredId`."""
    return scatter(table, _next(f"{table}_id_seq", count))


class ScatteredId(models.BigAutoField):
    """The key of rows that may belong to either handling class, or to none yet: in one series, and
    in no order."""

    def get_pk_value_on_save(self, instance: models.Model) -> int:
        """An id for a row that is being saved without one."""
        return take_scattered(self.model._meta.db_table, 1)[0]


def scatter(table: str, places: Iterable[int]) -> list[int]:
    """Where the places of a table's series (1, 2, 3…) come to lie: each somewhere else, the same
    for ever, in an order that nobody can tell without the key.

    A Feistel network over 30 bits, walked on until it ends within `SCATTERED` (Black and Rogaway,
    "Ciphers with arbitrary finite domains", 2002).
    """
    noise = _noise(vault.keyed_hash("series", table))
    return [SCATTERED_FROM + _walk(noise, place) for place in places]


def unscatter(table: str, scattered: int) -> int:
    """The place of a table's series that `scatter` has put here; 0, which no row has, for what it
    puts nowhere."""
    place = scattered - SCATTERED_FROM
    if not 0 <= place < SCATTERED:
        return 0
    noise = _noise(vault.keyed_hash("series", table))
    while True:
        left, right = divmod(place, HALF)
        for one in reversed(noise):
            left, right = right ^ one[left] % HALF, left
        place = left * HALF + right
        if place < SCATTERED:
            return place


@lru_cache(maxsize=16)
def _noise(key: str) -> tuple[memoryview, ...]:
    """For each round what is added to one half for every value of the other: half a megabyte."""
    streams = (hashlib.shake_256(f"{key}{turn}".encode()) for turn in range(ROUNDS))
    return tuple(memoryview(stream.digest(2 * HALF)).cast("H") for stream in streams)


def _walk(noise: tuple[memoryview, ...], place: int) -> int:
    while True:
        left, right = divmod(place, HALF)
        for one in noise:
            left, right = right, left ^ one[right] % HALF
        place = left * HALF + right
        if place < SCATTERED:
            return place


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [sequence, count])
        return [row[0] for row in cursor.fetchall()]


def number(letter: str, pk: int, at: datetime) -> str:
    """The number that people quote: K26-0000123, or KS26-483920175 for what is sealed.

    The year is the country's, which begins while it is still the old one in UTC.
    """
    year = f"{policy.pack().day(at):%y}"
    if pk > SEALED_FROM:
        return f"{letter}S{year}-{pk - SEALED_FROM:07d}"
    return f"{letter}{year}-{pk:07d}"


def letter_number(series: str, serial: int, pack: policy.Pack, at: datetime) -> str:
    """The number of a letter that leaves the house, such as B-000123/KOMDIGI/III/2026; what stands
    behind the serial is the policy pack's."""
    day = pack.day(at)
    ends = pack.identity.number_ends.format(
        issuer=pack.issuer(at).short_name.upper(),
        month=f"{day:%m}",
        roman_month=MONTHS[day.month - 1],
        year=day.year,
    )
    return f"{series}-{serial:06d}/{ends}"


def names_sealed(said: object) -> bool:
    """Whether an id of a sealed row stands anywhere in this JSON."""
    if isinstance(said, dict):
        return any(map(names_sealed, said.values()))
    if isinstance(said, list):
        return any(map(names_sealed, said))
    return isinstance(said, int) and said > SEALED_FROM


def read(letter: str, text: str) -> int | None:
    """The id behind a number as people write it (K26-0000123, ks26-7, 123), or None."""
    found = NUMBER.fullmatch(text)
    if found is None or found[1].upper() not in ("", letter) or (found[2] and not found[1]):
        return None
    return int(found[3]) + (SEALED_FROM if found[2] else 0)
