"""The virtual environment: made when missing, filled when a lock has changed."""

import fcntl
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moderation_portal.launch.places import Places
from moderation_portal.launch.telling import Stop, run_quietly, step

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
BOOTSTRAP = "requirements-bootstrap.txt"
NO_VENV = (
    "Python's venv module is missing or incomplete here. "
    "On Debian or Ubuntu install it with: sudo apt install python3-venv"
)


def ensure_environment(places: Places, lock: str = RUNTIME) -> None:
    """Makes the virtual environment hold exactly what `lock` names; quick when it does already."""
    places.home.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(places.home / "venv.lock"):
        if not _works(places.python):
            _make(places)
        if is_installed(places, lock):
            return
        with step(f"Installing {count_pins(places.checkout / lock)} packages"):
            _install(places, lock)
        remember(places, lock)


def lock_digest(path: Path) -> str:
    """SHA-256 of a lock file; a changed digest means packages must be installed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ensure_catalogues(places: Places) -> None:
    """Compiles the translations when a catalogue is newer than what was compiled from it."""
    sources = list(places.checkout.glob("locale/*/LC_MESSAGES/*.po"))
    if all(_is_newer(source.with_suffix(".mo"), source) for source in sources):
        return
    with step("Compiling translations"):
        words = [str(places.python), "-m", "moderation_portal.catalogue", "compile"]
        run_quietly(words, cwd=places.checkout)


def _is_newer(compiled: Path, source: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime_ns > source.stat().st_mtime_ns


def count_pins(path: Path) -> int:
    """How many packages a lock file pins."""
    return sum("==" in line and not line.lstrip().startswith("#") for line in _lines(path))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _works(python: Path) -> bool:
    """False when the environment is missing, was moved, or its Python has been upgraded away."""
    if not python.exists():
        return False
    probe = "import sys, pip; print(sys.prefix); sys.exit(sys.version_info < (3, 11))"
    asked = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    return asked.returncode == 0 and asked.stdout.strip() == str(python.parent.parent)


def _make(places: Places) -> None:
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise Stop(NO_VENV)
    shutil.rmtree(places.venv, ignore_errors=True)
    with step(f"Making a virtual environment for Python {sysconfig.get_python_version()}"):
        try:
            run_quietly([sys.executable, "-m", "venv", places.venv])
        except Stop as failure:
            shutil.rmtree(places.venv, ignore_errors=True)
            raise Stop(f"{NO_VENV}\n{failure}") from None


def _install(places: Places, lock: str) -> None:
    """uv first, for it takes a third of the time; pip when uv cannot be had or fails."""
    pip = [str(places.python), "-m", "pip", "install", "--quiet", "--require-hashes"]
    pip += ["--disable-pip-version-check", "--only-binary", ":all:"]
    uv = [str(places.venv / "bin" / "uv"), "pip", "install", "--quiet"]
    uv += ["--python", str(places.python), "--require-hashes", "--only-binary", ":all:"]
    try:
        run_quietly([*pip, "-r", str(places.checkout / BOOTSTRAP)])
        run_quietly([*uv, "-r", str(places.checkout / lock)])
        return
    except (Stop, OSError):
        print(" uv could not do it; trying pip …", end="", flush=True)
    try:
        run_quietly([*pip, "-r", str(places.checkout / lock)])
    except Stop as failure:
        raise Stop(
            "The packages could not be installed. Is the package index reachable from here?\n"
            f"{failure}"
        ) from None


def _marker(places: Places) -> Path:
    return places.venv / "installed.json"


def is_installed(places: Places, lock: str) -> bool:
    """Whether the environment was filled from this very lock."""
    try:
        installed = json.loads(_marker(places).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(installed.get(lock) == lock_digest(places.checkout / lock))


def remember(places: Places, lock: str) -> None:
    """Notes what was installed; the development lock holds every runtime pin and settles both."""
    settled = {RUNTIME, lock}
    digests = {name: lock_digest(places.checkout / name) for name in sorted(settled)}
    _marker(places).write_text(json.dumps(digests), encoding="utf-8")
