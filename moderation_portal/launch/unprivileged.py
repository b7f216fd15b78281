"""Root's servers run as nobody: PostgreSQL refuses root, and no server should have it.

An ordinary user's servers run as that user, and nothing here applies.
"""

import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

NOBODY = 65534
AS_NOBODY: Mapping[str, object] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def is_root() -> bool:
    return os.geteuid() == 0


def server_identity() -> Mapping[str, object]:
    """Keyword arguments for Popen that start a server unprivileged; empty for an ordinary user."""
    return AS_NOBODY if is_root() else {}


def may_pass(path: Path) -> bool:
    """Whether an unprivileged process can reach `path`: every folder above it lets others pass."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def may_run(binary: Path) -> bool:
    """Whether an unprivileged process can reach and execute `binary`."""
    wanted = stat.S_IXOTH | stat.S_IROTH
    return may_pass(binary) and binary.stat().st_mode & wanted == wanted


def hand_over(path: Path) -> None:
    """Gives a file or folder to the identity that servers run as, closed to everyone else."""
    if is_root():
        os.chown(path, NOBODY, NOBODY)
    path.chmod(0o700)


def server_folder(home: Path, outside: Path, name: str) -> Path:
    """Where a server keeps its data: under `home`, or `outside` where root's server cannot pass."""
    if not is_root() or may_pass(home / name):
        folder = home / name
    else:
        outside.mkdir(mode=0o711, parents=True, exist_ok=True)
        outside.chmod(0o711)
        folder = outside / name
    if not folder.exists():
        folder.mkdir()
        hand_over(folder)
    return folder


def copy_for_nobody(source: Path, target: Path) -> Path:
    """Copies a program's folder (or file) to where nobody can run it; fresh when it changed."""
    newest = source.stat().st_mtime_ns
    if target.exists() and target.stat().st_mtime_ns == newest:
        return target
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if source.is_file():
        shutil.copy2(source, target)
        target.chmod(0o755)
        return target
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
    os.utime(target, ns=(newest, newest))
    return target
