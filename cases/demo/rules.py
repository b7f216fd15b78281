"""What the steward of the demo asks for: a rule that stands, and a line that waits for somebody."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

from moderation_portal import changes
from moderation_portal.models import Change
from reports.models import RoutingRule

from ..models import ChecklistAddition
from .doing import Stage

SINCE = date(2026, 1, 1)


def ask_for(stage: Stage, at: datetime) -> None:
    """Gambling goes before a team of its own; a line of the checklist waits for a second person."""
    stage.step("A steward asks for a routing rule, and for one more line of the checklist", at)
    because = "Nota dinas 14/2026: perkara judi ditangani satu tim."
    team = {"place": 10, "category": "gambling", "team": "Tim Perjudian", "because": because}
    change = ask(stage, RoutingRule, at, **team)
    if change is not None:
        changes.approve(change.pk, actor=stage.people["sri"], at=at + timedelta(minutes=20))
    line = {
        "text": "Riwayat akun pada platform yang sama sudah diperiksa",
        "text_en": "The account's history on the same platform was looked at",
        "because": "Temuan audit 2026",
    }
    ask(stage, ChecklistAddition, at + timedelta(minutes=30), **line)


def ask(stage: Stage, model: type[Model], at: datetime, **facts: Any) -> Change | None:
    """Asks for a new row; it stays switched off until somebody approves it."""
    facts |= {"valid_from": SINCE}
    row = model._default_manager.create(**facts, is_active=False)
    wanted = {**facts, "is_active": True}
    reason = "Nota dinas 14/2026"
    steward = stage.people["teguh"]
    return changes.ask(row, wanted, reason, actor=steward, at=at, is_new=True)
