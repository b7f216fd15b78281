"""The letter as a file: drawn, electronically signed where the operator has named who signs, and
stored under its own hash, encrypted when the notice is sealed."""

import base64
import hashlib
import os
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import InvalidToken
from django.conf import settings

from moderation_portal import faults, letters, policy, vault
from moderation_portal.letters import signing
from reports.models import Handling

from ..models import Notice, NoticeCopy
from . import marks

FOLDER = "notices"


def put_down(there: Notice | NoticeCopy, *, at: datetime) -> None:
    """Draws the letter that a row holds, with its mark, signs it and keeps it; the caller saves.

    Where letters are signed, call it in no transaction. Raises Conflict when it cannot be signed.
    """
    is_signed = signing.is_signing()
    there.markdown = letters.marked(there.markdown, marks.mark_of(there, is_signed=is_signed))
    content = letters.pdf(there)
    if is_signed:
        issuer = policy.pack().issuer(at)
        office = issuer.name.say(there.language)
        content = signing.sign(content, signing.Occasion(at, office, issuer.place))
        there.letter_signed_at = at
    keep(there, content)


def keep(notice: Notice | NoticeCopy, content: bytes) -> None:
    """Writes the PDF under `MEDIA_ROOT` and sets `pdf` and `pdf_sha256`; the caller saves.

    The file is there before the row that names it; a file whose row was rolled back harms nobody.
    """
    notice.pdf_sha256 = hashlib.sha256(content).hexdigest()
    is_sealed = notice.handling == Handling.SEALED
    name = f"{notice.pdf_sha256}.pdf{'.sealed' if is_sealed else ''}"
    notice.pdf = f"{FOLDER}/{notice.pdf_sha256[:2]}/{name}"
    target = Path(settings.MEDIA_ROOT) / notice.pdf
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{uuid4().hex}")
    try:
        partial.write_bytes(_sealed(content) if is_sealed else content)
        os.replace(partial, target)
    except OSError:  # a full disk: no piece of a letter is left to fill it further
        partial.unlink(missing_ok=True)
        raise


def pdf_of(notice: Notice | NoticeCopy) -> bytes:
    """The letter exactly as it was issued. Raises Conflict when the file is gone or was changed,
    and as long as it waits for its electronic signature."""
    if not notice.pdf and notice.markdown:
        raise faults.conflict(faults.BEING_SIGNED)
    try:
        content = (Path(settings.MEDIA_ROOT) / notice.pdf).read_bytes() if notice.pdf else b""
    except OSError:
        content = b""
    if content and notice.handling == Handling.SEALED:
        content = _opened(content)
    if not content or hashlib.sha256(content).hexdigest() != notice.pdf_sha256:
        raise faults.conflict(faults.DAMAGED)
    return content


def file_name(notice: Notice) -> str:
    """What the file is called when it leaves: the number without characters that folders know."""
    return f"{(notice.number or f'draft-{notice.pk}').replace('/', '-')}.pdf"


def _opened(content: bytes) -> bytes:
    """What was sealed; nothing where it was changed."""
    try:
        return base64.b64decode(vault.decrypt(content))
    except InvalidToken:
        return b""


def _sealed(content: bytes) -> bytes:
    return vault.encrypt(base64.b64encode(content).decode())
