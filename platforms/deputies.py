"""Deputies: who stands in for a representative of the same platform while that person is away.

The platform's administrator alone names one. Both people were made representatives by two persons
of the regulator, may read every notice of the platform anyway, and hear at the address of their
own account, which takes two persons as well: naming one adds no address and no reader, and ends by
itself.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, clock
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import Role

from .models import Deputy, Platform, Representative

# Guards against a slip of the pen, such as a wrong year.
LONGEST = timedelta(days=92)


def administers(user: User) -> Representative | None:
    """The representative as whom this person administers a platform's people; None for others."""
    own: Representative | None = getattr(user, "representative", None)
    if own is None or not own.is_active or not user.is_active:
        return None
    is_admin = own.kind == Representative.Kind.ADMINISTRATOR
    return own if is_admin and user.role == Role.PLATFORM_ADMIN else None


def colleagues(user: User) -> QuerySet[Representative]:
    """The representatives of this administrator's platform by name; nobody's for anybody else."""
    own = administers(user)
    if own is None:
        return Representative.objects.none()
    found = Representative.objects.filter(platform_id=own.platform_id).select_related("user")
    return found.order_by("-is_active", "user__name", "pk")


def name(
    absent: Representative,
    deputy: Representative,
    *,
    starts_on: date,
    ends_on: date,
    actor: User,
    at: datetime,
) -> Deputy:
    """Lets `deputy` stand in for `absent` from the first day to the last.

    Raises Refused for anybody but the administrator of their platform, Invalid for days that
    cannot be meant or somebody who is away themselves, Conflict when another stands in already, or
    when who will be away stands in for somebody.
    """
    own = administers(actor)
    if own is None or {absent.platform_id, deputy.platform_id} != {own.platform_id}:
        raise Refused(_("Only the administrator of a platform names its deputies."))
    _check_days(starts_on, ends_on, day_of(own.platform, at))
    if absent.pk == deputy.pk:
        raise Invalid.field("deputy", _("Nobody stands in for themselves. Choose somebody else."))
    with transaction.atomic():
        both = Representative.objects.filter(pk__in=[absent.pk, deputy.pk], is_active=True)
        if len(both.select_for_update(no_key=True).order_by("pk")) != 2:
            raise Conflict(_("One of them does not answer for this platform any more."))
        _insist_free(absent, deputy, starts_on, ends_on)
        made = Deputy.objects.create(
            absent=absent,
            deputy=deputy,
            starts_on=starts_on,
            ends_on=ends_on,
            named_by=actor,
            named_at=at,
        )
        _record("deputy.named", made, actor=actor, at=at)
    return made


def end(pk: int, *, actor: User, at: datetime) -> Deputy:
    """Ends a deputy before the last day. Raises Refused for anybody but the administrator of that
    platform, in the same words for one that is not there."""
    mine = colleagues(actor)
    with transaction.atomic():
        here = Deputy.objects.filter(pk=pk, absent__in=mine)
        made = here.select_for_update(of=("self",)).select_related("absent", "deputy").first()
        if made is None:
            raise Refused(_("Only the administrator of a platform names its deputies."))
        if made.ended_at is None:
            made.ended_at = at
            made.save(update_fields=["ended_at"])
            _record("deputy.ended", made, actor=actor, at=at)
    return made


def current(platform: Platform, at: datetime) -> QuerySet[Deputy]:
    """Who stands in for whom on this platform today."""
    here = day_of(platform, at)
    found = Deputy.objects.filter(
        absent__platform=platform,
        deputy__platform=platform,
        deputy__is_active=True,
        deputy__user__is_active=True,
        ended_at=None,
        starts_on__lte=here,
        ends_on__gte=here,
    )
    return found.select_related("absent__user", "deputy__user").order_by("ends_on", "pk")


def to_come(platform: Platform, at: datetime) -> Iterable[Deputy]:
    """What is named of this platform and not over yet."""
    found = Deputy.objects.filter(
        absent__platform=platform, ended_at=None, ends_on__gte=day_of(platform, at)
    )
    return found.select_related("absent__user", "deputy__user").order_by("starts_on", "pk")


def day_of(platform: Platform, at: datetime) -> date:
    """The day on the wall of the platform's zone."""
    return clock.local(at, platform.time_zone).date()


def _insist_free(
    absent: Representative, deputy: Representative, starts_on: date, ends_on: date
) -> None:
    """Raises Conflict where somebody stands in already, or where who will be away stands in for
    another, Invalid where the deputy is away too."""
    meanwhile = Deputy.objects.filter(ended_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if meanwhile.filter(absent=absent).exists():
        raise Conflict(_("Somebody stands in for them in this time already. End that first."))
    if meanwhile.filter(deputy=absent).exists():
        raise Conflict(_("They stand in for somebody else in this time. End that first."))
    if meanwhile.filter(absent=deputy).exists():
        away = _("They are away themselves in this time. Choose somebody else.")
        raise Invalid.field("deputy", away)


def _check_days(starts_on: date, ends_on: date, here: date) -> None:
    if ends_on < starts_on:
        raise Invalid.field("ends_on", _("The last day lies before the first."))
    if ends_on < here:
        raise Invalid.field("ends_on", _("The last day is over already."))
    if ends_on - starts_on > LONGEST:
        said = _("At most %(days)s days at a time.") % {"days": LONGEST.days}
        raise Invalid.field("ends_on", said)


def _record(kind: str, made: Deputy, *, actor: User, at: datetime) -> None:
    days = {"starts_on": made.starts_on, "ends_on": made.ends_on}
    people = {"absent": made.absent.user_id, "deputy": made.deputy.user_id}
    subject = f"platform:{made.absent.platform_id}"
    audit.record(kind, subject, actor=actor, at=at, data={**people, **days})
