"""PostgreSQL and Valkey for one command: given, attached to, kept or thrown away."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from moderation_portal.launch import postgres, valkey
from moderation_portal.launch.places import Places
from moderation_portal.launch.supervisor import Supervisor
from moderation_portal.launch.telling import Stop, step
from moderation_portal.launch.unprivileged import hand_over


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer, as the variables that the settings read."""

    database_url: str
    redis_url: str
    broker_url: str
    socket_folder: str = ""
    postgres_kind: str = "given"

    def as_variables(self) -> dict[str, str]:
        variables = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CELERY_BROKER_URL": self.broker_url,
            "PORTAL_POSTGRES_KIND": self.postgres_kind,
        }
        if self.socket_folder:
            variables["PGHOST"] = self.socket_folder
        return variables


def socket_addresses(
    sockets: Path, database: str = postgres.DATABASE, number: int = 0
) -> Addresses:
    """Addresses of servers that listen in `sockets`: a database by name, a Redis one by number."""
    path = sockets / valkey.SOCKET
    return Addresses(
        database_url=f"postgres://{postgres.OWNER}@/{database}",
        redis_url=f"unix://{path}?db={number}",
        broker_url=f"redis+socket://{path}?virtual_host={number}",
        socket_folder=str(sockets),
    )


def given_addresses(given: Mapping[str, str]) -> Addresses:
    """Addresses of servers that run elsewhere, as the caller names them."""
    return Addresses(given["DATABASE_URL"], *_given_redis(given))


def _given_redis(given: Mapping[str, str]) -> tuple[str, str]:
    """Addresses for the cache and, the same unless said otherwise, for the broker."""
    return given["REDIS_URL"], given.get("CELERY_BROKER_URL", given["REDIS_URL"])


def make_socket_folder() -> Path:
    """A short private folder: the path of a Unix socket may have some 100 bytes, no more."""
    place = tempfile.gettempdir()
    folder = Path(tempfile.mkdtemp(prefix="portal-", dir=place if len(place) < 60 else "/tmp"))
    hand_over(folder)
    return folder


@contextmanager
def throw_away_servers(places: Places, *, is_durable: bool = False) -> Iterator[Path]:
    """Fresh servers whose data goes when the block ends; yields the folder of their sockets.

    They trade safety for speed, unless they are to be as durable as a real installation's.
    """
    folder = make_socket_folder()
    for name in ("postgres", "valkey"):
        (folder / name).mkdir()
        hand_over(folder / name)
    try:
        with Supervisor(folder) as supervisor:
            with step("Starting throw-away PostgreSQL and Valkey"):
                supervisor.start(
                    postgres.server_part(
                        places, folder, throw_away=folder / "postgres", is_durable=is_durable
                    ),
                    valkey.server_part(places, folder, throw_away=folder / "valkey"),
                )
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def servers_for_tests(places: Places, given: Mapping[str, str]) -> Iterator[Addresses]:
    """Throw-away servers, or the warm ones that `./portal test-servers` keeps.

    Each test run has a database and a Redis number of its own, so that runs do not meet.
    """
    number = os.getpid() % valkey.DATABASES
    database = given.get("PORTAL_TEST_DATABASE", f"portal_{os.getpid()}")
    warm = warm_servers(places, given)
    if warm:
        valkey.empty(warm / valkey.SOCKET, number)
        yield socket_addresses(warm, database, number)
        return
    with throw_away_servers(places) as folder:
        yield socket_addresses(folder, database, number)


def warm_servers(places: Places, given: Mapping[str, str]) -> Path | None:
    """Socket folder of servers kept for tests: PORTAL_TEST_SERVERS, or the ones noted, if alive."""
    named = given.get("PORTAL_TEST_SERVERS", "")
    note = places.home / "test-servers"
    if not named and note.exists():
        named = note.read_text(encoding="utf-8").strip()
    folder = Path(named) if named else None
    return folder if folder and valkey.answers(folder / valkey.SOCKET) else None


@contextmanager
def sole_owner(places: Places) -> Iterator[bool]:
    """Whether this process may start servers on the data folder; at most one may, until it ends."""
    with (places.home / "owner.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def start_servers(places: Places, given: Mapping[str, str], supervisor: Supervisor) -> Addresses:
    """Starts those servers that the environment does not name, and creates the database.

    DATABASE_URL and REDIS_URL name servers that run elsewhere.
    """
    if given.get("DATABASE_URL") and given.get("REDIS_URL"):
        return given_addresses(given)
    sockets = make_socket_folder()
    try:
        return _start_own(places, given, supervisor, sockets)
    except BaseException:
        shutil.rmtree(sockets, ignore_errors=True)
        raise


def _start_own(
    places: Places, given: Mapping[str, str], supervisor: Supervisor, sockets: Path
) -> Addresses:
    found = socket_addresses(sockets)
    parts = []
    if given.get("DATABASE_URL"):
        found = replace(found, database_url=given["DATABASE_URL"], socket_folder="")
    else:
        database = postgres.server_part(places, sockets)
        parts.append(database)
        found = replace(
            found, postgres_kind="wheel" if "wheel" in database.told_as else "installed"
        )
    if given.get("REDIS_URL"):
        redis_url, broker_url = _given_redis(given)
        found = replace(found, redis_url=redis_url, broker_url=broker_url)
    else:
        parts.append(valkey.server_part(places, sockets))
    with step("Starting " + " and ".join(part.told_as for part in parts)):
        supervisor.start(*parts)
        if not given.get("DATABASE_URL"):
            postgres.ensure_database(places, sockets)
    return found


def note_state(places: Places, found: Addresses, **more: object) -> None:
    """Writes down what runs, for commands that attach to it while it does."""
    state = {"process": os.getpid(), "servers": asdict(found), **more}
    fresh = places.state.with_suffix(".new")
    fresh.write_text(json.dumps(state), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(places.state)


def read_state(places: Places) -> dict[str, object]:
    """What was noted last; empty when nothing was."""
    try:
        return dict(json.loads(places.state.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def forget_state(places: Places) -> None:
    """Removes the note and the socket folder that it names, also those of a run that was killed."""
    servers = read_state(places).get("servers")
    folder = servers.get("socket_folder") if isinstance(servers, dict) else ""
    if folder and Path(folder).name.startswith("portal-"):
        shutil.rmtree(folder, ignore_errors=True)
    places.state.unlink(missing_ok=True)


@contextmanager
def servers_for_command(places: Places, given: Mapping[str, str]) -> Iterator[Addresses]:
    """Servers for one command on the portal's data: given, running already, or started for it."""
    if given.get("DATABASE_URL") and given.get("REDIS_URL"):
        yield given_addresses(given)
        return
    with sole_owner(places) as is_owner:
        if not is_owner:
            with _guest(places):
                yield attached(places)
            return
        forget_state(places)
        try:
            with Supervisor(places.logs) as supervisor:
                found = start_servers(places, given, supervisor)
                note_state(places, found)
                try:
                    yield found
                finally:
                    _await_guests(places)
        finally:
            forget_state(places)


def attached(places: Places) -> Addresses:
    """Addresses that the owner of the data folder has noted; waits while it is still starting."""
    for _ in range(100):
        servers = read_state(places).get("servers")
        if isinstance(servers, dict):
            return Addresses(**servers)
        time.sleep(0.1)
    raise Stop("Another command is just starting the servers. Try again in a moment.")


@contextmanager
def _guest(places: Places) -> Iterator[None]:
    """Keeps the owner's servers up while a guest uses them."""
    with (places.home / "guests.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


def _await_guests(places: Places) -> None:
    with (places.home / "guests.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
