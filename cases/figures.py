"""What a platform did with what it was ordered, in counts: its own page and the regulator's show
the same, by this one function and one template (`cases/_figures.html`).

Counts and shares with their number only; nobody is ranked. The ordinary class alone is counted, for
every reader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from platforms.models import Platform
from reports.models import Handling

from .models import Answer, Notice, NoticeItem, Observation, TargetState
from .rungs import ORDER

DAYS = 90
# What says nothing yet of what the platform did.
UNSAID = ("", Answer.Code.NEEDS_TIME)


@dataclass(frozen=True)
class Figures:
    """Orders that reached a platform from `since` until `at`, and the accounts in them.

    `in_time`, `late`, `running` and `overdue` make up `asked`; `taken_back` is besides. `refused`,
    `needs_info` and `still_up` are among those answered.
    """

    since: datetime
    at: datetime
    days: int
    notices: int
    asked: int
    in_time: int
    late: int
    running: int
    overdue: int
    refused: int
    needs_info: int
    claimed: int
    still_up: int
    taken_back: int

    def lines(self) -> list["Line"]:
        """The figures in words, in the order of the page."""
        due = self.in_time + self.late + self.overdue
        return [
            Line(_("Ordered"), self.asked),
            Line(
                _("Answered in time"),
                self.in_time,
                due,
                _("Of what was answered or is overdue: silence counts as well."),
            ),
            Line(_("Answered late"), self.late, due),
            Line(_("Overdue, without an answer"), self.overdue, due),
            Line(_("Not answered yet, the time still runs"), self.running, self.asked),
            Line(_("Refused"), self.refused, self.asked),
            Line(_("Needs more information"), self.needs_info, self.asked),
            Line(
                _("Still up after “removed”"),
                self.still_up,
                self.claimed,
                _("Of what was said to be gone: seen by us afterwards."),
            ),
            Line(_("Taken back by us"), self.taken_back),
        ]


@dataclass(frozen=True)
class Line:
    """One figure: what it counts, how many, of how many it is a part (None: of nothing)."""

    words: str
    count: int
    of: int | None = None
    hint: str = ""

    @property
    def share(self) -> float | None:
        """The part in per cent; None where there is no whole."""
        return 100 * self.count / self.of if self.of else None


def figures(
    platform: Platform,
    *,
    at: datetime,
    days: int = DAYS,
    known: Callable[[str], Q] = lambda way: Q(),
) -> Figures:
    """The figures of a platform for the `days` before `at`, in one statement.

    `known` narrows the accounts to those that the reader may know of; it is given the way to them
    (`notices.seeing.told` for the platform's own page, which tells of nothing withheld from it).
    """
    since = at - timedelta(days=days)
    ordered = Notice.objects.filter(
        platform=platform, rung=ORDER, handling=Handling.ORDINARY, served_at__gt=since
    ).exclude(state=Notice.State.WITHDRAWN)
    items = NoticeItem.objects.filter(
        known(""), notice__in=ordered.filter(served_at__lte=at).values("pk")
    )
    counted = items.annotate(is_answered_later=_answered_later(), is_up=_still_up())
    asked = ~Q(target__state=TargetState.RELEASED)
    silent = Q(answer_code__in=UNSAID)
    overdue = Q(due_at__lte=at)
    found = counted.aggregate(
        notices=Count("notice_id", distinct=True),
        asked=Count("pk", filter=asked),
        in_time=Count("pk", filter=asked & ~silent & Q(is_late=False)),
        late=Count("pk", filter=asked & (~silent & Q(is_late=True) | Q(is_answered_later=True))),
        running=Count("pk", filter=asked & silent & ~overdue & Q(is_answered_later=False)),
        overdue=Count("pk", filter=asked & silent & overdue & Q(is_answered_later=False)),
        refused=Count("pk", filter=asked & Q(answer_code=Answer.Code.REFUSED)),
        needs_info=Count("pk", filter=asked & Q(answer_code=Answer.Code.NEEDS_INFO)),
        claimed=Count("pk", filter=asked & Q(claimed_at__isnull=False)),
        still_up=Count("pk", filter=asked & Q(is_up=True)),
        taken_back=Count("pk", filter=~asked),
    )
    return Figures(since=since, at=at, days=days, **found)


def _answered_later() -> Q:
    """Silent on the order, answered on a letter that followed: the order's time was over then."""
    later = NoticeItem.objects.filter(
        target_id=OuterRef("target_id"), notice_id__gt=OuterRef("notice_id")
    ).exclude(answer_code__in=UNSAID)
    return Q(answer_code__in=UNSAID) & Q(Exists(later))


def _still_up() -> Q:
    """Said to be gone, and seen by us after that."""
    seen = Observation.objects.filter(
        target_id=OuterRef("target_id"),
        result=Observation.Result.PRESENT,
        seen_at__gt=OuterRef("claimed_at"),
    )
    return Q(claimed_at__isnull=False) & Q(Exists(seen))
