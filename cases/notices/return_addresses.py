"""The secret addresses of a notice: one for each contact's answers, one for what comes back.

The part behind the plus tells which notice and whose mail it is. Nothing in it tells a sealed
notice from another, nor how many there were. Answers and returned mail have secrets of their own:
whoever is shown a letter sees where to answer, and cannot make believe that it never arrived.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import compare_digest

from moderation_portal import sender, vault
from platforms.models import Contact

from ..models import Notice

ANSWERS, RETURNS = "n", "b"
PURPOSES = {ANSWERS: "reply", RETURNS: "return"}
KEY_LENGTH = 20
PLUS = re.compile(rf"\+([nb])([0-9a-z]{{16}})c([0-9]{{1,18}})-([0-9a-f]{{{KEY_LENGTH}}})@")


@dataclass(frozen=True)
class Bound:
    """What a secret address stands for. `is_return`: the one that returned mail comes to."""

    notice: Notice
    contact: Contact
    is_return: bool


def write(notice: Notice, contact: Contact, kind: str = ANSWERS) -> str:
    """Where a contact's answers to a notice go, or (`RETURNS`) what could not be delivered."""
    key = _key(kind, notice.pk, contact.pk)
    return sender.plus(f"{kind}{notice.reply_key or ''}c{contact.pk}-{key}")


def read(addresses: Iterable[str]) -> Bound | None:
    """The first of these addresses that is one of ours and whose secret is right."""
    for kind, reply_key, contact_id, key in PLUS.findall("\n".join(addresses).lower()):
        notice = Notice.objects.filter(reply_key=reply_key).first()
        if notice is None or not compare_digest(key, _key(kind, notice.pk, int(contact_id))):
            continue
        contact = Contact.objects.filter(pk=contact_id, platform_id=notice.platform_id).first()
        if contact is not None:
            return Bound(notice, contact, kind == RETURNS)
    return None


def _key(kind: str, notice_id: int, contact_id: int) -> str:
    return vault.keyed_hash(PURPOSES[kind], f"{notice_id}:{contact_id}")[:KEY_LENGTH]
