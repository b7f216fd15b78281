"""The rows behind the opening of cases: each table is read and written by one statement a set."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from moderation_portal import policy, series
from moderation_portal.arrays import array, columns
from reports.models import Handling

from .models import OPEN_STATES, CaseState, TargetState
from .rungs import TAKES_BACK

STANDING = str(TargetState.STANDING)
OPEN_NOW = [str(state) for state in OPEN_STATES]

Key = tuple[int, str]  # what may be open only once: an account, in a handling class


class Told(NamedTuple):
    """What a report means for its cases. `is_hastened`: a formal request says why it is urgent."""

    id: int
    category: str
    handling: str
    item_count: int
    source: str
    is_formal: bool
    is_hastened: bool


class Item(NamedTuple):
    """A report item that waits for a case, with its account."""

    id: int
    report_id: int
    account_id: int
    platform_id: int
    display: str
    visibility: str
    rule: str


class Spot(NamedTuple):
    """An open target and its case."""

    target_id: int
    case_id: int


class Host(NamedTuple):
    """What a telling needs to know of a case that it joins."""

    id: int
    state: str
    category: str
    handling: str


LOCK_REPORTS = """
SELECT report.id, report.category, report.handling, report.item_count, reporter.kind,
    report.formal_request_id IS NOT NULL,
    coalesce(request.is_urgent AND btrim(request.urgency_reason) <> '', false)
FROM reports_report report JOIN reports_reporter reporter ON reporter.id = report.reporter_id
LEFT JOIN reports_formalrequest request ON request.id = report.formal_request_id
WHERE report.id = ANY(%s) AND NOT report.needs_verifier
ORDER BY report.id FOR NO KEY UPDATE OF report
"""

LOCK_ITEMS = """
SELECT item.id, item.report_id, item.account_id, account.platform_id, account.display,
    item.visibility, item.rule
FROM reports_reportitem item JOIN reports_reportedaccount account ON account.id = item.account_id
WHERE item.report_id = ANY(%s) AND item.state = 'received'
ORDER BY item.report_id, item.position FOR NO KEY UPDATE OF item
"""

OPEN_TARGETS = """
SELECT target.account_id, target.handling, target.id, target.case_id FROM cases_target target
JOIN unnest(%s::bigint[], %s::text[]) AS given (account_id, handling) USING (account_id, handling)
WHERE target.state = ANY(%s)
"""

# In one order everywhere, so that workers wait for each other and never in a ring.
INSERT_TARGETS = """
INSERT INTO cases_target
    (id, account_id, handling, case_id, visibility, state, report_count, checks_done)
SELECT coalesce(id, nextval('cases_target_id_seq')), account_id, handling, case_id, visibility,
    %s, 1, 0
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[])
    AS given (id, account_id, handling, case_id, visibility) ORDER BY account_id, handling
ON CONFLICT DO NOTHING
RETURNING account_id, handling, id, case_id
"""

LOCK_CASES = """
SELECT id, state, category, handling FROM cases_case WHERE id = ANY(%s)
ORDER BY id FOR NO KEY UPDATE
"""

# The targets that are joined, and the ordinary twins of accounts that are sealed now.
LOCK_TARGETS = """
SELECT id, case_id FROM cases_target
WHERE (id = ANY(%s) OR (account_id = ANY(%s) AND handling = 'ordinary')) AND state = ANY(%s)
ORDER BY id FOR NO KEY UPDATE
"""

# A sealed case holds the ordinary orders back by itself, unless an earlier one of the same account
# has lately ended without anything in it, or had let them go: anybody may report, again and again.
INSERT_CASES = """
INSERT INTO cases_case (id, platform_id, category, urgency, handling, source, report_id, title,
    target_count, report_count, is_formal, ours_due_at, due_at, team, team_rule, opened_at, state,
    outcome, withholding)
SELECT given.*, %s, %s, '', CASE WHEN handling <> 'sealed' THEN '' WHEN EXISTS (
        SELECT FROM cases_target here
        JOIN cases_target other ON other.account_id = here.account_id
            AND other.handling = 'sealed' AND other.id <> here.id
        JOIN cases_case earlier ON earlier.id = other.case_id
        WHERE here.case_id = given.id AND earlier.closed_at > %s AND (
            earlier.outcome = 'no_violation' OR earlier.withholding IN ('lapsed', 'let_go')
        )
    ) THEN 'lapsed' ELSE 'bounded' END
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::bigint[], %s::text[], %s::int[], %s::int[], %s::bool[],
    %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[]) AS given (id, platform_id,
    category, urgency, handling, source, report_id, title, target_count, report_count, is_formal,
    ours_due_at, due_at, team, team_rule)
"""

INSERT_JOININGS = """
INSERT INTO cases_joining (item_id, target_id, joined_at)
SELECT given.*, %s FROM unnest(%s::bigint[], %s::bigint[]) AS given
"""

WITHHOLD = """
UPDATE cases_noticeitem item SET is_withheld = true WHERE NOT is_withheld AND NOT EXISTS (
    SELECT FROM cases_notice letter
    JOIN cases_noticeitem told ON told.notice_id = letter.follows_id
    WHERE letter.id = item.notice_id AND letter.rung = ANY(%s)
        AND told.target_id = item.target_id AND told.sent_at IS NOT NULL
) AND target_id IN (
    SELECT target.id FROM cases_target target
    WHERE target.account_id = ANY(%s) AND target.handling = 'ordinary' AND target.state = ANY(%s)
        AND NOT EXISTS (
            SELECT FROM cases_target sealed JOIN cases_case c ON c.id = sealed.case_id
            WHERE sealed.account_id = target.account_id AND sealed.handling = 'sealed'
                AND sealed.state = ANY(%s) AND c.withholding IN ('lapsed', 'let_go')
        )
)
"""

COUNT_TARGETS = """
UPDATE cases_target target SET report_count = target.report_count + given.n
FROM unnest(%s::bigint[], %s::int[]) AS given (id, n) WHERE target.id = given.id
"""

# Nothing told later ever slows a case down.
COUNT_CASES = """
UPDATE cases_case c SET
    report_count = c.report_count + given.reports,
    target_count = c.target_count + given.targets,
    is_formal = c.is_formal OR given.is_formal,
    urgency = CASE WHEN given.is_urgent THEN 'urgent' ELSE c.urgency END,
    ours_due_at = least(c.ours_due_at, given.decide_at),
    due_at = least(c.due_at, CASE c.state WHEN 'new' THEN given.look_at ELSE given.decide_at END)
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::bool[], %s::bool[], %s::timestamptz[],
    %s::timestamptz[]) AS given (id, reports, targets, is_formal, is_urgent, decide_at, look_at)
WHERE c.id = given.id
"""


def lock_reports(ids: Iterable[int]) -> dict[int, Told]:
    """Locked in order, so that two workers with the same report come one after the other."""
    return {row[0]: Told(*row) for row in _all(LOCK_REPORTS, [array(sorted(set(ids)))])}


def lock_items(report_ids: Iterable[int]) -> list[Item]:
    """The items of these reports that have an account and are in no case yet, in their order."""
    return [Item(*row) for row in _all(LOCK_ITEMS, [array(list(report_ids))])]


def open_targets(keys: Collection[Key]) -> dict[Key, Spot]:
    """Where these accounts are open."""
    if not keys:
        return {}
    rows = _all(OPEN_TARGETS, [*columns(keys), OPEN_NOW])
    return {(account, handling): Spot(*rest) for account, handling, *rest in rows}


def insert_targets(rows: Sequence[tuple[int, str, int, str]]) -> dict[Key, Spot]:
    """Inserts (account, handling, case, visibility); tells those that were not open elsewhere.

    Their cases may follow: the ids are checked when the transaction ends.
    """
    if not rows:
        return {}
    sealed = [row[1] == Handling.SEALED for row in rows]
    ids = iter(series.take("cases_target", sum(sealed), is_sealed=True))
    given = [next(ids) if is_sealed else None for is_sealed in sealed]
    numbered = [(pk, *row) for pk, row in zip(given, rows, strict=True)]
    found = _all(INSERT_TARGETS, [STANDING, *columns(numbered)])
    return {(account, handling): Spot(*rest) for account, handling, *rest in found}


def lock_cases(ids: Collection[int]) -> dict[int, Host]:
    """The cases that are joined, locked in id order."""
    return {row[0]: Host(*row) for row in _all(LOCK_CASES, [array(list(ids))])} if ids else {}


def lock_targets(ids: Collection[int], sealed_accounts: Collection[int]) -> set[Spot]:
    """Where those of these targets are that are open still, locked with the twins of sealed
    accounts: they may have been moved into another case meanwhile."""
    if not ids and not sealed_accounts:
        return set()
    values = [array(list(ids)), array(list(sealed_accounts)), OPEN_NOW]
    return {Spot(*row) for row in _all(LOCK_TARGETS, values)}


def insert_cases(rows: Sequence[tuple[Any, ...]], *, at: datetime) -> None:
    """Inserts cases (tuples in the order of `INSERT_CASES`), all of them new, for the targets that
    were inserted before them."""
    lately = at - policy.pack().limits_at(at).withhold_again
    _do(INSERT_CASES, rows, at, str(CaseState.NEW), lately)


def insert_joinings(rows: Sequence[tuple[int, int]], *, at: datetime) -> None:
    """Inserts which item brought or joined which target."""
    _do(INSERT_JOININGS, rows, at)


def withhold(account_ids: Collection[int]) -> None:
    """Leaves these accounts out of what is sent of the ordinary notices that name them, unless the
    sealed case that has them open has let its ordinary twin go. What is on its way about an account
    of which the platform was told (a withdrawal, a fine) still reaches it."""
    if account_ids:
        with connection.cursor() as cursor:
            values: list[Any] = [list(TAKES_BACK), list(account_ids), OPEN_NOW, OPEN_NOW]
            cursor.execute(WITHHOLD, values)


def count_targets(rows: Sequence[tuple[int, int]]) -> None:
    """Adds to the reports of each target."""
    _do(COUNT_TARGETS, rows)


def count_cases(rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds what each case has gained (tuples in the order of `COUNT_CASES`)."""
    _do(COUNT_CASES, rows)


def _all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _do(statement: str, rows: Sequence[tuple[Any, ...]], *first: Any) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*first, *columns(rows)])
