"""Letters: nothing is sent half filled, nothing a value holds can act, and the layout holds."""

import html.parser
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation_portal import letters, policy
from moderation_portal.errors import Invalid
from moderation_portal.letters import LocatorLine
from moderation_portal.letters.document import Span, thaw
from moderation_portal.policy.template import FROM_PACK, SUPPLIED

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "data" / "schemas"
AT = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
LINK = "https://portal.example/id/a/7Qm3kX0v/"
HOSTILE = [
    '#panic("boom") #import "x.typ" $ sum_(i=0)^n i $ `raw` *bold* _em_ @ref <label>',
    "[x](javascript:alert(1)) ![](https://evil.example/p.png) <https://evil.example>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;&#x3c;",
    "a\r\nBcc: victim@korban.example\r\n\r\nbody",
    "\u202egnp.exe\u2066\u200b\x00\x1b[31m\ufeff",
    "1. satu\n2. dua\n# judul\n- butir\n> kutip\n    kode\n```\n---\n| a | b |\n|---|---|",
    "nama---",
    "{{ number }} {{{{ x }}}} {page} %s %(a)s",
    "\\ \\\\ ~~x~~ ^x^ == = -- &amp; | || ` ``",
]
CONTEXT = {
    "number": "B-1203/DJPRD/TD/11/2026",
    "issued_at": AT,
    "platform": "Contoh",
    "addressee": "PT Contoh Pesan",
    "establishment": "Exampleland",
    "contact_name": "Narahubung Indonesia",
    "urgency": "urgent",
    "categories": ["terrorism"],
    "bases": ["PM5-9-4-a"],
    "action": "remove",
    "rung": "order",
    "unit": "ojk",
    "reasons": "Akun ini melanggar.\n\nDiperiksa dua petugas.",
    "change": "Pengenal ketiga diperbaiki.",
    "weighed": "Alasan platform tidak dapat diterima.",
    "history": ["Teguran pertama, 20 November 2026"],
    "original_number": "B-1100/DJPRD/TD/11/2026",
    "original_issued_at": datetime(2026, 11, 19, 18, 0, tzinfo=UTC),
    "served_at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    "due_at": datetime(2026, 11, 21, 17, 30, tzinfo=UTC),
    "answer_url": LINK,
    "appeal_url": "https://portal.example/id/keberatan/",
    "portal_url": "https://portal.example/",
    "status_url": "https://portal.example/id/lapor/status/",
    "approver": "Ratna Wulandari",
    "approver_title": "Direktur Pengendalian",
    "copies": ["Menteri", "Kepala Kepolisian"],
    "report_number": "R26-0000123",
    "received_at": AT,
    "item_count": 3,
    "missing": ["Tanggal terlihat belum ada.", "Alasan belum ada."],
    "until": AT,
    "code": "482913",
    "minutes": 10,
}
LINES = [
    LocatorLine("https://www.contoh.example/u/melati_88?x=1", "account", "1203-1"),
    LocatorLine("@contoh.melati", "account", "1203-2"),
    LocatorLine("+62 812-0000-0001", "phone", "1203-3"),
]
NOTICES = sorted(code for code in SUPPLIED if "locators" in SUPPLIED[code])
MAILS = sorted(set(SUPPLIED) - set(NOTICES))
ALL = [
    (name, code, language)
    for name in policy.names()
    for code, language in sorted(policy.pack(name).letters)
]


@pytest.fixture
def pack():
    return policy.pack("indonesia")


def context(pack_name, code, **changes):
    """What the product gives with a letter, and nothing that it does not."""
    given = {name: CONTEXT[name] for name in SUPPLIED[code] - {"locators"}} | changes
    if pack_name == "eu-tco" and "bases" in given:
        given["bases"] = ["TCO-2-7-a", "TCO-2-7-d"]
    if pack_name == "eu-tco" and "unit" in given:
        given["unit"] = "other_authority"
    return given


def written(pack, code="order", language="id", lines=LINES, **changes):
    lines = lines if "locators" in SUPPLIED[code] else ()
    return letters.render(pack, code, language, context(pack.name, code, **changes), lines)


class Reader(html.parser.HTMLParser):
    """Gathers tags, links and shown text of an HTML mail."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.shown = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]
        assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]

    def handle_data(self, data):
        self.shown.append(data)


# What stops a letter


@pytest.mark.parametrize("name", ["number", "reasons", "bases", "answer_url", "approver", "rung"])
@pytest.mark.parametrize("empty", [None, "", "gone"])
def test_a_missing_value_stops_the_letter_and_is_named(pack, name, empty):
    given = context("indonesia", "order", **{name: empty})
    if empty == "gone":
        del given[name]
    shown_as = {"bases": "legal_bases", "rung": "rung_name"}.get(name, name)
    with pytest.raises(Invalid) as caught:
        letters.render(pack, "order", "id", given, LINES)
    assert caught.value.detail["missing"] == [shown_as]


def test_an_unknown_name_stops_the_letter(pack):
    with pytest.raises(Invalid) as caught:
        written(pack, reporter_name="Siti")
    assert caught.value.detail["unknown"] == ["reporter_name"]


@pytest.mark.parametrize(
    "changes",
    [
        {"issued_at": None},
        {"issued_at": datetime(2026, 11, 21)},  # noqa: DTZ001 (that is the fault)
        {"copies": "Menteri"},
        {"bases": ["NOPE"]},
        {"categories": ["nope"]},
        {"urgency": "leisurely"},
        {"platform": "\u200b\u202e"},
        {"answer_url": "javascript:alert(1)"},
        {"answer_url": "data:text/html,x"},
        {"answer_url": "//portal.example/"},
        {"answer_url": "https://portal.example/\r\nBcc: x"},
        {"answer_url": "https://portal.example/ a"},
        {"answer_url": 'https://portal.example/"onclick=x'},
    ],
)
def test_a_value_of_the_wrong_kind_stops_the_letter(pack, changes):
    with pytest.raises(Invalid):
        written(pack, **changes)


def test_an_order_without_targets_is_never_written(pack):
    with pytest.raises(Invalid):
        written(pack, lines=[])


# Hostile values


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["platform", "reasons", "approver", "number", "copies"])
def test_a_value_shows_as_text_and_changes_no_structure(pack, name, value):
    calm, hostile = (
        written(pack, **{name: [text] if name == "copies" else text}) for text in ("x", value)
    )
    assert [block.kind for block in thaw(hostile.markdown)[1] if block.kind != "paragraph"] == [
        block.kind for block in thaw(calm.markdown)[1] if block.kind != "paragraph"
    ]
    calm_mail, hostile_mail = Reader(calm.html), Reader(hostile.html)
    assert set(hostile_mail.tags) == set(calm_mail.tags)
    assert hostile_mail.links == calm_mail.links
    assert "https://evil" not in hostile.text
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\u200b\u202a-\u202e\u2066-\u2069\ufeff]", hostile.text
    )
    assert "\n" not in hostile.subject
    assert "\r" not in hostile.subject


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_any_text_survives_unchanged_or_not_at_all(value):
    pack = policy.pack("indonesia")
    try:
        letter = letters.render(
            pack, "outcome_declined", "id", context("indonesia", "outcome_declined", reasons=value)
        )
    except Invalid:
        return
    shown = letters.wording.prose(value)
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", shown)]
    in_blocks = ["".join(span.text for span in block.spans) for block in thaw(letter.markdown)[1]]
    for paragraph in filter(None, paragraphs):
        assert paragraph in in_blocks


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_locator_is_one_cell_in_which_nothing_is_hidden(value):
    letter = written(policy.pack("indonesia"), lines=[LocatorLine(value), LocatorLine("akhir")])
    (table,) = [block for block in thaw(letter.markdown)[1] if block.kind == "table"]
    assert len(table.rows) == 2
    shown = "".join(span.text for span in table.rows[0][1])
    assert shown == letters.defang(letters.wording.exact(value))


@pytest.mark.parametrize("value", HOSTILE)
def test_typst_sees_a_value_as_text(pack, value):
    letter = written(pack, reasons=value, platform=value, lines=[LocatorLine(value)])
    assert letters.pdf(letter).startswith(b"%PDF-")


def test_direction_tricks_in_a_locator_are_shown():
    assert letters.wording.exact("a\u202eb\u200bc\u00a0d") == "a‹U+202E›b‹U+200B›c‹U+00A0›d"


@pytest.mark.parametrize(
    ("locator", "shown"),
    [
        ("https://t.me/s/kanal.satu", "hxxps://t[.]me/s/kanal.satu"),
        ("HTTP://Contoh.example", "HXXP://Contoh[.]example"),
        ("contoh.example/akun", "contoh[.]example/akun"),
        ("m.contoh.example", "m[.]contoh[.]example"),
        ("@melati.id", "@melati.id"),
        ("+62 812-0000-0001", "+62 812-0000-0001"),
        ("Mawar 24, dekat stasiun", "Mawar 24, dekat stasiun"),
    ],
)
def test_addresses_are_defanged_and_handles_are_not(locator, shown):
    assert letters.defang(locator) == shown


def test_addresses_inside_reasons_are_defanged_too(pack):
    letter = written(pack, reasons="Lihat https://jahat.example/x dan http://b.example")
    assert "hxxps://jahat[.]example/x dan hxxp://b[.]example" in letter.text
    assert "https://jahat" not in letter.html + letter.markdown


# What each letter says, and does not say


@pytest.mark.parametrize(("name", "code", "language"), ALL)
def test_every_letter_of_every_pack_is_complete(name, code, language):
    letter = written(policy.pack(name), code, language)
    assert letter.subject
    for part in (letter.subject, letter.text, Reader(letter.html).shown):
        assert not re.search(r"[{}]|None", "".join(part).split("</style>")[-1].split("} }\n")[-1])
    assert len(letter.subject) <= 200


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_order_tells_all_that_the_law_asks(pack, language):
    letter = written(pack, "order", language, lines=LINES)
    issuer, ladder = pack.issuer(AT), pack.ladder("urgent", AT)
    said = " ".join(letter.text.split())
    for wanted in (
        CONTEXT["number"],
        issuer.name[language].upper(),
        issuer.email,
        "PT Contoh Pesan",
        "Narahubung Indonesia",
        "21 November 2026",
        pack.urgency("urgent").name[language],
        ladder.due_rule[language],
        ladder.rung("order").name[language],
        pack.basis("PM5-9-4-a").citation[language],
        "Diperiksa dua petugas.",
        "hxxps://www[.]contoh[.]example/u/melati_88?x=1",
        pack.choice("objects", "phone").name[language],
        pack.choice("actions", "remove").name[language],
        pack.identity.territory[language],
        "90",
        *(duty.text[language] for kind in ("platform_redress", "uploader_redress")
          for duty in pack.duties(kind, AT)),
        LINK,
        CONTEXT["appeal_url"],
        "Ratna Wulandari",
        "Kepala Kepolisian",
    ):  # fmt: skip
        assert wanted in said, wanted


def test_the_european_order_has_the_fields_of_annex_i():
    if not (SCHEMAS / "tco_annex_fields.json").is_file():
        pytest.skip(f"THE FIELDS OF ANNEX I ARE NOT HERE: looked for in {SCHEMAS}")
    annex = json.loads((SCHEMAS / "tco_annex_fields.json").read_text("utf-8"))
    shown_by = {
        "member_state_of_issuing_authority": "Exampleland",
        "addressee_and_legal_representative": "PT Contoh Pesan",
        "contact_point": "Contact point: Narahubung Indonesia",
        "member_state_of_main_establishment": "Member State of main establishment: Exampleland",
        "time_and_date_of_issuing": "Issued at 21 November 2026, 08:05 CET",
        "reference_number": CONTEXT["number"],
        "url_and_additional_information": "hxxps://www[.]contoh[.]example/u/melati_88",
        "reasons_tick_boxes": "Article 2(7)(d) of Regulation (EU) 2021/784: it gives instruction",
        "further_statement_of_reasons": "Diperiksa dua petugas.",
    }
    order = annex["annex_I_removal_order"]
    said = " ".join(written(policy.pack("eu-tco"), "order", "en").text.split())
    assert set(order["A"] + order["B"]) == set(shown_by)
    for field, wanted in shown_by.items():
        assert wanted in said, field
    assert f"within {order['deadline_hours']} (one) hour" in said


@pytest.mark.parametrize("code", NOTICES)
def test_a_notice_is_given_nothing_about_who_reported(code):
    about_reporters = {"report_number", "received_at", "status_url", "missing"}
    assert not SUPPLIED[code] & about_reporters


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_sealed_notice_says_only_that_a_letter_awaits(pack, language):
    letter = written(pack, "sealed_notice_awaits", language)
    used = pack.template("sealed_notice_awaits", language).used
    assert used == {"contact_name", "portal_url", "issuer_office"}
    assert len(letter.text.split()) < 40
    assert Reader(letter.html).links == [CONTEXT["portal_url"]]


@pytest.mark.parametrize("code", MAILS)
def test_a_mail_names_no_account_platform_or_category(code):
    assert not SUPPLIED[code] & {"platform", "categories", "locators", "bases"}


def test_a_letter_speaks_with_the_law_and_the_name_of_its_day(pack):
    then = datetime(2021, 3, 21, 8, tzinfo=UTC)
    old, new = written(pack, issued_at=then), written(pack)
    assert "KOMUNIKASI DAN INFORMATIKA" in old.text
    assert "KOMUNIKASI DAN DIGITAL" in new.text
    assert "Nomor 19 Tahun 2016" in " ".join(old.text.split())
    assert "Nomor 1 Tahun 2024" in " ".join(new.text.split())
    assert "Nomor 1 Tahun 2024" not in " ".join(old.text.split())


def test_the_second_warning_tells_of_the_fine_only_since_there_is_one(pack):
    then = datetime(2021, 3, 21, 8, tzinfo=UTC)
    assert "Surat Komitmen Pembayaran Denda" in written(pack, "warning_2", rung="warning_2").text
    assert "Komitmen" not in written(pack, "warning_2", rung="warning_2", issued_at=then).text


@pytest.mark.parametrize(
    ("language", "shown"),
    [("id", "22 November 2026 pukul 00.30 WIB"), ("en", "22 November 2026 at 00:30 WIB")],
)
def test_times_are_those_of_the_pack_s_zone_and_language(pack, language, shown):
    assert shown in " ".join(written(pack, "reminder", language).text.split())


def test_a_line_whose_optional_value_is_empty_disappears(pack):
    with_it, without = written(pack), written(pack, contact_name="", copies=[])
    assert "u.p. Narahubung" in with_it.text
    assert "Tembusan:" in with_it.text
    assert "u.p." not in without.text
    assert "Tembusan:" not in without.text


# Layout


@pytest.mark.parametrize(("name", "code", "language"), ALL)
def test_plain_text_keeps_to_72_columns_except_for_addresses(name, code, language):
    text = written(policy.pack(name), code, language).text
    wide = [line for line in text.splitlines() if len(line) > 72]
    assert not [line for line in wide if "://" not in line]
    assert not re.search(r"\n{3}| \n", text)


def test_a_long_list_is_shown_in_part_in_mail_and_whole_in_the_letter(pack):
    lines = [LocatorLine(f"@akun_{position}") for position in range(1, 1341)]
    letter = written(pack, lines=lines)
    assert "@akun_100\n" in letter.text
    assert "@akun_101\n" not in letter.text
    assert "1.240 baris lain" in letter.text
    assert "1.240 baris lain" in letter.html
    assert letter.html.count("<tr>") == 101
    (table,) = [block for block in thaw(letter.markdown)[1] if block.kind == "table"]
    assert table.rows[-1][:2] == ((Span("1340"),), (Span("@akun_1340"),))


def test_html_loads_nothing_and_suits_light_and_dark(pack):
    mail = written(pack).html
    assert '<html lang="id">' in mail
    assert "prefers-color-scheme: dark" in mail
    assert not re.search(r"url\(|@import|<link|<img|<script", mail)
    assert set(Reader(mail).links) == {LINK, CONTEXT["appeal_url"]}


def test_each_contact_gets_a_link_of_its_own_and_the_record_keeps_the_shared_one(pack):
    letter = written(pack, appeal_url=f"{LINK}keberatan/")
    mine = letter.with_link(LINK, "https://portal.example/id/a/rahasia?x=1&y=2")
    assert "https://portal.example/id/a/rahasia?x=1&y=2" in mine.text
    assert set(Reader(mine.html).links) >= {"https://portal.example/id/a/rahasia?x=1&y=2"}
    assert mine.text.count(LINK) == mine.text.count(f"{LINK}keberatan/") == 1
    assert mine.html.count(LINK) == mine.html.count(f"{LINK}keberatan/") == 2
    assert mine.markdown == letter.markdown
    with pytest.raises(Invalid):
        letter.with_link(LINK, "javascript:alert(1)")


# PDF


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_the_same_letter_gives_the_same_pdf(pack):
    first, second = letters.pdf(written(pack)), letters.pdf(written(pack))
    assert first == second
    assert letters.pdf(written(pack, number="B-1204")) != first


def test_a_frozen_letter_needs_no_pack_to_be_printed(pack):
    letter = written(pack)
    stored = letters.Letter("", letter.markdown, "", "")
    assert letters.pdf(stored) == letters.pdf(letter)


def test_another_letterhead_can_be_put_on_top(pack):
    letter, kominfo = written(pack), pack.issuer(datetime(2021, 3, 21, tzinfo=UTC))
    assert letters.pdf(letter, letterhead=kominfo) != letters.pdf(letter)
    assert letters.pdf(letter, letterhead=pack.issuer(AT)) == letters.pdf(letter)


@pytest.mark.parametrize(("name", "code", "language"), ALL)
def test_every_letter_can_be_printed(name, code, language):
    assert pages(letters.pdf(written(policy.pack(name), code, language))) >= 1


def test_characters_that_the_fonts_lack_are_printed_as_code_points(pack):
    odd = "小红\U0001f600\u0e01\u0627\U0001d4ea\ue000\U0010ffff\u0301"
    assert letters.pdf(written(pack, platform=odd, lines=[LocatorLine(odd)]))
    assert letters.wording.printable({"a": ["小"]}) == {"a": ["‹U+5C0F›"]}


@pytest.mark.slow
def test_a_notice_of_3710_targets_prints_every_one(pack):
    lines = [LocatorLine(f"https://contoh.example/u/akun_{n}", "url", f"{n}") for n in range(3710)]
    letter = written(pack, lines=lines)
    few = pages(letters.pdf(written(pack)))
    assert pages(letters.pdf(letter)) > few + 50
    (table,) = [block for block in thaw(letter.markdown)[1] if block.kind == "table"]
    assert len(table.rows) == 3710


def test_a_frozen_letter_is_not_confused_by_its_own_marks(pack):
    letter = written(pack, platform="nama---", number="---")
    assert thaw(letter.markdown)[0].number == "---"
    assert replace(letter) == letter


def test_everything_the_pack_supplies_is_used_by_some_letter():
    used = {
        name
        for pack_name, code, language in ALL
        for name in policy.pack(pack_name).template(code, language).used
    }
    assert set(FROM_PACK) - used == set()
