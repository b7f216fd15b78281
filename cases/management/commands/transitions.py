"""Writes docs/case-life.md from the transition table, or says that it is out of date."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from cases.models import CaseOutcome, TargetState
from cases.permissions import role_names
from cases.table import TABLE
from cases.table_rows import TargetMove, Transition
from cases.target_table import TARGET_TABLE
from moderation_portal.roles import Role

PAGE = settings.BASE_DIR / "docs" / "case-life.md"

HEAD = """# The life of a case

Written by `manage.py transitions` from `cases/table.py`; change the table, not this page.

A case starts as **new**, is decided by one person and approved by another, is ordered, and ends
**closed** with an outcome. Every row below is one line of the table by which buttons, the API and
permissions go. A row without a new state changes something else and leaves the state as it is.
"""

COLUMNS = ("verb", "from", "to", "who", "besides", "the record says")
TARGET_COLUMNS = ("to", "from", "who", "the record says")


class Command(BaseCommand):
    help = "Write docs/case-life.md from the transition table (--check: only compare)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the page is out of date")

    def handle(self, *args, check: bool, **options) -> None:
        text = page()
        if not check:
            PAGE.parent.mkdir(exist_ok=True)
            PAGE.write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{PAGE.name}: {len(TABLE)} rows")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            raise CommandError("docs/case-life.md is out of date: run manage.py transitions")


def page() -> str:
    """The whole page, in English."""
    with override("en"):
        parts = [
            HEAD,
            picture(),
            "## Cases\n",
            _table(COLUMNS, [_row(one) for one in TABLE]),
            "## Accounts of a case\n",
            _table(TARGET_COLUMNS, [_target_row(one) for one in TARGET_TABLE]),
        ]
        return "\n".join(parts)


def picture() -> str:
    """The states and the verbs between them as a Mermaid diagram."""
    arrows = {
        (str(source), str(row.target), row.verb)
        for row in TABLE
        if row.target
        for source in row.sources
    }
    by_way: dict[tuple[str, str], list[str]] = {}
    for source, target, verb in sorted(arrows):
        by_way.setdefault((source, target), []).append(verb)
    lines = [f"    {a} --> {b}: {', '.join(verbs)}" for (a, b), verbs in by_way.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> new", *lines, "```\n"])


def _row(row: Transition) -> tuple[str, ...]:
    target = f"`{row.target}`" if row.target else "–"
    if row.outcome:
        target += f": {CaseOutcome(row.outcome).label}"
    sources = ", ".join(f"`{state}`" for state in row.sources)
    return f"**{row.label}** `{row.verb}`", sources, target, _who(row), _besides(row), row.event


def _who(row: Transition) -> str:
    people = role_names(row.roles)
    extra = role_names(row.roles_for("sealed") - row.roles)
    parts = [people] if people else []
    if extra:
        parts.append(f"sealed: also {extra}")
    if Role.SYSTEM in row.roles:
        parts.append("the system")
    return "; ".join(parts)


def _besides(row: Transition) -> str:
    facts = {
        f"only what ended as “{_outcome(row)}”": bool(row.of_outcome),
        "a reason": row.reason_required,
        "a second person": row.second_person,
        "only what they have opened": row.is_judgement,
        "who holds the case": row.holder_or is not None,
        "frees its accounts": row.frees_targets,
        f"tells {', '.join(row.topics)}": bool(row.topics),
    }
    return "; ".join(fact for fact, holds in facts.items() if holds) or "–"


def _outcome(row: Transition) -> str:
    return str(CaseOutcome(row.of_outcome).label) if row.of_outcome else ""


def _target_row(row: TargetMove) -> tuple[str, ...]:
    sources = ", ".join(f"`{state}`" for state in row.sources)
    who = "; ".join(filter(None, [role_names(row.roles), "the system"]))
    return f"`{row.target}`: {TargetState(row.target).label}", sources, who, row.event


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _column in columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"
