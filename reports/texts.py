"""Texts from outside, made fit to be stored."""

from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid

LONGEST_REASON = 5_000

# PostgreSQL takes no NUL and UTF-8 no lone surrogate; the other controls are of no use to a reader.
UNREADABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)), None)


def readable(text: str) -> str:
    """`text` without what no database takes or nobody can read; line breaks, tabs and every letter
    stay."""
    return text if text.isprintable() else text.translate(UNREADABLE)


def plain(text: str) -> str:
    """`readable`, and without blanks around it."""
    return readable(text).strip()


def reason_of(text: str, most: int = LONGEST_REASON) -> str:
    """A reason as it is kept. Raises Invalid for none, and for over `most` characters."""
    said = plain(text)
    if not said:
        raise Invalid.field("reason", _("Give a reason."))
    if len(said) > most:
        too_long = _("The reason is longer than %(most)s characters.") % {"most": most}
        raise Invalid.field("reason", too_long)
    return said
