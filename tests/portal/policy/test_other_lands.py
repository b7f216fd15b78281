"""What differs from one country to another is the pack's, not the code's."""

import pytest
from django.utils.translation import override as speaking

from cases import ahead
from moderation_portal import policy, series
from platforms.locators import find_all, identify
from tests.world import AT

LADDER = {"indonesia": "ordinary", "eu-tco": "urgent"}


def rung(pack: policy.Pack) -> policy.Rung:
    ladder = pack.ladder(LADDER[pack.name], AT)
    return next(one for one in ladder.rungs if one.kind == "proposal")


@pytest.mark.parametrize(
    ("name", "number"),
    [("indonesia", "B-000123/KOMDIGI/III/2026"), ("eu-tco", "B-000123/TCO/2026")],
)
def test_what_follows_the_serial_of_a_letters_number_is_the_packs(name, number):
    assert series.letter_number("B", 123, policy.pack(name), AT) == number


@pytest.mark.parametrize(
    ("name", "whom"),
    [("indonesia", "for the Minister"), ("eu-tco", "for the authority that imposes penalties")],
)
def test_who_decides_on_a_proposal_is_the_packs(name, whom):
    pack = policy.pack(name)
    with speaking("en"):
        assert whom in ahead.told(rung(pack), pack)[0]


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("indonesia", "0812 3456 7890", "+6281234567890"),
        ("indonesia", "62 812 3456 7890", "+6281234567890"),
        ("indonesia", "+32 470 12 34 56", "+32470123456"),
        ("eu-tco", "0470 12 34 56", "+32470123456"),
        ("eu-tco", "32 470 12 34 56", "+32470123456"),
        ("eu-tco", "+62 812 3456 7890", "+6281234567890"),
    ],
)
def test_a_telephone_number_without_a_countrys_code_is_of_the_packs_country(
    settings, name, written, read
):
    settings.POLICY_PACK = name
    assert identify(written, platform="whatsapp").canonical == read
    assert [one.canonical for one in find_all(f"WhatsApp: {written}.")] == [read]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("pack.yaml", "{roman_month}", "{moon}", "holds braces that are no placeholder"),
        ("pack.yaml", "country: ID", "country: XX", "is no country"),
        ("ladders.yaml", "goes_to: {id: Menteri, en: the Minister}\n", "\n", "who decides on it"),
    ],
)
def test_a_gap_in_them_is_told(edited, file, old, new, told):
    assert any(told in sentence for sentence in policy.check(policy.read(edited(file, old, new))))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (", email: removal-orders@authority-ie.example", "", "no address to which its copies"),
        ("waived_by: [supervisor, director]", "waived_by: [king]", "names “king”"),
        ("basis: TCO-3-2, ahead", "basis: NOPE, ahead", "names “NOPE”"),
    ],
)
def test_a_gap_in_what_goes_beside_an_order_is_told(edited, old, new, told):
    folder = edited("pack.yaml", old, new, name="eu-tco")
    assert any(told in sentence for sentence in policy.check(policy.read(folder)))


@pytest.mark.parametrize("letter", ["prior_information", "order_copy"])
def test_a_pack_that_wants_it_has_its_letter(edited, letter):
    folder = edited("pack.yaml", "ahead: 12h", "ahead: 12h", name="eu-tco")
    (folder / "letters" / "en" / f"{letter}.md").unlink()
    assert f"letters/en/{letter}.md is missing." in policy.check(policy.read(folder))
