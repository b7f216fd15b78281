"""Who is named behind an @."""

import pytest

from cases import mentions
from moderation_portal.models import User

AYU = User(pk=1, name="Ayu Lestari", email="ayu@komdigi.example")
BIMA = User(pk=2, name="Bima Saputra", email="b.saputra@komdigi.example")
AYU_TOO = User(pk=3, name="Ayu Dewi", email="ayudewi@komdigi.example")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ayu Lestari lihat ini", [AYU]),
        ("lihat ini, @ayu lestari.", [AYU]),
        ("(@b.saputra)", [BIMA]),
        ("@Bima dan @Ayu Dewi", [BIMA, AYU_TOO]),
        ("@bima @Bima @b.saputra", [BIMA]),
        ("@Bima\n@Ayudewi", [BIMA, AYU_TOO]),
    ],
)
def test_a_colleague_is_named_by_name_first_name_or_address(text, named):
    found = mentions.find(text, [AYU, BIMA, AYU_TOO])
    assert (found.people, found.unknown) == (named, [])


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("akun @bunga_77 menawarkan", ["bunga_77"]),
        ("@bima_77", ["bima_77"]),
        ("@bima.77 dan @bima-77", ["bima.77", "bima-77"]),
        ("@bima@x.example", ["bima"]),
        ("surat ke bima@komdigi.example", []),
        ("https://x.example/@bima", []),
        ("t.me/@bima", []),
        ("@ bima", []),
        ("", []),
    ],
)
def test_handles_and_addresses_of_accounts_name_nobody(text, unknown):
    found = mentions.find(text, [AYU, BIMA])
    assert (found.people, found.texts, found.unknown) == ([], [], unknown)


@pytest.mark.parametrize("text", ["@Bıma", "@BİMA", "@ayu leſtari"])
def test_a_letter_that_only_resembles_one_of_a_name_names_nobody_and_breaks_nothing(text):
    found = mentions.find(text, [BIMA])
    assert found.people == []
    assert mentions.find(text, [AYU]).people in ([], [AYU])


def test_a_name_that_several_bear_is_nobodys():
    twin = User(pk=4, name="Ayu Lestari", email="lestari@komdigi.example")
    found = mentions.find("@Ayu Lestari @lestari", [AYU, twin])
    assert (found.people, found.unknown) == ([twin], ["Ayu"])


def test_a_text_is_cut_at_its_mentions_and_at_nothing_else():
    text = "@Bima: akun @bima_77, surel bima@x.example"
    parts = mentions.parts_of(text, ["Bima"])
    assert parts == [("@Bima", True), (": akun @bima_77, surel bima@x.example", False)]
    assert mentions.parts_of(text, []) == [(text, False)]
