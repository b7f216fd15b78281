"""Ports of this machine: which is free, and whether somebody listens."""

import socket

from moderation_portal.launch.telling import Stop


def free_port(preferred: int) -> int:
    """`preferred` on the loopback address, or any other port that is free now."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise Stop("No free port was found on 127.0.0.1.")


def accepts(port: int) -> bool:
    """Whether somebody listens on that port of this machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False
