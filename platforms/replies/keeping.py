"""Mail is kept before anything is made of it: its source encrypted, and the row that handles it.

However often and by whatever door a message comes, it is kept once.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moderation_portal import audit, outbox, stored_files, vault
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Lane
from moderation_portal.roles import SYSTEM

from ..models import InboundMail
from . import arriving

TOPIC = "platform.replied"
ERASED = "mail.source_erased"
FOLDER = "mail"
# What mail servers take, as a rule. A larger message is refused at the door (`receive_mail`), or
# only its head is kept (`mailbox`).
MOST_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """Where a message is kept; not `is_new` where it had come before."""

    mail_id: int
    is_new: bool


@dataclass(frozen=True)
class Head:
    """The lines by which a list names a message: who wrote it as they say, and about what."""

    sender: str
    subject: str


def receive(sources: Sequence[bytes], *, by: str, at: datetime) -> list[Kept]:
    """Keeps messages, each as the bytes that came, with the outbox row that handles it: in one
    transaction each. `by` is the door (pipe, imap).

    Once it returns, whoever brought them may forget them. Raises Invalid for one that is empty or
    larger than `MOST_BYTES`; those before it are kept.
    """
    return [_keep(one, by, at) for one in sources]


def erase(mail_ids: Sequence[int], *, at: datetime) -> None:
    """Erases the sources of these messages, in the caller's transaction: the key at once, the file
    by the next sweep. What is known of each stays: when it came, its size and hash, and the record.
    """
    InboundMail.objects.filter(pk__in=mail_ids).update(path="", wrapped_key=b"")
    audit.record_many(
        (audit.Line(ERASED, f"mail:{pk}", SYSTEM, is_sealed=True) for pk in mail_ids), at=at
    )


def source(mail: InboundMail) -> bytes:
    """The message as it came. Raises Conflict when the file is gone or was changed, or was erased
    at the end of the time for which the policy keeps it."""
    if not mail.path:
        raise Conflict(_("The source of this message was erased: its time was over."))
    try:
        content = vault.open_file(stored_files.read(mail.path), bytes(mail.wrapped_key))
    except (OSError, InvalidTag, InvalidToken) as error:
        raise Conflict(_("The stored message is missing or damaged. Tell the operator.")) from error
    return content


def head_of(mail: InboundMail) -> Head:
    """Who a message says it is from, and its subject."""
    return Head(**json.loads(vault.decrypt(bytes(mail.head))))


def sweep(*, at: datetime) -> int:
    """Throws away stored messages whose row was never committed; returns how many."""
    return stored_files.sweep(
        FOLDER,
        lambda paths: InboundMail.objects.filter(path__in=paths).values_list("path", flat=True),
        at=at,
    )


def fingerprint(raw: bytes) -> str:
    """The same for every copy of a message, whatever the servers on its way added to its head, and
    however they end a line."""
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    body = plain.partition(b"\n\n")[2].strip()
    said = arriving.origin_of(raw)
    return hashlib.sha256("\x00".join(said).encode() + b"\x00" + body).hexdigest()


def _keep(raw: bytes, door: str, at: datetime) -> Kept:
    if not raw.strip():
        raise Invalid(_("The message is empty."))
    if len(raw) > MOST_BYTES:
        raise Invalid(_("The message is too large."))
    mark = fingerprint(raw)
    known = InboundMail.objects.filter(fingerprint=mark).values_list("pk", flat=True).first()
    if known is not None:
        return Kept(known, False)
    sealed, wrapped_key = vault.seal_file(raw)
    path = stored_files.write(FOLDER, sealed, at=at)
    head = vault.encrypt(json.dumps(asdict(Head(*arriving.named(raw)))))
    facts = {"door": door, "size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    try:
        with transaction.atomic():
            mail = InboundMail.objects.create(
                fingerprint=mark,
                head=head,
                path=path,
                wrapped_key=wrapped_key,
                received_at=at,
                **facts,
            )
            # Nobody knows yet whether it is of a sealed matter: so the line is for the cleared.
            subject = f"mail:{mail.pk}"
            audit.record("mail.received", subject, actor=SYSTEM, at=at, data=facts, is_sealed=True)
            payload = {"mail": mail.pk}
            outbox.enqueue(TOPIC, payload, lane=Lane.INTERNAL, at=at, key=str(mail.pk))
    except IntegrityError:
        # The same message came by another door at the same moment.
        stored_files.remove(path)
        return Kept(InboundMail.objects.get(fingerprint=mark).pk, False)
    return Kept(mail.pk, True)
