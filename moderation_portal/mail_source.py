"""The one reader of whole e-mails that strangers wrote: within bounded work and memory.

The parser of the standard library tries every boundary that is open on every line, and makes an
object of every part. A few hundred kilobytes can so keep a worker busy for minutes, and a few
megabytes fill its memory: such a message is measured before it is parsed.
"""

import email
import re
from email.message import Message

# Lines times boundaries: as for 25 MB of files, encoded in lines of 76 characters, in five parts.
MOST_TRIES = 2_000_000
MOST_PARTS = 5_000
REPORT = b"delivery-status"
# A line that may begin a part; in a report of delivery every empty line begins another.
PART, BLOCK = re.compile(rb"[\r\n]--"), re.compile(rb"\n\r?\n|\r\r")


def parse(raw: bytes) -> Message:
    """The message. Raises ValueError for one that is more tangled than any that people send, and
    what the parser raises for one that is broken."""
    if is_tangled(raw):
        raise ValueError("more parts or boundaries than any honest message has")
    return email.message_from_bytes(raw)


def is_tangled(raw: bytes) -> bool:
    """Whether parsing this would take more than its length warrants."""
    folded = raw.lower()
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    parts = sum(1 for _part in PART.finditer(raw))
    if REPORT in folded:
        parts += sum(1 for _block in BLOCK.finditer(raw))
    return lines * (1 + folded.count(b"boundary")) > MOST_TRIES or parts > MOST_PARTS
