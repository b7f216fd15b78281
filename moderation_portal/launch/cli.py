"""The command line of `./portal`: one table of commands, from which help is printed."""

import difflib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moderation_portal.launch.checking import check
from moderation_portal.launch.measuring import bench, bench_notices, chaos
from moderation_portal.launch.places import Places, find_places, make_folders
from moderation_portal.launch.replaying import replay
from moderation_portal.launch.running import run
from moderation_portal.launch.simulating import simulate
from moderation_portal.launch.supervisor import on_signal_to_end
from moderation_portal.launch.telling import Stop, say
from moderation_portal.launch.tending import clean, lock, manage, messages
from moderation_portal.launch.testing import (
    keep_test_servers,
    run_browser_tests,
    run_tests,
    take_pictures,
)

# Root's servers run as nobody and must reach their programs; what is private is closed one by one.
PASSABLE = 0o022
Action = Callable[[Places, Sequence[str]], int]


@dataclass(frozen=True)
class Command:
    """One word that `./portal` understands."""

    name: str
    does: str
    action: Action


def _manage(*fixed: str) -> Action:
    return lambda places, words: manage(places, [*fixed, *words], os.environ)


COMMANDS = (
    Command(
        "run",
        "set up and start everything (--host 127.0.0.1 --port 8000 --simulate); Ctrl-C stops it",
        lambda places, words: run(places, words, os.environ),
    ),
    Command("test", "run the test suite; takes pytest's arguments", run_tests),
    Command(
        "browser-test",
        "the tests that drive a browser, and a look at every page in every way; takes long",
        run_browser_tests,
    ),
    Command(
        "screenshots",
        "pictures of every page of the demo, with an index, into a folder",
        take_pictures,
    ),
    Command(
        "check",
        "format, lint, types, migrations, deployment settings, translations, docs",
        lambda places, words: check(places),
    ),
    Command(
        "demo",
        "erase the demo and tell its story anew (--ends 2026-03-01T09:00 --yes)",
        lambda places, words: replay(places, words, os.environ),
    ),
    Command(
        "platform-sim",
        "play the platforms alone (--for URL --mail FOLDER: answer that portal's letters)",
        lambda places, words: simulate(places, words, os.environ),
    ),
    Command("migrate", "bring the database up to date", _manage("migrate")),
    Command("manage", "run one of Django's commands with the servers up", _manage()),
    Command("audit-verify", "prove that the record is whole", _manage("audit", "verify")),
    Command("letters-score", "score the reading of letters", _manage("letters_score")),
    Command("bench", "measure on throw-away servers", bench),
    Command(
        "bench-notices",
        "measure how fast letters are written and leave (--letters 2000)",
        bench_notices,
    ),
    Command(
        "chaos",
        "end servers and workers at random and count what is lost (--short, --full, --seed N)",
        chaos,
    ),
    Command(
        "messages",
        "collect translatable words into the catalogue, drop what is unused",
        lambda places, words: messages(places),
    ),
    Command("lock", "recompile the pinned requirements (--upgrade for newer ones)", lock),
    Command(
        "test-servers",
        "keep servers warm for `test`, until Ctrl-C",
        lambda places, words: keep_test_servers(places),
    ),
    Command("clean", "remove the data folder, after asking (--yes: without)", clean),
    Command("help", "this list", lambda places, words: tell_help()),
)


def main(words: Sequence[str]) -> int:
    """Runs the named command; returns the exit code."""
    name, rest = (words[0], words[1:]) if words else ("help", [])
    name = "help" if name in ("-h", "--help") else name
    command = next((each for each in COMMANDS if each.name == name), None)
    if command is None:
        return _unknown(name)
    if name == "help":
        return tell_help()
    on_signal_to_end(signal.default_int_handler)
    os.umask(PASSABLE)
    try:
        places = find_places(os.environ)
        make_folders(places)
        return command.action(places, rest)
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except OSError as reason:
        print(f"\nThe operating system refused: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _unknown(name: str) -> int:
    near = difflib.get_close_matches(name, [each.name for each in COMMANDS], n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    print(f"There is no command `{name}`.{hint} `./portal help` lists all.", file=sys.stderr)
    return 2


def tell_help() -> int:
    """Prints every command with one line on what it does."""
    say("./portal COMMAND\n")
    for command in COMMANDS:
        say(f"  {command.name:<14} {command.does}")
    say("\nData lives in .portal beside this script; PORTAL_HOME names another folder.")
    say("DATABASE_URL, REDIS_URL and EMAIL_URL name servers of yours, to be used in place of ours.")
    return 0
