"""Telephone numbers in a letter: national ones are read as the letter's country writes them."""

import re
from collections.abc import Iterator

from platforms.locators import identify
from platforms.locators.hosts import FACTS

from .candidate import Candidate
from .mentions import Mentions

_PHONE = re.compile(
    r"(?<![\w+.:=-])(?<!\D/)(?:\(?\+62\)?\s?\d|\(?\+\(?\d|\(?0|62"
    r"|8(?=[ (-]{1,2}9\d\d))(?:(?!\s\(0\d)(?:[ .()\u2010-\u2015-]{0,3}"
    r"|-\n[ \t]{0,20})\d){7,14}(?![\w@]|-\w|/(?![+0]\d))"
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
# Mobile numbers of countries that write none before them: (their shape, the calling code).
_MOBILE = {
    "ES": ("[67]\\d{8}", "34"), "PT": ("9\\d{8}", "351"), "IT": ("3\\d{8,9}", "39"),
    "PE": ("9\\d{8}", "51"), "CL": ("9\\d{8}", "56"), "CO": ("3\\d{9}", "57"),
    "MX": ("[1-9]\\d{9}", "52"),
    "SG": ("[89]\\d{7}", "65"), "HK": ("[4-9]\\d{7}", "852"), "IN": ("[6-9]\\d{9}", "91"),
}  # fmt: skip
# Where nothing but its length tells a number, the word before it must.
_SAID_MOBILE = re.compile(
    r"(?:celular|móvil|movil|telemóvel|cellulare|línea|linha|whats\s?app|mobile|phone|\bwa\b|mob)"
    r"(?:\s+(?:n[úu]mero|n[°º.]+|no\.?|number))?\W{0,3}(?P<number>\d(?:[ .-]?\d){7,9})(?![\w-])",
    re.IGNORECASE,
)


def find_phones(text: str, mentions: Mentions, country: str) -> Iterator[Candidate]:
    """Every telephone number; `country` is the letter's ISO 3166 code, "" when it is not known."""
    for start, end, written in _written(text, country):
        near = _with_phones(mentions.near(start, end))
        platform = near or _with_phones(mentions.whole())
        locator = identify(written, platform=platform or "whatsapp")
        is_phone = locator.kind == "phone"
        if is_phone and not locator.problem or written.lstrip("(").startswith("+"):
            canonical = locator.canonical if is_phone else _plain(written)
            shown = text[start:end]
            yield Candidate("phone", shown, canonical, start, end, platform, locator, bool(near))


# Further numbers behind one that a word has told.
_NEXT_MOBILE = re.compile(
    r"\s*(?:[,;/&]|\b(?:and|dan|y|e|और)\b)\s*(?P<number>\d(?:[ .-]?\d){7,9})(?![\w-])"
)


def _written(text: str, country: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, number as it is dialled from abroad where the country is known)."""
    for match in _PHONE.finditer(text):
        is_abroad = not country and _NATIONAL_FORM.fullmatch(match[0])
        if not _DAY.match(match[0]) and not is_abroad:
            plain = re.sub(r"[\u2010-\u2015]", "-", match[0])
            yield *match.span(), _international(plain, country)
    shape, code = _MOBILE.get(country, ("", ""))
    for match in _SAID_MOBILE.finditer(text) if shape else ():
        following: re.Match[str] | None = match
        while following is not None:
            digits = re.sub(r"\D", "", following["number"])
            if re.fullmatch(shape, digits):
                yield *following.span("number"), f"+{code}{digits}"
            following = _NEXT_MOBILE.match(text, following.end())


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
