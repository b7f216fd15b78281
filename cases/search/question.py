"""What somebody typed into the search box: a number, an address, a phone, a letter, or words.

Pure. One text may be several of these at once; each way of finding takes what it can use.
"""

import re
from dataclasses import dataclass

from moderation_portal.series import SEALED_FROM
from moderation_portal.storable import storable
from platforms import locators
from platforms.locators import Locator, facts_for
from reports.models import Handling

LONGEST = 200  # characters of a question that are read
MOST_ACCOUNTS = 10
SHORTEST = 3  # letters of a handle, a letter number or a word that is looked for

_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")
# K26-0000123, ks26-483920175, r 26 12, K260000123, 123
_CASE_OR_REPORT = re.compile(
    r"([KR])\s?(S?)[\s-]?(?:\d\d[-\s./]\s?|\d\d(?=\d{7}$))?0*(\d{1,12})", re.I | re.ASCII
)
_BARE = re.compile(r"0*([1-9]\d{0,6})", re.ASCII)
# B-000123/KOMDIGI/III/2026, b 123, R-483920175 (those of sealed ones are long)
_NOTICE = re.compile(
    r"(?:(B)[-\s./]?0*|(R)[-\s.]?(?=\d{6}))(\d{1,9})(?:[-\s./].*)?", re.I | re.ASCII
)
_HANDLE = re.compile(r"@?([\w.\-~]{3,100})")
_LONG_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{4,}\d", re.ASCII)
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class Question:
    """What a text may mean.

    text       as it was typed, without what nobody sees; at most `LONGEST` characters
    cases      ids that it may be the number of; `reports` likewise
    serial     handling class and serial of a notice
    signs      its letters and digits alone, for numbers of letters and notices; "" if it is none
    accounts   the precise accounts that it names; `handle` the one it may name on any platform
    phone      a phone number (E.164), which is looked for in its own way only
    platform   slug of the platform that it names, or whose address it is
    words      what is looked for in texts
    """

    text: str
    cases: tuple[int, ...] = ()
    reports: tuple[int, ...] = ()
    serial: tuple[str, int] | None = None
    signs: str = ""
    accounts: tuple[Locator, ...] = ()
    handle: str = ""
    phone: str = ""
    platform: str = ""
    words: str = ""

    @property
    def kinds(self) -> list[str]:
        """As what it is looked for, for the record: never the text itself."""
        found = {
            "number": self.cases or self.reports or self.serial,
            "letter": self.signs,
            "account": self.accounts or self.handle,
            "phone": self.phone,
            "platform": self.platform,
            "words": self.words,
        }
        return [kind for kind, said in found.items() if said]


def read(typed: str) -> Question:
    """Reads a text as everything that it may be. Never raises for any string."""
    text = " ".join(locators.clean(storable(typed[: 2 * LONGEST])).split())[:LONGEST]
    if not text:
        return Question("")
    found = [one for one in _named(text) if one.kind != "unknown"]
    phone = next((one.canonical for one in found if one.kind == "phone"), "")
    if phone:
        return Question(text, phone=phone)
    joined = _DASHES.sub("-", text)
    accounts = tuple(one for one in found if one.platform and not one.problem)[:MOST_ACCOUNTS]
    cases, reports = _ids(joined)
    serial = _serial(joined)
    return Question(
        text,
        cases,
        reports,
        serial,
        _signs(joined),
        accounts,
        "" if accounts else _handle(text),
        platform="" if accounts else _platform(text, found),
        words="" if cases or reports or serial else _words(text),
    )


def signs_of(text: str) -> str:
    """The letters and digits of a number, as the database writes them in its index."""
    return re.sub("[^A-Za-z0-9]", "", text).upper()


def _named(text: str) -> list[Locator]:
    whole = locators.identify(text)
    is_precise = whole.kind not in ("unknown", "website") and not whole.problem
    return [whole] if is_precise else [whole, *locators.find_all(text)]


def _ids(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids of cases and of reports; a bare number may be either's."""
    bare = _BARE.fullmatch(text)
    if bare:
        return (int(bare[1]),), (int(bare[1]),)
    found = _CASE_OR_REPORT.fullmatch(text)
    if found is None:
        return (), ()
    pk = int(found[3]) + (SEALED_FROM if found[2] else 0)
    return ((pk,), ()) if found[1].upper() == "K" else ((), (pk,))


def _serial(text: str) -> tuple[str, int] | None:
    bare = _BARE.fullmatch(text)
    found = _NOTICE.fullmatch(text)
    if bare or found is None:
        return (str(Handling.ORDINARY), int(bare[1])) if bare else None
    return str(Handling.SEALED if found[2] else Handling.ORDINARY), int(found[3])


def _signs(text: str) -> str:
    """Of what may be a letter's number: something in it is a digit, and little of it is prose."""
    signs = signs_of(text)
    has_digit = any(sign.isdigit() for sign in signs)
    return signs if has_digit and len(signs) >= SHORTEST and text.count(" ") <= 8 else ""


def _handle(text: str) -> str:
    found = _HANDLE.fullmatch(text)
    return found[1].strip(".-") if found else ""


def _platform(text: str, found: list[Locator]) -> str:
    facts = facts_for(text)
    if facts is not None:
        return facts.slug
    whole = [one.platform for one in found if one.problem == "no_account" and one.platform]
    return whole[0] if whole else ""


def _words(text: str) -> str:
    """Long numbers are left out: no text is searched for somebody's phone number. An address or a
    number with signs in it is none either."""
    words = " ".join(_LONG_NUMBER.sub(" ", text).split()).lstrip("@")
    is_prose = " " in words or _HANDLE.fullmatch(words)
    return words if is_prose and _WORD.search(words) else ""
