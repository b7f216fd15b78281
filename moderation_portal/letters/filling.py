"""Puts values into a template. What a template does not declare, or is not given, stops it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid
from moderation_portal.policy import Pack
from moderation_portal.policy.template import ALONE, KINDS, PLACEHOLDER, Kind, Template

from .wording import escape, instant, link, listed, number, one_line, prose

Value = str | tuple[str, ...]

EMPTY = ("", (), None)


def prepare(
    template: Template, given: Mapping[str, object], pack: Pack, language: str
) -> dict[str, Value]:
    """Every name the template uses with its cleaned value; optional ones may be empty.

    Raises Invalid, naming them all, for names that no letter knows and for values that are missing.
    """
    strangers = sorted(given.keys() - KINDS.keys())
    missing = sorted(name for name in template.required if given.get(name) in EMPTY)
    if strangers or missing:
        raise Invalid(
            _("The letter “%(code)s” misses: %(missing)s. It does not know: %(unknown)s.")
            % {
                "code": template.code,
                "missing": ", ".join(missing) or "–",
                "unknown": ", ".join(strangers) or "–",
            },
            {"missing": missing, "unknown": strangers},
        )
    pattern = pack.choice("letter_words", "time_of_day").name.say(language)
    values = {}
    for name in template.required | template.optional:
        value = given.get(name)
        values[name] = (
            _clean(KINDS[name], value, pack.tz, language, pattern) if value not in EMPTY else ""
        )
        if not values[name] and name in template.required:
            raise Invalid(
                _("“%(name)s” of a letter holds nothing that can be shown.") % {"name": name}
            )
    return values


def _clean(kind: Kind, value: object, tz: str, language: str, pattern: str) -> Value:
    if kind == "instant":
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise Invalid(
                _("A letter wants a time with its zone here, not “%s”.") % str(value)[:80]
            )
        return instant(value, tz, language, pattern)
    if kind == "number" and isinstance(value, int):
        return number(value, language)
    if kind == "list":
        return listed(value)
    if kind in ("paragraphs", "table"):
        return str(value) if kind == "table" else prose(value)
    return link(value) if kind == "link" else one_line(value)


def fill_plain(text: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The lines of a header text with plain values; a line with an empty value disappears."""
    return tuple(_lines(text, values, str))


def fill_markdown(body: str, values: Mapping[str, Value]) -> str:
    """The Markdown body with escaped values, lists and paragraphs on lines of their own."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_lines(body, values, escape))).strip() + "\n"


def _lines(text: str, values: Mapping[str, Value], guard: Callable[[str], str]) -> list[str]:
    filled: list[str] = []
    for line in text.splitlines():
        names = PLACEHOLDER.findall(line)
        if any(not values[name] for name in names):
            continue
        if names and KINDS[names[0]] in ALONE:
            filled += _block(KINDS[names[0]], values[names[0]], guard)
        else:
            filled.append(PLACEHOLDER.sub(_inline(values, guard), line))
    return filled


def _inline(
    values: Mapping[str, Value], guard: Callable[[str], str]
) -> Callable[[re.Match[str]], str]:
    def insert(match: re.Match[str]) -> str:
        value = str(values[match[1]])
        return value if KINDS[match[1]] == "link" else guard(value)

    return insert


def _block(kind: Kind, value: Value, guard: Callable[[str], str]) -> list[str]:
    """The lines of a value that stands alone; a list of one is a paragraph."""
    if kind == "table":
        return str(value).splitlines()
    if kind == "list":
        mark = "- " if guard is escape and len(value) > 1 else ""
        return [f"{mark}{guard(line)}" for line in value]
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", str(value))]
    return [line for part in paragraphs if part for line in (guard(part), "")]
