"""What goes wrong while nobody looks: recorded as a code, told to each reader in their language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .errors import Conflict, PortalError

DAMAGED, UNSIGNED, BEING_SIGNED = "letter_damaged", "letter_unsigned", "letter_being_signed"
SENTENCES: dict[str, Promise] = {
    DAMAGED: _("The stored letter is missing or damaged. Tell the person on duty."),
    UNSIGNED: _("The letter could not be signed electronically. Tell the person on duty."),
    BEING_SIGNED: _("The letter is being signed electronically. Try again in a minute."),
}


def conflict(code: str) -> Conflict:
    """The refusal of this code, to be raised."""
    return Conflict(SENTENCES[code], {"fault": code})


def code_of(error: PortalError) -> str:
    """What is recorded of a refusal: its code, or the sentence of one that has none."""
    return str(error.detail.get("fault") or error.sentence)


def told(recorded: str) -> str:
    """The same for a reader; whatever is no code as it stands."""
    return str(SENTENCES.get(recorded, recorded))
