"""The categories of the policy pack, as those read them who keep the reference data."""

import pytest
from django.urls import reverse
from django.utils import translation

from moderation_portal import clock
from moderation_portal.policy import pack
from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", [world.rina, world.polisi])
def test_outsiders_do_not_read_the_pack_s_own_page(client, who):
    assert world.sign_in(client, who()).get(reverse("categories")).status_code == 403


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_category_in_force_is_shown_with_its_provisions(client, language):
    steward = world.steward()
    steward.language = language
    steward.save(update_fields=["language"])
    shown = world.sign_in(client, steward).get(reverse("categories")).content.decode()
    at = clock.now()
    with translation.override(language):
        for category in pack().categories(at):
            assert str(category.name) in shown
            for basis in pack().bases_for(category, at):
                assert str(basis.citation) in shown


def test_the_steward_finds_the_categories_in_the_navigation(client):
    page = world.sign_in(client, world.steward()).get(reverse("categories"))
    assert f'href="{reverse("categories")}" aria-current="page"' in page.content.decode()
