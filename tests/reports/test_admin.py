"""What stewards keep of this room."""

import pytest
from django.urls import reverse

from reports.models import Agency, ContactPoint, Petition
from tests import world

pytestmark = pytest.mark.django_db

HIDDEN = [
    "report",
    "reportitem",
    "reporter",
    "reporteridentity",
    "reportedaccount",
    "formalrequest",
    "evidence",
    "finding",
]


def rows(count: int) -> None:
    platform = world.michat()
    for n in range(count):
        agency = Agency.objects.create(name=f"Polres {n}", kind="police")
        ContactPoint.objects.create(
            agency=agency,
            name=f"N {n}",
            email=f"n{n}@polres.example",
            registered_on=world.AT.date(),
        )
        Petition.objects.create(
            platform=platform, organisation=f"O {n}", demand="x", remedy="platform",
            received_on=world.AT.date(),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["agency", "contactpoint", "petition"])
def test_a_list_costs_no_more_for_more_rows(client, name, django_assert_max_num_queries):
    rows(30)
    world.sign_in(client, world.steward())
    url = reverse(f"admin:reports_{name}_changelist")
    client.get(url)
    with django_assert_max_num_queries(12):
        assert client.get(url, {"q": "N"}).status_code == 200


@pytest.mark.parametrize("name", ["agency", "contactpoint", "petition"])
def test_a_row_opens(client, name):
    rows(1)
    world.sign_in(client, world.steward())
    model = {"agency": Agency, "contactpoint": ContactPoint, "petition": Petition}[name]
    url = reverse(f"admin:reports_{name}_change", args=[model.objects.get().pk])
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", HIDDEN)
def test_reports_and_identities_have_no_page_here(client, name):
    world.sign_in(client, world.steward())
    assert client.get(f"/admin/reports/{name}/").status_code == 404


def test_nobody_but_a_steward_comes_in(client):
    for user in (world.ayu(), world.polisi(), world.rina(), world.auditor()):
        world.sign_in(client, user)
        assert client.get(reverse("admin:reports_agency_changelist")).status_code != 200
