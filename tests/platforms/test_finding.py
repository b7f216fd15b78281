"""Every locator in running text."""

import time

import pytest

from platforms.locators import find_all
from tests.platforms.test_locators import key


def test_running_text_without_accounts_gives_none():
    text = (
        "Aplikasi MiChat dan WhatsApp sering dipakai 24 jam. Yth. Bapak/Ibu, dengan "
        "hormat.Demikian, nomor "
        "LP/B/1234/III/2021/SPKT tanggal 21-03-2021, NIK 3573010101010001, Rp 1.068.926, telp "
        "(021) 5550199. "
        "Email: humas@polri.example. Tiktok 2021 ramai, line telepon sibuk, x = 3."
    )
    assert find_all(text) == []


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://github.com/dewi_ ya", "dewi"),  # no account there ends so
        ("lihat _https://www.instagram.com/dewi_ ya", "dewi"),
        ("lihat _https://www.instagram.com/dewi__.", "dewi_"),
        ("lihat *_https://www.instagram.com/dewi__*, ya", "dewi_"),
        ("situs slot88.example/daftar_", "slot88.example/daftar"),
    ],
)
def test_what_emphasis_put_around_an_address_is_no_part_of_it(text, canonical):
    assert [one.canonical for one in find_all(text)] == [canonical]


def test_a_line_to_fill_in_is_no_account():
    assert [one.kind for one in find_all("Tautan: https://x.com/__________")] == ["url"]


def test_running_text_gives_every_locator_once():
    text = (
        "Bersama ini disampaikan akun Instagram @rara_99, @sinta.88 dan @dewi_x yang menawarkan "
        "jasa, serta "
        "hxxps://t[.]me/rara_channel dan nomor WA 0812-3456-7890. Lihat (https://www.tiktok.com/"
        "@rara.99/video/712345).\n"
        "MiChat ID: rara_michat, dewi_michat2.\n"
        "Hubungi petugas@polisi.example. Situs: slot88[.]com/daftar. Sekali lagi: @RARA_99 (IG)."
    )
    assert [key(one) for one in find_all(text)] == [
        ("instagram", "handle", "rara_99"),
        ("instagram", "handle", "sinta.88"),
        ("instagram", "handle", "dewi_x"),
        ("telegram", "handle", "rara_channel"),
        ("whatsapp", "phone", "+6281234567890"),
        ("tiktok", "post", "video/712345"),
        ("michat", "handle", "rara_michat"),
        ("michat", "handle", "dewi_michat2"),
        (None, "website", "slot88.com/daftar"),
    ]


def test_tables_and_lists_under_a_platforms_name_are_read():
    table = (
        "No | Aplikasi | Akun | Nomor\n1 | MiChat | rara_99 | 0812-3456-7890\n2 | Telegram | "
        "@sinta_x | -\n"
    )
    assert {key(one) for one in find_all(table)} == {
        ("michat", "handle", "rara_99"),
        ("michat", "phone", "+6281234567890"),
        ("telegram", "handle", "sinta_x"),
    }
    listed = "Akun Instagram sebagai berikut:\n1. rara_99\n2. sinta.cantik\n- dewi88\n"
    assert [one.canonical for one in find_all(listed)] == ["rara_99", "sinta.cantik", "dewi88"]


def test_owner_and_repository_apart_are_read_only_where_repositories_are_meant():
    text = "withholding the following repositories:\n\nrara / slot-app\n\nsinta / sinta.github.io\n"
    assert [one.canonical for one in find_all(text)] == ["rara/slot-app", "sinta/sinta.github.io"]
    assert find_all("Dear Sir / Madam\n\nrara / slot-app\n") == []


def test_a_handle_or_number_without_platform_says_so_and_takes_a_given_one():
    assert [(one.platform, one.problem) for one in find_all("@rara_99 0812-3456-7890")] == [
        (None, "no_platform"),
        (None, "no_platform"),
    ]
    assert [one.platform for one in find_all("@rara_99", platform="instagram")] == ["instagram"]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("https://www.instagram.com/dewi_", "dewi_"),
        ("lihat https://www.instagram.com/dewi_, dan", "dewi_"),
        ("(https://x.com/dewi__)", "dewi__"),
        ("www.tiktok.com/@dewi_", "dewi_"),
        ("hxxps://t[.]me/dewi_siti_", "dewi_siti_"),
        ("https://youtu.be/abcdefghij_", "watch?v=abcdefghij_"),
        ("akun Instagram @dewi_.", "dewi_"),
    ],
)
def test_an_underscore_that_ends_a_name_belongs_to_it(text, canonical):
    assert [one.canonical for one in find_all(text)] == [canonical]


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["a", "a.", "@a", "https://a.", "0 ", "+62 (", "[.]", "IG: ", "ig: a_1, b_2, ", "- aaaa\n",
     "a / b\n", "a@b.",
     "【", "e\u0301\u0316", "\u0301\u0316", "a\u200b", "𝐚.", "michat nearby nama x dekat y\n", "h*",
     "a dot "],
)  # fmt: skip
def test_the_time_to_read_a_text_grows_with_its_length_only(unit):
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        before = time.process_time()
        find_all(text)
        return time.process_time() - before

    small, large = min(seconds(8_000) for _ in range(3)), seconds(64_000)

    assert large <= 24 * max(small, 0.002), (
        f"8 times the text took {large / small:.0f} times as long"
    )
