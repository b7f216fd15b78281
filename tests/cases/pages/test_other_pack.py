"""The pages of a portal that keeps another law: nothing on them needs the law of the first."""

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case, Notice
from reports.models import Report
from tests import world
from tests.cases import first_orders

from .browsing import text, url

pytestmark = pytest.mark.django_db
WHAT = {"accounts": "michat: seruan_1", "platform": "", "description": "", "category": "terrorism"}
WHY = {"reason": "It calls for attacks.", "seen_on": "2026-03-16", "visibility": ""}
WHO = {"name": "Tuti", "email": "tuti@warga.example", "phone": "", "good_faith": "on"}


@pytest.fixture(autouse=True)
def european(settings):
    settings.POLICY_PACK, settings.TIME_ZONE = "eu-tco", "Europe/Brussels"


@pytest.fixture
def order() -> Notice:
    first_orders.told("michat")
    return world.served_notice("michat: seruan_1", category="terrorism")


def test_a_member_of_the_public_reports_by_the_form():
    world.michat()
    client = Client()
    for name, said in (("start", WHAT), ("reason", WHY), ("identity", WHO)):
        address = reverse(f"reports_public:{name}")
        assert client.get(address).status_code == 200, name
        assert client.post(address, said).status_code == 302, name
    assert Report.objects.get().category == "terrorism"


@pytest.mark.parametrize(
    "name", ["queue", "notices", "platforms", "team", "undelivered", "rehearsal", "checklists"]
)
def test_the_pages_of_the_desk_open(desk, order, name):
    assert desk(world.sri).get(url(name)).status_code == 200


def test_the_case_and_the_notice_show_the_law_of_this_portal(desk, order):
    staff = desk(world.ayu)
    for page in (url("case", Case.objects.get().pk), url("notice", order.pk)):
        shown = text(staff.get(page))
        assert "Regulation (EU) 2021/784" in shown
        assert "Permenkominfo" not in shown
