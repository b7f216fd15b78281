"""Is this letter ours? For whoever holds one: no account of it, no case, nothing but what it says.

Sealed and ordinary letters are answered in the same words. A number that no letter bears and a
code that is not its own are answered alike, after the same work.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest

from django.db.models import QuerySet

from ..models import Notice, NoticeCopy
from .marks import CODE_LENGTH, secret_of, token_of
from .numbering import named

TOKEN = re.compile(r"([0-9]{1,18})-([0-9a-z]+)")
TOLD = (
    "number",
    "serial",
    "revision",
    "handling",
    "state",
    "issued_at",
    "letter_signed_at",
    "pdf_sha256",
    "platform__name",
)


@dataclass(frozen=True)
class Genuine:
    """What the verification of a letter tells. `standing` is in_force, corrected or withdrawn;
    `signed_at` None where it left without an electronic signature."""

    token: str
    number: str
    platform: str
    issued_at: datetime
    signed_at: datetime | None
    standing: str
    sha256: str

    def is_this(self, sha256: str) -> bool:
        """Whether a file with this hash is the letter, byte for byte."""
        return compare_digest(self.sha256, sha256)


def by_code(number: str, code: str) -> Genuine | None:
    """The letter of this number, if the code printed on it is this one."""
    known = _issued().filter(named(number)).first()
    given = re.sub(r"[^0-9a-z]", "", code.lower())
    return _found(known, lambda secret: compare_digest(secret[:CODE_LENGTH], given))


def by_token(token: str) -> Genuine | None:
    """The letter to which the address in a QR code leads."""
    read = TOKEN.fullmatch(token)
    pk, given = (int(read[1]), read[2]) if read else (0, "")
    return _found(_issued().filter(pk=pk).first(), lambda secret: compare_digest(secret, given))


def _issued() -> QuerySet[Notice]:
    found = Notice.objects.filter(issued_at__isnull=False).exclude(pdf="")
    return found.select_related("platform").only(*TOLD)


def _found(notice: Notice | None, is_meant: Callable[[str], bool]) -> Genuine | None:
    """Which of the texts of a notice is meant: the letter itself, or a copy for its platform."""
    known = notice or Notice(pk=0)
    copies = NoticeCopy.objects.filter(notice_id=known.pk).order_by("pk")
    texts: list[Notice | NoticeCopy] = [known, *copies.defer("markdown", "text", "html")]
    meant = [text for text in texts if is_meant(secret_of(text))]
    if notice is None or notice.issued_at is None or not meant:
        return None
    there = meant[0]
    return Genuine(
        token=token_of(there),
        number=str(notice),
        platform=notice.platform.name,
        issued_at=notice.issued_at,
        signed_at=there.letter_signed_at,
        standing=_standing(notice),
        sha256=there.pdf_sha256,
    )


def _standing(notice: Notice) -> str:
    if notice.state != Notice.State.WITHDRAWN:
        return "in_force"
    later = Notice.objects.filter(
        handling=notice.handling, serial=notice.serial, revision__gt=notice.revision
    )
    return "corrected" if later.filter(issued_at__isnull=False).exists() else "withdrawn"
