"""Text to platform and account: handles, addresses in every shape, phone numbers, ids, and profiles
that were seen nearby. Pure: no database, no network, no clock; the facts are read once from
platforms/data.

The host of an address decides its platform, never a display name or the reporter's hint.
"""

import re
import unicodedata

from .addresses import read_address, read_host
from .cleaning import clean, refang, soften
from .finding import find_all
from .handles import read_words, trim
from .hosts import Facts, facts_for
from .locator import Locator, problem

__all__ = [
    "TEXT_MOST",
    "Locator",
    "clean",
    "facts_for",
    "find_all",
    "identify",
    "refang",
]

TEXT_MOST = 2000  # characters; a longer text is no locator

_PLAIN = re.compile(
    r"(https?://)?([A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+)"
    r"([/?#](?:[!#-&+-:;=?@A-Z_a-z~]*[#-&+\-/-9=@A-Z_a-z~])?)?",
    re.ASCII,
)
_HAS_ADDRESS = re.compile(r"://|www\.|\w\.[a-z]{2,24}/|t\.me/|wa\.me/", re.I)
_AUTHORITY = re.compile(r"\s*(?:[\w+.-]{2,12}://)?([^\s/?#]{0,255})")
_SCHEMED = re.compile(r"\s*[\w+.-]{2,12}://")
_NUMBER_LINK = re.compile(r"\S*(?:wa\.me/|phone=)[+\d ().-]+", re.I)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def identify(text: str, *, platform: str = "", description: str = "") -> Locator:
    """The one account, post or group that `text` names.

    In: one line of what a person or a detector told, at most `TEXT_MOST` characters; `platform`:
    the reporter's hint (slug, name or host), used for bare handles, ids, phones and descriptions
    only; `description`: what was told besides, for profiles seen nearby (Permen 5/2020 art. 15(2)
    asks for a specific URL; such a profile has none, its name and coarse area stand in for it).
    Out: always a locator; where the text is no precise one, its `problem` says why. Never raises
    for any string.
    """
    if len(text) > TEXT_MOST:
        return problem("too_long", text[:200])
    plain = _PLAIN.fullmatch(text)
    if plain is not None and "xn--" not in text:
        scheme, host, rest = plain.groups()
        hint = facts_for(platform) if platform and not (scheme or rest) else None
        found = read_host(host.lower(), rest or "", hint, is_url=scheme is not None)
        if found is not None:
            return found
    return _identify(text, facts_for(platform) if platform else None, description)


def _identify(text: str, hint: Facts | None, description: str) -> Locator:
    """`identify` for what is not a plain ASCII address."""
    if not text.isascii() and _hides_its_host(text):
        return problem("mixed_script_host", text, kind="website")
    soft = refang(clean(text) if _is_styled(text) else soften(text))
    trimmed = trim(soft)
    if not trimmed:
        if description and hint and hint.has_nearby_search:
            return read_words("", hint, description)
        return problem("empty", platform=hint.slug if hint else None)
    if _NUMBER_LINK.fullmatch(trimmed):
        trimmed = re.sub(r"\s+", "", trimmed)
    if not re.search(r"\s", trimmed):
        found = read_address(trimmed, hint)
        if found is not None:
            return found
    if _HAS_ADDRESS.search(trimmed):
        found = _only_address(soft)
        if found is not None:
            return found
    if _EMAIL.fullmatch(trimmed):
        return problem("not_a_locator", trimmed)
    found = read_words(trimmed, hint, description)
    if found.problem in ("bad_handle", "bad_phone", "not_a_locator") and " " in trimmed:
        return _one_inside(soft, hint) or found
    return found


def _one_inside(soft: str, hint: Facts | None) -> Locator | None:
    """The one locator in a text with other words; "several" when there are more, None for none."""
    found = find_all(soft, platform=hint.slug if hint else "")
    if len(found) > 1:
        return problem("several", soft, platform=hint.slug if hint else None)
    return found[0] if found else None


def _only_address(soft: str) -> Locator | None:
    """The address inside a text with other words, "several" when there is more than one."""
    found = [one for one in find_all(soft) if one.host]
    if len(found) > 1:
        precise = [one for one in found if not one.problem]
        found = precise if len(precise) == 1 else found
    if len(found) > 1:
        return problem("several", soft)
    return found[0] if found else None


def _authority(text: str) -> str:
    """What stands where an address names its host."""
    found = _AUTHORITY.match(text)
    return found[1] if found else ""


def _hides_its_host(text: str) -> bool:
    """Whether a letter in the host turns into a delimiter when it is folded: a browser would refuse
    such a host, a careless reader would end it too early."""
    return _SCHEMED.match(text) is not None and any(
        not set("/?#@:\\%").isdisjoint(unicodedata.normalize("NFKC", letter))
        for letter in _authority(text)
        if not letter.isascii()
    )


def _is_styled(text: str) -> bool:
    """Whether the host was dressed up by a person: it holds letters that no host can be registered
    with (mathematical, circled, bracketed), so its small capitals are dress too. A host with small
    capitals alone may be a real one that imitates another."""
    return not text.isascii() and any(
        soften(letter) not in ("", letter) for letter in _authority(text) if not letter.isascii()
    )
