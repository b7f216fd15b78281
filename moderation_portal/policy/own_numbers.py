"""The regulator's own numbers, as a policy pack holds them. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from .values import Dated


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How many days a class of record is kept after its case has closed, mail after it came."""

    code: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Limits(Dated):
    """The regulator's own numbers; where the law sets one, `rule_ids` says so."""

    gather_minutes: int
    bulk_judge_max: int
    public_items_max: int
    hold_days: int
    hold_reminder_days: int
    hold_proposers: tuple[str, ...]
    hold_approvers: tuple[str, ...]
    code_minutes: int
    code_tries: int
    link_days: int
    contact_ask: timedelta
    contact_remind: timedelta
    contact_patience: timedelta
    lease_minutes: int
    preserve_days: int
    preserve_reminder_days: int
    petition_days: int
    panel_quorum: int
    letter_rows: int
    checks: tuple[timedelta, ...]
    gone_spacing: timedelta
    false_claims_percent: int
    false_claims_confidence: int
    child_triage: timedelta
    withhold: timedelta
    withhold_again: timedelta
    urgent_approval: timedelta
    ordinary_approval: timedelta
    restoration: timedelta
    restoration_refusable_after_blocks: int
    objection_days: int
    objection_answer_days: int
    objection_calendar: str
    restore_within: timedelta
    retention: tuple[Retention, ...]

    def kept(self, code: str) -> timedelta:
        """How long this class of record is kept; KeyError for one that the policy does not name."""
        return timedelta(days={one.code: one.days for one in self.retention}[code])
