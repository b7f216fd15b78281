"""Single fields of the public form, and of the forms that ask the same later."""

import pytest
from django.urls import reverse
from django.utils import translation

from moderation_portal import vault
from reports.models import Report, ReporterIdentity
from tests import world
from tests.reports.test_public_form import (
    IDENTITY,
    REASON,
    START,
    WHAT,
    WHO,
    WHY,
    fill,
    text,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


@pytest.mark.parametrize("phone", ["abc", "12", "0812-abc", "1" * 16, "<b>081234567890", "+"])
def test_what_nobody_could_call_is_no_telephone_number(client, phone):
    fill(client)
    response = client.post(IDENTITY, WHO | {"email": "", "phone": phone})
    assert response.status_code == 422
    assert "0812 3456 7890" in text(response)
    assert not Report.objects.exists()
    who = world.warga(phone=phone)
    assert "telepon" in world.report(reporter=who).reason


@pytest.mark.parametrize(
    "phone", ["081234567890", "+62 812-3456-7890", "(021) 345 6789", "021 345"]
)
def test_a_telephone_number_may_be_written_as_people_write_it(client, phone):
    fill(client)
    assert client.post(IDENTITY, WHO | {"email": "", "phone": phone}).status_code == 302
    assert vault.decrypt(ReporterIdentity.objects.get().phone) == phone


def test_the_status_page_asks_for_a_telephone_number_as_well(client):
    told = world.report(reporter=world.warga(email=""), wants_receipt=True)
    given = {"code": told.receipt_code, "about": "1", "i1-phone": "abc"}
    with translation.override("id"):
        assert client.post(reverse("reports_public:add"), given).status_code == 422


@pytest.mark.parametrize("day", ["1000-01-01", "0001-01-01", "1999-12-31", "2026-03-18"])
def test_no_account_was_seen_a_thousand_years_ago_or_tomorrow(client, day):
    client.post(START, WHAT)
    assert client.post(REASON, WHY | {"seen_on": day}).status_code == 422
    given = {
        "accounts": "MiChat: bunga_1",
        "category": "prostitution",
        "reason": "x",
        "seen_on": day,
    }
    staff = world.sign_in(client, world.ayu())
    assert staff.post(reverse("reports:new"), given).status_code == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("remedy", "said"), [("", ""), ("item", "hanya kiriman"), ("account", "seluruh akun")]
)
def test_a_reporter_may_say_what_is_to_be_taken_down(client, remedy, said):
    fill(client, why=WHY | {"requested_remedy": remedy})
    client.post(IDENTITY, WHO)
    report = Report.objects.get()
    assert report.requested_remedy == remedy
    world.opening.open_or_join([report.pk], at=world.AT)
    staff = world.sign_in(client, world.ayu())
    for page in (
        reverse("reports:report", args=[report.pk]),
        reverse("cases:case", args=[world.cases_of(report.pk)[0].pk]),
    ):
        assert ("Minta diturunkan" in text(staff.get(page))) == bool(remedy)
        assert said in text(staff.get(page))


def test_a_remedy_that_nobody_offers_is_refused(client):
    client.post(START, WHAT)
    assert client.post(REASON, WHY | {"requested_remedy": "platform"}).status_code == 422


def test_an_officer_need_not_type_anew_what_was_told(client):
    item = Report.objects.get(pk=world.report("0812 3456 7890").report_id).items.get()
    assert item.state == "needs_info"
    staff, address = world.sign_in(client, world.ayu()), reverse("reports:mend", args=[item.pk])
    assert 'value="0812 3456 7890"' in text(staff.get(address))
    given = {"locator_precise": "0812 3456 7890", "platform": "whatsapp", "complete": "1"}
    world.whatsapp()
    assert staff.post(address, given).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.account.canonical) == ("received", "+6281234567890")
