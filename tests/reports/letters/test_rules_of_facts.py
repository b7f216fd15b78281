"""Rules by which reference numbers and dates are told, each on a line of its own."""

import pytest

from reports.letters import references
from tests.reports.letters.test_reader import draft


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Order reference: OR-2025-0098", "OR-2025-0098"),
        ("Referral ID ........ R-2024-55120", "R-2024-55120"),
        ("the Agency (case CEU/2025/0633). An individual", "CEU/2025/0633"),
        ("ACCOUNTS - OB 41/13/06/2025 KASARANI", "41/13/06/2025"),
        ("in CS(COMM) 412/2025 the Court", "CS(COMM) 412/2025"),
        (
            "SEBI/HO/MIRSD/SEC-4/P/OW/2025/0027713/1     May",
            "SEBI/HO/MIRSD/SEC-4/P/OW/2025/0027713/1",
        ),
        ("[#BSSN-TKT-20250221-0091] Permintaan", "BSSN-TKT-20250221-0091"),
        ("our formal request (REF-QX19-77120)", "REF-QX19-77120"),
        ("№ 04-88213 от 03.06.2025", "04-88213"),
        ("26 мая 2025 г. исх. № 14-22/5590", "14-22/5590"),
        ("«9» апреля 2024 г. № 7-12-2024/1234", "7-12-2024/1234"),
        ("материал проверки КУСП № 12345 от", "12345"),
        ("на № 12-34/567 от 01.02.2025", "12-34/567"),
        ("АП/2611-08\n25.04.2025", "АП/2611-08"),
        ("Oficio Nro. CONTOH-CGTVC-2025-1187-O", "CONTOH-CGTVC-2025-1187-O"),
        ("Radicado No. 20250060041177", "20250060041177"),
        ("Noticia criminal 110016000050202512774", "110016000050202512774"),
        ("las diligencias policiales nº 4471/25 instruidas", "4471/25"),
        ("OFORD N°: 3120", "3120"),
        ("(案件編號：HQCCI 25003311)", "HQCCI 25003311"),
        ("編號：0188/DIC/2025", "0188/DIC/2025"),
        ("發文字號：刑詐字第1140005512號", "刑詐字第1140005512號"),
        ("Référence à rappeler : 2025-RET-004418", "2025-RET-004418"),
        ("der Staatsanwaltschaft (Az. 250 Js 1187/25) ist", "250 Js 1187/25"),
        ("Prot. n. 1234/2024", "1234/2024"),
        ("الرقم المرجعي: TRA/CA/2025/0931", "TRA/CA/2025/0931"),
        ("No. Aduan | : 2025-11-004417", "2025-11-004417"),
        ("Nomor WP.15.PAS.29-UM.01.01-877\nNgawi", "WP.15.PAS.29-UM.01.01-877"),
        ("en autos FSM 22014/2025 caratulados", "FSM 22014/2025"),
        ("Implementation Directive CONTOH/IMD/2025/0311-07 issued", "CONTOH/IMD/2025/0311-07"),
        ("Geschäftszahl: KOA 15.300/25-041", "KOA 15.300/25-041"),
        ("Police report DANG CONTOH/015522/25 refers", "DANG CONTOH/015522/25"),
        ("NUIPC 1187/25.4ABCDE\n", "1187/25.4ABCDE"),
        ("Our PULSE number is 33918274.", "33918274"),
        ("исполнительный лист серии ФС № 048811723, выданный", "048811723"),
        ("案號：114年度偵字第28871號", "114年度偵字第28871號"),
        ("某公(反诈)函字〔2025〕第0061号", "某公(反诈)函字〔2025〕第0061号"),
        ("Sayı : 2025/11802 Soruşturma", "2025/11802"),
        ("Решение: N2-1-11/2025-07-09-88-ВБ", "2-1-11/2025-07-09-88-ВБ"),
        ("Document No. | CONTOH-INT-2025-0719", "CONTOH-INT-2025-0719"),
        (
            "CO.DOR.No.S4471/21-04-158/2025-26        December 22",
            "CO.DOR.No.S4471/21-04-158/2025-26",
        ),
        (
            "Ihr Zeichen    Unser Zeichen      Telefon\n-              DSC-412-25/0091    0228 14",
            "DSC-412-25/0091",
        ),
        (
            "nomor B/322/IV/RES.1.24/2025/Restro Depok tanggal",
            "B/322/IV/RES.1.24/2025/Restro Depok",
        ),
    ],
)
def test_a_number_is_told_by_its_word_in_every_language(text, number):
    assert [one.canonical for one in references.find(text)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Date of notice: 12 February 2025",
        "No. HP : 081234567890",
        "a 24-hour notice, and a report in 30-day steps",
        "Your case will be closed in 3 days",
        "the order of 12.05.2025 was sent",
        "Date of letter: 24/03/2025",
        "our phone number is 33918274",
        "melanggar POJK 10/2022 tentang layanan pendanaan",
        "under EU 2022/2065 the platform must act",
    ],
)
def test_days_hours_and_telephones_are_no_numbers(text):
    assert references.find(text) == []


def test_a_short_form_of_a_number_told_in_full_is_not_a_second_one():
    letter = draft("RALAT surat B/322\n\nSurat nomor B/322/IV/RES.1.24/2025/Reskrim kami ralat.")
    assert [one.canonical for one in letter.references] == ["B/322/IV/RES.1.24/2025/Reskrim"]


def test_what_the_subject_tells_and_the_letter_repeats_is_its_number():
    head = "From: Unit <unit@police.example>\nTo: legal@platform.example\nMIME-Version: 1.0\n"
    told = draft(head + "Subject: E 99817742 - parking scam\n\nCOPS Event E 99817742 refers.")
    assert [one.canonical for one in told.references] == ["E 99817742"]
    titled = draft(head + "Subject: Take-down notice No. 11\n\nNotice number: TDN-2025-011")
    assert [one.canonical for one in titled.references] == ["TDN-2025-011"]


def test_fields_below_a_list_of_copies_in_the_head_are_the_letters_own():
    letter = draft(
        "KEPADA : PIMPINAN PLATFORM\nTEMBUSAN : 1. KABARESKRIM\n           2. IRWASDA\n"
        "NOMOR : ST/44/I/RES.2.5./2025\nTGL : 20-1-2025\n\nDIMOHON MENUTUP AKUN MICHAT ID contoh_1"
    )
    assert [one.canonical for one in letter.references] == ["ST/44/I/RES.2.5./2025"]
    assert [one.canonical for one in letter.dates] == ["2025-01-20"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Wien, am 9. Oktober 2025", "2025-10-09"),
        ("Ngawi 30 Juni 2025\n\nYth. Platform", "2025-06-30"),
        ("發文日期：114年9月9日", "2025-09-09"),
        ("Date of issue | 2025. 6. 5.", "2025-06-05"),
        ("Прокуратура города Сосновска\n27.03.2025 № 07-03-2025/1", "2025-03-27"),
        ("tahun dua ribu dua puluh lima (07-11-2025) sekira pukul 14.00", "2025-11-07"),
        ("Sudah kami tegur hari ini (7 Maret 2025), belum ada jawaban", "2025-03-07"),
        ("Tanggal surat   : 18/06/2025", "2025-06-18"),
        ("Jakarta, 27-V-2025", "2025-05-27"),
        ("Dated this 22nd day of August, 2025", "2025-08-22"),
        ("Date of notice: 12 February 2025", "2025-02-12"),
        ("«9» сентября 2025 г.", "2025-09-09"),
        ("發文日期：中華民國114年8月28日", "2025-08-28"),
        ("التاريخ: 20 أبريل 2025", "2025-04-20"),
        ("Roma, 3 maggio 2024", "2024-05-03"),
    ],
)
def test_a_day_is_read_as_every_office_writes_it(text, day):
    assert [one.canonical for one in draft(text).dates] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "Mohon ditutup selambatnya sebelum masa tenang tanggal 24 November 2024.",
        "The provider must refrain until 18 November 2025.",
        "просим удалить в срок до 07.03.2022.",
        "antes del 10 de mayo de 2024.",
        "Löschen Sie bis zum 5. Mai 2024.",
        "请于2021年6月30日前予以删除",
        "hasil musyawarah tanggal 15 Desember 2024",
        "La audiencia se celebrará el 20 de mayo de 2024.",
        "gempa akan terjadi 30 Agustus 2024",
        "Between 1 March 2024 and 2 March 2024 the victim paid",
        "[12/04/2024, 10.33] Contoh: halo kak",
        "loi n° 2004-575 du 21 juin 2004",
        "Nghị định số 147/2024/NĐ-CP ngày 09/11/2024 của Chính phủ",
        "Los hechos se produjeron el día 3 de marzo de 2025.",
        "wegen Betrugs, Tatzeit 02.10.2025, wird um Löschung ersucht",
        "Frist: 23.10.2025",
        "The article was shared on 16 Jan 2020.",
        "Date of incident: 3 May 2025",
        "受害人于2025年8月15日报案。",
        "2025年5月18日，我局接到群众举报",
        "hasil pengawasan daring tanggal 1-5 November 2025, kami minta penurunan",
        "Nos services ont constaté le 28 mai 2025 que le site",
        "no;platform;akun;tgl\n1;TikTok;@contoh_a;05-05-2025",
    ],
)
def test_deadlines_events_chats_and_laws_give_no_date_of_the_matter(text):
    assert draft(text).dates == ()


@pytest.mark.parametrize(
    "text",
    [
        "Laporan Polisi LP/B/1/I/2025/SPKT/POLRES CONTOH tanggal 3 Mei 2025",
        "by order dated 3 May 2025 the Court",
        "Решением от 3 мая 2025 года",
    ],
)
def test_the_day_of_a_cited_document_is_a_date_of_the_matter(text):
    assert [one.canonical for one in draft(text).dates] == ["2025-05-03"]
