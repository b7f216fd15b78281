"""Two cleared persons let a Hold begin; one of them, or the clock, ends it.

Cases and targets are locked before anything is written, in the order of all verbs: whoever gathers
an order at the same moment has either seen the Hold, or sent the order before it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, PortalError, Refused
from moderation_portal.formats import instant
from moderation_portal.models import User
from moderation_portal.roles import SYSTEM, Acting, Allowed, Denied, Role, Verdict
from reports.texts import reason_of

from .. import clocks, lifecycle, permissions
from ..models import OPEN_NOTICES, OPEN_TARGETS, Hold, Notice, NoticeItem, Target
from ..results import Result, Said, ids_of
from . import seeing, telling
from .asking import LONGEST_REASON, WAITING
from .running import LEAVES

Holds = Iterable[int | Hold]
OPEN = (*WAITING, Hold.State.RUNNING)


@dataclass(frozen=True)
class Verb:
    """What may be done to a Hold: from which states, by which cleared roles (by name of the
    policy's list), and whether who asked may do it as well."""

    sources: tuple[str, ...]
    roles: str
    by_unit: bool = False


VERBS = {
    "propose": Verb((Hold.State.ASKED,), "hold_proposers"),
    "approve": Verb((Hold.State.PROPOSED,), "hold_approvers"),
    "decline": Verb(WAITING, "hold_proposers"),
    "lift": Verb((Hold.State.RUNNING,), "hold_approvers"),
    "give_up": Verb(OPEN, "", by_unit=True),
}


def may(user: User, verb: str, hold: Hold, *, at: datetime) -> Verdict:
    """Whether this person, who may see this Hold, may do this to it now."""
    row = VERBS[verb]
    if row.by_unit:
        if user.role != Role.POLICE:
            return Denied(_("Only the unit that asked says that it is no longer wanted."))
    else:
        roles = getattr(policy.pack().limits_at(at), row.roles)
        if user.role not in roles or not permissions.sees_sealed(user):
            return Denied(permissions.wrong_role(roles))
    if verb == "approve" and hold.proposed_by_id == user.pk:
        return Denied(_("You proposed this Hold yourself; a second person must approve it."))
    if hold.state not in row.sources:
        state = {"state": hold.get_state_display()}
        return permissions.TooLate(_("This Hold is “%(state)s” already.") % state)
    return Allowed()


def propose(holds: Holds, *, actor: User, at: datetime) -> Result:
    """The first cleared person's yes: it waits for a second one. Stops nothing yet."""
    with transaction.atomic():
        ready, result = _ready(holds, "propose", actor, at)
        _write(ready, Hold.State.PROPOSED, proposed_by=actor, proposed_at=at)
        if ready:
            telling.record_proposed(ready, actor=actor, at=at)
    return result


def approve(holds: Holds, *, actor: User, at: datetime) -> Result:
    """The second person's yes: from now on nothing more of these accounts reaches a platform.

    It lasts the days that were asked for, or as many as the policy allows by now. What it renews
    ends with the same stroke.
    """
    most = policy.pack().limits_at(at).hold_days
    with transaction.atomic():
        ready, result = _ready(holds, "approve", actor, at)
        former = [one.renews_id for one in ready if one.renews_id]
        replaced = _read(former, states=(Hold.State.RUNNING,))
        _write(replaced, Hold.State.RENEWED, ended_at=at, ended_by=actor)
        telling.record("hold.renewed", replaced, actor=actor, at=at)
        for one in ready:
            until = at + timedelta(days=min(one.days, most))
            _write([one], Hold.State.RUNNING, approved_by=actor, began_at=at, until=until)
        _keep_back([one.account_id for one in ready])
        telling.record_answered("hold.began", ready, actor=actor, at=at)
        clocks.redue(_cases_of([one.account_id for one in ready]))
    return result


def decline(holds: Holds, *, reason: str, actor: User, at: datetime) -> Result:
    """Either cleared person's no, with the reason that the unit reads."""
    return _end(holds, "decline", Hold.State.DECLINED, reason, actor, at)


def lift(holds: Holds, *, reason: str, actor: User, at: datetime) -> Result:
    """A cleared person ends a running Hold early; the unit reads the reason. Everything goes on."""
    return _end(holds, "lift", Hold.State.LIFTED, reason, actor, at)


def give_up(holds: Holds, *, reason: str, actor: User, at: datetime) -> Result:
    """The unit that asked wants it no longer, whether it runs already or not."""
    return _end(holds, "give_up", Hold.State.GIVEN_UP, reason, actor, at)


def lapse(at: datetime) -> list[int]:
    """Ends which Holds have run for their time; gives their ids. What they kept back goes on with
    the next look of `withholding.give_back`."""
    due = Hold.objects.filter(state=Hold.State.RUNNING, until__lte=at)
    ids = sorted(due.values_list("pk", flat=True))
    if not ids:
        return []
    with transaction.atomic():
        _lock_cases(ids)
        over = [one for one in _read(ids, states=(Hold.State.RUNNING,)) if _is_over(one, at)]
        _finish(over, Hold.State.LAPSED, "hold.lapsed", SYSTEM, at)
    return [one.pk for one in over]


def tell_ends(at: datetime) -> list[int]:
    """Tells who asked for a Hold and who let it begin that it ends soon, so many days before as the
    policy says, once; gives the ids. One that lasts no longer than that is not told of."""
    ahead = timedelta(days=policy.pack().limits_at(at).hold_reminder_days)
    ending = Hold.objects.filter(
        state=Hold.State.RUNNING,
        end_told_at=None,
        until__lte=at + ahead,
        until__gt=F("began_at") + ahead,
    )
    with transaction.atomic():
        locked = ending.select_for_update(skip_locked=True, no_key=True, of=("self",))
        found = list(locked.select_related("asked_by", "proposed_by", "approved_by").order_by("pk"))
        for one in found:
            telling.ends(one, at=at)
        Hold.objects.filter(pk__in=[one.pk for one in found]).update(end_told_at=at)
    return [one.pk for one in found]


def _is_over(hold: Hold, at: datetime) -> bool:
    return hold.until is not None and hold.until <= at


def _end(holds: Holds, verb: str, state: str, reason: str, actor: User, at: datetime) -> Result:
    said = reason_of(reason, LONGEST_REASON)
    with transaction.atomic():
        ready, result = _ready(holds, verb, actor, at)
        _finish(ready, state, f"hold.{state}", actor, at, said)
    return result


def _finish(
    holds: list[Hold], state: str, kind: str, actor: Acting, at: datetime, reason: str = ""
) -> None:
    _write(holds, state, ended_at=at, ended_by_id=actor.pk, end_reason=reason)
    telling.record_answered(kind, holds, actor=actor, at=at)
    clocks.redue(_cases_of([one.account_id for one in holds]))


def _ready(holds: Holds, verb: str, actor: User, at: datetime) -> tuple[list[Hold], Result]:
    """Of these Holds, locked with the cases of their accounts, those to which this person may do
    this; one that is hidden is refused in the words of one that is not there."""
    wanted = ids_of(holds)
    _lock_cases(wanted)
    visible = set(seeing.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    locked = {one.pk: one for one in _read(visible)}
    result, ready = Result(), []
    for pk in wanted:
        one = locked.get(pk)
        verdict = may(actor, verb, one, at=at) if one else Denied(not_found())
        if one is not None and isinstance(verdict, Allowed):
            ready.append(one)
            result.done.append(pk)
        elif one is not None and isinstance(verdict, permissions.TooLate):
            result.skipped.append(Said(pk, _too_late(one, verdict.reason)))
        else:
            result.refused.append(Said(pk, Refused(verdict.reason)))
    return ready, result


def not_found() -> str:
    """What is said of a Hold that is not there, and, in the same words, of one that is hidden."""
    return _("There is no such Hold.")


def _too_late(hold: Hold, said: str) -> PortalError:
    if hold.ended_at is not None:
        said = f"{said} {_('It ended on %(at)s.') % {'at': instant(hold.ended_at)}}"
    return Conflict(said)


def _read(ids: Collection[int], *, states: Collection[str] = tuple(Hold.State)) -> list[Hold]:
    """These Holds, locked in the order of their ids."""
    found = Hold.objects.filter(pk__in=ids, state__in=states).order_by("pk")
    return list(found.prefetch_related("asked_by").select_for_update(no_key=True))


def _lock_cases(ids: Collection[int]) -> None:
    """Locks the cases, then the targets, that have the accounts of these Holds open."""
    of_them = Hold.objects.filter(pk__in=ids).values("account_id")
    here = Target.objects.filter(OPEN_TARGETS, account_id__in=of_them)
    lifecycle.lock(sorted(set(here.values_list("case_id", flat=True))))
    list(here.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _cases_of(account_ids: Collection[int]) -> list[int]:
    here = Target.objects.filter(OPEN_TARGETS, account_id__in=account_ids)
    return sorted(set(here.values_list("case_id", flat=True)))


def _keep_back(account_ids: Collection[int]) -> None:
    """Of what names these accounts and is open still, their platforms hear nothing more."""
    here = Target.objects.filter(OPEN_TARGETS, account_id__in=account_ids)
    items = NoticeItem.objects.filter(
        target__in=here,
        notice__state__in=(*OPEN_NOTICES, Notice.State.DRAFTED),
        is_withheld=False,
    )
    items.exclude(notice__rung__in=LEAVES).update(is_withheld=True)


def _write(holds: Collection[Hold], state: str, **facts: object) -> None:
    """One UPDATE; the rows at hand say the same."""
    for one in holds:
        for name, value in {"state": state, **facts}.items():
            setattr(one, name, value)
    Hold.objects.filter(pk__in=[one.pk for one in holds]).update(state=state, **facts)


DO: dict[str, Callable[..., Result]] = {
    "propose": propose,
    "approve": approve,
    "decline": decline,
    "lift": lift,
    "give_up": give_up,
}
NEEDS_REASON = frozenset({"decline", "lift", "give_up"})
