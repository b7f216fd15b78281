"""What no log keeps: the part of an address that opens something to whoever has it.

Links in letters and mails (`cases.links`, `cases.liveness`, the check of a letter, a new password)
carry their right in the address itself. Logs are read by more people than such a mail is.
"""

import logging
import re
from collections.abc import Mapping

# A step of a path that is longer than any name of ours.
SECRET = re.compile(r"(?<=/)[\w:=~%-]{25,}(?![\w:=~%.-])")
MASK = "…"


def masked(text: str) -> str:
    """A line with the long steps of its addresses left out."""
    return SECRET.sub(MASK, text)


class NoSecrets(logging.Filter):
    """Leaves the secrets of addresses out of whatever is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record pass, masked where an argument of it is a text."""
        record.msg = _masked(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {name: _masked(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_masked, record.args))
        return True


def _masked(value: object) -> object:
    return masked(value) if isinstance(value, str) else value
