"""The accounts of a case, a hundred at a time, narrowed by what stands in the address."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..models import Answer, Case, Observation, Target, TargetState
from ..removal import DISPUTED
from . import account_rows, numbers
from .account_rows import TARGETS_A_PAGE, LookRow, TargetRow
from .case_address import ACCOUNTS, FURTHEST

NONE = "none"
# A case with so few accounts is read at a glance.
FEW = 5


class AccountFilter(django_filters.FilterSet):
    """State, the platform's newest answer, our newest look, and a part of the address."""

    state = django_filters.ChoiceFilter(
        choices=TargetState.choices, label=_("State"), empty_label=_("All")
    )
    said = django_filters.ChoiceFilter(
        choices=[(NONE, _("no answer")), *Answer.Code.choices],
        label=_("Platform says"),
        empty_label=_("All"),
        method="by_answer",
    )
    seen = django_filters.ChoiceFilter(
        choices=[(NONE, _("not checked")), *Observation.Result.choices],
        label=_("Our check"),
        empty_label=_("All"),
        method="by_look",
    )
    text = django_filters.CharFilter(label=_("Address contains"), method="by_text")

    class Meta:
        model = Target
        fields = ["state", "said", "seen", "text"]

    def by_answer(self, found: QuerySet[Target], _name: str, code: str) -> QuerySet[Target]:
        """The newest answer is this one, or there is none."""
        said = Answer.objects.filter(item__target=OuterRef("pk")).order_by("-pk").values("code")
        known = found.annotate(said_code=Subquery(said[:1]))
        return known.filter(said_code=None if code == NONE else code)

    def by_look(self, found: QuerySet[Target], _name: str, result: str) -> QuerySet[Target]:
        """The newest look saw this, or there is none."""
        looks = Observation.objects.filter(target=OuterRef("pk")).order_by("-pk").values("result")
        known = found.annotate(seen_code=Subquery(looks[:1]))
        return known.filter(seen_code=None if result == NONE else result)

    def by_text(self, found: QuerySet[Target], _name: str, text: str) -> QuerySet[Target]:
        """It stands in what people read of the account, or in its address."""
        within = Q(account__display__icontains=text) | Q(account__canonical__icontains=text)
        return found.filter(within | Q(account__url__icontains=text))


@dataclass(frozen=True)
class AccountPage:
    """One page of the accounts. `gone` and `is_disputed` speak of all of them; `previous` and
    `following` are where the pages beside begin, None where there is none."""

    rows: list[TargetRow]
    filter: AccountFilter
    is_narrowed: bool
    has_filter: bool
    gone: int
    is_disputed: bool
    previous: int | None
    following: int | None


def narrowed(case: Case, query: QueryDict) -> AccountFilter:
    """The accounts of a case that the address asks for; a filter that is none is left out."""
    return AccountFilter(query, case.targets.select_related("account"), prefix=ACCOUNTS[:-1])


def page_of(case: Case, query: QueryDict) -> AccountPage:
    """The page of accounts that the address asks for.

    One statement; a second one where not all accounts are on the page.
    """
    chosen = narrowed(case, query)
    start = numbers.whole(query.get("start", "0"), FURTHEST) or 0
    found = account_rows.rows_of(chosen.qs, start=start, most=TARGETS_A_PAGE + 1)
    rows = found[:TARGETS_A_PAGE]
    is_narrowed = any(query.get(f"{ACCOUNTS}{name}") for name in chosen.filters)
    gone, disputed = tally(case, rows)
    return AccountPage(
        rows=rows,
        filter=chosen,
        is_narrowed=is_narrowed,
        has_filter=is_narrowed or case.target_count > FEW,
        gone=gone,
        is_disputed=disputed > 0,
        previous=max(0, start - TARGETS_A_PAGE) if start else None,
        following=start + TARGETS_A_PAGE if len(found) > len(rows) else None,
    )


def tally(case: Case, rows: Collection[TargetRow]) -> tuple[int, int]:
    """How many accounts are gone, and how many disputed; counted by the database only where they
    are not all on the page."""
    if len(rows) >= case.target_count:
        return sum(row.is_gone for row in rows), sum(row.is_disputed for row in rows)
    counts = case.targets.aggregate(
        gone=Count("pk", filter=Q(state=TargetState.GONE)),
        disputed=Count("pk", filter=Q(state__in=DISPUTED)),
    )
    return counts["gone"], counts["disputed"]


def ticked(rows: Iterable[LookRow], given: QueryDict) -> list[int]:
    """The ids of those of these accounts that are ticked in what was sent."""
    wanted = {numbers.whole(text) for text in given.getlist("target")}
    return [row.pk for row in rows if row.pk in wanted]


def looks_of(case: Case, query: QueryDict, at: datetime) -> tuple[list[LookRow], dict[str, Any]]:
    """The accounts that are ticked in the address, else a page of those that it asks for; and
    where the pages beside begin."""
    ticked = [pk for text in query.getlist("target") if (pk := numbers.whole(text)) is not None]
    if ticked:
        mine = case.targets.select_related("account").filter(pk__in=ticked[:TARGETS_A_PAGE])
        if rows := account_rows.looks_of(mine, at):
            return rows, {"is_chosen": True}
    start = numbers.whole(query.get("start", "0"), FURTHEST) or 0
    found = account_rows.looks_of(
        narrowed(case, query).qs, at, start=start, most=TARGETS_A_PAGE + 1
    )
    return found[:TARGETS_A_PAGE], {
        "previous": max(0, start - TARGETS_A_PAGE) if start else None,
        "following": start + TARGETS_A_PAGE if len(found) > TARGETS_A_PAGE else None,
    }
