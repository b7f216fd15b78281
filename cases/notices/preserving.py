"""The letter that asks a platform to keep the data, before any order takes them down.

No takedown may destroy what the police, the child-protection unit or the helpers of a trafficked
person need; nor what an objection or a restoration would. It is a notice as any other (frozen,
numbered, in the portal only where it is sealed), asks for no answer and has no deadline.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import SYSTEM
from reports.models import Handling

from ..holds import running
from ..models import OPEN_TARGETS, Delivery, Notice, NoticeItem, Target
from ..opening import withheld_accounts
from ..rungs import ORDER, PRESERVATION
from . import drafting
from .issuing import freeze, is_held_back, lock

# How long an order waits for the letter to be handed over; the order itself asks for preservation
# as well, so a mailbox that is away for longer does not stop it.
PATIENCE = timedelta(minutes=30)
WAS_ASKED = """
SELECT EXISTS (
    SELECT FROM cases_noticeitem mine JOIN cases_noticeitem theirs USING (target_id)
    JOIN cases_notice letter ON letter.id = theirs.notice_id
    WHERE mine.notice_id = %s AND letter.rung = %s AND letter.state = %s
)
"""
HANDED_OVER = (Delivery.State.ACCEPTED, Delivery.State.PLACED)


def ask(case_ids: Iterable[int], *, actor: User, at: datetime) -> list[int]:
    """Issues the letter for the open accounts of these locked cases of which it was not asked yet:
    one for each platform, urgency and handling class. Returns the notices."""
    found = unasked(case_ids).select_related("case__platform__registration", "account")
    targets = list(found.order_by("id").select_for_update(no_key=True, of=("self",)))
    targets.sort(key=lambda target: (*_kind(target), target.pk))
    return [_issue(list(group), actor, at) for _kind_, group in groupby(targets, key=_kind)]


def unasked(case_ids: Iterable[int]) -> QuerySet[Target]:
    """The open accounts of these cases that no letter has asked to preserve."""
    asked = NoticeItem.objects.filter(notice__rung=PRESERVATION).values("target_id")
    here = Target.objects.filter(OPEN_TARGETS, case_id__in=list(case_ids))
    return here.exclude(pk__in=asked)


def ask_anew(letter: Notice, target_ids: Collection[int], *, at: datetime) -> int:
    """Asks by a letter of its own to preserve accounts that the platform's copy of this one left
    out, in the words of the same signer. Returns the new letter."""
    frame = drafting.Frame(
        letter.platform, PRESERVATION, letter.urgency, letter.handling, letter.basis
    )
    targets = Target.objects.filter(pk__in=target_ids).select_related("account").order_by("pk")
    made = drafting.draft(frame, targets, at=at)
    freeze(lock(made.pk), actor=SYSTEM, at=at, more=letter.given)
    return made.pk


def goes_first(notice: Notice, *, at: datetime) -> bool:
    """Whether this order must wait: the letter for its accounts was not handed over yet.

    Before an order that leaves, a letter that was held back does not count until it has left too.
    """
    if notice.rung != ORDER or not _was_asked(notice):
        return False
    since = at - PATIENCE
    copies = Delivery.objects.filter(notice=OuterRef("pk"))
    held_until = copies.filter(is_quiet=True, state=Delivery.State.UNCERTAIN, ended_at__gt=since)
    handed_over = copies.filter(state__in=HANDED_OVER)
    if not is_held_back(notice):
        handed_over = handed_over.filter(is_quiet=False)
    waiting = before(notice).filter(Q(issued_at__gt=since) | Exists(held_until))
    return waiting.exclude(Exists(handed_over)).exists()


def _was_asked(notice: Notice) -> bool:
    """Whether any letter asks to preserve accounts of this order and was not served: the plain
    question of every order that leaves, of which few are about data to preserve."""
    with connection.cursor() as cursor:
        cursor.execute(WAS_ASKED, [notice.pk, PRESERVATION, Notice.State.ISSUED])
        return bool(cursor.fetchone()[0])


def before(notice: Notice) -> QuerySet[Notice]:
    """The unserved letters that ask to preserve accounts of this order."""
    targets = notice.items.values("target_id")
    letters = Notice.objects.filter(rung=PRESERVATION, state=Notice.State.ISSUED)
    here = NoticeItem.objects.filter(target_id__in=targets, notice__rung=PRESERVATION)
    return letters.filter(pk__in=here.values("notice_id")).order_by("pk")


def _kind(target: Target) -> tuple[int, str, str]:
    return target.case.platform_id, target.case.urgency, target.handling


def _issue(targets: list[Target], actor: User, at: datetime) -> int:
    first = targets[0]
    basis = policy.pack().duties("preservation", at)[0].basis
    frame = drafting.Frame(
        first.case.platform, PRESERVATION, first.case.urgency, first.handling, basis
    )
    account_ids = [target.account_id for target in targets]
    spoken_for = running.accounts(account_ids)
    if first.handling == Handling.ORDINARY:
        spoken_for |= withheld_accounts(account_ids)
    withheld = [target.pk for target in targets if target.account_id in spoken_for]
    notice = drafting.draft(frame, targets, at=at, withheld=withheld)
    freeze(lock(notice.pk), actor=actor, at=at, more=drafting.signed_by([actor], notice.language))
    return notice.pk
