"""What each letter says, and does not say."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation_portal import policy
from moderation_portal.policy.template import FROM_PACK, SUPPLIED
from tests.portal.letters.given import ALL, AT, CONTEXT, LINES, LINK, Reader, written

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "data" / "schemas"
NOTICES = sorted(code for code in SUPPLIED if "locators" in SUPPLIED[code])
# A petitioner is answered about the platform that they have named themselves, a contact is asked
# about its own, access providers are told what to block, a provider how its orders go, and the
# authority of its country gets the order itself.
OF_A_PLATFORM = {"petition_reply", "still_you", "block_order", "normalisation"}
OF_A_PLATFORM |= {"prior_information", "order_copy"}
MAILS = sorted(set(SUPPLIED) - set(NOTICES) - OF_A_PLATFORM)


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


def test_everything_the_pack_supplies_is_used_by_some_letter():
    used = {
        name
        for pack_name, code, language in ALL
        for name in policy.pack(pack_name).template(code, language).used
    }
    assert set(FROM_PACK) - used == set()
