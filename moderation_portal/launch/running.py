"""`./portal run`: everything set up and started, watched, and stopped in order."""

import argparse
import errno
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from moderation_portal.launch.environment import ensure_catalogues, ensure_environment
from moderation_portal.launch.given import require_answers
from moderation_portal.launch.places import Places
from moderation_portal.launch.ports import accepts, free_port
from moderation_portal.launch.servers import (
    forget_state,
    note_state,
    read_state,
    sole_owner,
    start_servers,
)
from moderation_portal.launch.simulating import simulator_part, simulator_variables
from moderation_portal.launch.supervisor import Part, Supervisor
from moderation_portal.launch.telling import Stop, run_quietly, say, step
from moderation_portal.launch.variables import demo_variables

LEFTOVER_SECONDS = 15.0
EVERYWHERE = ("0.0.0.0", "::")
CELERY = ("-m", "celery", "-A", "moderation_portal.celery", "worker", "--loglevel", "info")
CELERY_QUIET = ("--without-gossip", "--without-mingle", "-O", "fair")


def run(places: Places, words: Sequence[str], given: Mapping[str, str]) -> int:
    """Sets up and serves until Ctrl-C. `given` is the caller's environment; its values win."""
    options = _read_options(words)
    with owning(places, options) as supervisor:
        _serve(places, options, given, supervisor)
        supervisor.watch()
        say("\n  Stopping …")
    say("  Stopped. The data stays; `./portal run` goes on with it.")
    return 0


@contextmanager
def owning(places: Places, options: argparse.Namespace) -> Iterator[Supervisor]:
    """Nobody else on this data, its port free and the programs installed; all stops at the end."""
    with sole_owner(places) as is_owner:
        if not is_owner:
            raise Stop(already_running(read_state(places), places))
        patience = LEFTOVER_SECONDS if read_state(places) else 0.0
        require_free_port(options.host, options.port, patience)
        ensure_environment(places)
        ensure_catalogues(places)
        forget_state(places)
        try:
            with Supervisor(places.logs) as supervisor:
                yield supervisor
        finally:
            forget_state(places)


def _read_options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="portal run", description="Set up and start everything.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")
    parser.add_argument(
        "--simulate",
        action="store_true",
        help="play the platforms as well: their websites, and representatives who answer",
    )
    return parser.parse_args(list(words))


def _serve(
    places: Places, options: argparse.Namespace, given: Mapping[str, str], supervisor: Supervisor
) -> None:
    variables = prepare(places, options, given, supervisor)
    manage = [str(places.python), "manage.py"]
    is_demo = variables["PORTAL_MODE"] == "demo"
    if is_demo:
        with step("Laying out the demo"):
            run_quietly([*manage, "demo"], env=variables, cwd=places.checkout)
    if options.simulate:
        # After the story: it was told without platforms that answer by themselves.
        variables |= simulator_variables(options.port, variables)
        key = run_quietly([*manage, "demo", "--program-key"], env=variables, cwd=places.checkout)
        supervisor.start(simulator_part(places, variables, key.split()[-1]))
    with step("Starting web server, workers and pump"):
        supervisor.start(*program_parts(places, variables, (options.host, options.port)))
    sign_ins = _sign_ins(places, variables) if is_demo else ""
    _tell(variables, sign_ins)


def prepare(
    places: Places, options: argparse.Namespace, given: Mapping[str, str], supervisor: Supervisor
) -> dict[str, str]:
    """Starts the servers and the mail catcher and brings the database up to date.

    Returns the variables for every program of the portal.
    """
    base_url = given.get("BASE_URL", f"http://{told_host(options.host)}:{options.port}")
    found = start_servers(places, given, supervisor)
    variables = demo_variables(places, given, base_url=base_url, host=options.host)
    variables |= found.as_variables()
    mail = mail_variables(options.port, given)
    variables |= mail
    note_state(places, found, base_url=base_url, mail=mail)
    require_answers(places, given, variables)
    if mail:  # the demo's story sends mail, so somebody must be there to catch it
        supervisor.start(mail_part(places, variables))
    with step("Bringing the database up to date"):
        command = [str(places.python), "manage.py", "migrate", "--no-input"]
        run_quietly(command, env=variables, cwd=places.checkout)
    return variables


def _sign_ins(places: Places, variables: Mapping[str, str]) -> str:
    command = [str(places.python), "manage.py", "demo", "--sign-ins"]
    try:
        return run_quietly(command, env=variables, cwd=places.checkout).rstrip()
    except Stop as failure:
        return f"  The sign-ins could not be listed. {failure}"


def _tell(variables: Mapping[str, str], sign_ins: str) -> None:
    say(f"\n  The portal: {variables['BASE_URL']}")
    if mail_page := variables.get("MAIL_PAGE_URL"):
        say(f"  What it mailed: {mail_page}")
    if simulator := variables.get("PROBE_SIMULATOR"):
        say(f"  The simulated platforms: {simulator}/_control")
    if sign_ins:
        say(f"\n{sign_ins}")
    say("\n  Ctrl-C stops it.")


def told_host(host: str) -> str:
    """The host name for links: what a person on this machine, or in its network, can open."""
    if host in ("127.0.0.1", "::1", "localhost"):
        return "localhost"
    if host not in EVERYWHERE:
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket sends nothing, and learns its name
            return str(probe.getsockname()[0])
        except OSError:
            return "localhost"


def already_running(state: Mapping[str, object], places: Places) -> str:
    """The sentence for a second `run` on the same data."""
    process = f"(process {state.get('process', 'unknown')})"
    if not state.get("base_url"):
        return f"Another command is at work on this data {process}. Wait until it has ended."
    return (
        f"The portal already runs on this data {process} at {state['base_url']}. "
        f"Stop it first, or set PORTAL_HOME to another folder than {places.home}."
    )


def require_free_port(host: str, port: int, patience: float = 0.0) -> None:
    """Raises Stop with what to do when the address cannot be listened on.

    For `patience` seconds a taken port is waited for: a web server that was left behind by a
    killed run takes its time to finish.
    """
    if not 0 < port < 65536:
        raise Stop(f"{port} is no port number; choose one from 1 to 65535 with --port.")
    deadline = time.monotonic() + patience
    while failure := _try_port(host, port):
        if failure.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
            raise Stop(why_no_port(host, port, failure))
        time.sleep(0.1)


def _try_port(host: str, port: int) -> OSError | None:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as failure:
        return failure
    return None


def why_no_port(host: str, port: int, failure: OSError) -> str:
    """The sentence that a person needs when a port cannot be had."""
    if failure.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. "
            f"Choose another, for example: ./portal run --port {port + 10}"
        )
    if failure.errno == errno.EACCES:
        return f"Only root may listen on port {port}. Choose a higher one with --port."
    return f"This machine cannot listen on {host}: {failure.strerror}. Choose another with --host."


def mail_variables(web_port: int, given: Mapping[str, str]) -> dict[str, str]:
    """Where mail goes: our catcher, beside the web server's port, unless EMAIL_URL says else."""
    if given.get("EMAIL_URL"):
        return {}
    page, smtp = free_port(web_port + 1), free_port(web_port + 2)
    return {
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "MAIL_PAGE_URL": f"http://localhost:{page}",
    }


def program_parts(
    places: Places, variables: Mapping[str, str], address: tuple[str, int]
) -> list[Part]:
    """Every program of the portal but its servers: web, the two workers, the pump."""
    host, port = address
    listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    gunicorn = ["-m", "gunicorn", "moderation_portal.wsgi:application", "--bind", listen]
    gunicorn += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    gunicorn += ["--timeout", "60", "--graceful-timeout", "8", "--access-logfile", "-"]
    gunicorn += ["--logger-class", "moderation_portal.access_log.AccessLog", "--no-control-socket"]
    if Path("/dev/shm").is_dir():
        gunicorn += ["--worker-tmp-dir", "/dev/shm"]
    urgent = [*CELERY, "-n", "urgent@%h", "-Q", "urgent", "-c", "1", *CELERY_QUIET]
    rest = [*CELERY, "-n", "rest@%h", "-Q", "notice,internal,bulk", "-c", "2", *CELERY_QUIET]
    commands = {
        "web": gunicorn,
        "worker-urgent": urgent,
        "worker-rest": rest,
        "pump": ["manage.py", "pump"],
    }
    here = "127.0.0.1" if host in EVERYWHERE or host == "localhost" else listen.rsplit(":", 1)[0]
    answers_at = {"web": f"http://{here}:{port}/healthz"}
    return [
        Part(
            name=name,
            command=[str(places.python), *words],
            env=variables,
            cwd=places.checkout,
            is_ready=partial(responds, answers_at[name]) if name in answers_at else lambda: True,
        )
        for name, words in commands.items()
    ]


def mail_part(places: Places, variables: Mapping[str, str]) -> Part:
    """The mail catcher, ready when it takes mail at the address that the settings read."""
    smtp, page = (variables[name].rsplit(":", 1)[1] for name in ("EMAIL_URL", "MAIL_PAGE_URL"))
    words = ["-m", "moderation_portal.mailcatcher", "--folder", str(places.mail)]
    words += ["--smtp-port", smtp, "--page-port", page]
    return Part(
        name="mail",
        command=[str(places.python), *words],
        env=variables,
        cwd=places.checkout,
        is_ready=lambda: accepts(int(smtp)) and responds(variables["MAIL_PAGE_URL"]),
    )


def responds(url: str) -> bool:
    """Whether a web server answers there, whatever it says; where it sends us is not followed."""
    there = urlsplit(url)
    with closing(HTTPConnection(there.hostname or "", there.port, timeout=5)) as link:
        try:
            link.request("GET", there.path or "/")
            return link.getresponse().status < 500
        except (OSError, HTTPException):
            return False
