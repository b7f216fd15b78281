"""What the law and the regulator demand of a telling, as data."""

import pytest

from moderation_portal import policy
from reports import completeness
from tests.world import AT

PUBLIC_BY_LAW = {"reporter_identity", "locator_precise", "screenshot", "reason"}
OFFICIAL_BY_LAW = {"signed_letter", "legal_analysis", "screenshot", "locator_precise"}


def codes(source: str, category: str, *facts: str, pack=None) -> set[str]:
    found = (pack or policy.pack()).category(category, AT)
    return {gap.code for gap in completeness.gaps(source, found, facts, at=AT)}


@pytest.mark.law("PM5-15-2")
def test_the_public_gives_identity_screenshot_address_and_reason():
    missing = completeness.gaps("public", policy.pack().category("gambling"), (), at=AT)
    by_law = {gap.code for gap in missing if gap.rule == "PM5-15-2"}
    assert by_law == PUBLIC_BY_LAW


@pytest.mark.law("PM5-15-2")
@pytest.mark.parametrize("given", sorted(PUBLIC_BY_LAW))
def test_what_was_given_is_not_asked_again(given):
    assert given not in codes("public", "gambling", given)
    assert codes("public", "gambling", given) >= PUBLIC_BY_LAW - {given}


@pytest.mark.parametrize(
    "category", ["prostitution", "pornography", "child_sexual", "violence_child"]
)
@pytest.mark.parametrize("source", ["public", "organisation", "monitor"])
def test_no_picture_of_anything_sexual_or_of_a_child_is_asked_of_the_public(source, category):
    assert "screenshot" not in codes(source, category)


def test_a_child_may_be_reported_without_a_name():
    assert not codes("public", "child_sexual") & {"reporter_identity", "reporter_contact"}


@pytest.mark.law("PM5-16-4")
@pytest.mark.parametrize("source", ["agency", "police", "court"])
def test_officials_give_letter_analysis_screenshot_and_address(source):
    by_law = {
        demand.code
        for demand in policy.pack().requirements(source, AT)
        if "PM5-16-4" in demand.rule_ids
    }
    assert codes(source, "gambling") >= OFFICIAL_BY_LAW
    assert by_law >= OFFICIAL_BY_LAW


@pytest.mark.law("PM5-17-1")
@pytest.mark.parametrize("source", ["agency", "police", "court"])
def test_officials_come_through_a_registered_contact_point(source):
    missing = completeness.gaps(source, policy.pack().category("gambling"), (), at=AT)
    assert ("contact_point_registered", "PM5-17-1") in {(gap.code, gap.rule) for gap in missing}


@pytest.mark.parametrize("category", ["child_sexual", "violence_child"])
def test_officials_attach_no_picture_of_a_child(category):
    assert "screenshot" not in codes("police", category)


@pytest.mark.law("PM5-16-4")
@pytest.mark.parametrize("category", ["prostitution", "trafficking", "sexual_violence", "gambling"])
@pytest.mark.parametrize("source", ["agency", "police", "court"])
def test_officials_attach_a_picture_of_everything_else(source, category):
    assert "screenshot" in codes(source, category)


def test_a_finding_needs_its_rule_its_query_public_access_and_a_human():
    wanted = {"detector_rule", "detector_query", "public_access_proof", "verifier"}
    assert wanted <= codes("detector", "prostitution")


def test_every_demand_of_every_shipped_pack_is_one_that_a_telling_can_meet():
    sources = {"public", "organisation", "monitor", "agency", "police", "court", "detector"}
    for name in policy.names():
        for demand in policy.pack(name).sections["requirements"]:
            if sources & set(demand.sources):
                assert demand.code in completeness.KNOWN, f"{name}: {demand.code}"


def test_a_gap_speaks_the_readers_language_and_keeps_its_code():
    gap = completeness.gaps("public", policy.pack().category("gambling"), (), at=AT)[0]
    stored = gap.as_json() | {"message": "as it was worded then"}
    assert completeness.messages([stored]) == [gap.message]
    assert set(stored) == {"code", "message", "rule", "problem"}
