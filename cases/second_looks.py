"""Closed cases drawn at random, at which another person looks once more.

Nothing is overturned by it: whoever finds an error reopens the case by the verbs that there are.
What is drawn follows from the seed: the cases of the period in the order of a hash of the seed and
their number, so that nobody can be suspected of having chosen, and anybody can draw the same again.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import audit, locks, news, series
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, User
from moderation_portal.roles import STAFF
from reports.models import Handling
from reports.tellings import beginning_of

from .models import Case, CaseOutcome, CaseState, Decision, Sample, SecondLook
from .permissions import OVERSEERS, sees_sealed, visible_to, wrong_role
from .table import TABLE

METHOD = "order by sha256(seed || ':' || case id)"
MOST = 100
# Two who draw at once come one after the other: no case waits for two second looks.
LOCK = 7_261_105
LONGEST = timedelta(days=366)
DRAWN = "sample.drawn"
Verdict = SecondLook.Verdict
# What is done by closing a case: also where no decision stands behind it, as of a withdrawal.
CLOSING = sorted({row.event for row in TABLE if row.target == CaseState.CLOSED})


def draw(
    wanted: int,
    *,
    looker: User,
    begins_on: date,
    ends_on: date,
    actor: User,
    at: datetime,
    handling: str = Handling.ORDINARY,
    seed: str = "",
) -> Sample:
    """Draws closed cases of a period, both days included, for this person to look at.

    None that they decided, approved, closed or held, none that was merged, none that waits for a
    second look or has had one since it was closed. Raises Refused for who does not oversee the
    desk, or who may not know of this handling class; Invalid for days or a number that cannot be;
    Conflict where there is nothing to draw.
    """
    _refuse_drawing(actor, looker, handling)
    _check(wanted, begins_on, ends_on)
    seed = seed or secrets.token_hex(8)
    with transaction.atomic():
        locks.hold(LOCK)
        pool = pool_of(looker, begins_on, ends_on, handling)
        ids = list(in_order(pool, seed).values_list("pk", flat=True)[:wanted])
        if not ids:
            raise _nothing_for(looker)
        sample = Sample.objects.create(
            handling=handling,
            looker=looker,
            begins_on=begins_on,
            ends_on=ends_on,
            seed=seed,
            method=METHOD,
            pool=pool.count(),
            drawn_by=actor,
            drawn_at=at,
        )
        _give(sample, ids, actor, at)
    return sample


def judge(look: SecondLook, verdict: str, *, actor: User, at: datetime, reason: str = "") -> None:
    """What the second looker says of a case, once. Raises Refused for anybody else, and for whoever
    took part in the case after it was drawn; Invalid for a verdict without its reason, Conflict
    where it is said already."""
    if verdict not in Verdict.values:
        raise Invalid.field("verdict", _("Choose what you found."))
    if verdict != Verdict.AGREE and not reason.strip():
        raise Invalid.field("reason", _("Say why."))
    with transaction.atomic():
        found = SecondLook.objects.select_for_update(of=("self",)).filter(pk=look.pk)
        here = found.select_related("sample", "case").get()
        if here.sample.looker_id != actor.pk:
            raise Refused(_("This case was given to somebody else for a second look."))
        if here.case.handling == Handling.SEALED and not sees_sealed(actor):
            raise Refused(_("There is no such sample."))
        if here.verdict:
            raise Conflict(_("You have said already what you found here."))
        if Case.objects.filter(took_part(actor), pk=here.case_id).exists():
            said = _("You have worked on this case yourself since: another person looks at it.")
            raise Refused(said)
        here.verdict, here.reason, here.looked_at = verdict, reason.strip(), at
        here.save(update_fields=["verdict", "reason", "looked_at"])
        audit.record(
            "case.looked_at_again",
            here.case.thread,
            actor=actor,
            at=at,
            data={"verdict": verdict, "sample": here.sample_id},
            is_sealed=here.case.handling == Handling.SEALED,
        )


def visible_samples(user: User) -> QuerySet[Sample]:
    """The samples that this person may see: their own to look at, and all if they oversee."""
    seen = (
        Sample.objects.all()
        if sees_sealed(user)
        else Sample.objects.exclude(handling=Handling.SEALED)
    )
    if user.role not in STAFF:
        return seen.none()
    return seen if user.role in OVERSEERS else seen.filter(looker=user)


def results_of(samples: Iterable[Sample]) -> dict[int, dict[str, int]]:
    """Of each sample how many looks came to which verdict; "" are those that wait."""
    found: dict[int, dict[str, int]] = {
        sample.pk: dict.fromkeys(["", *Verdict.values], 0) for sample in samples
    }
    looks = SecondLook.objects.filter(sample__in=found).values_list("sample_id", "verdict")
    for sample, verdict in looks:
        found[sample][verdict] += 1
    return found


def pool_of(looker: User, begins_on: date, ends_on: date, handling: str) -> QuerySet[Case]:
    """The closed cases of the period at which this person may look once more."""
    since, until = beginning_of(begins_on), beginning_of(ends_on + timedelta(days=1))
    looks = SecondLook.objects.filter(case=OuterRef("pk")).filter(
        Q(looked_at=None, sample__drawn_at__gte=OuterRef("closed_at"))
        | Q(looked_at__gte=OuterRef("closed_at"))
    )
    closed = visible_to(looker).filter(
        state=CaseState.CLOSED, handling=handling, closed_at__gte=since, closed_at__lt=until
    )
    return (
        closed.exclude(outcome=CaseOutcome.MERGED).exclude(took_part(looker)).exclude(Exists(looks))
    )


def took_part(person: User) -> Q:
    """Of cases those that this person decided, approved, closed or holds: nobody judges their own
    work."""
    decided = Decision.objects.filter(case=OuterRef("pk")).filter(
        Q(author=person) | Q(approver=person)
    )
    thread = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
    closed = Event.objects.filter(thread=thread, actor_id=person.pk, kind__in=CLOSING)
    return Q(owner=person) | Q(Exists(decided)) | Q(Exists(closed))


def in_order(cases: QuerySet[Case], seed: str) -> QuerySet[Case]:
    """The cases in the order that follows from the seed (`METHOD`)."""
    place = RawSQL("sha256(convert_to(%s || ':' || cases_case.id::text, 'UTF8'))", [seed])
    return cases.annotate(place=place).order_by("place")


def _refuse_drawing(actor: User, looker: User, handling: str) -> None:
    if actor.role not in OVERSEERS:
        raise Refused(wrong_role(OVERSEERS))
    if handling not in Handling.values or handling == Handling.SEALED and not sees_sealed(actor):
        raise Refused(_("There is no such sample."))
    if looker.role not in STAFF or not looker.is_active:
        raise Invalid.field("looker", _("Choose an active member of the staff."))
    if handling == Handling.SEALED and not sees_sealed(looker):
        said = _("%(name)s is not cleared for sealed cases.") % {"name": looker.name}
        raise Invalid.field("looker", said)


def _nothing_for(looker: User) -> Conflict:
    said = _("No case was closed in these days that %(name)s could look at.")
    return Conflict(said % {"name": looker.name})


def _check(wanted: int, begins_on: date, ends_on: date) -> None:
    if not 1 <= wanted <= MOST:
        said = _("Draw between 1 and %(most)s cases.") % {"most": MOST}
        raise Invalid.field("wanted", said)
    if ends_on < begins_on:
        raise Invalid.field("ends_on", _("The last day is before the first."))
    if ends_on - begins_on > LONGEST:
        raise Invalid.field("ends_on", _("That is more than a year. Check the days."))


def _give(sample: Sample, ids: list[int], actor: User, at: datetime) -> None:
    """The looks to take, the event, and the news for who takes them."""
    places = series.take_scattered(SecondLook._meta.db_table, len(ids))
    SecondLook.objects.bulk_create(
        SecondLook(pk=place, sample=sample, case_id=pk)
        for place, pk in zip(places, sorted(ids), strict=True)
    )
    told = {"seed": sample.seed, "method": METHOD, "pool": sample.pool, "cases": sorted(ids)}
    told |= {"from": sample.begins_on.isoformat(), "to": sample.ends_on.isoformat()}
    told |= {"looker": sample.looker_id}
    is_sealed = sample.handling == Handling.SEALED
    audit.record(DRAWN, f"sample:{sample.pk}", actor=actor, at=at, data=told, is_sealed=is_sealed)
    if sample.looker_id != actor.pk:
        news.tell(
            [sample.looker],
            DRAWN,
            address=reverse("cases:sample", args=[sample.pk]),
            facts={"n": len(ids), "by": actor.name},
            at=at,
            is_sealed=is_sealed,
        )


def _drawn(facts: Mapping[str, Any]) -> str:
    said = ngettext(
        "%(by)s asks you to look at %(n)s closed case once more.",
        "%(by)s asks you to look at %(n)s closed cases once more.",
        facts["n"],
    )
    return said % facts


news.register(DRAWN, _drawn)
