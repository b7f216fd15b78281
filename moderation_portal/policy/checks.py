"""What is wrong with a policy pack, in sentences; run at start-up and by the tests."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from itertools import pairwise

import phonenumbers
from django.conf import settings
from django.core.checks import Error

from moderation_portal.roles import STAFF, Role

from . import fine_table, working_time
from .book import Pack, walk
from .loading import pack as find
from .reading import PackError
from .template import ALWAYS, OF_SECTIONS, problems
from .values import TRAITS, Category, Dated, Ladder, Words

NEEDED = (
    "issuers",
    "urgencies",
    "categories",
    "bases",
    "sources",
    "requirements",
    "ladders",
    "limits",
    "objects",
    "restoration_answers",
)
# How a promise counts that names no working hours: by the clock, or by hours that nobody stated.
UNCALENDARED = ("clock", "working")
LETTER_WORDS = (
    "column_number",
    "column_locator",
    "column_object",
    "column_reference",
    "more_rows",
    "in_attachment",
    "attachment",
    "attachment_count",
    "attachment_of",
    "page_of",
    "copies",
    "time_of_day",
    "quoted_basis",
    "paraphrased_basis",
    "defanged",
    "written_in",
    "also_withdrawn",
    "signed_electronically",
    "check_letter",
)


def check_policy_pack(app_configs, **kwargs) -> list[Error]:
    """Django's start-up check: the pack in use can be read and has no gap."""
    try:
        found = check(find(settings.POLICY_PACK))
    except PackError as error:
        found = list(error.problems)
    return [Error(sentence, id="portal.E010") for sentence in found]


def check(pack: Pack) -> list[str]:
    """Every gap in a pack that could be read, as sentences; an empty list when it is sound."""
    missing = [f"The section “{name}” is empty." for name in NEEDED if not pack.sections[name]]
    if missing:
        return missing
    return [
        *_translations(pack),
        *_periods(pack),
        *_references(pack),
        *_categories(pack),
        *_ladders(pack),
        *_calendars(pack),
        *_objections(pack),
        *_identity(pack),
        *_fines(pack),
        *_authorities(pack),
        *_letters(pack),
    ]


def _translations(pack: Pack) -> Iterator[str]:
    for path, value in [*walk(pack.sections), *walk(pack.identity, "identity")]:
        for known in fields(value) if not isinstance(value, Words) else ():
            words = getattr(value, known.name)
            if isinstance(words, Words):
                for language in pack.languages:
                    if not dict(words).get(language, "").strip():
                        yield f"{path}: “{known.name}” has no text in the language “{language}”."


def _periods(pack: Pack) -> Iterator[str]:
    for section, values in pack.sections.items():
        for value in values:
            if value.valid_to and value.valid_to < value.valid_from:
                yield f"{section}/{value.code}: it ends before it begins."
        for one, other in _pairs(values):
            if _overlap(one, other):
                yield f"{section}/{one.code}: two versions are in force on {other.valid_from}."


def _pairs(values: tuple[Dated, ...]) -> Iterator[tuple[Dated, Dated]]:
    """Versions of one datum, each with the next, by first day."""
    by_code: dict[tuple, list[Dated]] = {}
    for value in values:
        key = (value.code, getattr(value, "sources", None))
        by_code.setdefault(key, []).append(value)
    for versions in by_code.values():
        versions.sort(key=lambda value: value.valid_from)
        yield from pairwise(versions)


def _overlap(one: Dated, other: Dated) -> bool:
    return one.valid_to is None or one.valid_to >= other.valid_from


def _references(pack: Pack) -> Iterator[str]:
    """Names that lead nowhere."""
    codes = {name: {value.code for value in values} for name, values in pack.sections.items()}
    traits = TRAITS | codes["categories"]
    sources = codes["sources"] | {"notice"}
    pointers = {
        "bases": codes["bases"],
        "basis": codes["bases"],
        "stops_clock": codes["bases"],
        "unit": codes["units"],
        "refer_units": codes["units"],
        "rule_ids": codes["rules"],
        "only_for": traits,
        "except_for": traits,
        "sources": sources,
        "signatures": set(Role.values),
        "waived_by": set(map(str, STAFF)),
        "hold_proposers": set(map(str, STAFF)),
        "hold_approvers": set(map(str, STAFF)),
        "categories": codes["categories"],
    }
    for path, value in walk(pack.sections):
        for name, known in pointers.items():
            given = getattr(value, name, None) or ()
            for code in (given,) if isinstance(given, str) else given:
                if isinstance(code, str) and code not in known:
                    yield f"{path}: “{name}” names “{code}”, which the pack does not know."
    for answer in (*pack.sections["answers"], *pack.sections["feature_answers"]):
        if answer.needs_reason and answer.plain is None:
            yield f"answers/{answer.code}: it needs a reason and has no “plain” one."
    for word in sorted(set(LETTER_WORDS) - codes["letter_words"]):
        yield f"letter_words/{word}: letters need it and the pack lacks it."


def _categories(pack: Pack) -> Iterator[str]:
    """A category always has a basis to stand on, and a child's matter is never in the open."""
    for category in pack.sections["categories"]:
        path = f"categories/{category.code}"
        if not any(unit.code == category.urgency for unit in pack.sections["urgencies"]):
            yield f"{path}: no words for the urgency “{category.urgency}”."
        if category.is_sexual and category.urgency == "urgent" and category.handling != "sealed":
            yield f"{path}: an urgent sexual category must be sealed."
        bases = [basis for basis in pack.sections["bases"] if basis.code in category.bases]
        for day in _days_of_change(category, bases):
            if not any(basis.holds(day) for basis in bases):
                yield f"{path}: none of its bases is in force on {day}."


def _days_of_change(category: Category, bases: list) -> set:
    """The days on which it must be asked again whether a basis is in force."""
    ends = [basis.valid_to + timedelta(days=1) for basis in bases if basis.valid_to]
    days = {category.valid_from, *ends}
    return {day for day in days if category.holds(day)}


def _ladders(pack: Pack) -> Iterator[str]:
    urgencies = {category.urgency for category in pack.sections["categories"]}
    for urgency in sorted(urgencies - {ladder.urgency for ladder in pack.sections["ladders"]}):
        yield f"ladders: there is none for the urgency “{urgency}”."
    orders_features = any(
        rung.kind == "feature" for one in pack.sections["ladders"] for rung in one.rungs
    )
    if orders_features and not pack.sections["feature_answers"]:
        yield "feature_answers: a platform could not answer an order about a feature."
    if orders_features and not any(one.code == "feature" for one in pack.sections["objects"]):
        yield "objects/feature: letters need it and the pack lacks it."
    for ladder in pack.sections["ladders"]:
        yield from (f"ladders/{ladder.code}: {fault}" for fault in _faults(ladder))


def _calendars(pack: Pack) -> Iterator[str]:
    for calendar in pack.sections["calendars"]:
        if calendar.code in UNCALENDARED:
            yield f"calendars/{calendar.code}: this name is taken by promises without a calendar."
        yield from (
            f"calendars/{calendar.code}: {fault}" for fault in working_time.faults(calendar)
        )


def _objections(pack: Pack) -> Iterator[str]:
    known = {"", *(calendar.code for calendar in pack.sections["calendars"])}
    for limits in pack.sections["limits"]:
        if limits.objection_calendar not in known:
            yield f"limits: there is no calendar “{limits.objection_calendar}”."


def _fines(pack: Pack) -> Iterator[str]:
    for table in pack.sections["fines"]:
        known = pack.sections["categories"], pack.sections["ladders"]
        yield from (f"fines/{table.code}: {fault}" for fault in fine_table.faults(table, *known))


def _identity(pack: Pack) -> Iterator[str]:
    try:
        pack.identity.number_ends.format(issuer="", month="", roman_month="", year="")
    except (KeyError, ValueError, IndexError):
        yield f"identity: “{pack.identity.number_ends}” holds braces that are no placeholder."
    if pack.identity.country not in phonenumbers.SUPPORTED_REGIONS:
        yield f"identity: “{pack.identity.country}” is no country whose telephones are known."


def _authorities(pack: Pack) -> Iterator[str]:
    for one in pack.sections["authorities"]:
        if not one.is_own and "@" not in one.email:
            yield f"authorities/{one.code}: no address to which its copies could go."


def _faults(ladder: Ladder) -> Iterator[str]:
    hours = str(int(ladder.due.total_seconds() // 3600))
    for language, text in ladder.due_rule.items():
        if hours not in re.findall(r"\d+", text):
            yield f"its due rule in “{language}” does not say {hours} hours."
    steps = [rung.step for rung in ladder.rungs if not rung.repeats and rung.kind != "feature"]
    if steps != sorted(set(steps)) or not steps or ladder.rungs[0].kind != "order":
        yield "its rungs must begin with the order and rise step by step."
    for rung in ladder.rungs:
        if rung.when == "before_due" and rung.offset >= timedelta(0):
            yield f"“{rung.code}” stands before the due time but its offset is not negative."
        if rung.kind == "order" and (rung.due != ladder.due or rung.offset != -ladder.due):
            yield f"“{rung.code}” must grant the ladder's own time."
        if rung.kind == "feature" and (not rung.due or rung.offset != -rung.due):
            yield f"“{rung.code}” must grant a time of its own and stand that long before it ends."
        if rung.kind == "feature" and not rung.due_rule:
            yield f"“{rung.code}” must say its own due rule."
        if rung.kind == "reminder" and -rung.offset >= ladder.due:
            yield f"“{rung.code}” would leave before the order itself."
        if rung.kind in ("warning", "proposal") and not rung.signatures:
            yield f"“{rung.code}” is a formal step and needs a person's signature."
        if rung.kind == "proposal" and not rung.goes_to:
            yield f"“{rung.code}” does not say who decides on it (goes_to)."
        if len(set(rung.signatures)) != len(rung.signatures):
            yield f"“{rung.code}” needs a different role for each signature."


def _letters(pack: Pack) -> Iterator[str]:
    wanted = ALWAYS.union(*(OF_SECTIONS[name] for name in OF_SECTIONS if pack.sections[name]))
    wanted |= {rung.letter for ladder in pack.sections["ladders"] for rung in ladder.rungs}
    for language in pack.languages:
        for code in sorted(wanted):
            if (code, language) not in pack.letters:
                yield f"letters/{language}/{code}.md is missing."
    rules = {rule.code for rule in pack.sections["rules"]}
    for code, language in pack.letters:
        try:
            template = pack.template(code, language)
        except PackError as error:
            yield from error.problems
            continue
        yield from problems(template)
        for rule in sorted(set(template.rule_ids) - rules):
            yield f"letters/{language}/{code}.md: it carries the unknown rule “{rule}”."
