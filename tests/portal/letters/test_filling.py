"""What stops a letter: nothing is sent half filled."""

from datetime import datetime

import pytest

from moderation_portal import letters
from moderation_portal.errors import Invalid
from tests.portal.letters.given import LINES, context, written


@pytest.mark.parametrize("name", ["number", "reasons", "bases", "answer_url", "approver", "rung"])
@pytest.mark.parametrize("empty", [None, "", "gone"])
def test_a_missing_value_stops_the_letter_and_is_named(pack, name, empty):
    given = context("indonesia", "order", **{name: empty})
    if empty == "gone":
        del given[name]
    shown_as = {"bases": "legal_bases", "rung": "rung_name"}.get(name, name)
    with pytest.raises(Invalid) as caught:
        letters.render(pack, "order", "id", given, LINES)
    assert caught.value.detail["missing"] == [shown_as]


def test_an_unknown_name_stops_the_letter(pack):
    with pytest.raises(Invalid) as caught:
        written(pack, reporter_name="Siti")
    assert caught.value.detail["unknown"] == ["reporter_name"]


@pytest.mark.parametrize(
    "changes",
    [
        {"issued_at": None},
        {"issued_at": datetime(2026, 11, 21)},  # noqa: DTZ001 (that is the fault)
        {"copies": "Menteri"},
        {"bases": ["NOPE"]},
        {"categories": ["nope"]},
        {"urgency": "leisurely"},
        {"platform": "\u200b\u202e"},
        {"answer_url": "javascript:alert(1)"},
        {"answer_url": "data:text/html,x"},
        {"answer_url": "//portal.example/"},
        {"answer_url": "https://[portal.example/"},
        {"answer_url": "https://portal.example/\r\nBcc: x"},
        {"answer_url": "https://portal.example/ a"},
        {"answer_url": 'https://portal.example/"onclick=x'},
    ],
)
def test_a_value_of_the_wrong_kind_stops_the_letter(pack, changes):
    with pytest.raises(Invalid):
        written(pack, **changes)


def test_an_order_without_targets_is_never_written(pack):
    with pytest.raises(Invalid):
        written(pack, lines=[])
