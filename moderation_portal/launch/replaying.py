"""`./portal demo`: the demo's story told anew, on a clock that is shifted to when it shall end."""

import argparse
from collections.abc import Mapping, Sequence

from moderation_portal.launch.places import Places
from moderation_portal.launch.running import owning, prepare
from moderation_portal.launch.telling import say
from moderation_portal.launch.tending import require_yes
from moderation_portal.launch.testing import run_in_foreground


def replay(places: Places, words: Sequence[str], given: Mapping[str, str]) -> int:
    """Erases what the demo holds and has mailed, after asking, and plays its story aloud.

    `--ends 2026-03-01T09:00` lets the story end then instead of now. Returns the exit code.
    """
    options = _read_options(words)
    if not require_yes("Erase all data of the demo and tell its story anew?", options.yes):
        return 1
    with owning(places, options) as supervisor:
        mailed_before = list(places.mail.glob("*.eml"))
        variables = prepare(places, options, given, supervisor)
        command = [str(places.python), "manage.py", "demo", "--anew", "--aloud"]
        if options.ends:
            command += ["--ends", options.ends]
        code = run_in_foreground(command, variables, places.checkout)
    if code == 0:
        for mail in mailed_before:
            mail.unlink(missing_ok=True)
        say("\n  `./portal run` opens it.")
    return code


def _read_options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="portal demo", description="Tell the demo's story anew.")
    parser.add_argument("--ends", default="", help="when it ends, such as 2026-03-01T09:00 (now)")
    parser.add_argument("--yes", action="store_true", help="erase without asking")
    parser.set_defaults(host="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="as for run (%(default)s)")
    return parser.parse_args(list(words))
