"""A monitor names a village or a district, and nothing smaller; and writes to nobody."""

import pytest
from django.urls import reverse

from reports import coarse
from reports.models import Report
from tests import world

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "Jalan Mawar 3",
    "Jl. Soekarno Hatta",
    "Hotel Melati",
    "kos belakang pasar",
    "RT 03/RW 05 Lowokwaru",
    "Lowokwaru no. 12",
    "-7.94321, 112.61543",
    "6P5G2C8Q+2V",
    "https://maps.example/x",
    "Kelurahan Ketawanggede, Hotel Melati",
    "Gang Buntu",
    "Kelurahan Menteng, Jalan Cikini Raya",
    "Kel. Menteng Jl. Cikini Raya",
    "Desa Gang Sari, Gang Buntu",
]
VILLAGES = ["", "Kecamatan Lowokwaru", "Kelurahan Ketawanggede", "Desa 3 Ulu", "Kel. Gang Buntu"]
VILLAGES += ["Desa Sukamaju, Kecamatan Jalan Cagak", "Lowokwaru", "Keling"]


@pytest.mark.parametrize("place", ADDRESSES)
def test_what_leads_to_a_house_is_too_precise(place):
    assert coarse.problem(place)


@pytest.mark.parametrize("place", VILLAGES)
def test_a_village_or_a_district_may_be_named(place):
    assert coarse.problem(place) is None


@pytest.mark.parametrize("place", ADDRESSES[:3])
def test_the_one_door_takes_no_address_from_a_monitor(place):
    lurah = world.lurah()
    own = world.intake.ReporterFacts(kind="monitor", user=lurah, area=lurah.area)
    told = world.report(reporter=own, actor=lurah, channel="api", area=lurah.area, place=place)
    assert told.outcome == "refused"
    assert not Report.objects.exists()


def test_a_monitor_without_an_area_reports_nothing():
    lurah = world.person("baru@malang.example", "Baru", "monitor")
    own = world.intake.ReporterFacts(kind="monitor", user=lurah)
    told = world.report(reporter=own, actor=lurah, channel="staff")
    assert told.outcome == "refused"


def test_the_form_says_what_a_monitor_never_does_and_refuses_in_words(client, still_clock):
    world.michat()
    world.sign_in(client, world.lurah())
    page = reverse("reports:new")
    shown = client.get(page).content.decode()
    assert 'value="35.73.05"' in shown
    assert "Jangan menyurati, memesan, atau menemui siapa pun" in shown
    form = {"accounts": "michat: bunga_77", "category": "prostitution", "reason": "Ya."}
    for wrong in ({"area": "35.73.04"}, {"area": "35.73.05", "place": "Jalan Mawar 3"}):
        refused = client.post(page, form | wrong)
        assert refused.status_code == 422
    assert not Report.objects.exists()
    world.sign_in(client, world.ngo())
    assert "Jangan menyurati" not in client.get(page).content.decode()
