"""Joint operations on the ground, as counts and dates: what offices did together, never whom they
met or where they knocked.

A raid nets people, and many of them may be victims. So the log has no text at all: kinds of offices
and of outcomes come from the policy pack, the place is a district or village by its Kemendagri
code, and an entry that was wrong is corrected by a later one.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.policy import pack
from moderation_portal.roles import AUDITORS, STAFF, Allowed, Denied, Role, Verdict

from .judging import EARLIEST
from .models import JointOperation
from .permissions import within

LOGGERS = STAFF | {Role.MONITOR}
READERS = LOGGERS | AUDITORS
# Regency or city, district, village: what is smaller is an address.
AREA = re.compile(r"\d{2}\.\d{2}(\.\d{2}(\.\d{4})?)?", re.ASCII)
MOST = 10_000


def visible_to(user: User) -> QuerySet[JointOperation]:
    """The entries that this person may read: staff all, a monitor those of their own area."""
    if user.role in STAFF | AUDITORS:
        return JointOperation.objects.all()
    if user.role == Role.MONITOR and user.area:
        inside = Q(area=user.area) | Q(area__startswith=f"{user.area}.")
        return JointOperation.objects.filter(inside)
    return JointOperation.objects.none()


def may_log(actor: User, area: str = "") -> Verdict:
    """Whether `actor` may log an operation, in this area if one is named."""
    if actor.role not in LOGGERS:
        return Denied(_("Only the regulator's staff and local-government monitors log operations."))
    if actor.role == Role.MONITOR and not within(area or actor.area, actor.area):
        return Denied(_("This is outside your area. Log operations in your own area only."))
    return Allowed()


def log(
    held_on: date,
    area: str,
    partners: Collection[str],
    counts: Mapping[str, int],
    *,
    actor: User,
    at: datetime,
    corrects: JointOperation | None = None,
) -> JointOperation:
    """Writes an entry: `partners` and the keys of `counts` are codes of the policy pack, a count
    from 0 to `MOST`; those of nought are left out. `corrects` is the entry that it replaces.

    Raises Refused for who may not, Invalid for a day, an area, an office or a count that cannot be,
    Conflict when the entry was corrected meanwhile.
    """
    allowed = may_log(actor, area)
    if not allowed:
        raise Refused(allowed.reason)
    _check(held_on, area, partners, counts, at)
    if corrects is not None and not visible_to(actor).filter(pk=corrects.pk).exists():
        raise Refused(_("This entry is not yours to correct."))
    try:
        with transaction.atomic():
            made = JointOperation.objects.create(
                held_on=held_on,
                area=area,
                partners=sorted(set(partners)),
                counts={code: n for code, n in sorted(counts.items()) if n},
                corrects=corrects,
                logged_by=actor,
                logged_at=at,
            )
            _record(made, actor, at)
    except IntegrityError as race:
        raise Conflict(_("This entry has been corrected already. Correct the newer one.")) from race
    return made


def _record(made: JointOperation, actor: User, at: datetime) -> None:
    told = {"held_on": made.held_on.isoformat(), "area": made.area, "counts": made.counts}
    told |= {"partners": made.partners, "corrects": made.corrects_id}
    kind = "operation.corrected" if made.corrects_id else "operation.logged"
    audit.record(kind, f"operation:{made.pk}", actor=actor, at=at, data=told)


def _check(
    held_on: date,
    area: str,
    partners: Collection[str],
    counts: Mapping[str, int],
    at: datetime,
) -> None:
    if held_on > pack().day(at):
        raise Invalid.field("held_on", _("This day has not come yet."))
    if held_on.year < EARLIEST:
        raise Invalid.field("held_on", _("This is too long ago. Correct the date."))
    if not AREA.fullmatch(area):
        said = _("Give the code of a city, a district or a village, such as 35.73.05.")
        raise Invalid.field("area", said)
    offices = {one.code for one in pack().operation_partners(at)}
    if not partners or set(partners) - offices:
        raise Invalid.field("partners", _("Choose the offices that took part from the list."))
    kinds = {one.code for one in pack().operation_outcomes(at)}
    if set(counts) - kinds or not any(counts.values()):
        raise Invalid.field("counts", _("Give at least one count of what came of it."))
    if not all(0 <= n <= MOST for n in counts.values()):
        said = _("Give whole numbers from 0 to %(most)s.") % {"most": MOST}
        raise Invalid.field("counts", said)
