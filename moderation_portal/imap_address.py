"""The mailbox that is looked into for mail, as one address: `IMAP_URL`. Pure."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from .hosts import is_nearby

PORTS = {"imaps": 993, "imap": 143}
SAID = "IMAP_URL must look like imaps://USER:PASSWORD@HOST/INBOX?processed=Processed"


@dataclass(frozen=True)
class Mailbox:
    """Where mail is fetched: the folder it comes into, and the one it is moved to once kept."""

    host: str
    port: int
    is_encrypted: bool
    user: str
    password: str = field(repr=False)
    folder: str
    processed: str


def read(address: str) -> Mailbox | None:
    """The mailbox of an address such as imaps://portal:secret@mail.example/INBOX?processed=Done.

    What is odd in user and password is written %XX; the folders may be left out. None for the empty
    address. Raises ValueError for anything else: also for one without encryption, but where the
    server is on the own network.
    """
    if not address:
        return None
    try:
        parts = urlsplit(address)
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise ValueError(SAID) from error
    options = dict(given)
    is_known = len(options) == len(given) and set(options) <= {"processed"} and not parts.fragment
    if not (parts.hostname and parts.username and parts.password and is_known):
        raise ValueError(SAID)
    if parts.scheme == "imap" and not is_nearby(parts.hostname):
        raise ValueError("IMAP_URL must begin with imaps://, or the password goes unencrypted.")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    processed = options.get("processed", "Processed")
    if not processed or processed == folder:
        raise ValueError("IMAP_URL must name another folder for what is processed.")
    return Mailbox(
        host=parts.hostname,
        port=port,
        is_encrypted=parts.scheme == "imaps",
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=folder,
        processed=processed,
    )
