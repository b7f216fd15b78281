"""The simulated platforms: beside a demo (`./portal run --simulate`), or alone."""

import shlex
from collections.abc import Mapping, Sequence

from moderation_portal.launch.environment import ensure_environment
from moderation_portal.launch.places import Places
from moderation_portal.launch.ports import accepts, free_port
from moderation_portal.launch.supervisor import Part
from moderation_portal.launch.telling import Stop
from moderation_portal.launch.testing import run_in_foreground
from moderation_portal.launch.variables import base_variables

MODULE = ("-m", "platforms.simulator")
# The mail server that is played, too: it vouches for what the platforms reply.
MAIL_SERVER = "mx.simulator.example"


def simulator_variables(web_port: int, variables: Mapping[str, str]) -> dict[str, str]:
    """Where the probe finds the simulated websites, and whose word counts for who replied. Raises
    Stop where nothing may be simulated, or where the portal's mail goes elsewhere than to its own
    mail catcher, so that nobody reads it."""
    if variables["PORTAL_MODE"] != "demo" or not variables.get("MAIL_PAGE_URL"):
        raise Stop("--simulate is for the demo, with its own mail catcher: leave EMAIL_URL unset.")
    return {
        "PROBE_SIMULATOR": f"http://127.0.0.1:{free_port(web_port + 3)}",
        "MAIL_AUTHSERV_ID": MAIL_SERVER,
    }


def simulator_part(places: Places, variables: Mapping[str, str], key: str) -> Part:
    """The simulator, answering the demo's letters; `key` is that of a platform's program."""
    port = variables["PROBE_SIMULATOR"].rsplit(":", 1)[1]
    words = [*MODULE, "--port", port, "--for", variables["BASE_URL"], "--mail", str(places.mail)]
    pipe = shlex.join([str(places.python), "manage.py", "receive_mail"])
    words += ["--pipe", pipe, "--mail-server", MAIL_SERVER]
    return Part(
        name="simulator",
        command=[str(places.python), *words],
        env={**variables, "SIMULATOR_KEY": key},
        cwd=places.checkout,
        is_ready=lambda: accepts(int(port)),
    )


def simulate(places: Places, words: Sequence[str], given: Mapping[str, str]) -> int:
    """Runs the simulator alone, until Ctrl-C; `words` are its own."""
    ensure_environment(places)
    command = [str(places.python), *MODULE, *words]
    return run_in_foreground(command, base_variables(places, given), places.checkout)
