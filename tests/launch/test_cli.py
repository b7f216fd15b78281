"""The command line, and the folder that it may remove."""

import ast

import pytest

from moderation_portal.launch import tending
from moderation_portal.launch.cli import COMMANDS, main
from moderation_portal.launch.places import CHECKOUT, Places, find_places, make_folders
from moderation_portal.launch.telling import Stop, run_quietly
from moderation_portal.launch.tending import clean


@pytest.fixture
def places(tmp_path) -> Places:
    found = Places(tmp_path, tmp_path / "home")
    make_folders(found)
    return found


def test_a_word_that_is_no_command_gets_a_hint(capsys):
    assert main(["rum"]) == 2
    assert "Did you mean `run`?" in capsys.readouterr().err


def test_help_names_every_command_and_make_forwards_most(capsys):
    assert main([]) == 0
    told = capsys.readouterr().out
    assert [each.name for each in COMMANDS if f"  {each.name} " not in told] == []
    targets = (CHECKOUT / "Makefile").read_text().split("COMMANDS := ")[1].splitlines()[0].split()
    assert set(targets) <= {each.name for each in COMMANDS}


def test_an_older_python_can_read_the_script_that_turns_it_away():
    ast.parse((CHECKOUT / "portal").read_text(), feature_version=(3, 6))


def test_a_folder_with_other_things_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(Stop, match="holds other things"):
        make_folders(find_places({"PORTAL_HOME": str(tmp_path)}))
    assert (tmp_path / "thesis.txt").exists()


def test_nothing_is_removed_without_being_asked(places, monkeypatch):
    monkeypatch.setattr("sys.stdin", (places.home / "moderation-portal").open())
    with pytest.raises(Stop, match="--yes"):
        clean(places, [])
    assert places.home.exists()


def test_clean_removes_the_one_folder(places):
    assert clean(places, ["--yes"]) == 0
    assert not places.home.exists()
    assert places.checkout.exists()


def test_a_failed_command_is_told_with_its_last_words():
    with pytest.raises(Stop, match=r"(?s)exit 3.*last words"):
        run_quietly(["/bin/sh", "-c", "echo last words; exit 3"])


def test_messages_leaves_no_unused_string_at_which_the_check_would_stop(places, monkeypatch):
    ran = []
    monkeypatch.setattr(tending, "ensure_environment", lambda *_: None)
    monkeypatch.setattr(tending, "run_in_foreground", lambda words, *_: ran.append(words) or 0)
    assert tending.messages(places) == 0
    assert ran[0][1:] == ["-m", "moderation_portal.catalogue", "prune"]
