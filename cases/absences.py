"""Who at the desk is away, and who stands in for them.

Nobody's rights move with it: a substitute does what their own role lets them do. They are told of
what the absent would be told, and cases can be handed over to them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import audit, news, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.formats import day
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from reports.models import Handling

from .models import Absence, Case
from .permissions import OVERSEERS, staff_for, wrong_role

LONGEST = timedelta(days=366)


def people() -> QuerySet[User]:
    """Who works at the desk, by name."""
    return staff_for(Handling.ORDINARY)


def enter(
    person: User,
    *,
    substitute: User,
    kind: str,
    begins_on: date,
    ends_on: date,
    actor: User,
    at: datetime,
) -> Absence:
    """Somebody of the staff will be away, both days included. The person enters it, or who oversees
    the desk; the substitute is told.

    Raises Refused for others; Invalid for days, or a substitute, that cannot be; Conflict where the
    person is away on one of these days already.
    """
    _refuse_others(person, actor)
    _check(person, substitute, begins_on, ends_on, today=policy.pack().day(at))
    if kind not in Absence.Kind.values:
        raise Invalid.field("kind", _("Choose a reason."))
    with transaction.atomic():
        _refuse_overlap(person, substitute, begins_on, ends_on)
        made = Absence.objects.create(
            person=person,
            substitute=substitute,
            kind=kind,
            begins_on=begins_on,
            ends_on=ends_on,
            entered_by=actor,
            entered_at=at,
        )
        _record("absence.entered", made, actor, at)
        _tell(made, actor, at)
    return made


def end(absence: Absence, *, actor: User, at: datetime) -> None:
    """The person is back from today on, or will not be away at all. Raises Refused for others,
    Conflict for an absence that is over."""
    _refuse_others(absence.person, actor)
    today = policy.pack().day(at)
    with transaction.atomic():
        kept = Absence.objects.select_for_update().filter(pk=absence.pk, ends_on__gte=today)
        found = kept.first()
        if found is None:
            raise Conflict(_("This absence is over already."))
        _record("absence.ended", found, actor, at)
        if found.begins_on >= today:
            found.delete()
        else:
            found.ends_on = today - timedelta(days=1)
            found.save(update_fields=["ends_on"])


def between(begins_on: date, ends_on: date) -> QuerySet[Absence]:
    """The absences that touch these days."""
    return Absence.objects.filter(ends_on__gte=begins_on, begins_on__lte=ends_on)


def away(at: datetime) -> dict[int, Absence]:
    """Who is away today, by the person's id, with the substitute."""
    today = policy.pack().day(at)
    found = between(today, today).select_related("person", "substitute")
    return {one.person_id: one for one in found}


def with_absence(cases: QuerySet[Case], at: datetime) -> QuerySet[Case]:
    """The cases, each with `is_owner_away`: whether whoever holds it is away today."""
    today = policy.pack().day(at)
    return cases.annotate(
        is_owner_away=Exists(between(today, today).filter(person=OuterRef("owner")))
    )


def coming(at: datetime) -> QuerySet[Absence]:
    """Absences that are not over, the next first."""
    today = policy.pack().day(at)
    found = Absence.objects.filter(ends_on__gte=today).select_related("person", "substitute")
    return found.order_by("begins_on", "ends_on", "pk")


def stand_ins(told: Iterable[User], at: datetime) -> list[tuple[User, User]]:
    """Of these people those who are away today, each with who stands in for them; and, where that
    one is away as well, with who stands in there."""
    gone, pairs = away(at), []
    for absent in told:
        reached, here = {absent.pk}, gone.get(absent.pk)
        while here is not None and here.substitute_id not in reached:
            pairs.append((absent, here.substitute))
            reached.add(here.substitute_id)
            here = gone.get(here.substitute_id)
    return pairs


def name_of(person: User, gone: Mapping[int, Absence]) -> str:
    """The name in a list to choose from; `gone` (`away`) says who is away, and is said with it."""
    absence = gone.get(person.pk)
    return f"{person.name}: {mark_of(absence)}" if absence else person.name


def mark_of(absence: Absence) -> str:
    """How the absence of a person is said beside their name."""
    facts = {"day": day(absence.ends_on), "name": absence.substitute.name}
    return _("away until %(day)s; %(name)s stands in") % facts


def _check(person: User, substitute: User, begins_on: date, ends_on: date, *, today: date) -> None:
    if person.role not in STAFF or not person.is_active:
        raise Invalid.field("person", _("Choose an active member of the staff."))
    if ends_on < begins_on:
        raise Invalid.field("ends_on", _("The last day is before the first."))
    if ends_on < today:
        raise Invalid.field("ends_on", _("These days are over. Give days from today on."))
    if ends_on - begins_on > LONGEST:
        raise Invalid.field("ends_on", _("That is more than a year. Check the days."))
    if substitute.pk == person.pk:
        raise Invalid.field("substitute", _("Nobody stands in for themselves."))
    if substitute.role not in STAFF or not substitute.is_active:
        raise Invalid.field("substitute", _("Choose an active member of the staff."))


def _refuse_others(person: User, actor: User) -> None:
    if actor.role not in OVERSEERS and actor.pk != person.pk:
        raise Refused(wrong_role(OVERSEERS))


def _record(kind: str, absence: Absence, actor: User, at: datetime) -> None:
    """The days and the people; why somebody is away stays out of the record."""
    told = {
        "person": absence.person_id,
        "substitute": absence.substitute_id,
        "from": absence.begins_on.isoformat(),
        "to": absence.ends_on.isoformat(),
    }
    audit.record(kind, f"absence:{absence.pk}", actor=actor, at=at, data=told)


def _refuse_overlap(person: User, substitute: User, begins_on: date, ends_on: date) -> None:
    """Locks both: two who enter at once come one after the other, also where each would stand in
    for the other."""
    both = User.objects.filter(pk__in=[person.pk, substitute.pk]).order_by("pk")
    list(both.select_for_update(no_key=True))
    if between(begins_on, ends_on).filter(person=person).exists():
        raise Conflict(_("%(name)s is away on one of these days already.") % _named(person))
    if between(begins_on, ends_on).filter(person=substitute).exists():
        said = _("%(name)s is away then as well. Choose somebody else.") % _named(substitute)
        raise Invalid.field("substitute", said)


def _tell(absence: Absence, actor: User, at: datetime) -> None:
    facts = {"name": absence.person.name}
    facts |= {"from": absence.begins_on.isoformat(), "to": absence.ends_on.isoformat()}
    told = [one for one in (absence.substitute, absence.person) if one.pk != actor.pk]
    news.tell(told, ENTERED, address=reverse("cases:absence"), facts=facts, at=at)


def _named(person: User) -> dict[str, str]:
    return {"name": person.name}


def _entered(facts: Mapping[str, Any]) -> str:
    days = {"from": day(date.fromisoformat(facts["from"])), "name": facts["name"]}
    days |= {"to": day(date.fromisoformat(facts["to"]))}
    return _("%(name)s is away from %(from)s to %(to)s.") % days


ENTERED = "absence.entered"
news.register(ENTERED, _entered)
news.stand_in(stand_ins)
