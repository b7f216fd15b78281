"""Secrets are made once; what the caller sets, wins; tests see nothing of an installation."""

import base64

import pytest

from moderation_portal.launch.places import Places
from moderation_portal.launch.telling import Stop
from moderation_portal.launch.variables import (
    allowed_hosts,
    demo_variables,
    read_secrets,
    try_variables,
)


@pytest.fixture
def places(tmp_path) -> Places:
    return Places(tmp_path, tmp_path)


def test_secrets_are_made_once_and_for_their_owner_only(places):
    first = read_secrets(places.secrets)
    assert read_secrets(places.secrets) == first
    assert places.secrets.stat().st_mode & 0o777 == 0o600
    assert len(base64.urlsafe_b64decode(first["VAULT_KEY"])) == 32
    assert first["VAULT_KEY"] != first["SEAL_KEY"]


def test_a_secret_that_is_missing_is_added_and_the_others_stay(places):
    places.secrets.write_text("VAULT_KEY=kept\n")
    found = read_secrets(places.secrets)
    assert found["VAULT_KEY"] == "kept"
    assert read_secrets(places.secrets)["SEAL_KEY"] == found["SEAL_KEY"]


def test_what_the_caller_sets_wins(places):
    given = {"SECRET_KEY": "mine", "BASE_URL": "https://portal.example", "DEBUG": "1"}
    variables = demo_variables(places, given, base_url="http://localhost:8000")
    assert {name: variables[name] for name in given} == given
    assert "portal.example" in variables["ALLOWED_HOSTS"].split(",")


@pytest.mark.parametrize(
    "given",
    [{"BASE_URL": "https://aduan.komdigi.go.id"}, {"ALLOWED_HOSTS": "localhost,*"}],
    ids=str,
)
def test_a_demo_that_everybody_could_reach_is_refused_in_a_sentence(places, given):
    with pytest.raises(Stop, match="signs anybody in without a password"):
        demo_variables(places, given, base_url="http://localhost:8000")
    for otherwise in ({"PORTAL_MODE": "production"}, {"DEMO_ON_PUBLIC_ADDRESS": "yes"}):
        assert demo_variables(places, given | otherwise, base_url="http://localhost:8000")


def test_tests_never_see_the_servers_of_an_installation(places, tmp_path):
    live = {"DATABASE_URL": "postgres://live", "REDIS_URL": "redis://live", "SECRET_KEY": "live"}
    variables = try_variables(places, live, tmp_path)
    assert "DATABASE_URL" not in variables
    assert "REDIS_URL" not in variables
    assert variables["SECRET_KEY"] != "live"
    assert variables["PORTAL_MODE"] == "test"


@pytest.mark.parametrize(
    ("base_url", "host", "added"),
    [
        ("http://localhost:8000", "127.0.0.1", set()),
        ("http://192.0.2.7:8000", "0.0.0.0", {"192.0.2.7"}),
        ("https://portal.example/", "127.0.0.1", {"portal.example"}),
        ("http://localhost:8000", "192.0.2.7", {"192.0.2.7"}),
    ],
)
def test_the_web_server_answers_to_the_names_it_is_told_by(base_url, host, added):
    assert set(allowed_hosts(base_url, host)) == {"localhost", "127.0.0.1", "[::1]"} | added
