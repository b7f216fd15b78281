"""What is passed to somebody else, and by which rule."""

import pytest

from moderation_portal import policy
from moderation_portal.models import OutboxMessage
from platforms import locators
from reports import routing
from reports.models import ReportItem
from tests import world


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("slot-gacor.example", "website"),
        ("https://www.instagram.com/bunga_77/", "account"),
        ("MiChat: bunga_77", "account"),
        ("bunga_77", "account"),  # no host: somebody must say where it is
    ],
)
def test_the_host_decides_what_an_address_is(text, kind):
    assert routing.host_kind_of(locators.identify(text), is_cloud=False) == kind


@pytest.mark.law("PM5-17-2")
def test_cloud_providers_are_exempt_from_notices():
    matter = routing.Matter("cloud", policy.pack().category("gambling"), "public")
    routed = routing.route(matter, (), at=world.AT)
    assert routed == routing.Routed("cloud_desk", "PM5-17-2")


@pytest.mark.django_db
def test_a_website_goes_to_the_unit_for_websites_whatever_else_is_missing():
    told = world.report("slot-gacor.example", category="gambling", reason="")
    item = ReportItem.objects.get(report_id=told.report_id)
    assert (item.state, item.unit, item.rule) == (
        "routed_elsewhere",
        "trustpositif",
        "host:website",
    )
    assert item.account is None


@pytest.mark.django_db
def test_another_agencys_matter_goes_to_that_agency():
    told = world.report("https://www.instagram.com/obat_77/", category="food_drug_cosmetics")
    assert [(one.state, one.unit) for one in told.items] == [("routed_elsewhere", "bpom")]


@pytest.mark.django_db
@pytest.mark.parametrize("category", ["prostitution", "pornography", "gambling"])
def test_pornography_and_gambling_stay_with_the_minister(category):
    told = world.report("https://www.instagram.com/bunga_77/", category=category)
    assert "routed_elsewhere" not in {one.state for one in told.items}


@pytest.mark.django_db
def test_the_reporter_is_told_who_has_it():
    world.report("slot-gacor.example", wants_receipt=True)
    queued = [row.payload for row in OutboxMessage.objects.filter(topic="reporter.tell")]
    assert [(one["letter"], one["unit"]) for one in queued] == [("outcome_routed", "trustpositif")]
