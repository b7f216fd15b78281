"""A policy pack as the rooms ask it: a country's law as data, each value in force on its day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid

from .access import AccessProvider
from .beside import Authority, PriorInformation
from .fine_table import FineTable
from .own_numbers import Limits
from .proposing import Proposal
from .template import Template, parse
from .values import (
    Basis,
    Calendar,
    Category,
    ChecklistLine,
    Choice,
    Dated,
    Duty,
    Guidance,
    Identity,
    Issuer,
    Ladder,
    Requirement,
    Route,
    Rule,
    Source,
    Taxonomy,
    Unit,
    Urgency,
)

# Section of the YAML files -> what each of its entries is.
SECTIONS: Mapping[str, type[Dated]] = {
    "rules": Rule,
    "issuers": Issuer,
    "urgencies": Urgency,
    "categories": Category,
    "bases": Basis,
    "sources": Source,
    "channels": Choice,
    "requirements": Requirement,
    "checklist": ChecklistLine,
    "guidance": Guidance,
    "proposals": Proposal,
    "units": Unit,
    "routes": Route,
    "ladders": Ladder,
    "calendars": Calendar,
    "fines": FineTable,
    "access_providers": AccessProvider,
    "normalisation_documents": Choice,
    "prior_information": PriorInformation,
    "authorities": Authority,
    "limits": Limits,
    "duties": Duty,
    "taxonomies": Taxonomy,
    "actions": Choice,
    "objects": Choice,
    "answers": Choice,
    "restoration_answers": Choice,
    "feature_answers": Choice,
    "lacks": Choice,
    "refusal_reasons": Choice,
    "decline_reasons": Choice,
    "letter_words": Choice,
    "operation_partners": Choice,
    "operation_outcomes": Choice,
}


@dataclass(frozen=True, eq=False)
class Pack:
    """One pack, read whole; `version` is the short hash of all its files.

    `at` is an aware datetime, judged by the day it falls on in the pack's own zone. A look-up by
    code takes the version in force at `at`, or the newest one when no time is given, and raises
    Invalid for a code that the pack does not know.
    """

    name: str
    version: str
    identity: Identity
    sections: Mapping[str, tuple[Any, ...]]
    letters: Mapping[tuple[str, str], str]

    @property
    def tz(self) -> str:
        """The IANA zone in which letters give times and days change."""
        return self.identity.tz

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which all of the pack is worded; the first is the official one."""
        return self.identity.languages

    def day(self, at: datetime) -> date:
        """The day of `at` on the pack's own calendar."""
        return at.astimezone(ZoneInfo(self.tz)).date()

    def issuer(self, at: datetime) -> Issuer:
        """The authority under the name that it bore at `at`; Invalid when it had none."""
        for issuer in self._in_force("issuers", at):
            return issuer
        raise Invalid(
            _("The policy pack names no authority that issued orders on %(day)s.")
            % {"day": self.day(at)}
        )

    def category(self, code: str, at: datetime | None = None) -> Category:
        """The category called `code`, also by one of its older names."""
        return self._one("categories", self._category_names.get(code, code), at)

    def categories(self, at: datetime) -> tuple[Category, ...]:
        """The categories in force, in the order in which people choose them."""
        return self._in_force("categories", at)

    def basis(self, code: str, at: datetime | None = None) -> Basis:
        """The provision called `code`."""
        return self._one("bases", code, at)

    def bases_for(self, category: str | Category, at: datetime) -> tuple[Basis, ...]:
        """The provisions a decision on this category may rest on, in force at `at`."""
        if isinstance(category, str):
            category = self.category(category, at)
        return tuple(basis for basis in self._in_force("bases", at) if basis.code in category.bases)

    def ladder(self, urgency: str, at: datetime) -> Ladder:
        """The ladder in force for an urgency (`ordinary`, `urgent`)."""
        for ladder in self._in_force("ladders", at):
            if ladder.urgency == urgency:
                return ladder
        raise Invalid(
            _("No deadline for the urgency “%(urgency)s” was in force on %(day)s.")
            % {"urgency": urgency, "day": self.day(at)}
        )

    def calendar(self, code: str, at: datetime | None = None) -> Calendar:
        """The working hours called `code`."""
        return self._one("calendars", code, at)

    def calendars(self, at: datetime | None = None) -> tuple[Calendar, ...]:
        """The working hours by which a promise may count."""
        return self._in_force("calendars", at)

    def urgency(self, code: str, at: datetime | None = None) -> Urgency:
        """The words for an urgency."""
        return self._one("urgencies", code, at)

    def source(self, code: str, at: datetime | None = None) -> Source:
        """Who may ask: one kind of reporter."""
        return self._one("sources", code, at)

    def official_sources(self, at: datetime | None = None) -> frozenset[str]:
        """Who asks by a formal letter: the codes of those sources."""
        return frozenset(one.code for one in self._in_force("sources", at) if one.is_official)

    def requirements(self, source: str, at: datetime | None = None) -> tuple[Requirement, ...]:
        """What a report from this source must hold; the source `notice` is what an order must hold.

        Whether one is demanded of a category is `Requirement.applies(category)`.
        """
        known = self._in_force("requirements", at)
        return tuple(one for one in known if source in one.sources)

    def checklist(
        self, category: str | Category, at: datetime | None = None
    ) -> tuple[ChecklistLine, ...]:
        """What is ticked before a case of this category is decided."""
        if isinstance(category, str):
            category = self.category(category, at)
        return tuple(line for line in self._in_force("checklist", at) if line.applies(category))

    def guidance(self, category: str | Category, at: datetime) -> dict[str, list[str]]:
        """What is weighed in each part of the three-part test, in the reader's language."""
        if isinstance(category, str):
            category = self.category(category, at)
        found: dict[str, list[str]] = {}
        for one in self._in_force("guidance", at):
            if one.applies(category):
                found.setdefault(one.part, []).append(str(one.text))
        return found

    def proposals(self, category: str | Category, at: datetime) -> dict[str, str]:
        """Part of a decision -> its usual words, in the reader's language; of several the first."""
        return {one.part: str(one.text) for one in reversed(self._proposals(category, at))}

    def proposed_words(self, category: str | Category, part: str, at: datetime) -> dict[str, str]:
        """What is proposed for a part of a decision, in every language -> which remedy it backs."""
        found = (one for one in self._proposals(category, at) if one.part == part)
        return {words: one.remedy for one in found for words in one.text.values()}

    def _proposals(self, category: str | Category, at: datetime) -> tuple[Proposal, ...]:
        if isinstance(category, str):
            category = self.category(category, at)
        return tuple(one for one in self._in_force("proposals", at) if one.applies(category))

    def unit(self, code: str, at: datetime | None = None) -> Unit:
        """The office called `code`."""
        return self._one("units", code, at)

    def route(
        self, category: str | Category, host_kind: str, at: datetime, *, source: str = "public"
    ) -> Unit | None:
        """The unit that a report is passed to instead of becoming a case, or None.

        What is no account of a platform goes by its kind of host; another agency's matter goes to
        that agency, unless an agency, the police or a court asks (Permenkominfo 5/2020 art. 15(1)).
        """
        for route in self._in_force("routes", at):
            if host_kind in route.host_kinds:
                return self.unit(route.unit, at)
        if isinstance(category, str):
            category = self.category(category, at)
        if category.unit is None or source in self.official_sources(at):
            return None
        return self.unit(category.unit, at)

    def bound_route(self, host_kind: str, at: datetime | None = None) -> Route | None:
        """The route that a rule of law prescribes for this kind of host, if one does."""
        known = self._in_force("routes", at)
        return next((one for one in known if one.rule_ids and host_kind in one.host_kinds), None)

    def exempts(self, host_kind: str) -> bool:
        """Whether no order is given to what is hosted by this kind of host."""
        return host_kind in self.identity.exempt_hosts

    def rule(self, code: str) -> Rule:
        """One row of the law's own table of rules."""
        return self._one("rules", code, None)

    def duties(self, kind: str, at: datetime) -> tuple[Duty, ...]:
        """What the law asks of, or grants to, platform and uploader, by kind."""
        return tuple(duty for duty in self._in_force("duties", at) if duty.kind == kind)

    def taxonomy(self, code: str) -> Taxonomy:
        """The headings of published statistics of one period, such as 2018."""
        return self._one("taxonomies", code, None)

    def choice(self, section: str, code: str, at: datetime | None = None) -> Choice:
        """One entry of a list of choices (`answers`, `actions`, `objects`, `letter_words`…)."""
        return self._one(section, code, at)

    def limits_at(self, at: datetime) -> Limits:
        """The regulator's own numbers, in force at `at`; Invalid when none were."""
        for limits in self._in_force("limits", at):
            return limits
        raise Invalid(
            _("No limits of the policy pack were in force on %(day)s.") % {"day": self.day(at)}
        )

    def fine_table(self, at: datetime) -> FineTable | None:
        """What fines are reckoned by at `at`; None where the law knows no fine."""
        return next(iter(self._in_force("fines", at)), None)

    def access_providers(self, at: datetime) -> tuple[AccessProvider, ...]:
        """Who carries out a block, in force at `at`; none where the law knows no block."""
        return self._in_force("access_providers", at)

    def normalisation_documents(self, at: datetime) -> tuple[Choice, ...]:
        """What an operator attaches to a request to restore access."""
        return self._in_force("normalisation_documents", at)

    def prior_information(self, at: datetime) -> PriorInformation | None:
        """What a provider is told before the first order; None where the law wants nothing."""
        return next(iter(self._in_force("prior_information", at)), None)

    def authorities(self, at: datetime) -> tuple[Authority, ...]:
        """Who gets a copy of orders to providers of their country; none where no law says so."""
        return self._in_force("authorities", at)

    def answers_at(self, at: datetime) -> tuple[Choice, ...]:
        """What a platform may say of each item, in force at `at`."""
        return self._in_force("answers", at)

    def restoration_answers_at(self, at: datetime) -> tuple[Choice, ...]:
        """What a platform may say of what it is asked to restore, in force at `at`."""
        return self._in_force("restoration_answers", at)

    def feature_answers_at(self, at: datetime) -> tuple[Choice, ...]:
        """What a platform may say of a feature that it was ordered to change, in force at `at`."""
        return self._in_force("feature_answers", at)

    def lacks_at(self, at: datetime) -> tuple[Choice, ...]:
        """What a platform may say that it needs to know, in force at `at`."""
        return self._in_force("lacks", at)

    def decline_reasons(self, at: datetime) -> tuple[Choice, ...]:
        """Why a report is not taken up, as its reporter hears it; those in force at `at`."""
        return self._in_force("decline_reasons", at)

    def operation_partners(self, at: datetime | None = None) -> tuple[Choice, ...]:
        """The kinds of offices that take part in joint operations."""
        return self._in_force("operation_partners", at)

    def operation_outcomes(self, at: datetime | None = None) -> tuple[Choice, ...]:
        """What is counted of a joint operation."""
        return self._in_force("operation_outcomes", at)

    def letter(self, code: str, language: str) -> str:
        """The source of a letter's template: Markdown with front matter."""
        try:
            return self.letters[code, language]
        except KeyError:
            raise Invalid(
                _("There is no letter “%(code)s” in the language “%(language)s”.")
                % {"code": code, "language": language}
            ) from None

    def template(self, code: str, language: str) -> Template:
        """The parsed template of a letter."""
        if (code, language) not in self._templates:
            self._templates[code, language] = parse(self.letter(code, language), code, language)
        return self._templates[code, language]

    def carriers(self) -> dict[str, set[str]]:
        """Rule id -> the data that carry it, as “section/code”."""
        found: dict[str, set[str]] = {}
        for path, value in walk(self.sections):
            for rule_id in getattr(value, "rule_ids", ()):
                found.setdefault(rule_id, set()).add(path)
        return found

    def _in_force(self, section: str, at: datetime | None) -> tuple[Any, ...]:
        if at is not None:
            return self._standing(section, at)[0]
        newest = self._newest[section]
        return tuple(value for value in self.sections[section] if newest[value.code] is value)

    def _one(self, section: str, code: str, at: datetime | None) -> Any:
        known = self._newest[section] if at is None else self._standing(section, at)[1]
        if code in known:
            return known[code]
        raise Invalid(
            _("“%(code)s” is not known here. Choose one of the %(section)s of the policy pack.")
            % {"code": code, "section": section.replace("_", " ")},
            {"code": code, "section": section},
        )

    @cached_property
    def _category_names(self) -> dict[str, str]:
        return {
            alias: category.code
            for category in self.sections["categories"]
            for alias in category.aliases
        }

    @cached_property
    def _newest(self) -> dict[str, dict[str, Any]]:
        return {
            section: {value.code: value for value in sorted(values, key=lambda one: one.valid_from)}
            for section, values in self.sections.items()
        }

    def _standing(self, section: str, at: datetime) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What is in force on the day of `at`, in order and by code; kept for bulk work."""
        key = section, self.day(at)
        if key not in self._days:
            standing = tuple(value for value in self.sections[section] if value.holds(key[1]))
            self._days[key] = standing, {value.code: value for value in standing}
        return self._days[key]

    @cached_property
    def _days(self) -> dict[tuple[str, date], tuple[tuple[Any, ...], dict[str, Any]]]:
        return {}

    @cached_property
    def _templates(self) -> dict[tuple[str, str], Template]:
        return {}


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside a pack's sections with its path, such as ladders/ordinary/warning_1."""
    if is_dataclass(value):
        yield path, value
        for known in fields(value):
            inner = getattr(value, known.name)
            if isinstance(inner, tuple):
                yield from walk(inner, path)
            elif is_dataclass(inner):
                yield from walk(inner, f"{path}/{known.name}")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from walk(inner, name)
    elif isinstance(value, tuple):
        for inner in value:
            if is_dataclass(inner):
                yield from walk(inner, f"{path}/{getattr(inner, 'code', '')}".rstrip("/"))
