"""The shipped pack keeps the law, rule by rule, and takes care of children and victims."""

import ast
import csv
import json
import re
from pathlib import Path

import pytest

from moderation_portal import policy
from moderation_portal.policy import loading
from tests.portal.policy.law import AT_2021, AT_2026, HOUR, needs

TESTS = Path(__file__).resolve().parents[2]


def hours(ladder, kind):
    return [rung.due / HOUR for rung in ladder.rungs if rung.kind == kind]


# Care for children and victims


def test_no_picture_of_sexual_or_child_matter_is_taken_from_the_public(pack):
    for category in pack.categories(AT_2026):
        wanted = [one.code for one in pack.requirements("public", AT_2026) if one.applies(category)]
        sensitive = category.is_sexual or category.may_show_child
        assert ("screenshot" in wanted) != sensitive, category.code
        assert category.screenshot_from_public != sensitive


def test_no_picture_of_a_child_s_matter_is_demanded_of_anybody(pack):
    for category in pack.categories(AT_2026):
        wanted = {one.code for one in pack.requirements("police") if one.applies(category)}
        assert ("screenshot" in wanted) != (category.handling == "sealed"), category.code


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_category_forbids_the_picture_that_the_police_must_hand_in(pack, language):
    """The page of the public forbids it there, beside whatever a category says."""
    for category in pack.categories(AT_2026):
        wanted = {one.code for one in pack.requirements("police") if one.applies(category)}
        if "screenshot" in wanted and category.help:
            said = category.help.say(language)
            assert not re.search("(?i)(?:do not|never|jangan) .*(?:picture|gambar)", said), said


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


def test_quoted_provisions_are_the_law_s_own_words(pack):
    laws = needs("legal_texts_id.jsonl").read_text(encoding="utf-8").splitlines()
    plain = [re.sub(r"- ", "-", " ".join(json.loads(law)["text"].split())) for law in laws]
    quoted = [basis for basis in pack.sections["bases"] if basis.is_quoted]
    assert len(quoted) > 30
    for basis in quoted:
        assert any(basis.text["id"] in law for law in plain), basis.code


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
    last = next(one for one in pack.ladder("ordinary", AT_2026).rungs if one.kind == "proposal")
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
    assert pack.limits_at(AT_2026).restoration == 48 * HOUR


@pytest.mark.law("PM5-20-5")
def test_restoring_may_be_refused_after_more_than_three_blocks(pack):
    assert pack.limits_at(AT_2026).restoration_refusable_after_blocks == 3


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
    """Rule id -> the tests anywhere under tests/ that carry it as pytest.mark.law, each as
    “path::name”."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.law":
                        for rule in mark.args:
                            named = f"{path.relative_to(TESTS.parent).as_posix()}::{node.name}"
                            found.setdefault(ast.literal_eval(rule), set()).add(named)
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


def shown() -> dict[str, str]:
    """Rule id -> what the table for the reader says that it is shown by."""
    table = (TESTS.parent / "docs" / "legal-rules.md").read_text(encoding="utf-8")
    rows = (line.strip("| \n").split(" | ") for line in table.splitlines()[6:])
    return {cells[0]: cells[3] for cells in rows if len(cells) == 4}


def test_the_table_of_the_docs_names_for_each_rule_the_tests_that_drive_the_portal_by_it(pack):
    marked, table = marked_tests(), shown()
    assert set(table) == {rule.code for rule in pack.sections["rules"]}
    for rule, said in table.items():
        named = set(re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", said))
        assert not [name for name in named if "/portal/policy/" in name], rule
        assert named <= marked.get(rule, set()), rule
        assert bool(named) != said.startswith("open: "), rule


def test_what_of_the_law_is_open_is_counted():
    """Whoever builds it names its test in the table; nothing else is open."""
    table = shown()
    still = {rule for rule, said in table.items() if said.startswith("open: ")}
    assert still == set()


def test_no_test_is_marked_with_a_rule_that_does_not_exist(pack):
    assert not set(marked_tests()) - {rule.code for rule in pack.sections["rules"]}
