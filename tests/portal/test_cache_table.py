"""The table of the cache comes with the migrations."""

import pytest
from django.core.cache import cache
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_nothing_is_said_of_the_cache_when_a_database_is_made(capsys):
    call_command("createcachetable")
    assert capsys.readouterr() == ("", "")


def test_what_is_kept_in_the_cache_is_found_again():
    cache.set("seen", 3)
    assert cache.get("seen") == 3
