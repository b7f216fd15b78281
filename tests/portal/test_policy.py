"""The policy packs: mistakes are told with file and line, and the law is in the data."""

import ast
import csv
import json
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.policy import PackError, loading
from moderation_portal.policy.checks import check_policy_pack

TESTS = Path(__file__).resolve().parents[1]
LAW = TESTS.parents[1] / "shared" / "data" / "indonesia"
AT_2021 = datetime(2021, 3, 21, 8, tzinfo=UTC)
AT_2026 = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def pack():
    return policy.pack("indonesia")


@pytest.fixture
def edited(tmp_path):
    """A copy of a shipped pack in which one text was replaced by another, as a folder."""

    def edit(file: str, old: str, new: str, name: str = "indonesia") -> Path:
        folder = tmp_path / name
        if not folder.exists():
            shutil.copytree(loading.PACKS / name, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


def needs(file: str) -> Path:
    """A file of the law's texts; without it the test is skipped, and says so."""
    if not (LAW / file).is_file():
        pytest.skip(f"THE TEXTS OF THE LAW ARE NOT HERE: {file} is looked for in {LAW}")
    return LAW / file


def hours(ladder, kind):
    return [rung.due / HOUR for rung in ladder.rungs if rung.kind == kind]


# What a broken pack says


def test_broken_yaml_is_told_with_file_and_line(edited):
    with pytest.raises(PackError, match=r"indonesia/categories\.yaml, line 5: "):
        policy.read(edited("categories.yaml", "categories:", "categories: ]"))


def test_a_key_given_twice_is_told_with_file_and_line(edited):
    folder = edited("pack.yaml", "    place: Jakarta\n", "    place: Jakarta\n    place: Bandung\n")
    with pytest.raises(PackError, match=r"pack\.yaml, line \d+: “place” is given twice"):
        policy.read(folder)


def test_every_mistake_of_shape_is_told_at_once(edited):
    edited("units.yaml", "    agency: Badan Narkotika Nasional\n", "")
    edited("units.yaml", "unit: trustpositif", "unti: trustpositif")
    folder = edited("pack.yaml", "hold_days: 14", "hold_days: two weeks")
    with pytest.raises(PackError) as caught:
        policy.read(folder)
    told = "\n".join(caught.value.problems)
    assert re.search(r"units\.yaml, line \d+: Unit “bnn” lacks “agency”", told)
    assert re.search(r"units\.yaml, line \d+: Route knows no “unti”", told)
    assert re.search(r"pack\.yaml, line \d+: “two weeks” is not a whole number", told)


def test_a_folder_that_is_no_pack_is_refused(tmp_path):
    with pytest.raises(PackError, match=r"pack\.yaml is missing"):
        policy.read(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("categories.yaml", "bases: [ITE-27-2, PM5-9-4-a]", "bases: [NOPE]", "names “NOPE”"),
        ("categories.yaml", "unit: bnn", "unit: nobody", "names “nobody”"),
        ("categories.yaml", ", en: Gambling}", "}", "categories/gambling: “name” has no text in"),
        (
            "ladders.yaml",
            "signatures: [supervisor]",
            "signatures: []",
            "needs a person's signature",
        ),
        ("ladders.yaml", "signatures: [director]", "signatures: [king]", "names “king”"),
        ("ladders.yaml", "offset: -12h", "offset: 12h", "its offset is not negative"),
        (
            "ladders.yaml",
            "valid_to: 2025-01-31",
            "valid_to: 2025-02-01",
            "two versions are in force",
        ),
        ("ladders.yaml", "    due: 24h\n", "    due: 12h\n", "does not say 12 hours"),
        (
            "requirements.yaml",
            "except_for: [sexual, child]",
            "except_for: [adult]",
            "names “adult”",
        ),
        ("rules.yaml", "code: PM5-11\n", "code: PM5-12\n", "names “PM5-11”"),
        ("letters/id/order.md", "{{ due_rule }}", "{{ reporter }}", "“reporter” is used but not"),
        (
            "letters/id/order.md",
            "{{ reasons }}",
            "{{ reasons",
            "holds braces that are no placeholder",
        ),
        ("letters/id/order.md", "{{ reasons }}", "x {{ reasons }}", "must stand alone on its line"),
        ("letters/en/order.md", "---\n", "", "line 1: the front matter"),
        ("letters/en/order.md", "copies:", "copys:", "letters know no “copys”"),
    ],
)
def test_a_gap_in_the_pack_is_told_in_a_sentence(edited, file, old, new, told):
    assert any(told in sentence for sentence in policy.check(policy.read(edited(file, old, new))))


def test_a_missing_letter_is_told(edited):
    folder = edited("pack.yaml", "hold_days: 14", "hold_days: 14")
    (folder / "letters" / "en" / "warning_2.md").unlink()
    assert policy.check(policy.read(folder)) == ["letters/en/warning_2.md is missing."]


def test_a_category_without_a_basis_in_force_is_told(edited):
    folder = edited("categories.yaml", "bases: [ITE-27-2, PM5-9-4-a]", "bases: [ITE-27A]")
    told = policy.check(policy.read(folder))
    assert "categories/gambling: none of its bases is in force on 2020-11-24." in told
    assert "categories/gambling: none of its bases is in force on 2026-01-02." in told


@pytest.mark.parametrize("name", ["indonesia", "eu-tco", "atlantis"])
def test_the_start_up_check_reads_the_pack_in_use(settings, name):
    settings.POLICY_PACK = name
    errors = check_policy_pack(None)
    assert [error.msg for error in errors] == (
        ["There is no policy pack in atlantis: its pack.yaml is missing."]
        if name == "atlantis"
        else []
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda pack: pack.category("nope"),
        lambda pack: pack.basis("nope"),
        lambda pack: pack.unit("nope"),
        lambda pack: pack.letter("order", "fr"),
        lambda pack: pack.ladder("urgent", datetime(2019, 1, 1, tzinfo=UTC)),
        lambda pack: pack.basis("ITE-27A", AT_2026),
    ],
)
def test_what_the_pack_does_not_know_is_invalid(pack, ask):
    with pytest.raises(Invalid):
        ask(pack)


# Reading and dating


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


def test_quoted_provisions_are_the_law_s_own_words(pack):
    laws = needs("legal_texts_id.jsonl").read_text(encoding="utf-8").splitlines()
    plain = [re.sub(r"- ", "-", " ".join(json.loads(law)["text"].split())) for law in laws]
    quoted = [basis for basis in pack.sections["bases"] if basis.is_quoted]
    assert len(quoted) > 30
    for basis in quoted:
        assert any(basis.text["id"] in law for law in plain), basis.code


def test_old_names_of_a_category_still_find_it(pack):
    assert pack.category("sara_ethnic_religious_hate").code == "sara"
    assert pack.category("open_bo").code == "prostitution"


@pytest.mark.parametrize("code", ["2017", "2018"])
def test_every_category_counts_under_one_published_heading(pack, code):
    counted = [one for group in pack.taxonomy(code).groups for one in group.categories]
    assert sorted(counted) == sorted({one.code for one in pack.sections["categories"]})


# Care for children and victims


def test_no_picture_of_sexual_or_child_matter_is_taken_from_the_public(pack):
    for category in pack.categories(AT_2026):
        wanted = [one.code for one in pack.requirements("public", AT_2026) if one.applies(category)]
        sensitive = category.is_sexual or category.may_show_child
        assert ("screenshot" in wanted) != sensitive, category.code
        assert category.screenshot_from_public != sensitive


def test_no_picture_that_may_show_a_child_is_demanded_of_anybody(pack):
    for category in pack.categories(AT_2026):
        wanted = {one.code for one in pack.requirements("police") if one.applies(category)}
        assert ("screenshot" in wanted) != category.may_show_child, category.code


def test_a_child_s_matter_is_sealed_anonymous_and_has_a_hotline(pack):
    for code in ("child_sexual", "violence_child"):
        category = pack.category(code)
        assert category.handling == "sealed"
        assert category.may_be_anonymous
        assert category.hotline.phone == "129"
        assert "ppa" in category.refer_units
        wanted = {one.code for one in pack.requirements("public") if one.applies(category)}
        assert not wanted & {"reporter_identity", "reporter_contact"}


def test_victims_are_looked_for_before_an_account_is_closed(pack):
    lines = [line.code for line in pack.checklist("prostitution")]
    assert {"victim_signs", "preservation_first"} <= set(lines)
    assert "victim_signs" not in [line.code for line in pack.checklist("gambling")]


def test_every_ladder_ends_with_persons_and_not_with_a_machine(pack):
    for ladder in pack.sections["ladders"]:
        formal = [rung for rung in ladder.rungs if rung.kind in ("warning", "proposal")]
        assert all(rung.signatures for rung in formal)
        assert formal[-1].signatures == ("supervisor", "director")


# The law, rule by rule (the table names each rule; see test_every_rule_of_the_law…)


@pytest.mark.law("PM5-14-1")
def test_public_ministries_police_and_courts_may_ask(pack):
    lawful = {one.code for one in pack.sections["sources"] if "PM5-14-1" in one.rule_ids}
    assert lawful == {"public", "organisation", "monitor", "agency", "police", "court"}


@pytest.mark.law("PM5-14-2")
def test_requests_come_by_web_paper_and_e_mail(pack):
    assert {one.code for one in pack.sections["channels"]} == {"web", "letter", "email"}


@pytest.mark.law("PM5-14-3")
def test_only_terror_child_abuse_and_designated_unrest_are_urgent(pack):
    urgent = {one.code: one for one in pack.categories(AT_2026) if one.urgency == "urgent"}
    assert set(urgent) == {"terrorism", "child_sexual", "unrest"}
    assert urgent["unrest"].needs_designation
    wanted = {one.code for one in pack.requirements("police") if one.applies(urgent["unrest"])}
    assert {"designation_document", "urgency_reason"} <= wanted


@pytest.mark.law("PM5-15-2")
def test_a_public_request_holds_identity_picture_locator_and_reason(pack):
    lawful = {
        one.code for one in pack.requirements("public", AT_2026) if "PM5-15-2" in one.rule_ids
    }
    assert lawful == {"reporter_identity", "screenshot", "locator_precise", "reason"}


@pytest.mark.law("PM5-16-4")
@pytest.mark.parametrize("source", ["agency", "police", "court"])
def test_an_official_request_holds_letter_analysis_picture_and_locator(pack, source):
    lawful = {one.code for one in pack.requirements(source) if "PM5-16-4" in one.rule_ids}
    assert lawful == {
        "signed_letter",
        "letter_number",
        "letter_date",
        "legal_analysis",
        "screenshot",
        "locator_precise",
    }


@pytest.mark.law("PM5-15-6")
def test_an_ordinary_order_grants_24_hours_from_service(pack):
    ladder = pack.ladder("ordinary", AT_2026)
    assert (ladder.due, ladder.clock_starts) == (24 * HOUR, "service")
    assert hours(ladder, "order") == [24]


@pytest.mark.law("PM5-15-8")
def test_an_urgent_order_grants_4_hours_from_service(pack):
    ladder = pack.ladder("urgent", AT_2026)
    assert (ladder.due, ladder.clock_starts) == (4 * HOUR, "service")
    assert hours(ladder, "order") == [4]


@pytest.mark.law("PM5-15-11")
def test_each_warning_grants_the_time_of_the_order_again(pack):
    assert hours(pack.ladder("ordinary", AT_2026), "warning") == [24, 24, 24]
    assert hours(pack.ladder("urgent", AT_2026), "warning") == [4, 4, 4]


@pytest.mark.law("PM5-15-11b")
@pytest.mark.parametrize("at", [AT_2021, AT_2026])
def test_there_are_at_most_three_warnings(pack, at):
    for urgency in ("ordinary", "urgent"):
        warnings = [one for one in pack.ladder(urgency, at).rungs if one.kind == "warning"]
        assert [one.step for one in warnings] == [1, 2, 3]


@pytest.mark.law("PM5-15-12")
def test_blocking_is_proposed_only_after_the_reasons_are_weighed(pack):
    last = pack.ladder("ordinary", AT_2026).rungs[-1]
    assert (last.code, last.kind, last.weighs_reasons) == ("block_proposal", "proposal", True)
    assert "weighed" in pack.template("block_proposal", "id").required


@pytest.mark.law("PM5-17-1")
def test_officials_ask_through_a_registered_contact_point(pack):
    for source in ("agency", "police", "court"):
        codes = {one.code for one in pack.requirements(source) if "PM5-17-1" in one.rule_ids}
        assert codes == {"contact_point_registered"}
    assert "contact_point_registered" not in {one.code for one in pack.requirements("public")}


@pytest.mark.law("PM5-17-2")
def test_cloud_providers_get_no_order(pack):
    for source in ("public", "police"):
        assert pack.route("gambling", "cloud", AT_2026, source=source).code == "cloud_desk"


@pytest.mark.law("PM5-10-4")
def test_the_order_repeats_the_platform_s_duties(pack):
    duties = [one for one in pack.duties("duty", AT_2026) if "PM5-10-4" in one.rule_ids]
    assert len(duties) == 4
    assert "platform_duties" in pack.template("order", "id").used


@pytest.mark.law("PM5-11")
def test_the_order_tells_of_the_safe_harbour(pack):
    assert [one.rule_ids for one in pack.duties("safe_harbour", AT_2026)] == [("PM5-11",)]
    assert "safe_harbour" in pack.template("order", "en").used


@pytest.mark.law("PM5-20-4")
def test_a_request_to_restore_access_is_decided_within_48_hours(pack):
    assert pack.limits.restoration == 48 * HOUR


@pytest.mark.law("PM5-20-5")
def test_restoring_may_be_refused_after_more_than_three_blocks(pack):
    assert pack.limits.restoration_refusable_after_blocks == 3


@pytest.mark.law("SAMAN-1")
def test_the_stages_of_saman_are_the_ladder_since_2025(pack):
    ladder = pack.ladder("ordinary", AT_2026)
    names = [one.name["id"] for one in ladder.rungs if one.kind in ("order", "warning")]
    assert [re.search(r"Takedown|ST\d", name)[0] for name in names] == [
        "Takedown",
        "ST1",
        "ST2",
        "ST3",
    ]
    assert "commitment_letter" in ladder.rung("warning_2").effects
    assert pack.ladder("ordinary", AT_2021).rung("warning_2").effects == ()


@pytest.mark.law("SAMAN-2")
def test_the_deadline_of_a_category_follows_its_urgency(pack):
    granted = {
        one.code: pack.ladder(one.urgency, AT_2026).due / HOUR
        for one in pack.categories(AT_2026)
        if "SAMAN-2" in one.rule_ids
    }
    assert granted == {
        "child_sexual": 4,
        "terrorism": 4,
        "gambling": 24,
        "illegal_finance": 24,
        "food_drug_cosmetics": 24,
    }


@pytest.mark.law("SAMAN-3")
def test_another_window_is_a_change_of_data_alone(pack, edited):
    assert pack.rule("SAMAN-3").status == "reported"
    text = (loading.PACKS / "indonesia" / "ladders.yaml").read_text(encoding="utf-8")
    changed = text.replace("4h", "12h").replace("4 (empat)", "12 (dua belas)")
    changed = changed.replace("4 (four)", "12 (twelve)").replace("212h", "24h")
    folder = edited("ladders.yaml", text, changed)
    other = policy.read(folder)
    assert not policy.check(other)
    assert other.ladder("urgent", AT_2026).due == 12 * HOUR
    assert other.ladder("ordinary", AT_2026).due == 24 * HOUR


def marked_tests() -> dict[str, set[str]]:
    """Rule id -> the test functions anywhere under tests/ that carry it as pytest.mark.law."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.law":
                        for rule in mark.args:
                            found.setdefault(ast.literal_eval(rule), set()).add(node.name)
    return found


def test_every_rule_of_the_law_is_carried_by_data_and_by_a_test(pack):
    with needs("legal_rules_id.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["rule_id"]: row for row in csv.DictReader(file)}
    carried, tested = pack.carriers(), marked_tests()
    assert set(rows) == {rule.code for rule in pack.sections["rules"]}
    assert not [rule for rule in rows if not carried.get(rule)]
    assert not [rule for rule in rows if not tested.get(rule)]
    for rule, row in rows.items():
        assert pack.rule(rule).value == row["value"], rule


def test_no_test_is_marked_with_a_rule_that_does_not_exist(pack):
    assert not set(marked_tests()) - {rule.code for rule in pack.sections["rules"]}


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
