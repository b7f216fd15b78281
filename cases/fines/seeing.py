"""Who sees which fine, and what it comes to for whoever reads it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES

from .. import notices, reckoning
from ..models import Fine, letters_by
from ..notices import fining

# What its platform knows of.
TOLD = (Fine.State.OWED, Fine.State.OBJECTED, Fine.State.PAID, Fine.State.CANCELLED)


@dataclass(frozen=True)
class Sum:
    """What a fine comes to, and what of it was paid; whole units of the currency."""

    amount: int
    paid: int

    @property
    def left(self) -> int:
        return max(0, self.amount - self.paid)


def visible_to(user: User) -> QuerySet[Fine]:
    """The fines of the notices that this person may see, newest first; of their own platform's a
    representative sees those that were assessed."""
    found = Fine.objects.filter(notice__in=notices.visible_to(user))
    if user.role in REPRESENTATIVES:
        found = found.filter(state__in=TOLD, letter__in=notices.visible_to(user))
    joined = found.select_related(
        "notice__platform", "letter", "proposed_by", "approved_by", "committed_by",
        "objected_by", "decided_by",
    )  # fmt: skip
    read = joined.prefetch_related("payments").defer(*letters_by("notice__", "letter__"))
    return read.order_by("-proposed_at", "-pk")


def sum_of(fine: Fine, user: User) -> Sum:
    """What this fine comes to for this reader: to the platform it is what its own letter says."""
    is_theirs = user.role in REPRESENTATIVES
    lines = fining.lines_of(fine, is_for_platform=is_theirs)
    return Sum(reckoning.total(lines), paid(fine))


def state_for(fine: Fine, user: User) -> Fine.State:
    """How this fine stands for this reader: its platform has paid once what its own letter asks has
    come in, whatever else the whole of it counts."""
    is_theirs = user.role in REPRESENTATIVES and fine.state == Fine.State.OWED
    return Fine.State.PAID if is_theirs and not sum_of(fine, user).left else Fine.State(fine.state)


def paid(fine: Fine) -> int:
    """What has come in for it."""
    return sum(one.amount for one in fine.payments.all())
