"""Rules of numbers, dates and accounts that hold in every country's letters, each on its own."""

import pytest

from reports.letters import references
from tests.reports.letters.test_reader import draft, targets


def named(text: str) -> list[str]:
    return [f"{slug}:{one}" for slug, one in targets(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Nomor : B/  612  /III/RES.2.5./2026/Krimsus", ["B/612/III/RES.2.5./2026/Krimsus"]),
        ("Nomor : B/     12     /III/2026/Krimsus", ["B/12/III/2026/Krimsus"]),
        ("Nomor: B/509/VIII/2026/Reskrim — Contoh, 12 Agustus 2026", ["B/509/VIII/2026/Reskrim"]),
        ("Nomor ralat: B/91/V/RES.2.5./2026/Sat, 20 Mei 2026.", ["B/91/V/RES.2.5./2026/Sat"]),
        (
            "Reference: RAC-INV-2026-01-007; Blotter Entry No. 2025-12-0291 dated",
            ["RAC-INV-2026-01-007", "2025-12-0291"],
        ),
        (
            "Polisi : LP/A/93/IX/2025/SPKT/POLRESTA\n      CONTOH/POLDA RAYA, tgl",
            ["LP/A/93/IX/2025/SPKT/POLRESTA CONTOH/POLDA RAYA"],
        ),
        ("N/REF.:  11.482/26 UCC-Sección de Redes", ["11.482/26"]),
        ("Le signalement initial porte le n° 7710034.", ["7710034"]),
        ("Ruj. Kami : JSJ/BS/(S) 14/7 Jld. 2 (88)", ["JSJ/BS/(S) 14/7 Jld. 2 (88)"]),
        ("CONTOH SERI RPT 004418/26 BERTARIKH", ["004418/26"]),
        ("الرقم: ش/ج.إ/2025/3318", ["ش/ج.إ/2025/3318"]),
        ("पत्र संख्या: सा.क्रा.थाना/26/447", ["सा.क्रा.थाना/26/447"]),
        ("विषय: मु.अ.सं. 88/2026 धारा", ["88/2026"]),
        ("サ対第 441 号\n令和8年2月13日", ["サ対第 441 号"]),
        ("رقم الكتاب: 47/2025/ح", ["47/2025/ح"]),
        ("ที่ ตช 0039.31/1422\n", ["ตช 0039.31/1422"]),
        ("문서번호: 사이버수사과-2264", ["사이버수사과-2264"]),
        ("N/Refª: 2214/UNC/26\nData: 5 de maio", ["2214/UNC/26"]),
        (
            "Merujuk LKN/0041-BRN/VIII/2025/BNNP CONTOH tanggal 19 Agustus 2025",
            ["LKN/0041-BRN/VIII/2025/BNNP CONTOH"],
        ),
    ],
)
def test_a_number_ends_where_words_a_day_or_another_number_begin(text, numbers):
    assert [one.canonical for one in references.find(text)] == numbers


def test_a_number_that_was_left_blank_is_none():
    assert references.find("Nomor : B/      /III/RES.2.5./2023/Krimsus\n") == []


def test_an_article_of_japanese_law_is_no_number():
    assert references.find("職業安定法第63条第2号に該当する違法情報として削除を依頼します") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年2月13日\n\nX Corp. 御中", "2026-02-13"),
        ("दिनांक: 02 जून 2026", "2026-06-02"),
        ("दिनांक: ०२ जून २०२६", "2026-06-02"),
        ("التاريخ: ٢٠ أبريل ٢٠٢٥م", "2025-04-20"),
        ("التاريخ: 12 جمادى الأولى 1447هـ الموافق 3 نوفمبر 2025م", "2025-11-03"),
        ("№ 417-ПР          22.05.2025 ж.", "2025-05-22"),
        ("วันที่ 13 กุมภาพันธ์ 2569", "2026-02-13"),
        ("시행일자: 2026. 4. 3.", "2026-04-03"),
        ("Lipowo, dnia 9 czerwca 2026 r.", "2026-06-09"),
        ("Gereği için tebliğ olunur. 24.12.2025", "2025-12-24"),
        ("CUMPRA-SE. Expedido em 18 de setembro de 2024.", "2024-09-18"),
        ("Nomor ralat: B/91/V/RES.2.5./2026/Sat, 20 Mei 2026.", "2026-05-20"),
        (
            "Subject: FW: notice\n\n-----Original Message-----\nFrom: Desk\nSent: Tuesday, 08 July "
            "2025 15:47\nTo: T\nSubject: notice\n\nPlease remove t.me/contoh_x",
            "2025-07-08",
        ),
    ],
)
def test_a_day_is_read_in_the_calendars_and_figures_of_many_countries(text, day):
    head = "From: a@unit.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    letter = draft(f"{head}{text}" if text.startswith("Subject") else text)
    assert [one.canonical for one in letter.dates] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "请于\n2025年11月14日18时前予以关闭",
        "4 確認日時 令和8年2月10日 午後3時頃",
        "Indicator            Type  First seen\nhxxps://contoh[.]example/a  URL   30/01/2026",
    ],
)
def test_hours_of_a_deadline_and_days_of_a_finding_give_no_date(text):
    assert draft(text).dates == ()


@pytest.mark.parametrize(
    "text",
    [
        "La denunciante, usuaria del perfil @contoh_b, lo autoriza.",
        "Der Geschädigte schrieb über das Profil @contoh_b; dieses Profil ist nicht zu sperren.",
        "REPRESENTANTE: Coligação Contoh (perfil @contoh_b)",
        "The reporting student's account (@contoh_b) is not the subject of this request.",
        "Akun pembeli (sudah diamankan, tidak perlu ditutup): Instagram @contoh_b",
        "ig pak kades yg asli yg fotonya pake peci (@contoh_b) itu jgn ditutup",
        "whose only verified handles are @contoh_b (Instagram and TikTok).",
        "担当：若林 公式X：@contoh_b",
        "La persona offesa utilizza il profilo @contoh_b, da non rimuovere.",
        "Konto pokrzywdzonego @contoh_b nie podlega usunięciu.",
        "Het account van de melder (@contoh_b) hoeft niet te worden verwijderd.",
        "피해자 계정(@contoh_b)은 삭제 대상이 아닙니다.",
        "The handle of the shop (@contoh_b) should not be interfered with.",
    ],
)
def test_an_account_of_a_victim_or_of_the_genuine_one_is_named_and_not_asked_for(text):
    asked = "Mohon tutup akun @contoh_a di Instagram.\n\n"
    assert [one for _, one in targets(asked + text)] == ["@contoh_a"]


@pytest.mark.parametrize(
    "text",
    [
        "A request for reconsideration may be made via https://contoh.example/appeal.",
        "Daftar pialang berizin tersedia di https://contoh.example/pialang.",
        "Portal semakan: https://contoh.example/semak   Talian: 997",
        "Report content: https://contoh.example/report",
        "Queixas: https://contoh.example/queixas",
        "Report abuse at contoh.example/report.",
        "Laporkan kepada kami ke https://contoh.example/lapor atau WA 0811-0009-1234",
        "Signaler un contenu : https://contoh.example/signaler",
        "真正銀行網站為 https://contoh.example/x，毋須處理。",
    ],
)
def test_where_the_public_may_report_appeal_or_look_up_is_no_target(text):
    asked = "Mohon tutup akun @contoh_a di Instagram.\n\n"
    assert [one for _, one in targets(asked + text)] == ["@contoh_a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "oknum meminta uang kepada warga dengan:\n 1. 0819.0001.3345\n 2. +62-877-0004-2219"
            "\n 3. (62) 81200067781",
            ["+6281900013345", "+6287700042219", "+6281200067781"],
        ),
        ("Kedua profil mengarahkan tamu ke WhatsApp 0822\u20110001\u20119904.", ["+6282200019904"]),
        (
            "pembeli diarahkan ke nomor WhatsApp pelaku 0821-0007-3311/0821-0007-3312.",
            ["+6282100073311", "+6282100073312"],
        ),
        ("orang pake nama pak kades utk minta transfer, wa nya\n087700045561.", ["+6287700045561"]),
        (
            "1. Identitas pelapor : HP 0856-0003-1144\n2. Akun terlapor   : IG @contoh.a ;"
            "\n                        WhatsApp 0896-0001-7752",
            ["@contoh.a", "+6289600017752"],
        ),
    ],
)
def test_a_suspects_number_is_read_however_it_is_parted(text, expected):
    assert [one for _, one in targets(text)] == expected


def test_a_row_of_mobile_numbers_is_read_to_its_end():
    text = "Government of India\n\nकृपया block करें:\nWhatsApp : 90000-04417, 90000-04418"
    assert [one for _, one in targets(text)] == ["+919000004417", "+919000004418"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "| No | Platform  | Nama akun           |\n| 1  | Facebook  | facebook.com/contoh |\n"
            "|    |           | .raya               |",
            ["facebook:facebook.com/contoh.raya"],
        ),
        (
            "| No | Platform  | Nama akun |\n| 1  | Instagram | @contoh   |\n"
            "|    |           | .raya_x   |",
            ["instagram:@contoh.raya_x"],
        ),
        (
            "S.No,URL,Class,Reported on\n1,https://x.com/contoh_a/status/2020112233445566778,Hate,"
            "10-02-2026\n2,https://x.com/contoh_a,Profile,10-02-2026",
            ["x:https://x.com/contoh_a/status/2020112233445566778", "x:https://x.com/contoh_a"],
        ),
        (
            "NO;PLATFORM;AKUN\n1;Instagram;contoh.malam.id\n2;Telegram;t.me/contoh_vip",
            ["instagram:contoh.malam.id", "telegram:t.me/contoh_vip"],
        ),
        (
            "No | Nama tampilan | ID MiChat\n1 | Nadia Contoh 24 | tidak tampil\n2 | Lola | lola_c",
            ["michat:Nadia Contoh 24", "michat:lola_c"],
        ),
        (
            "No | Platform | Nama pengguna | Tautan\n1 | Telegram | Data Contoh Beli | "
            "https://t.me/contoh_beli",
            ["telegram:https://t.me/contoh_beli"],
        ),
    ],
)
def test_a_table_gives_each_row_once_and_whole(text, expected):
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "posted by the Discord user contoh.reaper1 and mirrored on X by @contoh_r.",
            ["discord:contoh.reaper1", "x:@contoh_r"],
        ),
        (
            "a TikTok handle,\ncontoh.chairman.o, with an Instagram handle of the same name",
            ["tiktok:contoh.chairman.o", "instagram:contoh.chairman.o"],
        ),
        ("سناب شات: contoh.saree3", ["snapchat:contoh.saree3"]),
        ("二、LINE 官方帳號：https://lin.ee/Zx8KqP3", ["line:https://lin.ee/Zx8KqP3"]),
        (
            'Hasil fitur "Orang Sekitar" MiChat di seputaran terminal ditemukan profil :\n\n'
            '1) nama profil "Cici Contoh 21", jarak 0,2 km\n2) nama profil "Rere_tw"',
            ["michat:Cici Contoh 21", "michat:Rere_tw"],
        ),
    ],
)
def test_the_words_around_a_name_tell_its_platform(text, expected):
    assert named(text)[: len(expected)] == expected
