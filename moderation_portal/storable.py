"""Text from outside as PostgreSQL can keep it, in a column of text or of JSON."""

import re

# NUL, and surrogates that are no pair.
UNKEPT = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with a replacement mark in the place of each character that cannot be stored."""
    return UNKEPT.sub("\ufffd", text)
