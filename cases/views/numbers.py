"""Whole numbers as an address or a form gives them, before anything relies on them."""

# The largest id that the database holds.
LARGEST = 2**63 - 1


def whole(text: str, most: int = LARGEST) -> int | None:
    """The whole number that the text writes in ASCII digits; None for all else, and above `most`.

    `str.isdigit` would let through what `int` does not read, such as “²”.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST)):
        return None
    number = int(text)
    return number if number <= most else None
