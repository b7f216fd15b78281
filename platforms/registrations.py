"""The public register (PSE), taken in as claims; what only a person can settle becomes a question.

A registration is never a platform: registers hold impostors, and one host may be claimed by two
companies. Nothing is guessed and nothing is mended: a website that is not plainly one address
leaves the host empty and asks.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal import audit

from . import directory, register_questions
from .models import Registration
from .websites import website

COLUMNS = (
    "pse_id",
    "domicile",
    "status",
    "status_code",
    "system_name",
    "website_raw",
    "sector",
    "company",
    "registered_on",
    "registration_no",
    "system_id",
)
KEPT = (
    "pse_id",
    "domicile",
    "status",
    "system_name",
    "website_raw",
    "sector",
    "company",
    "registered_on",
    "registration_no",
    "host",
)
NEEDED = ("system_id", "pse_id", "system_name", "company", "registration_no", "status")
BATCH = 1_000


@dataclass(frozen=True)
class Line:
    """One row of the register's file, or what is wrong with it. `row` counts data rows from 1."""

    row: int
    facts: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Problem:
    """A row that was not taken in, and why."""

    row: int
    sentence: str


@dataclass
class Counts:
    """What `take` did. `questions` are the newly opened ones."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    questions: int = 0
    refused: list[Problem] = field(default_factory=list)


def read(path: Path) -> Iterator[Line]:
    """The rows of a CSV file with the register's column names; faulty ones carry their problem.

    Columns may stand in any order and others may stand beside them. Raises `OSError` when the
    file cannot be opened and `ValueError` when it has no usable heading.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file)
        heading = [name.strip() for name in next(reader, [])]
        missing = [name for name in COLUMNS if name not in heading]
        if missing:
            raise ValueError(
                _("The file's heading lacks: %(columns)s.") % {"columns": ", ".join(missing)}
            )
        row = 0
        while True:
            row += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(row, {}, str(error))
                continue
            yield _line(row, heading, cells)


def take(lines: Iterable[Line], *, actor, at: datetime) -> Counts:
    """Adds new rows, updates changed ones and opens the questions that follow.

    Rows are known by their system id. A batch is one transaction with its questions and its line in
    the record; taking the same lines in again changes nothing, so a stopped run is simply started
    again.
    """
    counts = Counts()
    seen: dict[str, int] = {}
    batch: list[Registration] = []
    for line in lines:
        made = _registration(line, seen, counts)
        if made is not None:
            batch.append(made)
        if len(batch) == BATCH:
            _take_batch(batch, counts, actor, at)
            batch = []
    _take_batch(batch, counts, actor, at)
    directory.link_registrations()
    return counts


@transaction.atomic
def _take_batch(batch: list[Registration], counts: Counts, actor, at: datetime) -> None:
    touched = _save(batch, counts)
    if touched:
        counts.questions += register_questions.ask(touched, at=at)
        _record(counts, actor, at)


def _line(row: int, heading: list[str], cells: list[str]) -> Line:
    if len(cells) != len(heading):
        return Line(
            row,
            {},
            _("%(found)s columns instead of %(wanted)s.")
            % {"found": len(cells), "wanted": len(heading)},
        )
    facts = {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
    for name in COLUMNS:
        if "\x00" in facts[name] or any("\udc80" <= c <= "\udcff" for c in facts[name]):
            return Line(row, {}, _("The column %(name)s is not UTF-8 text.") % {"name": name})
    return Line(row, facts)


def _registration(line: Line, seen: dict[str, int], counts: Counts) -> Registration | None:
    """The row as a model instance that is not saved; None and a refusal when it is malformed."""
    problem = line.problem or _problem(line.facts)
    if not problem and line.facts["system_id"] in seen:
        problem = _("The same system id stands in row %(row)s.") % {
            "row": seen[line.facts["system_id"]]
        }
    if problem:
        counts.refused.append(Problem(line.row, problem))
        return None
    facts = line.facts
    seen[facts["system_id"]] = line.row
    values = {name: facts[name] for name in KEPT if name not in ("registered_on", "host")}
    return Registration(
        system_id=facts["system_id"],
        registered_on=_day(facts["registered_on"]),
        host=website(facts["website_raw"]).host,
        **values,
    )


def _problem(facts: dict[str, str]) -> str:
    for name in NEEDED:
        if not facts[name]:
            return _("The column %(name)s is empty.") % {"name": name}
    for name in COLUMNS:
        limit = _LONGEST.get(name)
        if limit is not None and len(facts[name]) > limit:
            return _("The column %(name)s is longer than %(limit)s characters.") % {
                "name": name,
                "limit": limit,
            }
    if facts["registered_on"] and _day(facts["registered_on"]) is None:
        return _("“%(text)s” is not a date such as 2022-07-11.") % {"text": facts["registered_on"]}
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _save(batch: list[Registration], counts: Counts) -> list[int]:
    """Saves what is new or different; returns the ids of those rows."""
    known = Registration.objects.select_for_update().in_bulk(
        [made.system_id for made in batch], field_name="system_id"
    )
    new = [made for made in batch if made.system_id not in known]
    changed = []
    for made in batch:
        old = known.get(made.system_id)
        if old and any(getattr(old, name) != getattr(made, name) for name in KEPT):
            made.pk = old.pk
            changed.append(made)
    Registration.objects.bulk_create(new)
    Registration.objects.bulk_update(changed, KEPT)
    counts.new += len(new)
    counts.changed += len(changed)
    counts.unchanged += len(batch) - len(new) - len(changed)
    return [made.pk for made in (*new, *changed)]


def _record(counts: Counts, actor, at: datetime) -> None:
    """What this run has done so far."""
    audit.record(
        "registrations.imported",
        "registrations",
        actor=actor,
        at=at,
        data={
            "new": counts.new,
            "changed": counts.changed,
            "refused": len(counts.refused),
            "questions": counts.questions,
        },
    )


_LONGEST: dict[str, int] = {
    column.name: column.max_length for column in Registration._meta.fields if column.max_length
}
