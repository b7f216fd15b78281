"""The accounts of a case as its page shows them: the platform's word beside our own check."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.formats import defang
from moderation_portal.templatetags.portal import status_tag
from reports.models import Visibility

from .. import deadlines
from ..checking import told_locator
from ..models import (
    OPEN_STATES,
    Answer,
    Appeal,
    NoticeItem,
    Observation,
    Target,
    TargetState,
)
from ..notices import drafting, features
from ..removal import DISPUTED
from ..stopping import HAS_CLOCK

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

TARGETS_A_PAGE = 100
MOST_EXPLAINED = 5
TARGET_TONES: dict[str, str] = {
    TargetState.STANDING: "neutral",
    TargetState.CLAIMED: "warn",
    TargetState.GONE: "good",
    TargetState.REFUSED: "bad",
    TargetState.NEEDS_INFO: "warn",
    TargetState.NOT_FOUND: "warn",
    TargetState.RELEASED: "neutral",
}
Result = Observation.Result
GONE, RELEASED = Result.GONE, TargetState.RELEASED
# What a look may close an account with (`removal.observe`).
CLOSING = (Result.GONE, Result.GEO_BLOCKED)
SEEN_TONES = {
    Result.PRESENT: "bad",
    Result.GONE: "good",
    Result.GEO_BLOCKED: "warn",
    Result.LOGIN_WALLED: "warn",
    Result.UNCLEAR: "warn",
}


class News(TypedDict):
    """What `with_news` adds to an account: the newest of each kind, or None."""

    clock: dict[str, Any] | None
    said: dict[str, Any] | None
    look: dict[str, Any] | None
    closing: dict[str, Any] | None
    appeal: dict[str, Any] | None
    told: str | None


@dataclass(frozen=True)
class TargetRow:
    """One account: what the platform says of it beside what we saw of it.

    `closed_by` is the look that closed an account that is gone; `seen` the newest look of all;
    `corrected` what the newest letter names in place of the locator, mostly nothing; `gone_since`
    the first look that saw it gone, while a second one is wanted; `appeal` the newest one about it.
    """

    pk: int
    place: int
    locator: str
    corrected: str
    visibility: str
    state: SafeString
    gone_since: datetime | None
    is_owed: bool
    is_claimed: bool
    is_gone: bool
    is_disputed: bool
    answer: str
    answer_reason: str
    answer_lacks: str
    answered_at: datetime | None
    is_late: bool
    seen: SafeString | str
    seen_at: datetime | None
    closed_by: SafeString | str
    closed_by_at: datetime | None
    is_seen_otherwise: bool
    due_at: datetime | None
    due_steps: list[dict[str, Any]]
    notice: int | None
    differs: bool
    appeal: int | None
    appeal_words: str


@dataclass(frozen=True)
class LookRow:
    """One account to be looked at: the newest look, and from when a second “gone” closes it."""

    pk: int
    place: int
    locator: str
    corrected: str
    state: SafeString
    seen: SafeString | str
    seen_at: datetime | None
    note: str
    counts_from: datetime | None


@dataclass(frozen=True)
class Explained:
    """How a due time came about, and for which accounts it is the same."""

    locators: list[str]
    due_at: datetime | None
    sentences: list[str]
    notice: int | None
    is_owed: bool


def rows_of(
    targets: QuerySet[Target], *, start: int = 0, most: int = TARGETS_A_PAGE
) -> list[TargetRow]:
    """Some of these accounts, each with its newest clock, answer and observation.

    One statement: what is old of an account, and it may be much, is never read.
    """
    page = with_news(targets).order_by("pk")[start : start + most]
    return [row_of(target, start + place) for place, target in enumerate(page, 1)]


def looks_of(
    targets: QuerySet[Target], at: datetime, *, start: int = 0, most: int = TARGETS_A_PAGE
) -> list[LookRow]:
    """The same accounts, for who is about to look at them; one statement."""
    spacing = policy.pack().limits_at(at).gone_spacing
    found = with_news(targets).order_by("pk")
    rows = []
    for place, target in enumerate(found[start : start + most], start + 1):
        row = row_of(target, place)
        rows.append(
            LookRow(
                pk=row.pk,
                place=place,
                locator=row.locator,
                corrected=row.corrected,
                state=row.state,
                seen=row.seen,
                seen_at=row.seen_at,
                note=(target.look or {}).get("note", ""),
                counts_from=row.gone_since + spacing if row.gone_since else None,
            )
        )
    return rows


def with_news(targets: QuerySet[Target]) -> "QuerySet[WithAnnotations[Target, News]]":
    """The targets with `clock`, `said` and `look`: dicts of the newest of each, or None; and with
    `closing`, the look that closed the account, `appeal`, the newest one about it, and `told`, the
    locator of the newest letter.

    The clock is that of the newest notice that has one: a warning that is only drafted has none.
    """
    here = OuterRef("pk")
    clocks = NoticeItem.objects.filter(HAS_CLOCK, target=here)
    clocks = clocks.order_by("-notice__drafted_at", "-notice_id")
    said = Answer.objects.filter(item__target=here).order_by("-pk")
    looks = Observation.objects.filter(target=here).order_by("-pk")
    closing = looks.filter(result__in=CLOSING, seen_at__lte=OuterRef("closed_at"))
    clock = JSONObject(at="due_at", steps="due_steps", notice=F("notice_id"))
    answer = JSONObject(
        code="code", reason="reason", lacks="lacks", is_late="is_late", at="answered_at"
    )
    look = JSONObject(result="result", at="seen_at", note="note")
    appeals = Appeal.objects.filter(item__target=here).order_by("-filed_at", "-pk")
    appeal = JSONObject(pk="pk", state="state")
    return targets.annotate(
        clock=Subquery(clocks.values(found=clock)[:1]),
        said=Subquery(said.values(found=answer)[:1]),
        look=Subquery(looks.values(found=look)[:1]),
        closing=Subquery(closing.values(found=look)[:1]),
        appeal=Subquery(appeals.values(found=appeal)[:1]),
        told=told_locator(),
    )


def row_of(target: "WithAnnotations[Target, News]", place: int) -> TargetRow:
    """The line of one account (of `with_news`)."""
    clock, said, look = target.clock or {}, target.said or {}, target.look or {}
    seen = Result(look["result"]) if look else None
    closing = (target.closing or {}) if target.state == TargetState.GONE else {}
    closed_by = Result(closing["result"]) if closing else None
    tones = SEEN_TONES | ({Result.PRESENT: "neutral"} if target.state == RELEASED else {})
    claims_gone = target.state == TargetState.CLAIMED
    locator = drafting.locator_of(target)
    return TargetRow(
        pk=target.pk,
        place=place,
        locator=defang(locator),
        corrected=defang(target.told) if target.told and target.told != locator else "",
        visibility=_visibility_words(target),
        state=status_tag(state_words(target.state, seen), TARGET_TONES[target.state]),
        gone_since=target.gone_since if target.state in OPEN_STATES else None,
        is_owed=target.state == TargetState.STANDING,
        is_claimed=claims_gone,
        is_gone=target.state == TargetState.GONE,
        is_disputed=target.state in DISPUTED,
        answer=str(Answer.Code(said["code"]).label) if said else "",
        answer_reason=said.get("reason", ""),
        answer_lacks=lacking(said.get("lacks", "")),
        answered_at=moment(said.get("at")),
        is_late=bool(said.get("is_late")),
        seen=status_tag(str(seen.label), tones[seen]) if seen else "",
        seen_at=moment(look.get("at")),
        closed_by=status_tag(str(closed_by.label), SEEN_TONES[GONE]) if closed_by else "",
        closed_by_at=moment(closing.get("at")),
        is_seen_otherwise=bool(look) and not (closed_by and seen == closed_by),
        due_at=moment(clock.get("at")),
        due_steps=clock.get("steps") or [],
        notice=clock.get("notice"),
        differs=claims_gone and seen == Result.PRESENT,
        appeal=(target.appeal or {}).get("pk"),
        appeal_words=str(Appeal.State(target.appeal["state"]).label) if target.appeal else "",
    )


def _visibility_words(target: Target) -> str:
    """Who can see the account by what was told; nothing of a feature, which is nobody's."""
    if features.aims_at_feature(target):
        return ""
    if not target.visibility:
        return _("who can see it: not reported")
    return str(Visibility(target.visibility).label)


def lacking(code: str) -> str:
    """What a platform says that an order lacks, in words; nothing where it says nothing of it."""
    return str(policy.pack().choice("lacks", code).name) if code else ""


def state_words(state: str, seen: Result | None) -> str:
    """An account's state in words; nobody says that it is still up who has not looked."""
    if state == TargetState.STANDING and seen != Result.PRESENT:
        return _("not settled")
    return str(TargetState(state).label)


def explained(rows: Iterable[TargetRow]) -> list[Explained]:
    """The deadlines of these accounts step by step, each once, with the accounts that share it."""
    groups: dict[str, list[TargetRow]] = {}
    for row in rows:
        if row.due_steps:
            groups.setdefault(json.dumps(row.due_steps, sort_keys=True), []).append(row)
    return [
        Explained(
            [row.locator for row in group],
            group[0].due_at,
            deadlines.explain(NoticeItem(due_steps=group[0].due_steps)),
            group[0].notice,
            any(row.is_owed for row in group),
        )
        for group in list(groups.values())[:MOST_EXPLAINED]
    ]


def moment(written: str | None) -> datetime | None:
    """An instant as PostgreSQL writes it into JSON."""
    return datetime.fromisoformat(written) if written else None
