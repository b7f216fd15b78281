"""Texts from outside, made fit to be stored."""

# PostgreSQL takes no NUL and UTF-8 no lone surrogate; the other controls are of no use to a reader.
UNREADABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)), None)


def readable(text: str) -> str:
    """`text` without what no database takes or nobody can read; line breaks, tabs and every letter
    stay."""
    return text if text.isprintable() else text.translate(UNREADABLE)


def plain(text: str) -> str:
    """`readable`, and without blanks around it."""
    return readable(text).strip()
