"""`./portal test` and its like: the suite against a real PostgreSQL and Valkey of its own."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from moderation_portal.chromium import find
from moderation_portal.launch.environment import DEVELOPMENT, ensure_catalogues, ensure_environment
from moderation_portal.launch.places import Places
from moderation_portal.launch.servers import servers_for_tests, throw_away_servers
from moderation_portal.launch.supervisor import die_with_launcher, on_signal_to_end
from moderation_portal.launch.telling import Stop, say
from moderation_portal.launch.variables import try_variables

WHOLE_SUITE = ("-n", "auto", "-rs")
NO_CHROMIUM = (
    "\n*** BROWSER TESTS WERE SKIPPED: no Chromium was found on this machine. ***\n"
    "*** On Debian or Ubuntu: sudo apt install chromium. PORTAL_CHROMIUM may name another. ***"
)

NO_PICTURES = (
    "Pictures are taken by a Chromium, and none was found. On Debian or Ubuntu: "
    "sudo apt install chromium. PORTAL_CHROMIUM may name another."
)


def run_tests(places: Places, arguments: Sequence[str]) -> int:
    """Runs pytest with these arguments, or else the whole suite on every core; its exit code."""
    return _run_pytest(places, arguments or WHOLE_SUITE, find_chromium())


def run_browser_tests(places: Places, arguments: Sequence[str]) -> int:
    """Runs only the tests that drive a browser, and looks at every page in every way."""
    every = ["-m", "browser", "tests", "tests/browser/looks.py"]
    return _run_pytest(places, [*every, *(arguments or WHOLE_SUITE)], find_chromium())


def take_pictures(places: Places, arguments: Sequence[str]) -> int:
    """Takes pictures of every page of the demo into the folder that is named, or `.portal`'s own;
    its index.html shows them."""
    folder = Path(arguments[0] if arguments else places.home / "screenshots").resolve()
    chromium = find_chromium()
    if not chromium:
        raise Stop(NO_PICTURES)
    os.environ["PORTAL_SCREENSHOTS"] = str(folder)
    code = _run_pytest(places, ["tests/browser/pictures.py", "-q", "-n", "2"], chromium)
    if not code:
        say(f"  {folder / 'id' / 'index.html'}")
    return code


def keep_test_servers(places: Places) -> int:
    """Keeps throw-away servers warm for `./portal test`, which finds them by itself."""
    ensure_environment(places, DEVELOPMENT)
    note = places.home / "test-servers"
    with throw_away_servers(places) as folder:
        note.write_text(str(folder), encoding="utf-8")
        say(f"  Warm for tests until Ctrl-C: PORTAL_TEST_SERVERS={folder}")
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
        finally:
            note.unlink(missing_ok=True)
    return 0


def find_chromium() -> str:
    """Path of a Chromium for browser tests; empty when there is none. PORTAL_CHROMIUM names one."""
    return find(os.environ.get("PORTAL_CHROMIUM", ""))


def _run_pytest(places: Places, arguments: Sequence[str], chromium: str) -> int:
    ensure_environment(places, DEVELOPMENT)
    ensure_catalogues(places)
    with (
        servers_for_tests(places, os.environ) as found,
        tempfile.TemporaryDirectory(prefix="portal-test-files-") as scratch,
    ):
        variables = try_variables(places, os.environ, Path(scratch))
        variables |= found.as_variables() | {"PORTAL_CHROMIUM": chromium}
        code = run_in_foreground(
            [str(places.python), "-m", "pytest", *arguments], variables, places.checkout
        )
    if not chromium:
        say(NO_CHROMIUM)
    return code


def run_in_foreground(command: Sequence[str], variables: dict[str, str], cwd: Path) -> int:
    """Runs a command at this terminal; Ctrl-C goes to it, and we wait for it to end.

    A SIGTERM or SIGHUP for us is handed on to it.
    """
    dies = die_with_launcher(signal.SIGTERM)
    process = subprocess.Popen(command, env=variables, cwd=cwd, preexec_fn=dies)
    on_signal_to_end(lambda number, frame: process.send_signal(number))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
