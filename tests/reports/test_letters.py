"""Reading official letters: what is taken from them, what is left aside, what breaks nothing."""

import base64
import io
import time
from datetime import date
from email.message import EmailMessage

import pytest
from pypdf import PdfWriter

from reports.letters import dates, html_text, laws, read, references, score
from reports.letters.cleaning import clean, decode
from tests import letter_sets
from tests.generate_letters import DEVELOPED, generate
from tests.generate_letters_held_out import HELD_OUT

POLICE = "Unit Siber <siber@polda-contoh.example>"


def draft(text: str | bytes, name: str = "surat.txt"):
    return read(text.encode() if isinstance(text, str) else text, name)[0]


def targets(text: str | bytes) -> list[tuple[str, str]]:
    return [(one.platform, one.canonical) for one in draft(text).targets]


def mail(body: str = "", **options) -> EmailMessage:
    message = EmailMessage()
    message["From"] = POLICE
    message["To"] = "legal@platform.example"
    message["Subject"] = options.pop("subject", "Permohonan pemutusan akses")
    message["Date"] = "Mon, 06 May 2024 09:00:00 +0700"
    message.set_content(body, **options)
    return message


# Bad input


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 500,
        b"\xff\xfe",
        b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x",
        b"From: a@b.example\nDate: never\nSubject: =?utf-8?B?!!!?=\n\nHalo",
        b"%PDF-1.4 not really",
        b"PK\x03\x04 neither",
        bytes(range(256)) * 40,
    ],
)
def test_no_file_however_broken_stops_the_reading(raw):
    (letter,) = read(raw, "surat.eml")
    assert "no_target" in letter.flags


def test_a_file_that_is_not_what_its_name_says_is_read_as_what_it_is_and_flagged():
    letter = draft("Mohon blokir akun berikut: https://t.me/contoh_satu", "surat.pdf")
    assert "not_what_it_says" in letter.flags
    assert [one.canonical for one in letter.targets] == ["https://t.me/contoh_satu"]


def test_what_cannot_be_read_is_kept_whole_and_flagged():
    scan = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(scan)
    message = mail("Surat terlampir.")
    message.add_attachment(scan.getvalue(), "application", "pdf", filename="surat.pdf")
    letter = draft(message.as_bytes())
    (attachment,) = letter.attachments
    assert "attachment_unread" in letter.flags
    assert (attachment.bytes, attachment.mime) == (scan.getvalue(), "application/pdf")


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "utf-16", "utf-8"])
def test_a_letter_in_an_undeclared_encoding_is_read_all_the_same(charset):
    text = "Просим удалить страницу https://github.com/contoh/satu по решению суда от 24.01.2018"
    letter = draft(text.encode(charset))
    assert letter.language == "ru"
    assert [one.canonical for one in letter.dates] == ["2018-01-24"]


def test_a_wrongly_declared_encoding_is_guessed_and_flagged():
    raw = "Прошу удалить https://t.me/contoh_satu".encode("cp1251")
    head = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    letter = draft(head + raw)
    assert "encoding_guessed" in letter.flags
    assert "Прошу" in letter.body


def test_invisible_signs_and_nuls_do_not_hide_an_account():
    text = "Mohon blokir https://www.insta\u200bgram.com/con\0toh_zw dan Tele\u00adgram "
    text += "@con\u202etoh_dua"
    assert targets(text) == [
        ("instagram", "https://www.instagram.com/contoh_zw"),
        ("telegram", "@contoh_dua"),
    ]


def test_text_misread_once_is_mended():
    assert clean("EspaÃ±a, itâ€™s") == "España, it’s"
    assert decode("señor".encode("cp1252"), "us-ascii") == ("señor", True)


@pytest.mark.parametrize("piece", ["a", "[.", "akun ", "LP/B/1/", "https://a.example/-\n", "|a"])
def test_reading_time_grows_with_the_text_and_no_faster(piece):
    def seconds(size: int) -> float:
        started = time.process_time()
        draft(piece * (size // len(piece)))
        return time.process_time() - started

    seconds(1000)
    assert seconds(30_000) < 4.5 * max(seconds(15_000), 0.05)


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<script>", "<tr>", "<blockquote>", "&lt;"])
def test_html_that_never_closes_is_read_in_linear_time(piece):
    started = time.process_time()
    html_text.to_text(piece * 100_000)
    assert time.process_time() - started < 5


# The envelope


def test_headers_are_read_even_when_badly_quoted():
    letter = draft(
        b'From: "Federal Service, Contoh", Mass Media (Contoh) <Notices@Agency.example>\n'
        b"Subject: =?utf-8?B?0KPQstC10LTQvtC80LvQtdC90LjQtQ==?= 12345-\xd0\xa0\xd0\x98\n"
        b"Date: Thu, 05 Sep 2019 09:00:00 -0000\nMIME-Version: 1.0\n\nHello\n"
    )
    assert letter.sender == "Federal Service, Contoh, Mass Media (Contoh)"
    assert letter.sender_address == "notices@agency.example"
    assert letter.received_at.isoformat() == "2019-09-05T09:00:00+00:00"
    assert [one.canonical for one in letter.references] == ["12345-РИ"]


def test_a_letter_inside_a_covering_mail_is_the_letter():
    inner = mail("Nomor : B/7/V/2024/Reskrim\n\nMohon blokir akun TikTok @contoh_dalam.")
    outer = mail("Terlampir.")
    outer.add_attachment(inner)
    (letter,) = read(outer.as_bytes(), "surat.eml")
    assert letter.letter_number == "B/7/V/2024/Reskrim"
    assert [one.canonical for one in letter.targets] == ["@contoh_dalam"]


def test_letters_nested_without_end_are_cut_off():
    message = mail("https://t.me/contoh_dasar")
    for _ in range(12):
        outer = mail("Terlampir.")
        outer.add_attachment(message)
        message = outer
    assert len(read(message.as_bytes(), "surat.eml")) >= 1


def test_html_alone_is_read_with_its_tables_links_and_quotes():
    page = (
        "<html><style>x{}</style><table><tr><th>No</th><th>Media</th><th>Akun</th></tr><tr><td>1</td>"
        "<td>Instagram</td><td>contoh.html_1</td></tr><tr><td>2</td><td>TikTok</td>"
        "<td><a href='https://www.tiktok.com/@contoh_2'>klik</a></td></tr></table>"
        "<blockquote>https://t.me/contoh_lama</blockquote></html>"
    )
    raw = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n"
    raw += b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(page.encode())
    assert targets(raw) == [
        ("instagram", "contoh.html_1"),
        ("tiktok", "https://www.tiktok.com/@contoh_2"),
    ]


def test_a_list_attached_as_text_is_part_of_the_letter():
    message = mail("Daftar akun terlampir.")
    rows = b"no,platform,username\n1,Instagram,contoh_csv1\n2,MiChat,70010011\n"
    message.add_attachment(rows, "text", "csv", filename="daftar.csv")
    assert targets(message.as_bytes()) == [("instagram", "contoh_csv1"), ("michat", "70010011")]


# Which addresses are targets


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


# Numbers, dates, laws


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "Laporan Polisi Nomor: LP/B/1234/III/2021/SPKT/POLDA METRO JAYA tanggal",
            "LP/B/1234/III/2021/SPKT/POLDA METRO JAYA",
        ),
        ("LP/A/140/VI/2026/SPKT/POLDA_METRO,", "LP/A/140/VI/2026/SPKT/POLDA_METRO"),
        ("LP/B/149/2024/SPKT/Polda Jambi atas", "LP/B/149/2024/SPKT/Polda Jambi"),
        (
            "SP.Gas.Lidik/1/VIII/RES.5.3/2026/\nDitreskrimsus",
            "SP.Gas.Lidik/1/VIII/RES.5.3/2026/Ditreskrimsus",
        ),
        ("SPGL-402/Ditreskrimsus/2026.", "SPGL-402/Ditreskrimsus/2026"),
        ("Tanda Daftar 003957.01/DJAI.PSE/07/2022", "003957.01/DJAI.PSE/07/2022"),
        ("запись 1346537-РИ в связи", "1346537-РИ"),
        ("№ 2-6-18/2021-02-25-1898-\nАИ указатель", "2-6-18/2021-02-25-1898-АИ"),
        ("по делу № 2а-583/2020.", "2а-583/2020"),
        ("требование 27-31-2015/Ид1959-15", "27-31-2015/Ид1959-15"),
        ("our case SingCERT_20230626-C271158", "SingCERT_20230626-C271158"),
        ("решения агентства от 14.07.2015 № 6154 указатель", "6154"),
        ("2021/1234 D.İş sayılı", "2021/1234 D.İş"),
        ("公网安〔2021〕123号", "公网安〔2021〕123号"),
    ],
)
def test_a_number_of_every_known_shape_is_found(text, number):
    assert [one.canonical for one in references.find(text)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Jl. Contoh No. 12 Telp. No. 021-5550100",
        "Lampiran : 1 (satu) berkas",
        "rekening BCA No. 1234567890",
        "No. 1 dan No. 2",
    ],
)
def test_not_every_number_is_a_reference(text):
    assert references.find(text) == []


def test_a_law_is_cited_and_its_number_and_date_are_nobody_elses():
    letter = draft(
        "Sesuai Pasal 27 ayat (1) Undang-Undang Nomor 1 Tahun 2024 dan частью 7 статьи 15.1 "
        "Федерального закона от 27.07.2006 № 149-ФЗ; article 13 of the Law No. 5651."
    )
    assert letter.references == letter.dates == ()
    assert letter.articles[0] == "Pasal 27 ayat (1) Undang-Undang Nomor 1 Tahun 2024"
    assert any("149-ФЗ" in article for article in letter.articles)


def test_an_article_and_its_law_are_one_citation():
    found = laws.find("artículo 35 de nuestra Ley 34/2002 y el artículo 13 de la Ley 5/2010")
    assert [one.text for one in found] == [
        "artículo 35 de nuestra Ley 34/2002",
        "artículo 13 de la Ley 5/2010",
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Jakarta, 12 Maret 2021", "2021-03-12"),
        ("1 Nopember 2022", "2022-11-01"),
        ("tanggal 12 s.d. 14 Maret 2021", "2021-03-12 2021-03-14"),
        ("tanggal dua belas bulan Maret tahun dua ribu dua puluh satu", "2021-03-12"),
        ("Sep.3rd,2019", "2019-09-03"),
        ("October 23, 2019", "2019-10-23"),
        ("7/27/2006 and 3/4/2006", "2006-07-27 2006-03-04"),
        ("13/02/2022 dan 3/4/2022", "2022-02-13 2022-04-03"),
        ("от 24.01.2018 г. и 27 июля 2006 года", "2018-01-24 2006-07-27"),
        ("a 23 de octubre de 2019", "2019-10-23"),
        ("2019年9月3日，二〇一九年十二月二十三日", "2019-09-03 2019-12-23"),
        ("31/02/2021, 10.2.1, you may 5 times", ""),
    ],
)
def test_dates_are_read_in_every_language(text, days):
    found = dates.find(text, near=date(2021, 4, 1))
    assert " ".join(one.day.isoformat() for one in found) == days


def test_a_date_without_its_year_is_the_last_such_day():
    (found,) = dates.find("the order of October 23rd", near=date(2019, 10, 26))
    assert (found.day, found.is_inferred) == (date(2019, 10, 23), True)
    assert dates.find("the order of October 23rd") == []


def test_the_letters_own_number_and_date_are_told_from_the_cited_ones():
    letter = draft(
        "Nomor : B/55/II/2023/Reskrim\nMalang, 3 Februari 2023\n\nYth. Tim\n\nDasar: Laporan "
        "Polisi Nomor LP/B/9/I/2023/SPKT/POLRES CONTOH tanggal 20 Januari 2023 dan surat Nomor "
        "B/1/I/2023/Reskrim tanggal 4 Januari 2023.\n"
    )
    assert letter.letter_number == "B/55/II/2023/Reskrim"
    assert letter.letter_date == date(2023, 2, 3)
    assert len(letter.references) == 3


def test_finds_say_where_they_stand_and_the_rest_is_kept():
    letter = draft("Halo,\nini baris lain.\nMohon blokir https://t.me/contoh_tiga segera.\n")
    (target,) = letter.targets
    assert letter.body[target.start :].startswith(target.text)
    assert target.line == 3
    assert letter.unparsed == "Halo,\nini baris lain."


# The known letters


@pytest.fixture(scope="module")
def notices():
    """The published notices, each with its first draft."""
    known = letter_sets.published()
    if not known:
        pytest.skip(letter_sets.MISSING)
    return known


def test_the_generated_letters_are_the_same_for_the_same_seed():
    shapes = (*DEVELOPED, *HELD_OUT)
    assert [one.raw for one in generate(5, shapes)] == [one.raw for one in generate(5, shapes)]
    assert len(list(generate(5, shapes))) == 100


@pytest.mark.parametrize("letters", [letter_sets.generated, letter_sets.mixed, letter_sets.by_hand])
def test_letters_of_known_truth_are_read_to_the_aim(letters):
    groups = score.measure(letters())
    assert score.below_aim(groups) == [], score.shown(groups, with_misses=True)


def test_the_published_notices_are_read_to_the_aim(notices):
    groups = score.measure(notices)
    assert score.below_aim(groups) == [], score.shown(groups, with_misses=True)


def test_language_and_country_of_the_published_notices_are_told(notices):
    drafts = [(known, read(known.raw, known.name)[0]) for known in notices[::4]]
    assert [k.name for k, d in drafts if d.language not in k.languages] == []
    assert [k.name for k, d in drafts if d.country != k.country] == []


def test_language_and_country_of_letters_written_by_hand_are_told():
    known = letter_sets.by_hand()[::3]
    drafts = [(one, read(one.raw, one.name)[-1]) for one in known]
    wrong = [k.name for k, d in drafts if k.languages and d.language not in k.languages]
    wrong += [k.name for k, d in drafts if k.country and d.country != k.country]
    assert len(wrong) * 20 <= len(known), wrong


def test_a_wrong_and_a_missed_account_count_against_the_score():
    known = score.Known(
        name="x.txt",
        raw=b"Mohon blokir https://t.me/contoh_a",
        set_name="set",
        template="t",
        country="ID",
        languages=("id",),
        is_held_out=False,
        targets=(frozenset([("telegram", "contoh_b")]),),
        dates=frozenset(),
        references=frozenset(),
    )
    groups = score.measure([known])
    tally = groups[("set", "set")]["targets"]
    assert (tally.right, tally.wrong, tally.missed) == (0, 1, 1)
    assert score.below_aim(groups) == ["set: targets"]
