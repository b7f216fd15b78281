"""The platform's letter of commitment as a file: encrypted, hashed, and handed out on record."""

import hashlib
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from moderation_portal import policy, stored_files, vault
from moderation_portal.errors import Conflict
from moderation_portal.models import User
from moderation_portal.policy import Category
from reports.evidence import Prepared

from ..models import Fine
from ..notices import record

FOLDER = "commitments"


def category_of(fine: Fine) -> Category:
    """By whose rules a letter about this fine is looked at when it is handed in."""
    item = fine.notice.items.select_related("target__case").order_by("position").first()
    if item is None:
        raise Conflict(_("This fine is about no account."))
    return policy.pack().category(item.target.case.category)


def keep(prepared: Prepared, *, at: datetime) -> dict[str, Any]:
    """Stores a letter that was looked at; gives the fields of the fine that lead to it. The file is
    written first: a crash leaves a file without a row, never a row without its file."""
    sealed, wrapped_key = vault.seal_file(prepared.content)
    return {
        "commitment_name": prepared.name,
        "commitment_path": stored_files.write(FOLDER, sealed, at=at),
        "commitment_key": wrapped_key,
        "commitment_sha256": hashlib.sha256(prepared.content).hexdigest(),
    }


def hand_out(fine: Fine, *, actor: User, at: datetime) -> bytes:
    """The letter as it was handed in, for somebody who sees the fine; that they had it is on
    record. Raises Conflict when there is none, or it is damaged."""
    if not fine.commitment_path:
        raise Conflict(_("No file of this letter was handed in."))
    try:
        sealed = stored_files.read(fine.commitment_path)
        content = vault.open_file(sealed, bytes(fine.commitment_key or b""))
    except (OSError, InvalidTag, InvalidToken) as error:
        raise Conflict(_("The stored letter is missing or damaged. Tell the operator.")) from error
    data = {"fine": fine.pk, "sha256": fine.commitment_sha256}
    record.record("fine.commitment_read", fine.notice, actor=actor, at=at, data=data)
    return content


def sweep(*, at: datetime) -> int:
    """Throws away stored letters that no row names; returns how many."""
    return stored_files.sweep(
        FOLDER,
        lambda paths: Fine.objects.filter(commitment_path__in=paths).values_list(
            "commitment_path", flat=True
        ),
        at=at,
    )
