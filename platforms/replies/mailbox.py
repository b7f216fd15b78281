"""Mail fetched over IMAP: each message is kept, and only then moved out of the way.

A message is moved once its row is committed. What happens in between (a crash, a cut line) leaves
it where it was, and it is fetched again: it is then known, and only moved.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from moderation_portal.errors import Invalid

from . import keeping

log = logging.getLogger(__name__)

DOOR = "imap"
# Fetched in one go; what is left comes with the next look, a minute later.
MOST = 25
TIMEOUT = 15


class Unreachable(Exception):
    """The mail server is away, or does not let us in."""


def fetch(*, at: datetime) -> int:
    """Keeps what lies in the mailbox (`settings.IMAP_MAILBOX`); returns how many messages, or 0
    where no mailbox is named. Raises `Unreachable` when the server cannot be asked."""
    place = settings.IMAP_MAILBOX
    if place is None:
        return 0
    try:
        with IMAPClient(
            place.host, port=place.port, ssl=place.is_encrypted, timeout=TIMEOUT
        ) as server:
            server.login(place.user, place.password)
            if not server.folder_exists(place.processed):
                server.create_folder(place.processed)
            server.select_folder(place.folder)
            waiting = sorted(server.search(["NOT", "DELETED"]))[:MOST]
            for uid in waiting:
                _take(server, uid, at)
                _set_aside(server, uid, place.processed)
            return len(waiting)
    except (IMAPClientError, OSError) as trouble:
        raise Unreachable(str(trouble)) from trouble


def _take(server: IMAPClient, uid: int, at: datetime) -> None:
    size = server.fetch([uid], ["RFC822.SIZE"])[uid][b"RFC822.SIZE"]
    is_large = size > keeping.MOST_BYTES
    # The whole of a message that is too large stays in the folder of what was processed.
    part = "BODY.PEEK[HEADER]" if is_large else "BODY.PEEK[]"
    found = server.fetch([uid], [part])[uid]
    raw = found[part.replace(".PEEK", "").encode()]
    if is_large:
        said = _("This message is too large. Its whole lies in the mailbox, among the processed.")
        raw = raw.rstrip() + b"\r\n\r\n" + said.encode() + b"\r\n"
    try:
        keeping.receive([raw], by=DOOR, at=at)
    except Invalid as error:
        log.warning("message %s of the mailbox was passed over: %s", uid, error.sentence)


def _set_aside(server: IMAPClient, uid: int, folder: str) -> None:
    if server.has_capability("MOVE"):
        server.move([uid], folder)
        return
    server.copy([uid], folder)
    server.delete_messages([uid])
    if server.has_capability("UIDPLUS"):
        server.uid_expunge([uid])
