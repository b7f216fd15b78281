"""Many rows in one statement: columns as PostgreSQL array literals, for `unnest`.

The driver writes a list as `ARRAY['…', '…']`, and the server reads each member as an expression of
its own; a literal is written and read in half the time.
"""

from collections.abc import Iterable, Sequence

# Stands in no text of PostgreSQL, so it can mark where one member ends.
BETWEEN = "\x00"


def columns(rows: Iterable[Sequence[object]]) -> list[str]:
    """The columns of these rows, at least one, each as a literal for `%s::type[]`.

    Members are None, texts, numbers, booleans or instants. Raises ValueError for rows of different
    lengths and for a text with a NUL, which PostgreSQL cannot hold.
    """
    return [array(column) for column in zip(*rows, strict=True)]


def array(members: Sequence[object]) -> str:
    """One array literal; see `columns`."""
    if not members:
        return "{}"
    told = BETWEEN.join(map(str, members))
    if told.count(BETWEEN) != len(members) - 1:
        raise ValueError("PostgreSQL holds no text with a NUL in it")
    told = told.replace("\\", "\\\\").replace('"', '\\"')
    if None not in members:
        return '{"' + told.replace(BETWEEN, '","') + '"}'
    quoted = (f'"{text}"' for text in told.split(BETWEEN))
    return f"{{{','.join(_or_null(members, quoted))}}}"


def _or_null(members: Sequence[object], quoted: Iterable[str]) -> Iterable[str]:
    for member, text in zip(members, quoted, strict=True):
        yield "NULL" if member is None else text
