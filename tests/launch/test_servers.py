"""One owner of the data folder at a time, and notes on what runs."""

import os
from pathlib import Path

import pytest

from moderation_portal.launch.places import Places, make_folders
from moderation_portal.launch.servers import (
    attached,
    forget_state,
    make_socket_folder,
    note_state,
    read_state,
    servers_for_command,
    socket_addresses,
    sole_owner,
    warm_servers,
)


@pytest.fixture
def places(tmp_path) -> Places:
    found = Places(tmp_path, tmp_path / "home")
    make_folders(found)
    return found


def test_a_second_owner_is_turned_away_and_the_next_one_is_not(places):
    with sole_owner(places) as first, sole_owner(places) as second:
        assert (first, second) == (True, False)
    with sole_owner(places) as third:
        assert third


def test_a_command_attaches_to_what_the_owner_runs(places):
    found = socket_addresses(places.home)
    with sole_owner(places):
        note_state(places, found, base_url="http://localhost:8000")
        with servers_for_command(places, {}) as seen:
            assert seen == found


def test_servers_of_the_caller_are_used_and_none_is_started(places):
    given = {"DATABASE_URL": "postgres://db.example/x", "REDIS_URL": "redis://r.example/0"}
    with servers_for_command(places, given) as found:
        assert found.as_variables() == {
            "DATABASE_URL": "postgres://db.example/x",
            "REDIS_URL": "redis://r.example/0",
            "CELERY_BROKER_URL": "redis://r.example/0",
            "PORTAL_POSTGRES_KIND": "given",
        }
    assert not (places.home / "postgres").exists()


def test_a_note_cut_short_is_no_note(places):
    places.state.write_text('{"process": 1, "serv')
    assert read_state(places) == {}


def test_sockets_of_a_killed_run_are_removed(places):
    sockets = make_socket_folder()
    note_state(places, socket_addresses(sockets))
    forget_state(places)
    assert not sockets.exists()
    assert not places.state.exists()


def test_no_folder_but_one_of_ours_is_ever_removed(places, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    note_state(places, socket_addresses(precious))
    forget_state(places)
    assert precious.exists()


def test_the_note_on_what_runs_is_for_its_owner_only(places):
    note_state(places, socket_addresses(places.home))
    assert places.state.stat().st_mode & 0o777 == 0o600
    assert attached(places) == socket_addresses(places.home)


def test_dead_test_servers_are_not_used(places):
    (places.home / "test-servers").write_text("/nonexistent")
    assert warm_servers(places, {}) is None


def test_socket_folders_are_short_and_private():
    folder = make_socket_folder()
    try:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < 100
    finally:
        folder.rmdir()


def test_addresses_of_sockets_name_database_and_number():
    assert socket_addresses(Path("/run/x"), "other", 7).as_variables() == {
        "DATABASE_URL": "postgres://portal@/other",
        "REDIS_URL": "unix:///run/x/valkey.sock?db=7",
        "CELERY_BROKER_URL": "redis+socket:///run/x/valkey.sock?virtual_host=7",
        "PORTAL_POSTGRES_KIND": "given",
        "PGHOST": "/run/x",
    }
