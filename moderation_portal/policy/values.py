"""What a policy pack is made of: frozen values, each dated. Pure; the time comes in as a date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal

from django.utils.translation import get_language

UrgencyCode = Literal["ordinary", "urgent"]
HandlingCode = Literal["ordinary", "sealed"]


@dataclass(frozen=True)
class Words(Mapping[str, str]):
    """One text in several languages. In a template it speaks the reader's language."""

    texts: tuple[tuple[str, str], ...]

    def __getitem__(self, language: str) -> str:
        return dict(self.texts)[language]

    def __iter__(self) -> Iterator[str]:
        return (language for language, _ in self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def say(self, language: str | None = None) -> str:
        """The text in `language` (default: the active one), else in the pack's first language."""
        wanted = (language or get_language() or "").split("-")[0]
        return dict(self.texts).get(wanted) or (self.texts[0][1] if self.texts else "")

    def __str__(self) -> str:
        return self.say()


@dataclass(frozen=True, kw_only=True)
class Dated:
    """In force from the first day to the last, both included; no last day means until now."""

    code: str
    valid_from: date
    valid_to: date | None = None
    rule_ids: tuple[str, ...] = ()

    def holds(self, day: date) -> bool:
        """Whether this was in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Rule(Dated):
    """One rule of the law's own table, with its value as the law words it."""

    instrument: str
    article: str = ""
    value: str
    status: Literal["law", "reported"] = "law"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Issuer(Dated):
    """Who signs: the authority under the name that it bore at the time.

    `everyday_name` is how pages call it, without the name of the state.
    """

    short_name: str
    name: Words
    office: Words
    address: str
    place: str
    email: str
    everyday_name: Words
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice(Dated):
    """One entry of a list that people choose from. `plain` stands in place of the reason that was
    given, where nobody may read that.

    Of a platform's answer: `needs_effect` when it must say since when it holds; `stops_clock` names
    the provision by which the deadline, if the answer came in time, starts anew once the regulator
    has cleared up what hinders the platform.
    """

    name: Words
    help: Words | None = None
    needs_reason: bool = False
    plain: Words | None = None
    needs_effect: bool = False
    stops_clock: str = ""


@dataclass(frozen=True, kw_only=True)
class Urgency(Dated):
    """An urgency as letters and pages name it; `priority` is the letter's “Sifat”."""

    code: UrgencyCode
    name: Words
    priority: Words


@dataclass(frozen=True, kw_only=True)
class Hotline:
    """Where somebody in danger is helped at once."""

    name: Words
    phone: str
    help: Words


@dataclass(frozen=True, kw_only=True)
class Category(Dated):
    """A kind of prohibited content, and how a report of it is handled.

    `bound_by` is the article that fixes where it goes: to `unit`, or here where it has none.
    """

    name: Words
    help: Words
    urgency: UrgencyCode = "ordinary"
    handling: HandlingCode = "ordinary"
    is_sexual: bool = False
    may_show_child: bool = False
    may_be_anonymous: bool = False
    needs_designation: bool = False
    unit: str | None = None
    refer_units: tuple[str, ...] = ()
    hotline: Hotline | None = None
    bases: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    bound_by: Words | None = None

    @property
    def screenshot_from_public(self) -> bool:
        """The public hands in no picture of anything sexual, or that may show a child."""
        return not (self.is_sexual or self.may_show_child)

    @property
    def traits(self) -> frozenset[str]:
        """What requirements and checklists may name in `only_for` and `except_for`."""
        flags = {
            "sexual": self.is_sexual,
            "child": self.may_show_child,
            "anonymous": self.may_be_anonymous,
            "designation": self.needs_designation,
            "sealed": self.handling == "sealed",
            "referral": bool(self.refer_units),
            self.urgency: True,
            self.code: True,
        }
        return frozenset(trait for trait, holds in flags.items() if holds)


TRAITS = frozenset(
    {"sexual", "child", "anonymous", "designation", "sealed", "referral", "ordinary", "urgent"}
)


@dataclass(frozen=True, kw_only=True)
class Basis(Dated):
    """A provision: a prohibition, a power or a procedure. `is_quoted`: `text` is the law's own."""

    kind: Literal["prohibition", "power", "procedure"]
    instrument: str
    article: str
    citation: Words
    text: Words
    is_quoted: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Selective:
    """Something demanded of some categories only."""

    only_for: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()

    def applies(self, category: Category) -> bool:
        """Whether `category` has one of the wanted traits and none of the excepted ones."""
        traits = category.traits
        wanted = not self.only_for or not traits.isdisjoint(self.only_for)
        return wanted and traits.isdisjoint(self.except_for)


@dataclass(frozen=True, kw_only=True)
class Source(Dated):
    """Who may ask for a removal; `bound_by` is the article by which their matters are dealt with
    here, whatever they are. `hears_answers`: they are told what the platform answered."""

    name: Words
    is_official: bool = False
    hears_answers: bool = False
    bound_by: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Requirement(Selective, Dated):
    """What must be there before something goes on; `code` is the machine-readable gap."""

    sources: tuple[str, ...]
    message: Words

    @property
    def rule_id(self) -> str:
        """The rule of law that demands it, or "" where it is the regulator's own care."""
        return self.rule_ids[0] if self.rule_ids else ""


@dataclass(frozen=True, kw_only=True)
class ChecklistLine(Selective, Dated):
    """One thing that a caseworker ticks before deciding; what may be skipped is skipped with a
    reason."""

    text: Words
    may_be_skipped: bool = False


@dataclass(frozen=True, kw_only=True)
class Guidance(Selective, Dated):
    """What an officer weighs in one part of the three-part test (ICCPR art. 19(3))."""

    part: Literal["legality", "aim", "remedy", "necessity"]
    text: Words


@dataclass(frozen=True, kw_only=True)
class Unit(Dated):
    """An office that a matter is passed to, and what its reporter hears."""

    name: Words
    agency: Words
    contact: str
    tells_reporter: Words


@dataclass(frozen=True, kw_only=True)
class Route(Dated):
    """Everything on these kinds of host goes to this unit."""

    host_kinds: tuple[str, ...]
    unit: str


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step of a ladder. `offset` counts from the due time of the notice it follows.

    `contact_rung` says which contact is addressed (0 is asked first); `signatures` are the roles
    that must sign, each by another person, none when it goes by itself; `due` is the new time it
    grants. `repeats`: done again for every notice on the ladder that has a due time. The order
    itself stands at minus its own time. `goes_to`: who decides on a proposal.
    `is_for_user_content`: only for platforms that host what users post; for others the ladder
    passes it by. A “feature” is an order that aims at a feature instead of accounts: it has a
    `due_rule` of its own, and reminders follow it but no formal rung. What
    `follows_unpaid_fine` is a proposal that no silence leads to, about all that was fined.
    """

    code: str
    step: int
    kind: Literal["order", "feature", "reminder", "contact", "warning", "proposal"]
    name: Words
    when: Literal["before_due", "at_due", "after_due"]
    offset: timedelta
    due: timedelta | None = None
    due_rule: Words | None = None
    contact_rung: int = 0
    signatures: tuple[str, ...] = ()
    goes_to: Words | None = None
    letter: str
    basis: str
    repeats: bool = False
    weighs_reasons: bool = False
    is_for_user_content: bool = False
    follows_unpaid_fine: bool = False
    effects: tuple[str, ...] = ()
    rule_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ladder(Dated):
    """The time that an order grants and what follows silence, for one urgency.

    `clock_starts` says what receipt is: “service”, that the recipient's server took the letter or a
    person opened it; “opening”, that a person did. What cannot be proved to have arrived starts no
    clock under any law.
    """

    urgency: UrgencyCode
    due: timedelta
    due_rule: Words
    clock_starts: Literal["service", "opening"]
    basis: str
    rungs: tuple[Rung, ...]

    def rung(self, code: str) -> Rung:
        """The rung called `code`; KeyError when the ladder has none."""
        return {rung.code: rung for rung in self.rungs}[code]


@dataclass(frozen=True, kw_only=True)
class Shift:
    """When work is done on these days of the week, by the wall of the calendar's zone; a close at
    or before the opening is on the next day."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class RestDay:
    """A day of rest that the table of holidays does not know (yet), such as one just decreed."""

    day: date
    name: Words


@dataclass(frozen=True, kw_only=True)
class Calendar(Dated):
    """The working hours by which a promise may count. `country` (ISO 3166) and `holidays`
    (`public`, `government` for joint leave) name the table of holidays that is kept; `rests_on` and
    `works_on` come before it."""

    name: Words
    tz: str
    shifts: tuple[Shift, ...]
    country: str = ""
    holidays: tuple[str, ...] = ("public",)
    rests_on: tuple[RestDay, ...] = ()
    works_on: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Duty(Dated):
    """What the law asks of, or grants to, a platform or an uploader; letters repeat it."""

    kind: Literal["duty", "safe_harbour", "platform_redress", "uploader_redress", "preservation"]
    text: Words
    basis: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """One heading of published statistics and the categories counted under it."""

    code: str
    name: Words
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Taxonomy(Dated):
    """The headings under which figures were published at one time."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a pack says of itself. To `exempt_hosts`, kinds of host, no order is given.

    `country` (ISO 3166) is where numbers of telephones without a country's code are read, and
    `number_ends` what follows the serial of a letter's number: {issuer}, {month}, {roman_month} and
    {year} stand for what they say.
    """

    title: Words
    jurisdiction: Words
    territory: Words
    tz: str
    languages: tuple[str, ...]
    country: str
    number_ends: str
    exempt_hosts: tuple[str, ...] = field(default=())
