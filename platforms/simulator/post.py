"""The mail server of the portal, as far as the simulation needs one: what platforms write is handed
to the portal's pipe, and it vouches for who wrote (`docs/mail.md`)."""

import shlex
import subprocess
from email.message import EmailMessage

from platforms.simulator.browser import Unanswered
from platforms.simulator.ways import Deliver

SECONDS = 120.0


def piped(command: str, server: str) -> Deliver:
    """Hands each message to `command` on standard input, under the name of the mail server
    `server` (the portal's `MAIL_AUTHSERV_ID`). What is given back raises Unanswered."""

    def deliver(message: EmailMessage) -> None:
        words, received = shlex.split(command), as_received(message, server)
        try:
            told = subprocess.run(
                words, input=received, capture_output=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired as slow:
            raise Unanswered("the pipe did not end") from slow
        if told.returncode:
            raise Unanswered(f"the pipe gave the reply back ({told.returncode})")

    return deliver


def as_received(message: EmailMessage, server: str) -> bytes:
    """A message as the mail server hands it on: to whom it came, and that its sender is true."""
    domain = str(message["From"]).rpartition("@")[2]
    passed = f"{server}; dmarc=pass header.from={domain}"
    head = f"Delivered-To: {message['To']}\nAuthentication-Results: {passed}\n"
    return head.encode() + bytes(message)
