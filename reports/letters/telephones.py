"""Telephone numbers in a letter: national ones are read as the letter's country writes them."""

import re
from collections.abc import Iterator

from platforms.locators import identify
from platforms.locators.hosts import FACTS

from .candidate import Candidate
from .mentions import Mentions

_PHONE = re.compile(
    r"(?<![\w+/.:=-])(?:\(?\+62\)?\s?\d|\(?\+\(?\d|\(?0|62"
    r"|8(?=[ (-]{1,2}9\d\d))(?:(?!\s\(0\d)(?:[ .()\u2010-\u2015-]{0,3}"
    r"|-\n[ \t]{0,20})\d){7,14}(?![\w/@]|-\w)"
)
# Dots and slashes between its figures are those of a file number or an amount.
_NATIONAL_FORM = re.compile(r"\(?\d[\d ()\u2010-\u2015-]{6,18}")
_DAY = re.compile(r"\(?\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([-./ ])\d\d\2\d\d")
# ISO 3166 code: (the prefix of a national number, the country's calling code). ITU-T E.164; where
# numbers at home have no prefix nothing tells them from other digits, and they are not listed.
_NATIONAL = {
    "GB": ("0", "44"), "IE": ("0", "353"), "AU": ("0", "61"), "NZ": ("0", "64"), "IN": ("0", "91"),
    "PK": ("0", "92"), "BD": ("0", "880"), "MY": ("0", "60"), "TH": ("0", "66"), "VN": ("0", "84"),
    "PH": ("0", "63"), "TW": ("0", "886"), "JP": ("0", "81"), "KR": ("0", "82"), "CN": ("0", "86"),
    "DE": ("0", "49"), "FR": ("0", "33"), "NL": ("0", "31"), "BE": ("0", "32"), "AT": ("0", "43"),
    "CH": ("0", "41"), "SE": ("0", "46"), "TR": ("0", "90"), "UA": ("0", "380"), "EG": ("0", "20"),
    "SA": ("0", "966"), "AE": ("0", "971"), "NG": ("0", "234"), "KE": ("0", "254"),
    "ZA": ("0", "27"),
    "TZ": ("0", "255"), "UG": ("0", "256"), "GH": ("0", "233"), "EC": ("0", "593"),
    "PE": ("0", "51"),
    "AR": ("0", "54"), "BR": ("0", "55"), "RU": ("8", "7"), "KZ": ("8", "7"),
}  # fmt: skip


def find_phones(text: str, mentions: Mentions, country: str) -> Iterator[Candidate]:
    """Every telephone number; `country` is the letter's ISO 3166 code, "" when it is not known."""
    for match in _PHONE.finditer(text):
        if _DAY.match(match[0]):
            continue
        near = _with_phones(mentions.near(*match.span()))
        platform = near or _with_phones(mentions.whole())
        written = _international(match[0], country)
        locator = identify(written, platform=platform or "whatsapp")
        is_phone = locator.kind == "phone"
        if is_phone and not locator.problem or written.lstrip("(").startswith("+"):
            canonical = locator.canonical if is_phone else _plain(written)
            span = match.span()
            yield Candidate("phone", match[0], canonical, *span, platform, locator, bool(near))


def _international(written: str, country: str) -> str:
    """A national number with its country's code, any other as it is."""
    prefix, code = _NATIONAL.get(country, ("", ""))
    digits = re.sub(r"\D", "", written)
    is_national = _NATIONAL_FORM.fullmatch(written) and digits.startswith(prefix or "+")
    if not is_national or digits.startswith("00"):
        return written
    return f"+{code}{digits.removeprefix(prefix)}"


def _plain(written: str) -> str:
    return "+" + re.sub(r"\D", "", written)


def _with_phones(slug: str) -> str:
    """The platform, if its accounts are telephone numbers."""
    return slug if slug in FACTS and FACTS[slug].has_phone_accounts else ""
