"""Reads the YAML of a pack into its values; a mistake is a sentence with file and line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml
from django.core.exceptions import ImproperlyConfigured

from .values import Words

DURATION = re.compile(r"(-?)(\d+)\s*(m|h|d)")
WALL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# Merging merged mappings doubles them each time; no entry of a pack comes near.
MOST_KEYS = 500
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class PackError(ImproperlyConfigured):
    """A pack that cannot be read; `problems` are sentences, each with its file and line."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Entry(dict):
    """A YAML mapping that remembers the line of each key."""

    lines: dict[str, int]
    line: int


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader whose mappings are entries; a key given twice is an error, not a choice."""


def _entry(loader: _Loader, node: yaml.MappingNode) -> Entry:
    entry = Entry()
    entry.line, entry.lines = node.start_mark.line + 1, {}
    seen = set()
    for key_node, _ in node.value:
        if key_node.value in seen and key_node.value != "<<":
            raise yaml.constructor.ConstructorError(
                problem=f"“{key_node.value}” is given twice", problem_mark=key_node.start_mark
            )
        seen.add(key_node.value)
    loader.flatten_mapping(node)
    if len(node.value) > MOST_KEYS:
        raise yaml.constructor.ConstructorError(
            problem=f"more than {MOST_KEYS} names are merged here", problem_mark=node.start_mark
        )
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        entry[key] = loader.construct_object(value_node, deep=True)
        entry.lines[key] = key_node.start_mark.line + 1
    return entry


def _day(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        raise yaml.constructor.ConstructorError(
            problem=f"“{node.value}” is no day of the calendar", problem_mark=node.start_mark
        ) from error


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _entry)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def load(text: str, name: str) -> Entry:
    """Parses one YAML mapping; raises PackError with the line of the mistake."""
    try:
        entry = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError([f"{name}, line {line}: {error.problem}."]) from error
    except yaml.YAMLError as error:
        raise PackError([f"{name}: {error}."]) from error
    if not isinstance(entry, Entry):
        raise PackError([f"{name}, line 1: this must be a mapping of names to values."])
    return entry


def load_file(path: Path) -> Entry:
    """Parses a YAML file of a pack; its name in messages is folder and file."""
    name = f"{path.parent.name}/{path.name}"
    try:
        return load(path.read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError) as error:
        raise PackError([f"{name}: the file cannot be read ({error})."]) from error


class Reader:
    """Builds values from entries and gathers every problem before it gives up."""

    def __init__(self, file: str, defaults: Mapping[str, Any] | None = None):
        self.file = file
        self.defaults = defaults or {}
        self.problems: list[str] = []

    def list_of(self, cls: type, entries: Any, line: int) -> tuple:
        """Every entry of a section as a `cls`; faulty ones are left out and told of."""
        if not isinstance(entries, list):
            self._tell(line, f"a list of {cls.__name__} is wanted here")
            return ()
        return tuple(self.one(cls, entry, line) for entry in entries)

    def one(self, cls: type, entry: Any, line: int) -> Any:
        """One entry as a `cls`, or None when it cannot be read."""
        if not isinstance(entry, Entry):
            self._tell(line, f"a {cls.__name__} with named values is wanted here")
            return None
        hints = get_type_hints(cls)
        values, before = {}, len(self.problems)
        for known in fields(cls):
            if known.name in entry:
                at = entry.lines[known.name]
                values[known.name] = self._value(hints[known.name], entry[known.name], at)
            elif known.name in self.defaults:
                values[known.name] = self.defaults[known.name]
            elif known.default is MISSING and known.default_factory is MISSING:
                self._tell(entry.line, f"{cls.__name__} {_name(entry)} lacks “{known.name}”")
        for stranger in entry.keys() - hints.keys():
            self._tell(entry.lines[stranger], f"{cls.__name__} knows no “{stranger}”")
        return cls(**values) if len(self.problems) == before else None

    def _value(self, kind: Any, given: Any, line: int) -> Any:
        if get_origin(kind) in (Union, UnionType):
            if given is None:
                return None
            kind = next(one for one in get_args(kind) if one is not type(None))
        if get_origin(kind) is tuple:
            if not isinstance(given, list):
                self._tell(line, "a list is wanted here")
                return ()
            inner = get_args(kind)[0]
            return tuple(self._value(inner, one, getattr(one, "line", line)) for one in given)
        if is_dataclass(kind) and kind is not Words:
            return self.one(kind, given, line)  # type: ignore[arg-type]
        try:
            return _plain(kind, given)
        except ValueError as error:
            self._tell(line, str(error))
            return None

    def _tell(self, line: int, problem: str) -> None:
        self.problems.append(f"{self.file}, line {line}: {problem}.")


def _name(entry: Entry) -> str:
    return f"“{entry['code']}”" if "code" in entry else ""


def _plain(kind: Any, given: Any) -> Any:
    """A scalar of the kind wanted; ValueError says what was wanted instead."""
    if get_origin(kind) is Literal:
        if given not in get_args(kind):
            raise ValueError(f"“{given}” is not one of {', '.join(get_args(kind))}")
        return given
    return _PLAIN[kind](given)


def _words(given: Any) -> Words:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise ValueError("a text in each language is wanted here, such as {id: …, en: …}")
    return Words(tuple((str(language), text.strip()) for language, text in given.items()))


def duration(given: Any) -> timedelta:
    """“24h”, “-15m”, “7d” as a timedelta; ValueError for anything else."""
    match = DURATION.fullmatch(str(given))
    if not match:
        raise ValueError(f"“{given}” is not a time such as 24h, -15m or 7d")
    sign, number, unit = match.groups()
    length = timedelta(**{UNITS[unit]: int(number)})
    return -length if sign else length


def wall_time(given: Any) -> time:
    """“08:00” as a time of day; ValueError for anything else."""
    if not isinstance(given, str) or not WALL_TIME.fullmatch(given):
        raise ValueError(f'“{given}” is not a time of day such as "08:00", in quotation marks')
    return time.fromisoformat(given)


def _exactly(kind: type, wanted: str) -> Callable[[Any], Any]:
    def convert(given: Any) -> Any:
        if type(given) is not kind:
            raise ValueError(f"“{given}” is not {wanted}")
        return given.strip() if isinstance(given, str) else given

    return convert


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    Words: _words,
    timedelta: duration,
    time: wall_time,
    str: _exactly(str, "a text (put it in quotation marks)"),
    int: _exactly(int, "a whole number"),
    bool: _exactly(bool, "true or false"),
    date: _exactly(date, "a date such as 2020-11-24"),
}
