"""Commands that tend the checkout and its data folder: clean, lock, messages, manage."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from moderation_portal.launch.environment import (
    BOOTSTRAP,
    DEVELOPMENT,
    RUNTIME,
    ensure_catalogues,
    ensure_environment,
)
from moderation_portal.launch.places import Places
from moderation_portal.launch.running import already_running
from moderation_portal.launch.servers import read_state, servers_for_command, sole_owner
from moderation_portal.launch.telling import Stop, run_quietly, say, step
from moderation_portal.launch.testing import run_in_foreground
from moderation_portal.launch.variables import demo_variables


def clean(places: Places, words: Sequence[str]) -> int:
    """Removes the data folder after asking; `--yes` answers beforehand."""
    folders = [folder for folder in (places.home, places.outside) if folder.exists()]
    with ExitStack() as held:
        if not held.enter_context(sole_owner(places)):
            raise Stop(already_running(read_state(places), places))
        named = " and ".join(map(str, folders))
        if not require_yes(f"Remove {named} with all data in it?", "--yes" in words):
            return 1
        for folder in folders:
            shutil.rmtree(folder)
    say(f"Removed {named}.")
    return 0


def require_yes(question: str, is_said: bool) -> bool:
    """Whether the person agrees, on the command line beforehand or now; Stop where none can."""
    if is_said:
        return True
    if not sys.stdin.isatty():
        raise Stop("This asks before it removes anything. Without a terminal, say: --yes")
    if input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "ya"):
        return True
    say("Nothing was removed.")
    return False


def lock(places: Places, words: Sequence[str]) -> int:
    """Recompiles the hash-pinned requirements; `--upgrade` takes newer versions where allowed."""
    ensure_environment(places, DEVELOPMENT)
    uv = [str(places.venv / "bin" / "uv"), "pip", "compile", "--quiet", "--no-build", *words]
    uv += ["--universal", "--python-version", "3.11", "--generate-hashes"]
    uv += ["--custom-compile-command", "./portal lock"]
    sources = {
        BOOTSTRAP: "requirements-bootstrap.in",
        RUNTIME: "requirements.in",
        DEVELOPMENT: "requirements-dev.in",
    }
    for target, source in sources.items():
        with step(f"Compiling {target}"):
            run_quietly([*uv, source, "--output-file", target], cwd=places.checkout)
    return 0


def messages(places: Places) -> int:
    """Collects the translatable words of the code into the catalogue, and drops what is unused."""
    ensure_environment(places)
    command = [str(places.python), "-m", "moderation_portal.catalogue", "prune"]
    return run_in_foreground(command, dict(os.environ), places.checkout)


def manage(places: Places, words: Sequence[str], given: Mapping[str, str]) -> int:
    """Runs one of Django's commands on the portal's data, with the servers up."""
    ensure_environment(places)
    ensure_catalogues(places)
    with servers_for_command(places, given) as found:
        state = read_state(places)
        base_url = str(state.get("base_url", "http://localhost:8000"))
        variables = demo_variables(places, given, base_url=base_url) | found.as_variables()
        mail = state.get("mail")
        variables |= mail if isinstance(mail, dict) else {}
        command = [str(places.python), "manage.py", *words]
        return run_in_foreground(command, variables, places.checkout)
