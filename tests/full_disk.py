"""A disk that takes no more than a few bytes into any file; the operating system says so itself."""

import resource
from contextlib import contextmanager

ROOM = 20


@contextmanager
def full_disk():
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
