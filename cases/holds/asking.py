"""The police ask for a Hold, by a formal request; and say when they want it no longer."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import policy, series
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import Allowed, Denied, Role, Verdict
from reports.models import Agency, FormalRequest, ReportedAccount
from reports.permissions import requests_visible_to
from reports.texts import reason_of

from ..models import Hold
from ..results import Result, Said
from . import telling

WAITING = (Hold.State.ASKED, Hold.State.PROPOSED)
LONGEST_REASON = 2_000


def requests_of(user: User) -> QuerySet[FormalRequest]:
    """The formal requests by which this person may ask for a Hold, the newest first."""
    if user.role != Role.POLICE:
        return FormalRequest.objects.none()
    mine = requests_visible_to(user).filter(
        state=FormalRequest.State.SUBMITTED, agency__isnull=False
    )
    return mine.order_by("-submitted_at", "-pk")


def may_ask(user: User, request: FormalRequest) -> Verdict:
    """Whether this person may ask for a Hold by this request: a police liaison, by one that their
    own unit has handed in."""
    if requests_of(user).filter(pk=request.pk).exists():
        return Allowed()
    return Denied(_("A Hold is asked for by a formal request that your unit has handed in."))


def accounts_of(request: FormalRequest) -> QuerySet[ReportedAccount]:
    """The accounts that a request names, in the order of their first mention."""
    named = ReportedAccount.objects.filter(items__report__formal_request=request)
    return named.distinct().order_by("pk")


def ask(
    request: FormalRequest,
    account_ids: Iterable[int],
    *,
    days: int,
    reason: str,
    actor: User,
    at: datetime,
) -> Result:
    """Asks to leave these accounts of a request alone for so many days; the ids done are Holds.

    For an account on which a Hold of the same unit runs it asks to renew that one. Refused is an
    account that the request does not name, skipped one for which the unit waits already. Raises
    Refused for whoever may not ask, Invalid for a reason or days that cannot be used.
    """
    verdict = may_ask(actor, request)
    if not verdict:
        raise Refused(verdict.reason)
    said = reason_of(reason, LONGEST_REASON)
    _refuse_days(days, at)
    wanted = sorted(set(account_ids))
    if not wanted:
        raise Invalid.field("accounts", _("Choose at least one account."))
    with transaction.atomic():
        agency = Agency.objects.select_for_update(no_key=True).get(requests=request)
        named = set(accounts_of(request).filter(pk__in=wanted).values_list("pk", flat=True))
        open_ones = Hold.objects.filter(agency=agency, account_id__in=named)
        waits = set(open_ones.filter(state__in=WAITING).values_list("account_id", flat=True))
        running = open_ones.filter(state=Hold.State.RUNNING)
        renews = dict(running.values_list("account_id", "pk"))
        result = _sorted_out(wanted, named, waits)
        ready = [pk for pk in wanted if pk in named - waits]
        facts = {"request": request, "agency": agency, "reason": said, "days": days}
        made = _make(ready, renews, facts | {"asked_by": actor, "asked_at": at})
        telling.record_asked(made, actor=actor, at=at)
        result.done.extend(one.pk for one in made)
    return result


def _make(
    account_ids: Collection[int], renews: Mapping[int, int], facts: Mapping[str, object]
) -> list[Hold]:
    ids = series.take_scattered(Hold._meta.db_table, len(account_ids))
    return Hold.objects.bulk_create(
        Hold(pk=pk, account_id=account, renews_id=renews.get(account), **facts)
        for pk, account in zip(ids, account_ids, strict=True)
    )


def _sorted_out(wanted: Iterable[int], named: set[int], waits: set[int]) -> Result:
    """Why the others of these accounts are not asked for."""
    result = Result()
    for pk in wanted:
        if pk not in named:
            stranger = Refused(_("The request does not name this account."))
            result.refused.append(Said(pk, stranger))
        elif pk in waits:
            twice = Conflict(_("You have asked for this account already; it is being looked at."))
            result.skipped.append(Said(pk, twice))
    return result


def _refuse_days(days: int, at: datetime) -> None:
    most = policy.pack().limits_at(at).hold_days
    if not 1 <= days <= most:
        said = _("A Hold lasts from one day to %(most)s days. It can be renewed.")
        raise Invalid.field("days", said % {"most": most})
