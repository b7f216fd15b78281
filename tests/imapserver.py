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
# Passwords in clear: hashing them as one should takes half a second a sign-in. The socket is handed
# over listening: whoever connects waits for the server, and nobody else can take its port.
START = """
import asyncio, socket, sys
from pymap.config import IMAPConfig
from pymap.main import main
from pysasl.hashing import Cleartext
IMAPConfig._get_hash_context = classmethod(lambda *given: Cleartext())
listening = socket.socket(fileno=int(sys.argv.pop()))
start = asyncio.start_server
asyncio.start_server = lambda talk, **_place: start(talk, sock=listening)
main()
"""
PATIENCE = 60  # seconds; a busy machine is no fault of the server


class Postbox:
    """The mailbox behind `settings.IMAP_MAILBOX`, as the mail server itself sees it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=PATIENCE)
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
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        handed = listening.fileno()
        words = [sys.executable, "-c", START, "--no-tls", "dict", str(handed)]
        server = subprocess.Popen(words, stderr=subprocess.DEVNULL, pass_fds=[handed])
        port = listening.getsockname()[1]
    yield port
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
