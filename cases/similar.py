"""Cases that have something in common with one case, and what: for whoever works on that case.

Linking by account, telephone number, file or handle serves the case in front of a person; each look
is an event of that case, with its purpose and what was found. No free handle or number is looked up
here, and nothing but cases is listed. What is sealed is compared for the cleared alone, and the
open record counts none of it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import audit
from moderation_portal.arrays import array
from moderation_portal.errors import Refused
from moderation_portal.models import User
from moderation_portal.roles import Allowed, Denied, Verdict
from reports.models import Handling

from .models import BEFORE_DECISION, Case
from .permissions import handlings_of, is_visible, not_found, visible_to, wrong_role
from .table import SEALED_OVERSEERS, WORKERS

# How many cases are named for each thing in common, and how many handles are compared at a time.
MOST = 20
HANDLES_AT_ONCE = 10
# The share of trigrams that two handles have in common, from which they are named as similar. On
# 200,000 invented handles it finds 93 of 100 of the usual variants (a digit more, another sign
# between, "real_" before it); at 0.4 six times as many strangers came with them, at 0.6 every sixth
# variant was missed.
CLOSE = 0.5


class Common(models.TextChoices):
    """What two cases may have in common, the surest first."""

    ACCOUNT = "account", gettext_lazy("same account")
    PHONE = "phone", gettext_lazy("same telephone number")
    FILE = "file", gettext_lazy("same file")
    HANDLE = "handle", gettext_lazy("similar handle")
    MERGED = "merged", gettext_lazy("merged")


class Purpose(models.TextChoices):
    """Why somebody looks for what is similar: what is to be done with the case in front of them."""

    DECIDE = "decide", gettext_lazy("to decide this case")
    FOLLOW = "follow", gettext_lazy("to follow up what was decided here")


@dataclass(frozen=True)
class Tie:
    """One thing in common: `what` names it, `more` counts further ones of the same kind."""

    common: Common
    what: str = ""
    more: int = 0


@dataclass(frozen=True)
class Match:
    """A case and why it is named."""

    case: Case
    ties: list[Tie]


@dataclass(frozen=True)
class Compared:
    """The cases that were found, and whether this case has handles behind those compared."""

    matches: list[Match]
    purpose: Purpose
    has_more_handles: bool


# Ordinary cases go before sealed ones in each: so whoever sees both finds all that others find.
SAME_ACCOUNT = """
SELECT other.case_id, min(account.display), count(DISTINCT account.id) FROM cases_target here
JOIN cases_target other ON other.account_id = here.account_id AND other.case_id <> here.case_id
JOIN reports_reportedaccount account ON account.id = other.account_id
WHERE here.case_id = %(case)s AND other.handling = ANY(%(handlings)s)
GROUP BY other.case_id ORDER BY min(other.handling), max(other.id) DESC LIMIT %(most)s
"""

SAME_PHONE = """
SELECT other.case_id, min(account.display), count(DISTINCT account.id) FROM cases_target here
JOIN reports_reportedaccount mine ON mine.id = here.account_id AND mine.kind = 'phone'
JOIN reports_reportedaccount account ON account.canonical = mine.canonical
    AND account.kind = 'phone' AND account.id <> mine.id
JOIN cases_target other ON other.account_id = account.id AND other.case_id <> here.case_id
WHERE here.case_id = %(case)s AND other.handling = ANY(%(handlings)s)
GROUP BY other.case_id ORDER BY min(other.handling), max(other.id) DESC LIMIT %(most)s
"""

# Also the hash of what was handed in, before it was encoded anew: what is locked away is kept as it
# came, and an encoder that is brought up to date writes the same picture in other bytes.
SAME_FILE = """
WITH told AS MATERIALIZED (
    SELECT DISTINCT report.id, report.formal_request_id FROM cases_target target
    JOIN cases_joining joining ON joining.target_id = target.id
    JOIN reports_reportitem item ON item.id = joining.item_id
    JOIN reports_report report ON report.id = item.report_id
    WHERE target.case_id = %(case)s
), mine AS MATERIALIZED (
    SELECT file.* FROM told JOIN reports_evidence file ON file.report_id = told.id
    UNION ALL
    SELECT * FROM reports_evidence WHERE formal_request_id IN (SELECT formal_request_id FROM told)
), hashes AS MATERIALIZED (
    SELECT sha256 AS hash, min(name) AS name FROM mine GROUP BY 1
    UNION ALL
    SELECT original_sha256, min(name) FROM mine
    WHERE original_sha256 NOT IN ('', sha256) GROUP BY 1
), others AS MATERIALIZED (
    SELECT file.id, file.report_id, file.formal_request_id, hashes.name
    FROM hashes JOIN reports_evidence file ON file.sha256 = hashes.hash
    UNION
    SELECT file.id, file.report_id, file.formal_request_id, hashes.name
    FROM hashes JOIN reports_evidence file ON file.original_sha256 = hashes.hash
), reports AS MATERIALIZED (
    SELECT report_id, name FROM others
    WHERE report_id IS NOT NULL AND id NOT IN (SELECT id FROM mine)
    UNION
    SELECT report.id, others.name
    FROM others JOIN reports_report report ON report.formal_request_id = others.formal_request_id
    WHERE others.id NOT IN (SELECT id FROM mine)
)
SELECT other.case_id, min(reports.name), count(DISTINCT reports.name) FROM reports
JOIN reports_reportitem item ON item.report_id = reports.report_id
JOIN cases_joining joining ON joining.item_id = item.id
JOIN cases_target other ON other.id = joining.target_id
WHERE other.case_id <> %(case)s AND other.handling = ANY(%(handlings)s)
GROUP BY other.case_id ORDER BY min(other.handling), max(other.id) DESC LIMIT %(most)s
"""

# What the reader may not see is left out before anything is cut off.
SIMILAR_HANDLE = """
SELECT near.case_id, (array_agg(near.display ORDER BY near.score DESC, near.display))[1],
    count(DISTINCT near.account_id)
FROM unnest(%(handles)s::bigint[]) AS given (id)
JOIN reports_reportedaccount mine ON mine.id = given.id
CROSS JOIN LATERAL (
    SELECT other.case_id, other.handling, account.id AS account_id, account.display,
        similarity(account.canonical, mine.canonical) AS score
    FROM reports_reportedaccount account
    JOIN cases_target other ON other.account_id = account.id
    WHERE account.canonical %% mine.canonical AND account.kind = 'handle' AND account.id <> mine.id
        AND other.case_id <> %(case)s AND other.handling = ANY(%(handlings)s)
    ORDER BY other.handling, score DESC, other.id DESC LIMIT %(most)s
) near
GROUP BY near.case_id
ORDER BY min(near.handling), max(near.score) DESC, near.case_id DESC LIMIT %(most)s
"""

HANDLES = """
SELECT account.id FROM cases_target target
JOIN reports_reportedaccount account ON account.id = target.account_id
WHERE target.case_id = %(case)s AND account.kind = 'handle'
ORDER BY target.id OFFSET %(start)s LIMIT %(handles)s
"""

MERGED = """
SELECT id, '', 1 FROM cases_case
WHERE (merged_into_id = %(case)s OR id = %(into)s) AND handling = ANY(%(handlings)s)
ORDER BY handling, id DESC LIMIT %(most)s
"""

STATEMENTS: Mapping[Common, str] = {
    Common.ACCOUNT: SAME_ACCOUNT,
    Common.PHONE: SAME_PHONE,
    Common.FILE: SAME_FILE,
    Common.HANDLE: SIMILAR_HANDLE,
    Common.MERGED: MERGED,
}


def may_compare(user: User, case: Case) -> Verdict:
    """Whoever holds the case, and those who oversee it; nobody else links accounts."""
    if not is_visible(user, case):
        return Denied(not_found())
    if user.role not in WORKERS:
        return Denied(wrong_role(WORKERS))
    if user.role in SEALED_OVERSEERS or case.owner_id == user.pk:
        return Allowed()
    return Denied(_("Take the case first: only whoever works on it compares it with others."))


def compare(case: Case, *, actor: User, at: datetime, start: int = 0) -> Compared:
    """The cases that have something in common with this one, those with the surest link first.

    Of each kind the newest `MOST`; handles are compared `HANDLES_AT_ONCE` at a time, behind the
    first `start`. Who looked, why and how many were found goes into the case's record. Raises
    Refused for whoever may not (`may_compare`).
    """
    verdict = may_compare(actor, case)
    if isinstance(verdict, Denied):
        raise Refused(verdict.reason)
    purpose = Purpose.DECIDE if case.state in BEFORE_DECISION else Purpose.FOLLOW
    with transaction.atomic():
        ties, has_more = _ties(case, actor, start)
        cases = visible_to(actor).filter(pk__in=ties).select_related("platform", "owner")
        order = list(Common)
        matches = sorted(
            (Match(one, ties[one.pk]) for one in cases),
            key=lambda match: (
                order.index(match.ties[0].common),
                -match.case.opened_at.timestamp(),
            ),
        )
        _record(case, matches, purpose, actor, at)
    return Compared(matches, purpose, has_more)


def _ties(case: Case, user: User, start: int) -> tuple[dict[int, list[Tie]], bool]:
    """Case id -> what it has in common with this one; and whether handles were left out."""
    values: dict[str, Any] = {
        "case": case.pk,
        "into": case.merged_into_id,
        "handlings": handlings_of(user),
        "most": MOST,
        "start": start,
        "handles": HANDLES_AT_ONCE + 1,
    }
    ties: dict[int, list[Tie]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(CLOSE)])
        cursor.execute(HANDLES, values)
        handles = [row[0] for row in cursor.fetchall()]
        values["handles"] = array(handles[:HANDLES_AT_ONCE])
        for common, statement in STATEMENTS.items():
            cursor.execute(statement, values)
            for pk, what, count in cursor.fetchall():
                ties.setdefault(pk, []).append(Tie(common, what, count - 1))
    return ties, len(handles) > HANDLES_AT_ONCE


def _record(
    case: Case, matches: Collection[Match], purpose: Purpose, actor: User, at: datetime
) -> None:
    """An ordinary case's open event says what anybody who works on it would have found; what is
    sealed stands in a sealed one beside it."""
    is_sealed = case.handling == Handling.SEALED
    hidden = [one for one in matches if one.case.handling == Handling.SEALED and not is_sealed]

    def line(found: Iterable[Match], *, is_sealed: bool) -> audit.Line:
        counts = Counter(str(tie.common) for match in found for tie in match.ties)
        data = {"purpose": str(purpose), "found": counts}
        return audit.Line("case.compared", case.thread, actor, data=data, is_sealed=is_sealed)

    lines = [line((one for one in matches if one not in hidden), is_sealed=is_sealed)]
    if hidden:
        lines.append(line(hidden, is_sealed=True))
    audit.record_many(lines, at=at)
