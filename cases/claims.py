"""The platforms' word, tested at random: every month some of what each said to be gone is looked at
once more, whoever has looked at it before, and also where no machine can.

What is drawn follows from the seed, so that nobody can be suspected of having chosen, and anybody
can draw the same again. How many are drawn follows from the bound that the policy sets
(`shares.sample_size`).
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import audit, locks, news, policy
from moderation_portal.formats import day
from moderation_portal.models import User
from moderation_portal.roles import STAFF, SYSTEM, Role
from platforms.models import Platform
from reports.models import Handling
from reports.tellings import beginning_of

from . import checking, permissions
from .models import ClaimLook, ClaimSample, Decision, NoticeItem, Observation, Target, TargetState
from .permissions import OVERSEERS
from .rungs import ORDER
from .shares import sample_size

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

METHOD = "order by sha256(seed || ':' || notice item id)"
DRAWN = "claims.drawn"
# Two who draw at once come one after the other.
LOCK = 7_261_106
Result = Observation.Result
# A look that tells whether the platform's word was true.
TELLING = (Result.PRESENT, Result.GONE, Result.GEO_BLOCKED)


class Seen(TypedDict):
    """What `with_seen` adds to a look."""

    seen: str | None


@dataclass(frozen=True)
class Tested:
    """What came of a sample: how many were drawn, looked at since, and found there all the same."""

    sample: ClaimSample
    size: int
    looked_at: int
    false: int

    def sentence(self) -> str:
        """The sentence that both sides read."""
        told = {
            "n": self.size,
            "from": day(self.sample.begins_on),
            "to": day(self.sample.ends_on),
            "bound": self.sample.bound,
            "confidence": self.sample.confidence,
            "looked_at": self.looked_at,
            "false": self.false,
        }
        said = _(
            "Of the accounts said to be gone from %(from)s to %(to)s, %(n)s were drawn at random to"
            " be looked at once more: a share of false claims above %(bound)s %% would show with"
            " %(confidence)s %% certainty. Looked at so far: %(looked_at)s; still there: %(false)s."
        )
        return said % told


def draw_month(at: datetime) -> list[ClaimSample]:
    """Draws last month's claims of every platform that has not been drawn yet; gives the samples.

    Where there was no claim there is nothing to draw. Idempotent: one sample a month and platform.
    """
    ends_on = policy.pack().day(at).replace(day=1) - timedelta(days=1)
    begins_on = ends_on.replace(day=1)
    with transaction.atomic():
        locks.hold(LOCK)
        drawn = ClaimSample.objects.filter(begins_on=begins_on).values("platform")
        waiting = claims(begins_on, ends_on).exclude(notice__platform__in=drawn)
        ids = waiting.order_by("notice__platform").values_list("notice__platform", flat=True)
        platforms = Platform.objects.filter(pk__in=set(ids)).order_by("pk")
        return [_draw(one, begins_on, ends_on, at) for one in platforms]


def claims(begins_on: date, ends_on: date) -> QuerySet[NoticeItem]:
    """What was said to be gone on these days, and is still held to be so. The ordinary class alone:
    the sealed is tested by those who know of it."""
    since, until = beginning_of(begins_on), beginning_of(ends_on + timedelta(days=1))
    return NoticeItem.objects.filter(
        notice__handling=Handling.ORDINARY,
        notice__rung=ORDER,
        claimed_at__gte=since,
        claimed_at__lt=until,
        target__state__in=(TargetState.CLAIMED, TargetState.GONE),
    )


def visible_to(user: User) -> QuerySet[ClaimLook]:
    """The claims that this person is to look at; for those who oversee the desk all that persons
    are to look at, also where nobody was free to."""
    if user.role not in STAFF:
        return ClaimLook.objects.none()
    theirs = Q() if user.role in OVERSEERS else Q(looker=user)
    here = ClaimLook.objects.filter(theirs, item__target__case__in=permissions.visible_to(user))
    probed = checking.seem_probed(Target.objects.all())
    return here.exclude(looker=None, item__target__in=probed)


def waiting(user: User) -> "QuerySet[WithAnnotations[ClaimLook, Seen]]":
    """Those of them that nobody has looked at since, oldest draw first."""
    looks = with_seen(visible_to(user)).filter(seen=None)
    rows = looks.select_related("sample", "looker", "item__target__account", "item__target__case")
    return rows.order_by("sample__drawn_at", "pk")


def with_seen(looks: QuerySet[ClaimLook]) -> "QuerySet[WithAnnotations[ClaimLook, Seen]]":
    """The looks with `seen`: what the newest telling observation since the draw found, or None."""
    since = Observation.objects.filter(
        target_id=OuterRef("item__target_id"),
        result__in=TELLING,
        seen_at__gte=OuterRef("sample__drawn_at"),
    )
    return looks.annotate(seen=Subquery(since.order_by("-pk").values("result")[:1]))


def newest(platform: Platform, known: Callable[[str], Q] = lambda way: Q()) -> Tested | None:
    """What came of a platform's newest sample; None before the first. `known` narrows it to what
    the reader may know of (`notices.seeing.told`)."""
    sample = ClaimSample.objects.filter(platform=platform).order_by("-begins_on").first()
    if sample is None:
        return None
    looks = with_seen(sample.looks.filter(known("item__")))
    found = list(looks.values_list("seen", flat=True))
    looked_at = sum(seen is not None for seen in found)
    return Tested(sample, len(found), looked_at, found.count(Result.PRESENT))


def _draw(platform: Platform, begins_on: date, ends_on: date, at: datetime) -> ClaimSample:
    limits = policy.pack().limits_at(at)
    pool = claims(begins_on, ends_on).filter(notice__platform=platform)
    count, seed = pool.count(), secrets.token_hex(8)
    bound, confidence = limits.false_claims_percent, limits.false_claims_confidence
    sample = ClaimSample.objects.create(
        platform=platform,
        begins_on=begins_on,
        ends_on=ends_on,
        seed=seed,
        method=METHOD,
        pool=count,
        bound=bound,
        confidence=confidence,
        drawn_at=at,
    )
    items = list(in_order(pool, seed)[: sample_size(count, bound, confidence)])
    lookers = _give(sample, items, at)
    told = {"seed": seed, "method": METHOD, "pool": count, "items": [item.pk for item in items]}
    told |= {"from": begins_on.isoformat(), "to": ends_on.isoformat()}
    audit.record(DRAWN, f"platform:{platform.pk}", actor=SYSTEM, at=at, data=told)
    for looker, number in lookers.items():
        facts = {"n": number, "platform": platform.name}
        news.tell([looker], DRAWN, address=reverse("cases:claims"), facts=facts, at=at)
    return sample


def in_order(items: QuerySet[NoticeItem], seed: str) -> QuerySet[NoticeItem]:
    """The claims in the order that follows from the seed (`METHOD`)."""
    place = RawSQL("sha256(convert_to(%s || ':' || cases_noticeitem.id::text, 'UTF8'))", [seed])
    return items.annotate(place=place).order_by("place")


def _give(sample: ClaimSample, items: Sequence[NoticeItem], at: datetime) -> dict[User, int]:
    """What a machine may look at it looks at now; the others are shared out among the caseworkers,
    none to whoever decided the case. Returns how many each person got."""
    targets = Target.objects.filter(pk__in=[item.target_id for item in items])
    seen = set(checking.seem_probed(targets).values_list("pk", flat=True))
    # One whose recheck is due anyway keeps its day.
    checking.schedule(targets.filter(next_check_at=None).values_list("pk", flat=True), at)
    desk = list(User.objects.filter(role=Role.CASEWORKER, is_active=True).order_by("pk"))
    deciders = _deciders([item.target_id for item in items if item.target_id not in seen])
    given: dict[User, int] = {}
    looks = []
    for item in items:
        looker = None
        if item.target_id not in seen:
            free = [one for one in desk if one.pk not in deciders.get(item.target_id, set())]
            looker = min(free, key=lambda one: (given.get(one, 0), one.pk), default=None)
        if looker is not None:
            given[looker] = given.get(looker, 0) + 1
        looks.append(ClaimLook(sample=sample, item=item, looker=looker))
    ClaimLook.objects.bulk_create(looks)
    return given


def _deciders(target_ids: Sequence[int]) -> dict[int, set[int]]:
    """Target id -> who decided or approved its case."""
    rows = Decision.objects.filter(case__targets__in=target_ids).values_list(
        "case__targets", "author", "approver"
    )
    found: dict[int, set[int]] = {}
    for target, *people in rows:
        found.setdefault(target, set()).update(pk for pk in people if pk is not None)
    return found


def _drawn(facts: Mapping[str, Any]) -> str:
    said = ngettext(
        "%(n)s claim of %(platform)s was drawn for you to look at.",
        "%(n)s claims of %(platform)s were drawn for you to look at.",
        facts["n"],
    )
    return said % facts


news.register(DRAWN, _drawn)
