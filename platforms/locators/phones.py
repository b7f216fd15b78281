"""Phone numbers as people write them; one without a country's code is of the pack's country."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from moderation_portal import policy

_NOT_DIGITS = re.compile(r"[^\d]+")
_WRITTEN = re.compile(r"(?:(?:tel|sms|callto|whatsapp):)?([+(\d][+()\d\s.\-/]*)", re.I)


class Phone(NamedTuple):
    """A phone number: `e164` ("+62812…"; the text itself when it is none), how it is shown, and
    "bad_phone" when no network could have given it out."""

    e164: str
    shown: str
    problem: str = ""


class Home(NamedTuple):
    """How numbers are written in one country: its calling code ("62"), what stands before a
    national number ("0"; nothing in some countries), and which national numbers are mobile."""

    code: str
    prefix: str
    mobile: re.Pattern[str]


def home() -> Home:
    """The country of the policy pack."""
    return _home(policy.pack().identity.country)


@lru_cache(maxsize=8)
def _home(region: str) -> Home:
    known: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    mobile = re.compile(known.mobile.national_number_pattern)
    return Home(str(known.country_code), known.national_prefix or "", mobile)


def looks_like_phone(text: str) -> bool:
    """Whether `text` is made of the signs of a phone number alone, enough of them to be one."""
    found = _WRITTEN.fullmatch(text)
    return found is not None and 6 <= sum(c.isdigit() for c in text) <= 20


def is_home_mobile(phone: Phone) -> bool:
    """Whether this is a mobile number of our own country."""
    here = home()
    national = phone.e164.removeprefix(f"+{here.code}")
    return national != phone.e164 and here.mobile.fullmatch(national) is not None


def read_phone(text: str, *, is_international: bool = False) -> Phone:
    """The number that `text` stands for. In Indonesia 0812…, 62812…, 0062812…, +62 (0)812-… and
    812… are one number; a number with another country's code stays there. `is_international`: as in
    a link, where the country's code comes first without its sign."""
    here, text = home(), text.strip()
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) < 6:
        return Phone(text, text, "bad_phone")
    international = text.lstrip("( ").startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if digits.startswith(here.code) and (international or len(digits) >= 10):
        national = digits.removeprefix(here.code).removeprefix(here.prefix)
    elif not international:
        national = digits.removeprefix(here.prefix)
    else:
        return _foreign(digits, text)
    if is_international and digits[:1] not in ("0", here.code[0]):
        abroad = _parsed(f"+{digits}")
        if abroad:
            return abroad
    if here.mobile.fullmatch(national):
        return _shown(f"+{here.code}{national}", int(here.code), int(national))
    return _rarer(national, text)


def _shown(e164: str, code: int, national: int) -> Phone:
    number = phonenumbers.PhoneNumber(country_code=code, national_number=national)
    return Phone(e164, phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))


def _rarer(national: str, text: str) -> Phone:
    """Fixed lines and service numbers, which the library knows."""
    digits = _NOT_DIGITS.sub("", text)
    abroad = "0" if digits[0] == "0" else digits
    return _parsed(f"+{home().code}{national}") or _foreign(abroad, text)


def _foreign(digits: str, text: str) -> Phone:
    return _parsed(f"+{digits}") or Phone(text, text, "bad_phone")


def _parsed(e164: str) -> Phone | None:
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), shown)
