"""The mail server of a play: takes every letter, keeps none, and fails as it is told to.

`python -m cases.chaos.sink PORT FOLDER` listens on the loopback address. What it takes is a line of
FOLDER/taken, written before it answers: Message-ID, recipient, and whether it hung up instead of
answering. FOLDER/moods says how it behaves, read anew whenever it changes. It needs no Django.
"""

import json
import os
import random
import signal
import sys
import time
from asyncio import sleep
from dataclasses import asdict, dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN, MOODS = "taken", "moods"
SILENT_SECONDS = 3600.0
TOOK, HUNG_UP = "took", "hung up"


@dataclass(frozen=True)
class Moods:
    """How it behaves: addresses that it refuses for good, or over which it falls silent, and the
    share of letters that it takes and then hangs up instead of saying so."""

    refused: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    hangs_up: float = 0.0


def put(folder: Path, moods: Moods) -> None:
    """Tells the server that reads this folder how to behave from now on."""
    fresh = folder / f"{MOODS}.new"
    fresh.write_text(json.dumps(asdict(moods)), encoding="utf-8")
    fresh.replace(folder / MOODS)


def taken(folder: Path) -> list[tuple[str, str, str]]:
    """What was taken so far, in order: Message-ID, recipient, `TOOK` or `HUNG_UP`."""
    try:
        lines = (folder / TAKEN).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [(one, two, three) for one, two, three in map(json.loads, lines)]


class Taker:
    """What the server does with each letter."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._seen, self._moods = folder, 0, Moods()
        self._log = os.open(folder / TAKEN, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._chance = random.Random()  # noqa: S311  shapes failures, guards nothing

    def moods(self) -> Moods:
        """As they were told last."""
        changed = (self.folder / MOODS).stat().st_mtime_ns
        if changed != self._seen:
            told = json.loads((self.folder / MOODS).read_text(encoding="utf-8"))
            self._moods, self._seen = Moods(**told), changed
        return self._moods

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.moods().silent:
            await sleep(SILENT_SECONDS)
        if address in self.moods().refused:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        name = str(BytesHeaderParser().parsebytes(content).get("Message-ID", ""))
        is_cut = self._chance.random() < self.moods().hangs_up
        for address in envelope.rcpt_tos:
            line = json.dumps([name, address, HUNG_UP if is_cut else TOOK])
            os.write(self._log, f"{line}\n".encode())
        if is_cut and server.transport:
            server.transport.close()
        return "250 2.0.0 taken"


def serve(port: int, folder: Path) -> None:
    """Listens until it is told to end."""
    controller = Controller(Taker(folder), hostname="127.0.0.1", port=port)
    controller.start()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    while True:
        time.sleep(60)


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
