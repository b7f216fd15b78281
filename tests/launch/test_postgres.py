"""Which PostgreSQL is used, and what is done about one that nobody stopped."""

import os
from pathlib import Path

import pytest

from moderation_portal.launch.places import Places
from moderation_portal.launch.postgres import (
    choose_binaries,
    ensure_database,
    retire_leftover,
)
from moderation_portal.launch.telling import Stop


def install(folder: Path, version: str, *, has_trigrams: bool = True) -> Path:
    """A stand-in for an installed PostgreSQL; returns the folder of its programs."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for name in ("postgres", "initdb", "psql"):
        program = programs / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    extensions = folder / "share" / "extension"
    extensions.mkdir(parents=True)
    if has_trigrams:
        (extensions / "pg_trgm.control").touch()
    return programs


@pytest.fixture
def places(tmp_path) -> Places:
    return Places(tmp_path, tmp_path / "home")


@pytest.mark.parametrize(
    ("version", "has_trigrams"), [("13.9", True), ("16.2", False)], ids=["too old", "no trigrams"]
)
def test_a_server_that_will_not_do_is_not_used(places, monkeypatch, version, has_trigrams):
    programs = install(places.checkout / "pg", version, has_trigrams=has_trigrams)
    monkeypatch.setenv("PORTAL_POSTGRES", str(programs))
    with pytest.raises(Stop, match="DATABASE_URL"):
        choose_binaries(places, places.home)


def test_data_of_another_version_is_not_touched(places, monkeypatch):
    monkeypatch.setenv("PORTAL_POSTGRES", str(install(places.checkout / "pg", "17.5 (Debian)")))
    places.home.mkdir()
    (places.home / "PG_VERSION").write_text("15\n")
    with pytest.raises(Stop, match="made by PostgreSQL 15"):
        choose_binaries(places, places.home)


def test_a_database_that_cannot_be_made_is_told_with_the_servers_words(places, monkeypatch):
    programs = install(places.checkout / "pg", "17.5 (Debian)")
    query = programs / "psql"
    query.write_text("#!/bin/sh\necho 'ERROR: no space left on device' >&2\nexit 1\n")
    monkeypatch.setenv("PORTAL_POSTGRES", str(programs))
    places.home.mkdir()
    with pytest.raises(Stop, match="no space left on device"):
        ensure_database(places, places.home)


def test_a_recent_server_is_used_with_its_version(places, monkeypatch):
    programs = install(places.checkout / "pg", "17.5 (Debian 17.5-1)")
    monkeypatch.setenv("PORTAL_POSTGRES", str(programs))
    found = choose_binaries(places, places.home)
    assert (found.version, found.folder, found.is_wheel) == (17, programs, False)


def test_a_number_that_now_belongs_to_another_program_is_forgotten(tmp_path):
    note = tmp_path / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{tmp_path}\n")
    retire_leftover(tmp_path)
    assert not note.exists()


@pytest.mark.parametrize("content", ["", "nonsense\n"])
def test_a_note_cut_short_does_not_stand_in_the_way(tmp_path, content):
    note = tmp_path / "postmaster.pid"
    note.write_text(content)
    retire_leftover(tmp_path)
    assert not note.exists()


def test_a_clean_folder_is_left_as_it_is(tmp_path):
    retire_leftover(tmp_path)
    assert list(tmp_path.iterdir()) == []
