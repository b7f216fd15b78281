"""The electronic signature under a letter: made by whoever the operator names.

`settings.LETTER_SIGNER` is one of `SIGNERS`, or the dotted path of a function of the operator's
own (a signing service, a hardware module). Law 11/2008 art. 11 and PP 71/2019 art. 59 say when
such a signature binds.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from moderation_portal import faults
from moderation_portal.errors import Conflict

log = logging.getLogger(__name__)

NONE, DEMO = "none", "demo"
# By path: what makes signatures is only loaded where one is made.
SIGNERS = {
    "pkcs12": "moderation_portal.letters.pades.by_file",
    DEMO: "moderation_portal.letters.pades.by_demo",
}


class SignerFailed(Exception):
    """The signer cannot sign now; the text tells the operator why."""


@dataclass(frozen=True)
class Occasion:
    """What a signature says of itself: when, by which office, where."""

    at: datetime
    office: str
    place: str


Signer = Callable[[bytes, Occasion], bytes]


def is_signing() -> bool:
    """Whether letters are signed electronically here."""
    return settings.LETTER_SIGNER != NONE


def sign(pdf: bytes, occasion: Occasion) -> bytes:
    """The PDF with the signature of the installation's signer added to it, byte for byte the same
    before that (ISO 32000 incremental update, ETSI EN 319 142 PAdES).

    It may ask a service outside: call it in no transaction. Raises Conflict when it cannot be
    signed now; the log says why.
    """
    try:
        signed = named(settings.LETTER_SIGNER)(pdf, occasion)
    except SignerFailed as failure:
        log.error("letter not signed: %s", failure)
        raise _not_now() from failure
    if len(signed) <= len(pdf) or not signed.startswith(pdf):
        log.error("letter not signed: the signer gave back another document")
        raise _not_now()
    return signed


def named(name: str) -> Signer:
    """The signer called so. Raises ImportError where there is none."""
    signer: Signer = import_string(SIGNERS.get(name, name))
    return signer


def _not_now() -> Conflict:
    return faults.conflict(faults.UNSIGNED)
