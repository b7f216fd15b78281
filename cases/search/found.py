"""What was found: rows of one kind, found in one way, and a bound on how many are shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg2.errors
from django.db import OperationalError, connection, models, transaction
from django.db.models import QuerySet

from moderation_portal import full_text

SHOWN = 20
# What a search may take of the database's time before its asker is told to narrow it.
PATIENCE = "800ms"
# At the newest so many rows is looked first: of a common word these are enough.
LOOKED_AT_FIRST = 400
NO_SCAN = {"enable_indexscan": "off", "enable_seqscan": "off"}

Some = TypeVar("Some")
Row = TypeVar("Row", bound=models.Model)

SWITCH = """
SELECT name, current_setting(name), set_config(name, value, true)
FROM unnest(%s::text[], %s::text[]) AS given (name, value)
"""


@dataclass(frozen=True)
class Group:
    """`kind` of the rows (case, report, notice, request, platform), `why` they were found: number,
    letter, account, phone, near, words, decision, note or platform.

    `said` is what matched, by the row's id. `has_more`: there are others, which are not shown.
    """

    kind: str
    why: str
    rows: Sequence[models.Model]
    has_more: bool = False
    said: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ids:
    """Ids as they were found, best first, with what matched."""

    why: str
    ids: Sequence[int]
    has_more: bool = False
    said: Mapping[int, str] = field(default_factory=dict)


def ids_of(why: str, pairs: Sequence[tuple[int, str]]) -> Ids:
    """Of pairs of an id and what matched, in which an id may come again, each id once."""
    said: dict[int, str] = {}
    for pk, text in pairs:
        said.setdefault(pk, text)
    ids = list(said)
    return Ids(why, ids[:SHOWN], len(ids) > SHOWN, said)


def group(kind: str, why: str, rows: QuerySet[Row]) -> Group:
    """The first rows of a queryset that is in its order."""
    found = list(rows[: SHOWN + 1])
    return Group(kind, why, found[:SHOWN], len(found) > SHOWN)


def within_reason(find: Callable[[], Some]) -> Some | None:
    """What `find` answers, or None where the database would take too long over it."""
    try:
        with transaction.atomic(), told(statement_timeout=PATIENCE):
            return find()
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg2.errors.QueryCanceled):
            return None
        raise


def newest_with_words(rows: QuerySet[Row], column: str, text: str) -> list[int]:
    """Ids of the newest rows in whose column these words are, one more than is shown.

    Left to itself the database walks over the whole table for words that are nowhere: it takes the
    newest twenty of something to be near. So the newest are looked at first; if that is not
    enough, the words are rarer than that and their index answers.
    """
    with_words = rows.annotate(found=full_text.words_in(column)).filter(found=full_text.asked(text))
    newest = list(rows.order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT_FIRST])
    near = with_words.filter(pk__in=newest).order_by("-pk").values_list("pk", flat=True)
    ids = list(near[: SHOWN + 1])
    if len(ids) <= SHOWN and len(newest) == LOOKED_AT_FIRST:
        with told(**NO_SCAN):
            everywhere = with_words.order_by("-pk").values_list("pk", flat=True)
            ids = list(everywhere[: SHOWN + 1])
    return ids


@contextmanager
def told(**settings: str) -> Iterator[None]:
    """The database's settings for what is asked within; those from before are there again after.

    Settings of a transaction: where it fails within, it has to be rolled back.
    """
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(SWITCH, [list(settings), list(settings.values())])
        before = [(name, value) for name, value, _new in cursor.fetchall()]
        yield
        cursor.execute(SWITCH, [[name for name, _v in before], [value for _n, value in before]])
