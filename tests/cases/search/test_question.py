"""What a text in the search box may be."""

import pytest

from cases.search.question import LONGEST, read
from moderation_portal.series import SEALED_FROM


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "\x00", "\u200b", "'; --", "%", "\ud800", "(" * 500, "🙂", "٣٤٥"]
)
def test_no_text_is_too_odd_to_be_read(typed):
    asked = read(typed)
    assert len(asked.text) <= LONGEST
    assert not asked.cases


@pytest.mark.parametrize(
    "typed", ["K26-0000123", "k26-123", " k 26 123 ", "K26 – 0123", "K260000123", "K-123", "k123"]
)
def test_a_case_s_number_is_read_however_it_is_written(typed):
    assert read(typed).cases == (123,)
    assert not read(typed).words


def test_a_sealed_number_has_its_own_letter():
    assert read("ks26-483920175").cases == (SEALED_FROM + 483_920_175,)
    assert read("RS26-7").reports == (SEALED_FROM + 7,)


def test_a_bare_number_may_be_a_case_s_a_report_s_or_a_notice_s():
    asked = read("00123")
    assert (asked.cases, asked.reports, asked.serial) == ((123,), (123,), ("ordinary", 123))


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("B-000123/KOMDIGI/III/2026", ("ordinary", 123)),
        ("b 123", ("ordinary", 123)),
        ("R-483920175/KOMDIGI/III/2026", ("sealed", 483_920_175)),
        ("R26-12", None),
    ],
)
def test_a_notice_s_number_is_read_by_its_serial(typed, serial):
    assert read(typed).serial == serial


@pytest.mark.parametrize(
    "typed", ["0812-3456-7890", "+62 812 3456 7890", "wa.me/6281234567890", "judi 0812 3456 7890"]
)
def test_a_phone_number_is_nothing_but_a_phone_number(typed):
    asked = read(typed)
    assert asked.phone == "+6281234567890"
    assert asked.kinds == ["phone"]


@pytest.mark.parametrize("typed", ["hubungi 081 234 5", "judi 0812-34567"])
def test_no_text_is_searched_for_a_part_of_a_phone_number(typed):
    assert not any(sign.isdigit() for sign in read(typed).words)


@pytest.mark.parametrize(
    "typed",
    [
        "hxxps://t[.]me/bunga_77",
        "t.me/bunga_77",
        "https://telegram.me/bunga_77",
        "t(dot)me/bunga_77",
    ],
)
def test_an_address_is_read_in_any_shape(typed):
    (account,) = read(typed).accounts
    assert (account.platform, account.kind, account.canonical) == ("telegram", "handle", "bunga_77")


def test_a_letter_s_number_is_its_letters_and_digits():
    assert read("b / 123 / IV/RES.2.5/ 2026").signs == "B123IVRES252026"


@pytest.mark.parametrize(
    "typed", ["instagram", "Instagram", "instagram.com", "https://instagram.com"]
)
def test_a_platform_is_known_by_name_and_by_host(typed):
    assert read(typed).platform == "instagram"
