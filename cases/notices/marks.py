"""The mark of a letter, by which whoever holds it can check that it is genuine.

Its secret follows from the vault's key: nothing is stored, and from one letter's nobody learns
another's. The copy that a platform reads has a secret of its own, so that whoever holds one of the
two texts is told of that one alone.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from moderation_portal import vault
from moderation_portal.letters import Mark

from ..models import Notice, NoticeCopy

# No letter that looks like another.
ALPHABET = "23456789abdefghjkmnpqrstuvwxyz"
# 132 bits stand in the QR code; somebody types 39, as often as the door lets them try.
SECRET_LENGTH, CODE_LENGTH, GROUP = 27, 8, 4


def mark_of(there: Notice | NoticeCopy, *, is_signed: bool) -> Mark:
    """Where this letter can be checked, in the language that it is written in."""
    spoken = [code for code, _name in settings.LANGUAGES]
    secret, token = secret_of(there), token_of(there)
    with translation.override(there.language if there.language in spoken else spoken[-1]):
        own = reverse("letter_check:letter", args=[token])
        page = reverse("letter_check:ask")
    groups = (secret[place : place + GROUP] for place in range(0, CODE_LENGTH, GROUP))
    return Mark(settings.BASE_URL + own, settings.BASE_URL + page, "-".join(groups), is_signed)


def token_of(there: Notice | NoticeCopy) -> str:
    """The end of the address at which this letter is checked: its secret, and where to look."""
    return f"{_notice_id(there)}-{secret_of(there)}"


def secret_of(there: Notice | NoticeCopy) -> str:
    """What only this letter says of itself."""
    choice = there.choice if isinstance(there, NoticeCopy) else ""
    rest = int(vault.keyed_hash("letter-check", f"{_notice_id(there)}:{choice}"), 16)
    secret = ""
    while len(secret) < SECRET_LENGTH:
        rest, place = divmod(rest, len(ALPHABET))
        secret += ALPHABET[place]
    return secret


def _notice_id(there: Notice | NoticeCopy) -> int:
    return there.notice_id if isinstance(there, NoticeCopy) else there.pk
