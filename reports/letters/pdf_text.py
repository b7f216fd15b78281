"""The text layer of a PDF, when it has one.

Twenty kilobytes can unpack to hours of reading. So nothing large is unpacked, and the pages of all
files of a message together are read until a patience ends.
"""

import io
import logging
from dataclasses import dataclass

from pypdf import Configuration, PdfReader, apply_configuration

MAX_BYTES = 20_000_000
MAX_PAGES = 100
# What the pages of all files of a message together may hold, in bytes, and what one operator of a
# page costs of that.
MOST_READ, OPERATOR = 10_000_000, 20
# What anything in a file may unpack to, and how many pieces besides its own a page may draw.
UNPACKED = 1_000_000
BOUNDS = Configuration(
    zlib_maximum_output_length=UNPACKED,
    lzw_maximum_output_length=UNPACKED,
    run_length_maximum_output_length=UNPACKED,
    brotli_maximum_output_length=UNPACKED,
    array_based_stream_maximum_output_length=UNPACKED,
    stream_parsing_work_maximum_count=MOST_READ // OPERATOR,
    xform_maximum_invocations_per_extraction=20,
)

log = logging.getLogger(__name__)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class TooMuch(Exception):
    """The patience has ended."""


@dataclass
class Patience:
    """How much more is read of the files of one message."""

    left: int = MOST_READ

    def spend(self, cost: int) -> None:
        """Raises `TooMuch` when nothing is left."""
        self.left -= cost
        if self.left < 0:
            raise TooMuch

    def watch(self, *_operator: object) -> None:
        """Counts an operator of a page."""
        self.spend(OPERATOR)


def to_text(raw: bytes, patience: Patience) -> str | None:
    """Text of the first `MAX_PAGES` pages, as far as the patience goes; or None: a scan, encrypted,
    too large or damaged."""
    if len(raw) > MAX_BYTES:
        return None
    found: list[str] = []
    try:
        with apply_configuration(BOUNDS):
            for page in PdfReader(io.BytesIO(raw)).pages[:MAX_PAGES]:
                contents = page.get_contents()
                patience.spend(len(contents.get_data()) if contents is not None else 0)
                found.append(page.extract_text(visitor_operand_before=patience.watch))
    except TooMuch:
        log.warning("of a PDF of %d bytes %d pages are read", len(raw), len(found))
    except Exception as error:  # a damaged file can fail in any way; it is then kept unread
        log.warning("a PDF of %d bytes is kept unread: %s", len(raw), type(error).__name__)
        return None
    text = "\n".join(found)
    return text if sum(character.isalnum() for character in text) > 40 else None
