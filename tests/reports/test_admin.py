"""What stewards keep of this room."""

import pytest
from django.apps import apps
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


def test_a_petition_can_be_read_here_and_neither_registered_nor_changed(client):
    rows(1)
    world.sign_in(client, world.steward())
    petition = Petition.objects.get()
    page = reverse("admin:reports_petition_change", args=[petition.pk])
    assert client.post(page, {"demand": "y", "organisation": "O"}).status_code == 403
    assert client.post(reverse("admin:reports_petition_add"), {}).status_code == 403
    petition.refresh_from_db()
    assert (petition.demand, petition.reply) == ("x", "")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Agency, {"kind": "court"}),
        (ContactPoint, {"ended_on": world.AT.date()}),
        (Petition, {"demand": "y"}),
    ],
)
def test_every_version_of_a_row_is_kept(model, change):
    rows(1)
    row = model.objects.latest("pk")
    model.objects.filter(pk=row.pk).update(**change)
    kept = apps.get_model("reports", f"{model.__name__}Event").objects.filter(pgh_obj_id=row.pk)
    ((field, new),) = change.items()
    values = list(kept.order_by("pgh_id").values_list(field, flat=True))
    assert values == [getattr(row, field), new]


def test_who_may_file_is_kept_without_names_or_addresses():
    columns = {field.name for field in apps.get_model("reports", "ContactPointEvent")._meta.fields}
    assert {"agency", "user", "registered_on", "ended_on"} <= columns
    assert columns.isdisjoint({"name", "email"})


@pytest.mark.parametrize("name", HIDDEN)
def test_reports_and_identities_have_no_page_here(client, name):
    world.sign_in(client, world.steward())
    assert client.get(f"/admin/reports/{name}/").status_code == 404


def test_nobody_but_a_steward_comes_in(client):
    for user in (world.ayu(), world.polisi(), world.rina(), world.auditor()):
        world.sign_in(client, user)
        assert client.get(reverse("admin:reports_agency_changelist")).status_code != 200
