"""Asking a pack: what was in force on a day, where a matter goes, another country."""

from datetime import UTC, date, datetime, timedelta

import pytest

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.policy import loading
from tests.portal.policy.law import AT_2021, AT_2026, HOUR


@pytest.mark.parametrize(
    "ask",
    [
        lambda pack: pack.category("nope"),
        lambda pack: pack.basis("nope"),
        lambda pack: pack.unit("nope"),
        lambda pack: pack.letter("order", "fr"),
        lambda pack: pack.ladder("urgent", datetime(2019, 1, 1, tzinfo=UTC)),
        lambda pack: pack.basis("ITE-27A", AT_2026),
        lambda pack: pack.issuer(datetime(2001, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_the_pack_does_not_know_is_invalid(pack, ask):
    with pytest.raises(Invalid):
        ask(pack)


def test_a_pack_is_read_once_and_frozen(pack):
    assert policy.pack("indonesia") is pack
    with pytest.raises(AttributeError):
        pack.category("gambling").urgency = "urgent"


def test_the_version_changes_with_any_word(pack, edited):
    folder = edited("letters/id/order.md", "Dengan hormat,", "Dengan hormat kami,")
    assert policy.read(folder).version != pack.version
    assert policy.read(loading.PACKS / "indonesia").version == pack.version


def test_words_speak_the_reader_s_language(pack, settings):
    name = pack.category("gambling").name
    assert (name.say("id"), name.say("en-gb"), name["en"]) == ("Perjudian", "Gambling", "Gambling")
    assert name.say("fr") == "Perjudian"


def test_the_issuer_bears_the_name_of_its_day(pack):
    assert pack.issuer(AT_2021).short_name == "Kominfo"
    last_evening = datetime(2024, 10, 20, 16, 59, tzinfo=UTC)
    assert pack.issuer(last_evening).short_name == "Kominfo"
    assert pack.issuer(last_evening + timedelta(minutes=1)).short_name == "Komdigi"


def test_a_provision_is_cited_in_the_version_of_its_day(pack):
    bases = [
        {basis.code for basis in pack.bases_for("pornography", at)} for at in (AT_2021, AT_2026)
    ]
    assert bases[0] - bases[1] == {"ITE-27-1"}
    assert bases[1] - bases[0] == {"KUHP-407"}
    assert "19 Tahun 2016" in pack.basis("ITE-27-2", AT_2021).citation["id"]
    assert "1 Tahun 2024" in pack.basis("ITE-27-2", AT_2026).citation["id"]


def test_old_names_of_a_category_still_find_it(pack):
    assert pack.category("sara_ethnic_religious_hate").code == "sara"
    assert pack.category("open_bo").code == "prostitution"


@pytest.mark.parametrize("code", ["2017", "2018"])
def test_every_category_counts_under_one_published_heading(pack, code):
    counted = [one for group in pack.taxonomy(code).groups for one in group.categories]
    assert sorted(counted) == sorted({one.code for one in pack.sections["categories"]})


# Routing


@pytest.mark.parametrize(
    ("category", "host_kind", "source", "unit"),
    [
        ("gambling", "website", "public", "trustpositif"),
        ("gambling", "website", "police", "trustpositif"),
        ("child_sexual", "unknown", "public", "host_desk"),
        ("illegal_finance", "platform", "public", "ojk"),
        ("food_drug_cosmetics", "platform", "public", "bpom"),
        ("narcotics", "platform", "monitor", "bnn"),
        ("intellectual_property", "platform", "public", "djki"),
    ],
)
def test_what_is_not_ours_goes_to_the_responsible_unit(pack, category, host_kind, source, unit):
    assert pack.route(category, host_kind, AT_2026, source=source).code == unit


@pytest.mark.parametrize(
    ("category", "source"),
    [
        ("prostitution", "public"),
        ("gambling", "public"),
        ("narcotics", "police"),
        ("illegal_finance", "agency"),
    ],
)
def test_our_own_matters_and_those_an_agency_asks_for_stay(pack, category, source):
    assert pack.route(category, "platform", AT_2026, source=source) is None


def test_invented_contacts_cannot_be_reached(pack):
    addresses = [unit.contact for unit in pack.sections["units"]]
    addresses += [issuer.email for issuer in pack.sections["issuers"]]
    assert all(address.endswith(".example") for address in addresses)


# Another country


def test_the_european_pack_grants_one_hour_without_a_line_of_code():
    pack = policy.pack("eu-tco")
    assert pack.ladder("urgent", AT_2026).due == HOUR
    assert pack.languages == ("en",)
    assert [one.code for one in pack.categories(AT_2026)] == ["terrorism"]
    assert len(pack.bases_for("terrorism", AT_2026)) == 5
    assert pack.day(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == date(2026, 11, 22)


@pytest.fixture
def dated(edited):
    """A pack whose limits, answers and checklist change in 2030; the later stands first."""
    text = (loading.PACKS / "indonesia" / "pack.yaml").read_text(encoding="utf-8")
    limits = text[text.index("limits:\n") : text.index("\nactions:")]
    entry = limits.removeprefix("limits:\n")
    later = entry.replace("- code: limits", "- code: limits\n    valid_from: 2030-01-01")
    later = later.replace("letter_rows: 100", "letter_rows: 10")
    now = entry.replace("- code: limits", "- code: limits\n    valid_to: 2029-12-31")
    folder = edited("pack.yaml", limits, f"limits:\n{later}\n{now}")
    answer = "  - code: removed\n"
    edited("pack.yaml", answer, f"{answer}    valid_from: 2030-01-01\n    name: {{id: A, en: A}}\n"
                                f"{answer}    valid_to: 2029-12-31\n")  # fmt: skip
    return policy.read(folder)


AT_2030 = datetime(2030, 6, 1, tzinfo=UTC)


def test_limits_are_those_of_the_day_wherever_they_stand_in_the_file(dated):
    assert dated.limits_at(AT_2026).letter_rows == 100
    assert dated.limits_at(AT_2030).letter_rows == 10


def test_who_asks_officially_is_told_by_the_pack_alone():
    assert policy.pack("indonesia").official_sources(AT_2026) == {"agency", "police", "court"}
    assert policy.pack("eu-tco").official_sources(AT_2026) == {"agency", "police"}


def test_where_no_limits_were_in_force_nothing_is_guessed(dated):
    with pytest.raises(Invalid):
        dated.limits_at(datetime(1899, 1, 1, tzinfo=UTC))


def test_each_answer_is_offered_once_in_the_version_of_the_day(dated):
    for at, name in ((AT_2026, "Removed or closed"), (AT_2030, "A")):
        offered = {choice.code: choice for choice in dated.answers_at(at)}
        assert len(offered) == len(dated.answers_at(at))
        assert offered["removed"].name.say("en") == name
    assert dated.choice("answers", "removed").name.say("en") == "A"
