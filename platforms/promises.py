"""What a platform had promised on a day, frozen so that a later change does not rewrite history."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from . import calendars
from .models import Clause


def in_force(platform_id: int, on: date) -> list[Clause]:
    """The clauses of a platform valid on the day `on`: of each leg of a commitment the newest."""
    found = (
        Clause.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=on),
            Q(commitment__withdrawn_on=None) | Q(commitment__withdrawn_on__gt=on),
            commitment__platform_id=platform_id,
            valid_from__lte=on,
        )
        .select_related("commitment__platform")
        .order_by("commitment_id", "leg", "version")
    )
    newest = {(clause.commitment_id, clause.leg): clause for clause in found}
    return list(newest.values())


def covers(clause: Clause, *, reporter_kinds: Iterable[str], category: str) -> bool:
    """Whether a clause speaks of this category and of any of these sources.

    A clause that names no category or no source speaks of all of them.
    """
    by_source = not clause.reporter_kinds or not set(clause.reporter_kinds).isdisjoint(
        reporter_kinds
    )
    return by_source and (not clause.categories or category in clause.categories)


def lacks(clause: Clause) -> str:
    """What keeps a clause from being measured, as a sentence; nothing where it can be."""
    if clause.target_hours is None:
        return _("It names no time. Ask the platform within how many hours.")
    if clause.calendar == calendars.UNSTATED:
        return _("It counts working hours without saying which. Ask the platform for clock hours.")
    if clause.calendar not in calendars.names():
        return _("It counts by a calendar that the policy pack does not hold.")
    return ""


def counted_in(clause: Clause) -> str:
    """By which hours it counts, in the reader's language."""
    return calendars.names().get(clause.calendar, clause.calendar)


def snapshot(clause: Clause) -> dict[str, object]:
    """The clause as it is kept with a notice item; without a target it is unmeasurable (None)."""
    return {
        "clause": clause.pk,
        "version": clause.version,
        "leg": clause.leg,
        "target_hours": None if clause.target_hours is None else float(clause.target_hours),
        "calendar": clause.calendar,
        "commitment": str(clause.commitment),
        "commitment_id": clause.commitment_id,
        "quote": clause.quote,
    }
