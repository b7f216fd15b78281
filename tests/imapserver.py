"""A real IMAP server (pymap) in a process of its own, with one mailbox in memory."""

import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing

import pytest
from imapclient import IMAPClient

from moderation_portal import imap_address

USER, PASSWORD = "demouser", "demopass"
# Passwords in clear: hashing them as one should takes half a second a sign-in.
START = """
from pymap.config import IMAPConfig
from pymap.main import main
from pysasl.hashing import Cleartext
IMAPConfig._get_hash_context = classmethod(lambda *given: Cleartext())
main()
"""
TRIES = 600


class Postbox:
    """The mailbox behind `settings.IMAP_MAILBOX`, as the mail server itself sees it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def put(self, *raws: bytes) -> None:
        """Messages come in."""
        with self.open() as client:
            for raw in raws:
                client.append("INBOX", raw)

    def lying_in(self, folder: str) -> list[bytes]:
        """The messages in a folder, as they lie there."""
        with self.open() as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found: Sequence[int] = client.search("ALL")
            return [one[b"BODY[]"] for one in client.fetch(found, ["BODY.PEEK[]"]).values()]


@pytest.fixture(scope="session")
def imap_port():
    """The port of the running server."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-c", START, "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    server = subprocess.Popen([*words, "dict"], stderr=subprocess.DEVNULL)
    try:
        _await(port, server)
        yield port
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def postbox(imap_port, settings):
    """An empty mailbox that the portal looks into."""
    box = Postbox(imap_port)
    address = f"imap://{USER}:{PASSWORD}@127.0.0.1:{imap_port}/INBOX?processed=Selesai"
    settings.IMAP_MAILBOX = imap_address.read(address)
    with box.open() as client:
        for _flags, _mark, name in client.list_folders():
            client.select_folder(name)
            if found := client.search("ALL"):
                client.delete_messages(found)
                client.expunge()
    return box


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers: each try waits for it a little."""
    for _try in range(TRIES):
        if server.poll() is not None:
            raise RuntimeError("the IMAP server did not start")
        try:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
                return
        except OSError:
            try:
                server.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    raise RuntimeError("the IMAP server did not answer")
