"""The platforms that the portal ships with."""

from datetime import date

import pytest

from moderation_portal.models import Event
from platforms import directory
from platforms.models import Platform, PlatformHost, Registration
from tests.world import AT

pytestmark = pytest.mark.django_db


def register(number, host, name="MICHAT", system_id="1"):
    return Registration.objects.create(
        registration_no=number, system_id=system_id, pse_id=system_id, system_name=name,
        company="MICHAT PTE LIMITED", website_raw=host, host=host, domicile="foreign",
        status="registered", registered_on=date(2022, 7, 11),
    )  # fmt: skip


def test_seeding_again_adds_nothing_and_leaves_edits_alone():
    first = directory.seed(AT)
    assert first.platforms == 28
    Platform.objects.filter(slug="x").update(name="X", language="id")
    assert directory.seed(AT) == directory.Seeded(0, 0)
    assert Platform.objects.get(slug="x").name == "X"
    assert Event.objects.filter(kind="platforms.seeded").count() == 1


def test_a_mirror_run_by_strangers_is_no_host_of_the_platform():
    directory.seed(AT)
    assert not PlatformHost.objects.filter(host__in=["nitter.net", "ddinstagram.com"]).exists()
    assert PlatformHost.objects.get(host="twitter.com").platform.slug == "x"
    assert not PlatformHost.objects.filter(host__contains="*").exists()


def test_a_registration_is_tied_by_number_and_host_never_by_name():
    directory.seed(AT)
    register("009999.01/DJAI.PSE/01/2023", "michat.sg", system_id="8")
    register("003957.01/DJAI.PSE/07/2022", "impostor.example", system_id="9")
    assert directory.link_registrations() == 0
    right = register("003957.01/DJAI.PSE/07/2022", "michat.sg")
    assert directory.link_registrations() == 1
    assert Platform.objects.get(slug="michat").registration == right
    assert directory.link_registrations() == 0


def test_the_look_up_costs_one_query_and_sees_every_change(django_assert_num_queries):
    assert "michat" not in directory.by_slug()
    directory.seed(AT)
    assert directory.by_slug()["michat"].name == "MiChat"
    with django_assert_num_queries(1):
        directory.by_slug()
    Platform.objects.filter(slug="michat").update(name="MiChat II")
    assert directory.by_slug()["michat"].name == "MiChat II"


def test_what_users_do_not_post_is_marked():
    directory.seed(AT)
    assert not Platform.objects.get(slug="google-search").is_user_generated
    assert Platform.objects.get(slug="michat").is_user_generated
