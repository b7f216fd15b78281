"""The sorts of rows that nobody changes alone; `changes` has the verbs.

Accounts and machines' keys in the kernel; in the rooms to the right which address gets a platform's
mail, who answers for it, whether it is exempt, and who files for the police. Each room registers
its own.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.utils.text import capfirst

from .account_mail import Recipient
from .errors import Invalid
from .models import User


class Guarded:
    """A sort of row that takes two persons. A room makes one of it and registers that.

    `fields` are what nobody changes alone, in the order in which they are shown and made so;
    `private` are those whose values neither record nor mail keeps, `joined` the rows that its name
    needs, `letter` what is mailed to its `recipients`.
    """

    kind: str
    model: type[Model]
    fields: tuple[str, ...]
    private: frozenset[str] = frozenset()
    joined: tuple[str, ...] = ()
    letter = "account_changed"

    def begin(self, row: Any) -> None:
        """Switches a row off that is about to be saved for the first time."""
        row.is_active = False

    def facts(self, row: Any, wanted: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
        """What of `wanted` is not so already, ready for JSON. Of a new row all of it counts: the
        second person has seen nothing of it yet."""
        given = {name: wanted[name] for name in self.fields if name in wanted}
        if is_new:
            return {name: plain(value) for name, value in given.items() if value}
        return {
            name: plain(value)
            for name, value in given.items()
            if self.field(name).to_python(plain(value)) != self.value(row, name)
        }

    def is_lowering(self, row: Any, name: str, value: Any) -> bool:
        """Whether this steward alone may give this field this value at once."""
        return value is False

    def lock(self, row: Any, wanted: Mapping[str, Any]) -> None:
        """Locks what is counted before this lowers, and before the row itself is locked."""

    def lower(self, row: Any, facts: Mapping[str, Any], *, actor: User, at: datetime) -> None:
        """Does at once what lowers."""
        self.set(row, facts)
        row.save()

    def make_so(self, row: Any, facts: Mapping[str, Any], *, at: datetime) -> None:
        """Does what a second person has approved. Raises Conflict or Invalid when it no longer
        fits."""
        self.set(row, facts)
        insist_it_fits(row)
        row.save()

    def person(self, row: Any, facts: Mapping[str, Any]) -> int | None:
        """The id of the account that a change concerns, if it is about one."""
        return None

    def recipients(self, row: Any) -> set[Recipient]:
        """Who is told of what was changed, as the row stands."""
        return set()

    def address(self, row: Any) -> str:
        """The page on which a second person reads a row in full, if there is one."""
        return ""

    def lines(self, row: Any, facts: Mapping[str, Any]) -> list[str]:
        """What the mail says of a change, in the active language; empty: the facts in words."""
        return []

    def set(self, row: Any, facts: Mapping[str, Any]) -> None:
        """Gives the row the values of `facts`, without saving it."""
        for name, value in facts.items():
            field = self.field(name)
            setattr(row, field.attname, field.to_python(value))

    def label(self, name: str) -> str:
        """How a fact is called on the page and in the mail."""
        return capfirst(str(self.field(name).verbose_name))

    def field(self, name: str) -> Field:
        """The column of this name: what is guarded are columns, never the rows that point here."""
        found = self.model._meta.get_field(name)
        if not isinstance(found, Field):
            raise TypeError(f"{name} is no column of {self.model.__name__}")
        return found

    def value(self, row: Any, name: str) -> Any:
        return getattr(row, self.field(name).attname, None)


class Versioned(Guarded):
    """What has a `version` that counts what a second person approved, by which decisions name what
    they rest on. Only switching it off needs nobody else."""

    def is_lowering(self, row: Any, name: str, value: Any) -> bool:
        return name == "is_active" and value is False

    def make_so(self, row: Any, facts: Mapping[str, Any], *, at: datetime) -> None:
        row.version += 1
        super().make_so(row, facts, at=at)


GUARDED: dict[str, Guarded] = {}


def register(guarded: Guarded) -> None:
    """Makes a sort of row take two persons from now on."""
    GUARDED[guarded.kind] = guarded


def of(row: Model) -> Guarded:
    """What guards a row."""
    return next(one for one in GUARDED.values() if isinstance(row, one.model))


def insist_it_fits(row: Model) -> None:
    """Raises Invalid when a row breaks a rule of its model."""
    try:
        row.full_clean(exclude=["password"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error


def plain(value: Any) -> Any:
    """A value as JSON keeps it: a row by its id, a day or an instant as ISO 8601."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value
