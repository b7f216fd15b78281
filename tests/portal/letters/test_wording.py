"""Nothing that a value holds can act, and nothing in it is hidden."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation_portal import letters, policy
from moderation_portal.defanging import defang
from moderation_portal.errors import Invalid
from moderation_portal.letters import LocatorLine
from moderation_portal.letters.document import thaw
from tests.portal.letters.given import HOSTILE, Reader, context, written


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["platform", "reasons", "approver", "number", "copies"])
def test_a_value_shows_as_text_and_changes_no_structure(pack, name, value):
    calm, hostile = (
        written(pack, **{name: [text] if name == "copies" else text}) for text in ("x", value)
    )
    assert [block.kind for block in thaw(hostile.markdown)[1] if block.kind != "paragraph"] == [
        block.kind for block in thaw(calm.markdown)[1] if block.kind != "paragraph"
    ]
    calm_mail, hostile_mail = Reader(calm.html), Reader(hostile.html)
    assert set(hostile_mail.tags) == set(calm_mail.tags)
    assert hostile_mail.links == calm_mail.links
    assert "https://evil" not in hostile.text
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", hostile.text
    )
    assert "\n" not in hostile.subject
    assert "\r" not in hostile.subject


@settings(max_examples=40)
@given(st.text(max_size=80))
def test_any_text_survives_unchanged_or_not_at_all(value):
    pack = policy.pack("indonesia")
    try:
        letter = letters.render(
            pack, "outcome_declined", "id", context("indonesia", "outcome_declined", reasons=value)
        )
    except Invalid:
        return
    shown = letters.wording.prose(value)
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", shown)]
    in_blocks = ["".join(span.text for span in block.spans) for block in thaw(letter.markdown)[1]]
    for paragraph in filter(None, paragraphs):
        assert paragraph in in_blocks


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=80))
def test_any_locator_is_one_cell_in_which_nothing_is_hidden(value):
    letter = written(policy.pack("indonesia"), lines=[LocatorLine(value), LocatorLine("akhir")])
    (table,) = [block for block in thaw(letter.markdown)[1] if block.kind == "table"]
    assert len(table.rows) == 2
    shown = "".join(span.text for span in table.rows[0][1])
    assert shown == defang(letters.wording.exact(value))


def test_direction_tricks_in_a_locator_are_shown():
    assert letters.wording.exact("a\u202eb\u200bc\u00a0d") == "a‹U+202E›b‹U+200B›c‹U+00A0›d"


def test_addresses_inside_reasons_are_defanged_too(pack):
    letter = written(pack, reasons="Lihat https://jahat.example/x dan http://b.example")
    assert "hxxps://jahat[.]example/x dan hxxp://b[.]example" in letter.text
    assert "https://jahat" not in letter.html + letter.markdown
