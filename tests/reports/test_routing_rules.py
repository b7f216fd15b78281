"""A steward's rules decide where the law leaves it open; two persons; decisions name them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation_portal import changes
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Change, Event
from reports import intake, routing
from reports.models import ReportItem, RoutingRule
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ACCOUNT = "https://www.instagram.com/bunga_77/"
FACTS = {"place": 10, "because": "SK 4/2026", "valid_from": date(2026, 1, 1)}


def rule(**facts) -> RoutingRule:
    """A rule in force, as two persons have made it."""
    row = RoutingRule.objects.create(**{**FACTS, **facts, "is_active": False})
    return approved(row, {"is_active": True}, is_new=True)


def approved(row: RoutingRule, wanted, *, is_new=False) -> RoutingRule:
    asked = changes.ask(row, wanted, "SK", actor=world.steward(), at=AT, is_new=is_new)
    changes.approve(asked.pk, actor=world.sri(), at=AT)
    row.refresh_from_db()
    return row


def item_of(account=ACCOUNT, **facts) -> ReportItem:
    return ReportItem.objects.get(report_id=world.report(account, **facts).report_id)


def test_a_rule_passes_on_what_no_article_keeps_here():
    one = rule(category="fraud", unit="siber")
    item = item_of(category="fraud")
    assert (item.state, item.unit, item.rule) == ("routed_elsewhere", "siber", f"desk:{one.pk}@1")
    told = Event.objects.get(kind="item.routed").data
    assert told == {"unit": "siber", "rule": one.code, "items": 1}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"category": "gambling"}, "category"),
        ({"category": "prostitution"}, "category"),
        ({"category": "food_drug_cosmetics"}, "category"),
        ({"category": "violence_child"}, "category"),
        ({"source": "police"}, "source"),
        ({"host_kind": "cloud"}, "host_kind"),
    ],
)
def test_a_rule_against_an_article_is_refused(facts, field):
    with pytest.raises(ValidationError) as said:
        RoutingRule(**FACTS, unit="siber", **facts).full_clean()
    assert list(said.value.message_dict) == [field]


@pytest.mark.parametrize(
    "facts",
    [
        {"category": "gambling"},
        {"category": "violence_child"},
        {"category": "illegal_finance"},
    ],
)
def test_a_rule_for_everything_does_not_touch_what_the_law_has_decided(facts):
    rule(unit="siber")
    assert item_of(**facts).unit != "siber"


def test_what_the_police_ask_stays_here_whatever_a_rule_says():
    everything = rule(unit="siber")
    category = routing.pack().category("fraud")
    here = routing.Matter("account", category, "police")
    assert routing.route(here, [everything], at=AT) is None
    assert routing.route(routing.Matter("account", category, "public"), [everything], at=AT)


def test_the_first_that_fits_decides():
    rule(place=20, unit="siber")
    rule(place=10, category="fraud")
    assert item_of(category="fraud").unit == ""
    assert item_of(category="hoax").unit == "siber"


@pytest.mark.parametrize(
    ("facts", "is_met"),
    [
        ({"platform": "instagram"}, True),
        ({"platform": "michat"}, False),
        ({"source": "public"}, True),
        ({"source": "monitor"}, False),
        ({"area": "35.73"}, True),
        ({"area": "35.7"}, False),
        ({"host_kind": "website"}, False),
    ],
)
def test_every_condition_must_be_met(facts, is_met):
    if slug := facts.get("platform"):
        facts = {"platform": world.platform(slug)}
    rule(unit="siber", **facts)
    assert (item_of(category="fraud", area="35.73.05").unit == "siber") is is_met


def test_a_team_has_the_case_before_it_and_the_case_names_the_rule():
    one = rule(category="prostitution", team="Tim A")
    case = world.case(ACCOUNT)
    assert (case.team, case.team_rule) == ("Tim A", one.code)
    item = ReportItem.objects.get()
    assert (item.unit, item.rule) == ("", one.code)


def test_a_rule_takes_two_persons_and_counts_its_versions():
    row = RoutingRule.objects.create(**FACTS, category="fraud", unit="siber", is_active=False)
    asked = changes.ask(row, {"is_active": True}, "SK", actor=world.steward(), at=AT, is_new=True)
    assert item_of(category="fraud").unit == ""
    with pytest.raises(Refused):
        changes.approve(asked.pk, actor=world.steward(), at=AT)
    changes.approve(asked.pk, actor=world.sri(), at=AT)
    assert item_of("https://www.instagram.com/mawar_1/", category="fraud").unit == "siber"
    row.refresh_from_db()
    approved(row, {"unit": "bnpt"})
    assert row.version == 2
    assert item_of("https://www.instagram.com/mawar_2/", category="fraud").rule == row.code


def test_a_decision_is_told_in_the_words_of_its_version():
    one = rule(category="fraud", unit="siber")
    old = item_of(category="fraud").rule
    approved(one, {"unit": "bnpt", "because": "SK 9/2026"})
    said = routing.worded([old, one.code, "PM5-17-2", "host:website"])
    assert "SK 4/2026" in said[old]
    assert "SK 9/2026" not in said[old]
    assert "SK 9/2026" in said[one.code]
    assert "5/2020" in said["PM5-17-2"]


def test_a_rule_that_turned_against_the_law_meanwhile_is_not_approved():
    row = RoutingRule.objects.create(**FACTS, category="fraud", unit="siber", is_active=False)
    wanted = {"category": "gambling", "is_active": True}
    asked = changes.ask(row, wanted, "SK", actor=world.steward(), at=AT, is_new=True)
    with pytest.raises(Invalid):
        changes.approve(asked.pk, actor=world.sri(), at=AT)


def test_one_steward_switches_a_rule_off_at_once():
    one = rule(category="fraud", unit="siber")
    changes.ask(one, {"is_active": False}, "", actor=world.steward(), at=AT)
    assert item_of(category="fraud").unit == ""


@pytest.mark.parametrize(
    "facts", [{"valid_from": date(2026, 4, 1)}, {"valid_to": date(2026, 2, 1)}]
)
def test_a_rule_holds_on_its_days_only(facts):
    rule(unit="siber", **facts)
    assert item_of(category="fraud").unit == ""


def test_rules_are_read_once_for_a_whole_batch():
    rule(category="fraud", unit="siber")
    tellings = [
        world.telling(f"https://www.instagram.com/bunga_{n}/", category="fraud") for n in range(50)
    ]
    with CaptureQueriesContext(connection) as asked:
        intake.receive(tellings, actor=world.ayu(), at=AT)
    read = [one for one in asked if 'FROM "reports_routingrule"' in one["sql"]]
    assert len(read) == 1


PAGES = ("rules", "rule")
READERS = {world.steward, world.sri, world.dewi, world.auditor, world.cleared_auditor}
OTHERS = {world.ayu, world.citra, world.polisi, world.rina, world.lurah, world.ngo}


@pytest.mark.parametrize("who", READERS | OTHERS, ids=lambda who: who.__name__)
def test_stewards_supervisors_and_auditors_read_the_rules(client, who):
    one = rule(category="fraud", unit="siber")
    browser = world.sign_in(client, who())
    for address in (reverse("reports:rules"), reverse("reports:rule", args=[one.pk])):
        assert (browser.get(address).status_code == 200) is (who in READERS)


@pytest.mark.parametrize("who", [world.sri, world.auditor, world.ayu])
def test_only_a_steward_asks_for_a_rule(client, who):
    one = rule(category="fraud", unit="siber")
    browser = world.sign_in(client, who())
    assert browser.get(reverse("reports:rule_new")).status_code == 403
    assert browser.post(reverse("reports:rule", args=[one.pk]), {}).status_code == 403
    assert browser.post(reverse("reports:rule_off", args=[one.pk])).status_code == 403
    one.refresh_from_db()
    assert one.is_active


SENT = {
    "place": 10,
    "category": "fraud",
    "unit": "siber",
    "because": "SK 4/2026",
    "valid_from": "2026-01-01",
    "reason": "ND-12",
}


def test_a_steward_writes_a_rule_and_it_waits(client):
    browser = world.sign_in(client, world.steward())
    assert browser.post(reverse("reports:rule_new"), SENT).status_code == 302
    one, asked = RoutingRule.objects.get(), Change.objects.get()
    assert (one.is_active, asked.reason) == (False, "ND-12")
    changes.approve(asked.pk, actor=world.sri(), at=AT)
    one.refresh_from_db()
    assert (one.is_active, one.version, one.unit) == (True, 1, "siber")


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "gambling"},
        {"team": "Tim Judi"},
        {"valid_to": "2025-01-01"},
        {"reason": ""},
        {"unit": "nobody"},
        {"unit": "", "team": "Tim", "host_kind": "website"},
    ],
)
def test_a_rule_that_cannot_stand_is_told_at_its_field(client, wrong):
    browser = world.sign_in(client, world.steward())
    page = browser.post(reverse("reports:rule_new"), {**SENT, **wrong})
    assert page.status_code == 422
    assert "error-summary" in page.content.decode()
    assert not RoutingRule.objects.exists()


def test_a_second_request_for_the_same_rule_is_refused():
    one = rule(category="fraud", unit="siber")
    changes.ask(one, {"unit": "bnpt"}, "SK", actor=world.steward(), at=AT)
    with pytest.raises(Conflict):
        changes.ask(one, {"unit": "ppa"}, "SK", actor=world.steward(), at=AT + HOUR)


@pytest.mark.parametrize(("who", "is_led"), [(world.sri, True), (world.auditor, False)])
def test_what_waits_leads_only_those_there_who_may_decide_on_it(client, who, is_led):
    one = rule(category="fraud", unit="siber")
    changes.ask(one, {"unit": "bnpt"}, "SK", actor=world.steward(), at=AT)
    page = world.sign_in(client, who()).get(reverse("reports:rules")).content.decode()
    row = page[page.index(f'id="rule-{one.pk}"') :].partition("</tr>")[0]
    assert (reverse("changes") in row) is is_led


def test_the_box_says_what_would_happen_and_keeps_nothing(client):
    one = rule(category="fraud", unit="siber")
    browser = world.sign_in(client, world.steward())
    asked = {"address": ACCOUNT, "category": "fraud", "source": "public"}
    page = browser.get(reverse("reports:rules"), asked).content.decode()
    assert str(one.pk) in page
    assert "SK 4/2026" in page
    assert not ReportItem.objects.exists()


def test_what_a_rule_decided_lately_leaves_out_the_sealed_for_the_uncleared(client):
    one = rule(team="Tim A")
    item_of(category="fraud")
    item_of("https://www.instagram.com/anak_1/", category="child_sexual")
    assert routing.decided_lately(world.steward())[0][one.pk] == 1
    assert routing.decided_lately(world.cleared_auditor())[0][one.pk] == 2
    pages = {
        who: world.sign_in(client, who()).get(reverse("reports:rule", args=[one.pk]))
        for who in (world.auditor, world.cleared_auditor)
    }
    assert "anak_1" not in pages[world.auditor].content.decode()
    assert "anak_1" in pages[world.cleared_auditor].content.decode()


def test_the_report_s_page_and_the_api_say_by_which_rule(client):
    rule(category="fraud", unit="siber")
    item = item_of(category="fraud")
    browser = world.sign_in(client, world.ayu())
    page = browser.get(reverse("reports:report", args=[item.report_id])).content.decode()
    assert "SK 4/2026" in page
