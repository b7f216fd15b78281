"""The mark on a letter by which whoever holds it can check it: an address, also as a QR code."""

from dataclasses import dataclass
from functools import lru_cache

import qrcode

QUIET = 4  # modules of empty margin (ISO/IEC 18004)


@dataclass(frozen=True)
class Mark:
    """Where a letter can be checked, and the code to type there beside its number.

    `address` leads to its own answer and is a secret: whoever has it holds the letter. `page` is
    the page that asks for number and code; `is_signed` where it leaves electronically signed.
    """

    address: str
    page: str
    code: str
    is_signed: bool


@lru_cache(maxsize=64)
def qr(address: str) -> str:
    """The QR code of an address as a drawing (SVG); "" for none."""
    if not address:
        return ""
    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET)
    made.add_data(address)
    rows = made.get_matrix()
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{dark}" shape-rendering="crispEdges"/></svg>'
    )
