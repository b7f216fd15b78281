"""The text layer of a PDF, when it has one."""

import io
import logging

from pypdf import PdfReader

MAX_BYTES = 20_000_000
MAX_PAGES = 100

log = logging.getLogger(__name__)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def to_text(raw: bytes) -> str | None:
    """Text of the first `MAX_PAGES` pages, or None: a scan, encrypted, too large or damaged."""
    if len(raw) > MAX_BYTES:
        return None
    try:
        pages = PdfReader(io.BytesIO(raw)).pages
        text = "\n".join(page.extract_text() for page in pages[:MAX_PAGES])
    except Exception as error:  # a damaged file can fail in any way; it is then kept unread
        log.warning("a PDF of %d bytes is kept unread: %s", len(raw), type(error).__name__)
        return None
    return text if sum(character.isalnum() for character in text) > 40 else None
