from datetime import UTC, datetime

import pytest
from django.db import connection

from moderation_portal.arrays import array, columns

NASTY = ['"', "\\", "{}", "a,b", "NULL", "", " ", "a\nb", "'; --", "\\x00", "🌸", '\\"', '","']


def as_read(kind, literal):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [literal])
        return cursor.fetchone()[0]


def test_a_text_with_a_nul_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        array(["a\x00b", "c"])


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="argument 2"):
        columns([(1, 2), (3,)])


@pytest.mark.django_db
def test_what_is_written_is_read_again():
    assert as_read("text", array(NASTY)) == NASTY
    assert as_read("text", array([None, *NASTY, None])) == [None, *NASTY, None]
    assert as_read("text", array([None])) == [None]
    assert as_read("bigint", array([])) == []
    assert as_read("bigint", array([3, None, -1])) == [3, None, -1]
    assert as_read("bool", array([True, False, None])) == [True, False, None]
    instant = datetime(2026, 3, 17, 3, 0, 0, 123456, tzinfo=UTC)
    assert as_read("timestamptz", array([instant, None])) == [instant, None]


@pytest.mark.django_db
def test_columns_come_out_as_rows():
    rows = [(1, "a", None), (2, 'b"', 3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[])", columns(iter(rows))
        )
        assert cursor.fetchall() == rows
