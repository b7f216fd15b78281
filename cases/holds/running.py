"""Which accounts are under a Hold now, for whatever would send or draft something about them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Hold, Notice, NoticeItem
from ..rungs import PRESERVATION, UNASKED

# What leaves although a Hold runs: it takes an order back, or is about money.
LEAVES = tuple(rung for rung in UNASKED if rung != PRESERVATION)


def accounts(account_ids: Collection[int]) -> set[int]:
    """Of these accounts those under a running Hold.

    Ask after locking the cases that have them open: the approval of a Hold locks them as well, so
    one of the two always sees the other.
    """
    if not account_ids:
        return set()
    found = Hold.objects.filter(state=Hold.State.RUNNING, account_id__in=list(account_ids))
    return set(found.values_list("account_id", flat=True))


def on(way: str) -> Exists:
    """Whether a Hold runs on the account to which this way leads, for a filter."""
    return Exists(Hold.objects.filter(state=Hold.State.RUNNING, account_id=OuterRef(way)))


def untold() -> Q:
    """The items of which a platform hears nothing while a Hold runs."""
    return Q(on("target__account_id"), is_withheld=True, sent_at=None)


def stops(notice: Notice) -> bool:
    """Whether what is to be said of this notice is kept back by a Hold, once nothing of it may be
    said at all."""
    if notice.rung in LEAVES:
        return False
    return notice.items.filter(on("target__account_id"), is_withheld=True).exists()


def without_kept(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """These notices without those that nobody is to be told of while a Hold runs: nobody needs to
    look after them."""
    here = NoticeItem.objects.filter(notice=OuterRef("pk"))
    is_kept = Exists(here.filter(untold())) & ~Exists(here.filter(is_withheld=False))
    return notices.exclude(is_kept)
