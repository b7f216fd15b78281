"""Locks decide what is installed, and when."""

import os
import re

import pytest

from moderation_portal.launch.environment import (
    BOOTSTRAP,
    DEVELOPMENT,
    RUNTIME,
    ensure_catalogues,
    ensure_environment,
    is_installed,
    remember,
)
from moderation_portal.launch.places import CHECKOUT, Places
from moderation_portal.launch.telling import Stop

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


@pytest.fixture
def places(tmp_path) -> Places:
    for name in (RUNTIME, DEVELOPMENT):
        (tmp_path / name).write_text(f"one==1 # {name}\n")
    found = Places(tmp_path, tmp_path / "data")
    found.venv.mkdir(parents=True)
    return found


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((CHECKOUT / name).read_text()))


def test_a_python_without_venv_is_told_what_to_install(places, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Stop, match="sudo apt install python3-venv"):
        ensure_environment(places)


def test_a_fresh_environment_holds_nothing(places):
    assert not is_installed(places, RUNTIME)


def test_a_changed_lock_is_installed_again(places):
    remember(places, RUNTIME)
    assert is_installed(places, RUNTIME)
    (places.checkout / RUNTIME).write_text("one==2\n")
    assert not is_installed(places, RUNTIME)


def test_the_development_lock_settles_the_runtime_one_but_not_the_other_way(places):
    remember(places, RUNTIME)
    assert not is_installed(places, DEVELOPMENT)
    remember(places, DEVELOPMENT)
    assert is_installed(places, RUNTIME)
    assert is_installed(places, DEVELOPMENT)


def test_a_note_cut_short_counts_as_nothing_installed(places):
    remember(places, RUNTIME)
    (places.venv / "installed.json").write_text('{"requirements')
    assert not is_installed(places, RUNTIME)


def test_every_runtime_pin_stands_in_the_development_lock():
    assert pins(RUNTIME).items() <= pins(DEVELOPMENT).items()


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPMENT, BOOTSTRAP])
def test_every_pin_carries_a_hash(name):
    entries = re.split(r"\n(?=[a-z0-9])", "\n" + (CHECKOUT / name).read_text())[1:]
    assert entries
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_only_one_database_driver_is_ever_installed():
    assert "psycopg" not in pins(DEVELOPMENT)
    assert "psycopg2-binary" in pins(RUNTIME)


def test_the_broker_library_stays_at_the_version_that_outlives_its_broker():
    assert pins(RUNTIME)["kombu"] == "5.6.2"


def test_a_catalogue_that_cannot_be_compiled_is_told(places):
    folder = places.checkout / "locale/id/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("")
    places.python.parent.mkdir()
    places.python.write_text("#!/bin/sh\necho broken entry; exit 3\n")
    places.python.chmod(0o755)
    with pytest.raises(Stop, match=r"(?s)exit 3.*broken entry"):
        ensure_catalogues(places)


def test_a_catalogue_compiled_since_is_left_alone(places):
    folder = places.checkout / "locale/id/LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "django.po", folder / "django.mo"
    source.write_text("")
    compiled.write_text("")
    os.utime(source, (1, 1))
    ensure_catalogues(places)  # there is no Python to compile with: it must not be asked
