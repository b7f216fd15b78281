"""A change by two persons in words: what it is about, what stands there, what would stand there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Field, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .formats import day, instant
from .guarded import GUARDED, Guarded, of
from .models import Change

Names = Mapping[tuple[type[Model], Any], str]


@dataclass(frozen=True)
class Fact:
    """One line of a change. `wanted` is empty for what stays as it is."""

    name: str
    now: str
    wanted: str = ""


@dataclass(frozen=True)
class Worded:
    """A change for the page: the sort of row, how the row calls itself, and the facts."""

    change: Change
    sort: str
    title: str
    facts: tuple[Fact, ...]
    address: str = ""


def worded(found: Sequence[Change]) -> list[Worded]:
    """Changes in words, at the same number of queries however many they are.

    Of one that waits every field is told, for the second person approves the row as it will be.
    """
    rows = dict(_rows(found))
    names = _names(found, rows)
    return [
        Worded(
            change,
            capfirst(str(GUARDED[change.kind].model._meta.verbose_name)),
            str(rows.get((change.kind, change.row), change.row)),
            tuple(_facts(change, rows.get((change.kind, change.row)), names)),
            _address(change, rows.get((change.kind, change.row))),
        )
        for change in found
    ]


def _address(change: Change, row: Any) -> str:
    return GUARDED[change.kind].address(row) if row is not None else ""


def lines(row: Any, facts: Mapping[str, Any]) -> list[str]:
    """What was changed, a line for each fact; an address is never told, for the old one reads it
    too."""
    guarded = of(row)
    names = _named(_related(guarded, [facts]))
    return [
        guarded.label(name)
        if name in guarded.private
        else f"{guarded.label(name)}: {_said(guarded, name, value, names)}"
        for name, value in facts.items()
    ]


def _rows(found: Iterable[Change]) -> Iterator[tuple[tuple[str, int], Any]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in found:
        wanted[change.kind].add(change.row)
    for kind, ids in wanted.items():
        guarded = GUARDED[kind]
        rows = guarded.model._default_manager.all()
        if guarded.joined:
            rows = rows.select_related(*guarded.joined)
        for pk, row in rows.in_bulk(ids).items():
            yield (kind, pk), row


def _names(found: Iterable[Change], rows: Mapping[tuple[str, int], Any]) -> Names:
    related: set[tuple[type[Model], Any]] = set()
    for change in found:
        guarded, row = GUARDED[change.kind], rows.get((change.kind, change.row))
        stands = {name: guarded.value(row, name) for name in guarded.fields} if row else {}
        related |= _related(guarded, [change.before, change.facts, stands])
    return _named(related)


def _related(guarded: Guarded, told: Iterable[Mapping[str, Any]]) -> set[tuple[type[Model], Any]]:
    return {
        (model, value)
        for facts in told
        for name, value in facts.items()
        if value and value is not True and (model := guarded.field(name).related_model)
    }


def _named(related: Iterable[tuple[type[Model], Any]]) -> Names:
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for model, pk in related:
        wanted[model].add(pk)
    return {
        (model, pk): str(row)
        for model, ids in wanted.items()
        for pk, row in model._default_manager.in_bulk(ids).items()
    }


def _facts(change: Change, row: Any, names: Names) -> Iterator[Fact]:
    guarded = GUARDED[change.kind]
    is_new = not change.before
    for name, value in change.facts.items():
        now = "–" if is_new else _said(guarded, name, change.before.get(name), names)
        yield Fact(guarded.label(name), now, _said(guarded, name, value, names))
    if change.state != Change.State.WAITING or row is None:
        return
    for name in guarded.fields:
        stands = guarded.value(row, name)
        if name not in change.facts and stands not in ("", None):
            yield Fact(guarded.label(name), _said(guarded, name, stands, names))


def _said(guarded: Guarded, name: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field: Field = guarded.field(name)
    if value in ("", None):
        return _("no") if isinstance(field, BooleanField) else "–"
    if field.related_model:
        return names.get((field.related_model, value), "–")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    told = field.to_python(value)
    if isinstance(told, datetime):
        return instant(told)
    return day(told) if hasattr(told, "isoformat") else str(told)
