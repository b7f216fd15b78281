"""Reading a letter as a whole: what it comes in, what is kept, what breaks nothing."""

import base64
import io
import time
from datetime import date
from email.message import EmailMessage

import pytest
from pypdf import PdfWriter

from reports.letters import read

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


@pytest.mark.parametrize("piece", ["a", "[.", "akun ", "LP/B/1/", "https://a.example/-\n", "|a"])
def test_reading_time_grows_with_the_text_and_no_faster(piece):
    def seconds(size: int) -> float:
        started = time.process_time()
        draft(piece * (size // len(piece)))
        return time.process_time() - started

    small, large = min(seconds(2_000) for _ in range(3)), min(seconds(16_000) for _ in range(2))
    assert large <= 24 * max(small, 0.005), f"8 times the text took {large / small:.0f} times"


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
