"""What a platform did with what it was ordered, in counts: its own page and the regulator's show
the same, by this one function and one template (`cases/_figures.html`).

Counts and shares with their number only; nobody is ranked. The ordinary class alone is counted, for
every reader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.formats import number
from platforms.models import Platform
from reports.models import Handling

from .models import Answer, Notice, NoticeItem, Observation, TargetState
from .rungs import ORDER
from .shares import wilson

DAYS = 90
# What says nothing yet of what the platform did.
UNSAID = ("", Answer.Code.NEEDS_TIME)


@dataclass(frozen=True)
class Figures:
    """Orders that reached a platform from `since` until `at`, and the accounts in them.

    `in_time`, `late`, `running` and `overdue` make up `asked`; `taken_back` is besides. `refused`,
    `needs_info` and `claimed` are among those answered. Of the claims (“it is gone”) those are
    `checked` at which a look told something; `still_up` among them are false confirmations: seen by
    us before we ever found them gone. What `came_back` after that is told apart.
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
    checked: int
    still_up: int
    came_back: int
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
            *self.claims(),
            Line(_("Taken back by us"), self.taken_back),
        ]

    def claims(self) -> list["Line"]:
        """What became of the platform's word, with how sure that is."""
        low, high = (number(round(share)) for share in wilson(self.still_up, self.checked))
        sure = _("Of what we could check after the platform had said that it was gone.")
        if self.checked:
            between = _("The share behind it lies between %(low)s and %(high)s %% (95 %% sure).")
            sure = f"{sure} {between % {'low': low, 'high': high}}"
        return [
            Line(_("Still up after “removed”"), self.still_up, self.checked, sure),
            Line(_("Came back after we had found it gone"), self.came_back, self.checked),
            Line(
                _("Said to be gone, and not to be checked"),
                self.claimed - self.checked,
                self.claimed,
                _("Behind a sign-in, private, or without an address that can be opened."),
            ),
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
    counted = items.annotate(is_answered_later=_answered_later(), **_looked_at(at))
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
        checked=Count("pk", filter=asked & Q(is_checked=True)),
        still_up=Count("pk", filter=asked & Q(is_up=True)),
        came_back=Count("pk", filter=asked & Q(is_back=True)),
        taken_back=Count("pk", filter=~asked),
    )
    return Figures(since=since, at=at, days=days, **found)


def _answered_later() -> Q:
    """Silent on the order, answered on a letter that followed: the order's time was over then."""
    later = NoticeItem.objects.filter(
        target_id=OuterRef("target_id"), notice_id__gt=OuterRef("notice_id")
    ).exclude(answer_code__in=UNSAID)
    return Q(answer_code__in=UNSAID) & Q(Exists(later))


def _looked_at(at: datetime) -> dict[str, Q]:
    """Of each claim whether a look told something, found the account up, or back again.

    What our probe sees while a claim may still be spreading through the platform's own servers says
    nothing (`removal.observe`).
    """
    seen, spacing = Observation.Result, policy.pack().limits_at(at).gone_spacing
    spread = ExpressionWrapper(OuterRef("claimed_at") + Value(spacing), DateTimeField())
    looks = Observation.objects.filter(
        result__in=(seen.PRESENT, seen.GONE, seen.GEO_BLOCKED),
        target_id=OuterRef("target_id"),
        seen_at__gt=OuterRef("claimed_at"),
    ).exclude(result=seen.PRESENT, method="probe", seen_at__lt=spread)
    present = looks.filter(result=seen.PRESENT)
    claims = Q(claimed_at__isnull=False)
    is_verified = Q(verified_at__isnull=False)
    before = present.filter(seen_at__lt=OuterRef("verified_at"))
    return {
        "is_checked": claims & Q(Exists(looks)),
        "is_up": claims & (~is_verified & Q(Exists(present)) | is_verified & Q(Exists(before))),
        "is_back": claims & Q(Exists(present.filter(seen_at__gt=OuterRef("verified_at")))),
    }
