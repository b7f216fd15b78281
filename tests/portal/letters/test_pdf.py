"""The letter as a PDF: the same every time, and whole."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from moderation_portal import letters, policy
from moderation_portal.letters import LocatorLine
from moderation_portal.letters.document import thaw
from moderation_portal.letters.sample import sample
from tests.portal.letters.given import ALL, AT, HOSTILE, written


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize("value", HOSTILE)
def test_typst_sees_a_value_as_text(pack, value):
    letter = written(pack, reasons=value, platform=value, lines=[LocatorLine(value)])
    assert letters.pdf(letter).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "body", ["- \n- satu", "-", "- - satu", "1. dua\n   - satu\n\n   tiga\n2. empat", "- \n\n" * 9]
)
def test_no_list_of_a_steward_stops_a_letter_or_loses_its_words(pack, body):
    template = pack.template("receipt", "id")
    mistyped = replace(template, body=f"{template.body}\n\n{body}")
    given, _lines = sample(pack, "receipt", "id", AT)
    letter = letters.render(pack, "receipt", "id", given, template=mistyped)
    assert letters.pdf(letter).startswith(b"%PDF-")
    for word in re.findall("[a-z]+", body):
        assert word in letter.text
        assert word in letter.html


def test_the_same_letter_gives_the_same_pdf(pack):
    first, second = letters.pdf(written(pack)), letters.pdf(written(pack))
    assert first == second
    assert letters.pdf(written(pack, number="B-1204")) != first


def test_a_frozen_letter_needs_no_pack_to_be_printed(pack):
    letter = written(pack)
    stored = letters.Letter("", letter.markdown, "", "")
    assert letters.pdf(stored) == letters.pdf(letter)


def test_another_letterhead_can_be_put_on_top(pack):
    letter, kominfo = written(pack), pack.issuer(datetime(2021, 3, 21, tzinfo=UTC))
    assert letters.pdf(letter, letterhead=kominfo) != letters.pdf(letter)
    assert letters.pdf(letter, letterhead=pack.issuer(AT)) == letters.pdf(letter)


@pytest.mark.parametrize(("name", "code", "language"), ALL)
def test_every_letter_can_be_printed(name, code, language):
    assert pages(letters.pdf(written(policy.pack(name), code, language))) >= 1


def test_characters_that_the_fonts_lack_are_printed_as_code_points(pack):
    odd = "小红\U0001f600\u0e01\u0627\U0001d4ea\ue000\U0010ffff\u0301"
    assert letters.pdf(written(pack, platform=odd, lines=[LocatorLine(odd)]))
    assert letters.wording.printable({"a": ["小"]}) == {"a": ["‹U+5C0F›"]}


@pytest.mark.slow
def test_a_notice_of_3710_targets_prints_every_one(pack):
    lines = [LocatorLine(f"https://contoh.example/u/akun_{n}", "url", f"{n}") for n in range(3710)]
    letter = written(pack, lines=lines)
    few = pages(letters.pdf(written(pack)))
    assert pages(letters.pdf(letter)) > few + 50
    (table,) = [block for block in thaw(letter.markdown)[1] if block.kind == "table"]
    assert len(table.rows) == 3710


def test_a_frozen_letter_is_not_confused_by_its_own_marks(pack):
    letter = written(pack, platform="nama---", number="---")
    assert thaw(letter.markdown)[0].number == "---"
