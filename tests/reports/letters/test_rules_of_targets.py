"""Rules by which accounts are told from what a letter only names, each on a letter of its own."""

import pytest

from tests.reports.letters.test_reader import draft, targets


def named(text: str) -> list[str]:
    return [f"{slug}:{one}" for slug, one in targets(text)]


def post(sender: str, body: str) -> str:
    """A mail as text, so that its sender's own addresses are known."""
    head = f"From: Unit <{sender}>\nTo: legal@platform.example\nSubject: Permohonan\n"
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mohon tutup akun @contoh_a di Instagram. Akun resmi kami @contoh_b (Instagram) tidak.",
            ["instagram:@contoh_a"],
        ),
        (
            "Mohon tutup:\n1. IG contoh_1\n2. IG contoh_2 (sudah ditutup)\n3. IG contoh_3",
            ["instagram:contoh_1", "instagram:contoh_3"],
        ),
        (
            "Dari daftar kami nomor 1 dan 3 sudah ditutup. Yang belum:\n\n1. IG contoh_1\n"
            "2. IG contoh_2\n3. IG contoh_3",
            ["instagram:contoh_2"],
        ),
        (
            "Sudah tidak aktif (tidak perlu ditindak):\n- IG contoh_1\n\nMohon ditutup:\n- IG "
            "contoh_2",
            ["instagram:contoh_2"],
        ),
        (
            "Tertulis: ID MiChat contoh_12\nSeharusnya: ID MiChat contoh_21\nYang ditutup hanya "
            "akun "
            "contoh_21, sedangkan contoh_12 bukan akun pelaku.",
            ["michat:contoh_21"],
        ),
        (
            "Please suspend contoh-loans.example/x. The genuine site is contoh-bank.example/y.",
            [":contoh-loans.example/x"],
        ),
        (
            "Просим удалить @contoh_a в Telegram. Не подлежат блокировке: @contoh_b, @contoh_c.",
            ["telegram:@contoh_a"],
        ),
        (
            "No | Platform | Akun | Status\n1 | Instagram | contoh_1 | aktif\n"
            "2 | Instagram | contoh_2 | sudah ditutup\n",
            ["instagram:contoh_1"],
        ),
        (
            "Mohon tutup akun TikTok @contoh_a. Korban memiliki akun TikTok @contoh_b.",
            ["tiktok:@contoh_a"],
        ),
        ("請停用 Telegram 帳號 @contoh_a。請勿移除官方帳號 @contoh_b。", ["telegram:@contoh_a"]),
    ],
)
def test_what_a_letter_says_to_leave_alone_is_no_target(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Akun @contoh_a sudah ditutup namun aktif kembali di Instagram.",
        "Akun yang meniru akun resmi kami, yaitu @contoh_a di Instagram, mohon ditutup.",
        "Mohon tutup akun Instagram @contoh_a yang menjual barang di situs kami-resmi.",
    ],
)
def test_a_fake_or_a_returned_account_is_not_spared_by_the_words_for_the_genuine(text):
    assert "@contoh_a" in [one for _, one in targets(text)]


@pytest.mark.parametrize(
    "foot",
    [
        "Hormat kami,\nContoh\nInstagram: @dinascontoh | X: @dinas_contoh",
        "Humas Contoh – IG @dinascontoh2 – Hotline WA 0811-0000-0000",
        "Kepala Dinas,\nContoh\n\nLaporkan: https://lapor.example/f  WA 0811-0000-7727\nIkuti: "
        "IG @x_dinas",
        "Info: @dinascontoh, www.dinascontoh.example",
        "Tel 0800 722 203   @Dinas_Contoh   www.dinascontoh.example",
        "Legal basis: https://law.example/act/19\nRedress: https://courts.example/review",
        "Verifique entidades en https://registro.example (Conozca quién está registrado).",
        "For scam advice visit www.scamadvice.example or call 1799",
        "SAPA 129 | WA 08111-000-000",
        "(0274) 000004 / WA 0813 0000 0080",
        "Adres: Contoh  Web: www.contoh.example  Twitter: @ContohEmniyet",
    ],
)
def test_the_foot_of_a_letter_names_no_targets(foot):
    body = "Mohon blokir akun berikut yang menipu warga kami: @contoh_tipu di TikTok.\n\n"
    letter = draft(post("aduan@dinascontoh.example", body + foot))
    assert [one.canonical for one in letter.targets] == ["@contoh_tipu"]


def test_pages_on_ones_own_site_are_targets_where_a_list_asks_for_them():
    letter = draft(
        post(
            "csirt@kabcontoh.example",
            "Mohon menghapus dari indeks halaman berikut:\n\n- https://dinkes.kabcontoh.example/slot/\n"
            "- https://slot-contoh.example/x\n\nLaporan lengkap: https://csirt.kabcontoh.example/9\n",
        )
    )
    assert [one.canonical for one in letter.targets] == [
        "https://dinkes.kabcontoh.example/slot/",
        "https://slot-contoh.example/x",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The X handle @contoh_a and Facebook page facebook.com/contoh.b", "x:@contoh_a"),
        ("dua akun di X, yaitu akun @contoh_a", "x:@contoh_a"),
        ("akun @contoh_a yang masih beredar di Instagram mohon ditutup", "instagram:@contoh_a"),
        ("Both @contoh_a and @contoh_b, on X, must go; see also YouTube.", "x:@contoh_a"),
        ("b. Instagram contoh_815; dan", "instagram:contoh_815"),
        ("contoh (MiChat ID) menawarkan jasa", "michat:contoh"),
        ("akun twitter yang namanya CONTOH_resmi", "x:CONTOH_resmi"),
        ("－微信號 contoh_88", "wechat:contoh_88"),
        ("民眾檢舉 Instagram 帳號 contoh.slim.tw 販售", "instagram:contoh.slim.tw"),
        ("Instagram-Konto contoh_88 löschen", "instagram:contoh_88"),
        ("username is contoh_nm on Snapchat", "snapchat:contoh_nm"),
        ("дайте удалить Telegram-канал @contoh_k", "telegram:@contoh_k"),
    ],
)
def test_the_platform_may_stand_anywhere_in_the_sentence(text, expected):
    assert named(text)[0] == expected


def test_a_list_that_runs_on_in_a_paragraph_is_a_list():
    text = "akun MiChat berikut mohon ditutup: 1.contoh_a\n2.contohsatu 3.contoh.b19"
    assert named(text) == ["michat:contoh_a", "michat:contohsatu", "michat:contoh.b19"]


@pytest.mark.parametrize("word", ["berganti-ganti", "terlampir", "non-aktif", "di-blokir"])
def test_a_hyphen_alone_makes_no_id(word):
    assert named(f"ID MiChat {word} sehingga sulit dilacak") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("akun MiChat bernama Vera Contoh Manja", ["Vera Contoh Manja"]),
        ('akun MiChat "Tante Contoh 21" dan contoh_22', ["Tante Contoh 21", "contoh_22"]),
        (
            "akun MiChat contoh_1, Vina Contoh 19 dan contoh_2",
            ["contoh_1", "Vina Contoh 19", "contoh_2"],
        ),
        ("Blokir akun MiChat:\n1. Sinta Contoh\n2. contoh_88", ["Sinta Contoh", "contoh_88"]),
        ("Blokir akun Facebook:\n1. Sinta Contoh\n2. contoh_88", ["contoh_88"]),
        ('a. ID MiChat 7001002003 / nama "Bunga Contoh"', ["7001002003"]),
        (
            "No | Aplikasi | Akun\n1 | MiChat | Bunga Contoh\n2 | MiChat | tidak ada HP",
            ["Bunga Contoh"],
        ),
    ],
)
def test_a_shown_name_is_a_target_only_where_people_are_found_by_place(text, names):
    assert [one for _, one in targets(text)] == names


@pytest.mark.parametrize(
    ("sender", "written", "canonical"),
    [
        ("a@contoh.police.uk", "07700 900562", "+447700900562"),
        ("a@contoh.example.id", "0812 0000 4455", "+6281200004455"),
        ("a@contoh.gov.in", "098765 43210", "+919876543210"),
        ("a@contoh.example.ru", "8 (900) 000-11-22", "+79000001122"),
        ("a@contoh.police.uk", "+62 812 0000 4455", "+6281200004455"),
    ],
)
def test_a_national_number_is_read_as_the_letters_country_writes_it(sender, written, canonical):
    letter = draft(
        post(sender, f"The suspect takes orders on WhatsApp {written}, please block it.")
    )
    assert [one.canonical for one in letter.targets] == [canonical]


@pytest.mark.parametrize(
    "text",
    [
        "1) Dana Contoh\n   Penagih  : WA +62 813-0000-7711",
        "Korban diminta menghubungi WA 0813 0000 7711 oleh pelaku.",
        "Nomor 0813-0000-7711 (WA) dipakai menipu, nomor layanan kami 0800 111 222.",
        "Ada WA nol delapan satu tiga 0000 7711 (0813 0000 7711).",
    ],
)
def test_a_suspects_number_is_told_from_those_of_victims_banks_and_offices(text):
    assert named(text) == ["whatsapp:+6281300007711"]


def test_whoever_speaks_in_a_copied_chat_is_no_target():
    text = (
        "Mohon akun MiChat di bawah ditutup.\n\n[03/03/25 20.12] Pak RT: ada nama Rere Contoh 50 "
        "m\n"
        "[03/03/25 20.31] +62 813-0000-1188: setuju, tutup akun MiChat itu\n"
    )
    assert "+6281300001188" not in [one for _, one in targets(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. https:// www. facebook. com/ contoh.resmi", "https://www.facebook.com/contoh.resmi"),
        ("situs palsu contoh-binamandiri titik com mohon ditutup", "contoh-binamandiri.com"),
        ("victims are led on to contoh-pens.co.uk.", "contoh-pens.co.uk"),
        ("Please suspend these domains:\n\n  contoh-a.shop\n  contoh-b.cc", "contoh-a.shop"),
        ("N° | Entidad | Sitio o página\n1 | Crédito | contoh-andes.cl", "contoh-andes.cl"),
        ("server Discord dengan undangan discord.gg/kJ8sCth2;", "discord.gg/kJ8sCth2"),
    ],
)
def test_an_address_is_found_however_it_is_hidden(text, expected):
    assert targets(text)[0][1] == expected


def test_a_letters_number_is_no_address():
    letter = draft(
        "Surat Nomor 500.12.11.1/381/Contoh/2025 tanggal 9 Mei 2025\nBlokir t.me/contoh_x"
    )
    assert [one.canonical for one in letter.targets] == ["t.me/contoh_x"]
    assert [one.canonical for one in letter.references] == ["500.12.11.1/381/Contoh/2025"]


def test_the_words_of_a_link_that_name_an_account_are_read_by_its_address():
    page = (
        "<html><body><p>Hapus <a href='https://www.tiktok.com/@contoh.tt'>@contoh.tt</a> dan "
        "<a href='https://www.snackvideo.com/@contoh.s'>contoh.s</a>.</p></body></html>"
    )
    assert named(page) == [
        "tiktok:https://www.tiktok.com/@contoh.tt",
        "snack-video:https://www.snackvideo.com/@contoh.s",
    ]


def test_the_name_in_an_address_is_not_a_second_target():
    text = "Block:\n(a) https://x.com/contoh_e/status/188\nposted by the end-user @contoh_e."
    assert [one for _, one in targets(text)] == ["https://x.com/contoh_e/status/188"]


def test_a_form_is_no_letterhead():
    letter = draft(
        "Pengajuan baru telah diterima.\n\nInstansi : Polda Contoh\nNama pemohon : AKP Contoh\n"
        "Target 1 (akun) : https://www.tiktok.com/@contoh_a\n"
    )
    assert [one.canonical for one in letter.targets] == ["https://www.tiktok.com/@contoh_a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mohon hapus:\n> https://www.bukalapak.com/p/obat/4k2x\nm1q-jual-suntik-putih\n\n"
            "Hormat kami "
            "sampaikan permohonan ini kepada semua pimpinan penyelenggara yang terkait.",
            [":https://www.bukalapak.com/p/obat/4k2xm1q-jual-suntik-putih"],
        ),
        (
            "Mohon blokir:\n  a. https://www.facebook.com/profile.php?id=6157\n     3300114455\n",
            ["facebook:https://www.facebook.com/profile.php?id=61573300114455"],
        ),
        (
            "Mohon blokir halaman facebook titik com garis miring contoh.klesem yang menipu.",
            ["facebook:facebook.com/contoh.klesem"],
        ),
    ],
)
def test_an_address_broken_within_a_word_or_spoken_is_put_together(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Delete the page on reddit: r/contoh_knives and u/contoh_blade.",
            ["reddit:r/contoh_knives", "reddit:u/contoh_blade"],
        ),
        (
            "the application (package name com.contoh.loan) must be removed",
            ["google-play:com.contoh.loan"],
        ),
        ("supprimer le compte Snapchat « contoh.livr1 » sans délai", ["snapchat:contoh.livr1"]),
        ("placed on an Instagram page, “contoh_exposed_x”, today", ["instagram:contoh_exposed_x"]),
        ("la baja de la cuenta @contoh_arriendos de Instagram", ["instagram:@contoh_arriendos"]),
        ("providing money transfer:\n- Snapchat: contoh.fast1", ["snapchat:contoh.fast1"]),
        ("veren @contoh_villa isimli Instagram hesabının kapatılması", ["instagram:@contoh_villa"]),
        ('Akun MiChat itu menamakan diri "Dedek Contoh" dan menipu', ["michat:Dedek Contoh"]),
        (
            "Akun @contoh_jati menipu lewat https://x.com/contoh_jati/status/1886233445566778.",
            [
                "x:https://x.com/contoh_jati",
                "x:https://x.com/contoh_jati/status/1886233445566778",
            ],
        ),
        (
            "Указатели страниц:\n1) contoh-tools / vpn-unlock (GitHub)",
            ["github:https://github.com/contoh-tools/vpn-unlock"],
        ),
    ],
)
def test_an_account_is_told_by_the_words_around_its_name(text, expected):
    assert named(text) == expected


def test_whoever_calls_a_site_genuine_with_a_colon_spares_it_though_a_fake_imitates_it():
    text = "Situs phishing menyerupai bank kami (situs asli: https://www.contohbank.example):\n\n"
    assert named(text + "hxxps://contoh-tipu[.]example/login") == [
        ":https://contoh-tipu.example/login"
    ]


def test_a_defanged_address_on_the_last_lines_is_no_contact():
    text = (
        "Mohon blokir @contoh_a di TikTok dan situs:\nhxxps://contoh[.]example/a   (203.0.113.9)\n"
    )
    assert ":https://contoh.example/a" in named(text)


def test_a_defanged_page_is_asked_for_whatever_the_words_before_it():
    assert named("tautan unduh contoh-cair[.]example/unduh") == [":contoh-cair.example/unduh"]


def test_what_a_role_on_the_line_before_says_does_not_reach_the_next_account():
    text = (
        "Akun 1\n  ID MiChat : contoh_16\n  Peran : akun korban\n"
        "Akun 2\n  ID MiChat : contoh_mami\n"
    )
    assert "michat:contoh_mami" in named("Dimohon agar akun berikut ditutup:\n\n" + text)


def test_a_mobile_number_without_a_prefix_is_read_as_its_country_writes_it():
    letter = draft(
        "Policía Nacional del Perú\n\nBaja de la cuenta de WhatsApp celular 900 000 222, usada "
        "para extorsión."
    )
    assert ("whatsapp", "+51900000222") in [(one.platform, one.canonical) for one in letter.targets]
