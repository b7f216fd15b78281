"""Phone numbers as people write them, Indonesian forms first."""

import re
from typing import Any, NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

HOME_REGION = "ID"

_INDONESIA: Any = phonenumbers.PhoneMetadata.metadata_for_region(HOME_REGION)
_MOBILE = re.compile(_INDONESIA.mobile.national_number_pattern)
_NOT_DIGITS = re.compile(r"[^\d]+")
_WRITTEN = re.compile(r"(?:(?:tel|sms|callto|whatsapp):)?([+(\d][+()\d\s.\-/]*)", re.I)


class Phone(NamedTuple):
    """A phone number: `e164` ("+62812…"; the text itself when it is none), how it is shown, and
    "bad_phone" when no network could have given it out."""

    e164: str
    shown: str
    problem: str = ""


def looks_like_phone(text: str) -> bool:
    """Whether `text` is made of the signs of a phone number alone, enough of them to be one."""
    found = _WRITTEN.fullmatch(text)
    return found is not None and 6 <= sum(c.isdigit() for c in text) <= 20


def read_phone(text: str, *, is_international: bool = False) -> Phone:
    """The number that `text` stands for. 0812…, 62812…, 0062812…, +62 (0)812-… and 812… are one
    number; a number with another country's code stays there. `is_international`: as in a link,
    where the country's code comes first without its sign."""
    text = text.strip()
    digits = _NOT_DIGITS.sub("", text)
    if len(digits) < 6:
        return Phone(text, text, "bad_phone")
    international = text.lstrip("( ").startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if digits.startswith("62") and (international or len(digits) >= 10):
        national = digits[2:].removeprefix("0")
    elif not international:
        national = digits.removeprefix("0")
    else:
        return _foreign(digits, text)
    if is_international and digits[:1] not in ("0", "6"):
        abroad = _parsed(f"+{digits}")
        if abroad:
            return abroad
    if _MOBILE.fullmatch(national):
        return Phone(f"+62{national}", _shown(national))
    return _rarer(national, text)


def _shown(national: str) -> str:
    return f"+62 {national[:3]}-{national[3:7]}-{national[7:]}"


def _rarer(national: str, text: str) -> Phone:
    """Fixed lines and service numbers, which the library knows."""
    digits = _NOT_DIGITS.sub("", text)
    return _parsed(f"+62{national}") or _foreign("0" if digits[0] == "0" else digits, text)


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
