"""Makes values safe to stand in a letter: cleaned, escaped, dated, defanged. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import category as kind_of
from unicodedata import normalize
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from moderation_portal.defanging import defang_links
from moderation_portal.errors import Invalid

MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|&~=^])")
UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0384-\u0482\u048a-\u04ff\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u2040\u20a0-\u20bf\u2116\u2122\u2190-\u21ff\ufffd]"
)
LINK = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


@dataclass(frozen=True)
class LocatorLine:
    """One target as a letter lists it.

    `locator` is exact: a URL, handle, phone number, user id or the description of a nearby-search
    profile. `kind` is one of the pack's `objects` (account, post, url…); `reference` is the item's
    number in our own record, for the answer. Nothing here may tell who reported.
    """

    locator: str
    kind: str = "account"
    reference: str = ""


def prose(text: object) -> str:
    """Text of several lines without control, direction or invisible characters, defanged."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (char for char in lines if char == "\n" or kind_of(char) not in ("Cc", "Cf"))
    shown = "".join("\ufffd" if kind_of(char) in ("Cs", "Co", "Cn") else char for char in kept)
    return defang_links(shown).strip()


def one_line(text: object) -> str:
    """Like `prose`, on one line: for subjects, heads and running text."""
    return " ".join(prose(text).split())


def exact(locator: str) -> str:
    """A locator of which nothing is hidden: invisible and direction characters show as ‹U+202E›."""
    return "".join(
        f"‹U+{ord(char):04X}›" if char != " " and kind_of(char)[0] in "CZ" else char
        for char in locator.strip()
    )


def printable(value: Any) -> Any:
    """Texts, also inside lists and mappings, with what the letter's fonts lack as ‹U+5C0F›.

    Tofu would hide which account is meant; a code point does not.
    """
    if isinstance(value, str):
        return UNPRINTABLE.sub(lambda match: f"‹U+{ord(match[0]):04X}›", normalize("NFC", value))
    if isinstance(value, Mapping):
        return {name: printable(inner) for name, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def escape(text: str) -> str:
    """`text` as Markdown that means exactly these characters and nothing else."""
    return MARKDOWN.sub(r"\\\1", text)


def link(address: object) -> str:
    """An absolute http(s) address for a link; Invalid for anything else."""
    text = str(address)
    try:
        parts = urlsplit(text)
    except ValueError:  # a bracket without its other half
        parts = None
    is_linkable = parts and parts.scheme in ("http", "https") and parts.hostname
    if not is_linkable or not LINK.fullmatch(text):
        raise Invalid(
            _("“%(address)s” cannot be linked to from a letter.") % {"address": text[:80]}
        )
    return text.replace("(", "%28").replace(")", "%29")


def day(at: datetime, tz: str, language: str) -> str:
    """The day of `at` in zone `tz`, written out: 21 November 2026."""
    with translation.override(language):
        return date_format(at.astimezone(ZoneInfo(tz)), "j F Y")


def instant(at: datetime, tz: str, language: str, pattern: str) -> str:
    """Day, time and zone of `at`; `pattern` has {day}, {hour}, {minute} and {zone}."""
    local = at.astimezone(ZoneInfo(tz))
    return pattern.format(
        day=day(at, tz, language), hour=f"{local:%H}", minute=f"{local:%M}", zone=local.tzname()
    )


def number(count: int, language: str) -> str:
    """A whole number with the language's thousands separator."""
    separator = formats.get_format("THOUSAND_SEPARATOR", language, use_l10n=True)
    return f"{count:,}".replace(",", separator)


def listed(values: object) -> tuple[str, ...]:
    """A sequence of texts, each on one line, without empty ones; a lone text is refused."""
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise Invalid(_("A letter wants a list here, not one text."))
    return tuple(line for line in map(one_line, values) if line)
