"""Which addresses and names of a letter are targets, and which are only mentioned."""

import pytest

from tests.reports.letters.test_reader import draft, targets


def test_the_writers_own_addresses_are_no_targets():
    letter = draft(
        "KEPOLISIAN DAERAH CONTOH\nJl. Contoh 1, Telp. (021) 5550100, www.polda-contoh.example\n\n"
        "Nomor : B/1/I/2024/Reskrim\n\nYth. Tim\n\nMohon blokir akun @contoh_target di Instagram.\n"
        "Narahubung: Contoh, WhatsApp 0812-0000-1111, siber@polda-contoh.example\n\n"
        "Hormat kami,\nContoh\nInstagram: @polda_contoh\n\nTembusan:\n1. https://arsip.example/x\n"
    )
    assert [one.canonical for one in letter.targets] == ["@contoh_target"]
    reasons = {one.canonical: one.kind for one in letter.set_aside}
    assert reasons["+6281200001111"] == "contact"
    assert reasons["@polda_contoh"] == "signature"
    assert reasons["https://arsip.example/x"] == "copies"


@pytest.mark.parametrize(
    "sentence",
    [
        "The register is available on a 24-hour basis at http://register.example/en/ .",
        "Ketentuan dapat diunduh di https://jdih.contoh.example/uu.",
        "See your terms of service (https://www.tiktok.com/legal/terms-of-service).",
        "Sebagaimana diberitakan https://berita.example/1.",
        "The official website of the bank is https://bank.example/login.",
        "Pembayaran ke rekening BCA nomor 0812345678 a.n. Contoh.",
        "Akun korban @korban_contoh mohon tidak diblokir.",
        "Más información: https://sede.example/ayuda",
        "Подробнее: https://rkn.example/help",
    ],
)
def test_what_a_letter_only_mentions_is_set_aside(sentence):
    asked = "Please remove the following account: https://www.instagram.com/contoh_a/\n\n"
    letter = draft(asked + sentence)
    assert [one.canonical for one in letter.targets] == ["https://www.instagram.com/contoh_a/"]
    assert letter.set_aside


def test_quoted_mail_counts_only_when_the_letter_asks_for_nothing_itself():
    quoted = (
        "\n\nOn Wed, May 1, 2024 at 10:00 A <a@b.example> wrote:\n> https://x.com/contoh_lama\n"
    )
    assert targets("Please also remove https://x.com/contoh_baru" + quoted) == [
        ("x", "https://x.com/contoh_baru")
    ]
    assert targets("Please act." + quoted) == [("x", "https://x.com/contoh_lama")]


def test_what_an_advertisement_said_is_no_target_of_its_own():
    text = 'Ditemukan pesan "hai kak open BO WA 081200009999 ya" dari akun MiChat ID 33445566.'
    assert targets(text) == [("michat", "33445566")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "akun Instagram @a_1 dan @b_2 serta akun TikTok @c_3",
            "instagram:@a_1 instagram:@b_2 tiktok:@c_3",
        ),
        (
            "akun Instagram melati, kenanga dan senja ditutup",
            "instagram:melati instagram:kenanga instagram:senja",
        ),
        (
            "1. Instagram : contoh\n2. FB - @contoh.dua\n3. tiga_3 (TikTok)",
            "instagram:contoh facebook:@contoh.dua tiktok:tiga_3",
        ),
        (
            "ID MiChat : 685078332\nNomor WhatsApp : 0813-0000-1548",
            "michat:685078332 whatsapp:+6281300001548",
        ),
        ("Mohon blokir @contoh_x1 dan @contoh_x2 di X.", "x:@contoh_x1 x:@contoh_x2"),
        ('profil LINE "contoh_l"; Threads: contoh_t', "line:contoh_l threads:contoh_t"),
        (
            "withholding the repository contoh-a / contoh.github.io on GitHub",
            "github:https://github.com/contoh-a/contoh.github.io",
        ),
        ("Repository: contohdev/free-rat (GitHub)", "github:https://github.com/contohdev/free-rat"),
        (
            "remove hxxps[:]//t[.]me/contoh_p and contoh(dot)weebly(dot)com/x",
            "telegram:https://t.me/contoh_p :contoh.weebly.com/x",
        ),
    ],
)
def test_accounts_are_found_however_they_are_named(text, expected):
    assert " ".join(f"{slug}:{one}" for slug, one in targets(text)) == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (
            "the page https://slotica-\ncasino.github.io/ was included",
            "https://slotica-casino.github.io/",
        ),
        (
            "page (s) link (s) https://github.com/\ncontoh/repo/issues/7 was",
            "https://github.com/contoh/repo/issues/7",
        ),
        (
            "Mohon blokir hxxps://www.tiktok[.]com/\n@contoh.x/video/7791567403046186208, karena",
            "https://www.tiktok.com/@contoh.x/video/7791567403046186208",
        ),
        (
            "the page https://contoh.github.io/ \nwas included in the register",
            "https://contoh.github.io/",
        ),
        (
            "- https://www.instagram.com/contoh_1/\n- @contoh_2",
            "https://www.instagram.com/contoh_1/",
        ),
        (
            "Instagram: https://www.instagram.com/dewi_\nTikTok: @b",
            "https://www.instagram.com/dewi_",
        ),
    ],
)
def test_an_address_broken_over_lines_is_put_together_and_no_other(text, address):
    assert draft(text).targets[0].canonical == address


def test_a_wrapped_table_cell_goes_on_in_the_next_line():
    text = (
        "NO  NAMA AKUN    URL                                        KET\n"
        "1   Contoh Dua   https://www.facebook.com/profile.php?id=6155  Aktif\n"
        "                 5000001234\n"
    )
    assert [one.canonical for one in draft(text).targets] == [
        "https://www.facebook.com/profile.php?id=61555000001234"
    ]


def test_a_profile_seen_nearby_is_a_target_unless_its_id_is_told():
    card = "1. Nama profil MiChat : Rara Contoh\n   Ditemukan : orang di sekitar, Malang\n"
    assert draft(card).targets[0].canonical == "nearby:rara contoh|malang|"
    assert targets(card + "   ID MiChat : rara_99\n") == [("michat", "rara_99")]
