"""Files under `MEDIA_ROOT` that a row names: written first, swept up where no row came to be."""

import os
import secrets
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

# Longer than any transaction: a younger file may belong to a row that is not committed yet.
STRAY_AFTER = timedelta(days=1)


def write(folder: str, content: bytes, *, at: datetime) -> str:
    """Writes a new file and waits until it lies on the disk; gives its path under `MEDIA_ROOT`.

    Call it before the row that names it: a crash leaves a file without a row, never a row without
    its file. Raises OSError when the disk is full, and leaves no piece that fills it further.
    """
    path = f"{folder}/{secrets.token_hex(1)}/{secrets.token_hex(16)}"
    place = Path(settings.MEDIA_ROOT) / path
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise
    except OSError:
        remove(path)
        raise
    os.utime(place, (at.timestamp(), at.timestamp()))
    return path


def read(path: str) -> bytes:
    """The content of a file that `write` wrote. Raises OSError where it is gone."""
    return (Path(settings.MEDIA_ROOT) / path).read_bytes()


def remove(path: str) -> None:
    """Throws a file away, if it is there."""
    (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def sweep(folder: str, named: Callable[[Collection[str]], Iterable[str]], *, at: datetime) -> int:
    """Throws away what lies in `folder` and is named by no row; returns how many files.

    `named` gives those of these paths that rows name.
    """
    oldest, swept = (at - STRAY_AFTER).timestamp(), 0
    for part in (Path(settings.MEDIA_ROOT) / folder).glob("*"):
        old = {
            f"{folder}/{part.name}/{place.name}"
            for place in part.glob("*")
            if place.stat().st_mtime < oldest
        }
        for path in old - set(named(old)):
            remove(path)
            swept += 1
    return swept
