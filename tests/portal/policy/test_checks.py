"""A pack with a gap is told so in sentences, all of them at once."""

import pytest

from moderation_portal import policy
from moderation_portal.policy.checks import check_policy_pack

# File -> what is written there, what is written instead, and what is told of it.
GAPS = {
    "categories.yaml": [
        ("bases: [ITE-27-2, PM5-9-4-a]", "bases: [NOPE]", "names “NOPE”"),
        ("unit: bnn", "unit: nobody", "names “nobody”"),
        (", en: Gambling}", "}", "categories/gambling: “name” has no text in"),
    ],
    "ladders.yaml": [
        ("signatures: [supervisor]", "signatures: []", "needs a person's signature"),
        ("signatures: [director]", "signatures: [king]", "names “king”"),
        ("offset: -12h", "offset: 12h", "its offset is not negative"),
        ("valid_to: 2025-01-31", "valid_to: 2025-02-01", "two versions are in force"),
        ("    due: 24h\n", "    due: 12h\n", "does not say 12 hours"),
    ],
    "pack.yaml": [
        (
            "    plain: {id: Masih kami telaah., en: We are still looking into it.}\n",
            "",
            "no “plain”",
        ),
    ],
    "requirements.yaml": [("except_for: [sexual, child]", "except_for: [adult]", "names “adult”")],
    "rules.yaml": [("code: PM5-11\n", "code: PM5-12\n", "names “PM5-11”")],
    "letters/id/order.md": [
        ("{{ due_rule }}", "{{ reporter }}", "“reporter” is used but not"),
        ("{{ reasons }}", "{{ reasons", "holds braces that are no placeholder"),
        ("{{ reasons }}", "x {{ reasons }}", "must stand alone on its line"),
    ],
    "letters/en/order.md": [
        ("---\n", "", "line 1: the front matter"),
        ("copies:", "copys:", "letters know no “copys”"),
    ],
}


@pytest.mark.parametrize(
    ("file", "old", "new", "told"), [(file, *gap) for file in GAPS for gap in GAPS[file]]
)
def test_a_gap_in_the_pack_is_told_in_a_sentence(edited, file, old, new, told):
    assert any(told in sentence for sentence in policy.check(policy.read(edited(file, old, new))))


def test_a_missing_letter_is_told(edited):
    folder = edited("pack.yaml", "hold_days: 14", "hold_days: 14")
    (folder / "letters" / "en" / "warning_2.md").unlink()
    assert policy.check(policy.read(folder)) == ["letters/en/warning_2.md is missing."]


def test_a_category_without_a_basis_in_force_is_told(edited):
    folder = edited("categories.yaml", "bases: [ITE-27-2, PM5-9-4-a]", "bases: [ITE-27A]")
    told = policy.check(policy.read(folder))
    assert "categories/gambling: none of its bases is in force on 2020-11-24." in told
    assert "categories/gambling: none of its bases is in force on 2026-01-02." in told


@pytest.mark.parametrize("name", ["indonesia", "eu-tco", "atlantis"])
def test_the_start_up_check_reads_the_pack_in_use(settings, name):
    settings.POLICY_PACK = name
    errors = check_policy_pack(None)
    assert [error.msg for error in errors] == (
        ["There is no policy pack in atlantis: its pack.yaml is missing."]
        if name == "atlantis"
        else []
    )
