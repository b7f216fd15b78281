"""Dates in every language."""

from datetime import date

import pytest

from reports.letters import dates


def test_a_date_without_its_year_is_the_last_such_day():
    (found,) = dates.find("the order of October 23rd", near=date(2019, 10, 26))
    assert (found.day, found.is_inferred) == (date(2019, 10, 23), True)
    assert dates.find("the order of October 23rd") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Jakarta, 12 Maret 2021", "2021-03-12"),
        ("1 Nopember 2022", "2022-11-01"),
        ("tanggal 12 s.d. 14 Maret 2021", "2021-03-12 2021-03-14"),
        ("tanggal dua belas bulan Maret tahun dua ribu dua puluh satu", "2021-03-12"),
        ("Sep.3rd,2019", "2019-09-03"),
        ("October 23, 2019", "2019-10-23"),
        ("7/27/2006 and 3/4/2006", "2006-07-27 2006-03-04"),
        ("13/02/2022 dan 3/4/2022", "2022-02-13 2022-04-03"),
        ("от 24.01.2018 г. и 27 июля 2006 года", "2018-01-24 2006-07-27"),
        ("a 23 de octubre de 2019", "2019-10-23"),
        ("2019年9月3日，二〇一九年十二月二十三日", "2019-09-03 2019-12-23"),
        ("31/02/2021, 10.2.1, you may 5 times", ""),
    ],
)
def test_dates_are_read_in_every_language(text, days):
    found = dates.find(text, near=date(2021, 4, 1))
    assert " ".join(one.day.isoformat() for one in found) == days
