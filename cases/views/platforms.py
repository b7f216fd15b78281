"""Platforms as staff and auditors see them: the list, and one page for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from moderation_portal import clock, policy
from moderation_portal.formats import bounded, number
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import STAFF, Role
from moderation_portal.storable import storable
from platforms import promises
from platforms.models import Clause, Commitment, Contact, Platform
from reports.models import HostKind, Petition, ReporterKind

from .. import claims, clocks, coordination, figures, notices, systemic
from ..liveness import marking
from ..models import LETTER, OPEN_NOTICES, Notice
from ..rungs import UNANSWERED
from .coordination import log_of
from .notices import name_rungs, only_desk

PLATFORMS_SHOWN = 100
# What a platform has open is counted up to here and no further.
MOST_COUNTED = 99
SHOWN = 20
# From the best that can be known of an address to the worst.
LIVENESS_TONES = {
    Contact.Liveness.ALIVE: "good",
    Contact.Liveness.UNKNOWN: "neutral",
    Contact.Liveness.SILENT: "warn",
    Contact.Liveness.BOUNCING: "bad",
}
WORSE = list(LIVENESS_TONES)
# Who must know by name who answers for a platform: those who approve and sign what goes there.
NAMES_REPRESENTATIVES = frozenset({Role.SUPERVISOR, Role.DIRECTOR})


@dataclass(frozen=True)
class Row:
    """One platform of the list. Counts stop behind `MOST_COUNTED`."""

    platform: Platform
    open: str
    overdue: str
    liveness: str
    tone: str
    review_on: date | None


@dataclass(frozen=True)
class Reach:
    """One address of a platform with what is known of it."""

    contact: Contact
    tone: str
    said: str


@dataclass(frozen=True)
class Part:
    """One clause in words: whom and what it speaks of, and what keeps it from being measured."""

    clause: Clause
    within: str
    counted_in: str
    sources: str
    categories: str
    lacks: str


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """Every platform, those with something overdue first; searched by name."""
    only_desk(request)
    at = clock.now()
    wanted = " ".join(storable(request.GET.get("q", "")).split())
    shown = list(listed(wanted, request.user, at)[: PLATFORMS_SHOWN + 1])
    context = {
        "now": at,
        "today": policy.pack().day(at),
        "section": "platforms",
        "wanted": wanted,
        "rows": rows_of(shown[:PLATFORMS_SHOWN]),
        "has_more": len(shown) > PLATFORMS_SHOWN,
    }
    return render(request, "cases/platforms.html", context)


def listed(wanted: str, user: User, at: datetime) -> QuerySet[Platform]:
    """The platforms whose name holds these words, with what each has open as far as this person
    may know: at most one id more than is counted."""
    waiting = waiting_for(user).filter(platform=OuterRef("pk")).order_by()
    late = waiting.filter(due_at__lt=at).filter(clocks.STILL_OWED)
    found = Platform.objects.all()
    if wanted:
        # A former name is one entry of a list: a part of it is found in the list as text.
        found = found.filter(
            Q(name__icontains=wanted)
            | Q(slug__icontains=wanted)
            | Q(former_names__icontains=wanted)
        )
    return found.annotate(
        is_late=Exists(late),
        is_waiting=Exists(waiting),
        waiting=ArraySubquery(waiting.values("pk")[: MOST_COUNTED + 1]),
        late=ArraySubquery(late.values("pk")[: MOST_COUNTED + 1]),
        review_on=Min("commitments__review_on", filter=Q(commitments__withdrawn_on=None)),
    ).order_by("-is_late", "-is_waiting", "name", "pk")


def waiting_for(user: User) -> QuerySet[Notice]:
    """The notices of which something may still come, among those this person sees."""
    return notices.visible_to(user).filter(state__in=OPEN_NOTICES).exclude(rung__in=UNANSWERED)


def rows_of(platforms: Iterable[Any]) -> list[Row]:
    """Each platform with the worst that is known of its addresses; one statement."""
    shown = list(platforms)
    contacts = Contact.objects.filter(platform__in=[one.pk for one in shown], is_active=True)
    known: dict[int, list[str]] = {}
    for platform_id, liveness in contacts.values_list("platform_id", "liveness"):
        known.setdefault(platform_id, []).append(liveness)
    rows = []
    for one in shown:
        worst = max(map(Contact.Liveness, known.get(one.pk, [])), key=WORSE.index, default=None)
        rows.append(
            Row(
                one,
                bounded(len(one.waiting), MOST_COUNTED),
                bounded(len(one.late), MOST_COUNTED),
                str(worst.label) if worst else _("no contact"),
                LIVENESS_TONES[worst] if worst else "bad" if one.waiting else "neutral",
                one.review_on,
            )
        )
    return rows


@require_GET
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a platform promised, how it is reached, what it owes, and what was said."""
    only_desk(request)
    at, user = clock.now(), request.user
    platform = get_object_or_404(Platform.objects.select_related("registration"), pk=pk)
    soonest = waiting_for(user).filter(platform=platform).select_related("platform")
    soonest = soonest.defer(*LETTER).order_by(F("due_at").asc(nulls_last=True), "pk")
    notes = coordination.visible_to(user).filter(platform=platform)
    found = systemic.visible_to(user).filter(case__platform=platform)
    may_open = systemic.may_open(user, platform, at=at)
    answering = platform.representatives.filter(is_active=True).select_related("user")
    context = {
        "now": at,
        "today": policy.pack().day(at),
        "section": "platforms",
        "platform": platform,
        "is_exempt": platform.is_cloud and policy.pack().exempts(HostKind.CLOUD),
        "notices": [
            (one, clocks.met_at(one.notice))
            for one in name_rungs(clocks.with_answers(soonest)[:SHOWN])
        ],
        "figures": figures.figures(platform, at=at),
        "tested": claims.newest(platform),
        "promises": promises_of(platform),
        "contacts": contacts_of(platform),
        "shows_addresses": user.role in STAFF,
        "representatives": list(answering.order_by("kind", "user__name")),
        "shows_names": user.role in NAMES_REPRESENTATIVES,
        "statements": list(platform.statements.all()[:SHOWN]),
        "petitions": list(Petition.objects.filter(platform=platform)[:SHOWN]),
        "systemic": list(found.select_related("case", "feature").order_by("-opened_at")[:SHOWN]),
        "may_write": user.role in STAFF,
        "may_open": bool(may_open),
        "not_open_because": may_open.reason,
        **log_of(request, notes),
    }
    return render(request, "cases/platform.html", context)


def contacts_of(platform: Platform) -> list[Reach]:
    """The addresses in use, in the order in which they are written to."""
    found = list(platform.contacts.filter(is_active=True).order_by("rung", "pk"))
    said = marking.said_of(found)
    tones = {one.pk: LIVENESS_TONES[Contact.Liveness(one.liveness)] for one in found}
    return [Reach(one, tones[one.pk], said.get(one.pk, "")) for one in found]


def promises_of(platform: Platform) -> list[tuple[Commitment, list[Part]]]:
    """Every commitment, newest first, with its clauses in words."""
    made = Commitment.objects.filter(platform=platform).prefetch_related("clauses")
    return [(one, [part_of(clause) for clause in one.clauses.all()]) for one in made]


def part_of(clause: Clause) -> Part:
    """A clause in words of the reader's language."""
    pack = policy.pack()
    names = {one.code: str(one.name) for one in pack.sections["categories"]}
    kinds = {str(code): str(label) for code, label in ReporterKind.choices}
    within = ""
    if (hours := clause.target_hours) is not None:
        n = int(hours) if hours % 1 == 0 else float(hours)
        within = ngettext("within %(n)s hour", "within %(n)s hours", ceil(hours)) % {"n": number(n)}
    return Part(
        clause,
        within,
        promises.counted_in(clause),
        ", ".join(kinds.get(code, code) for code in clause.reporter_kinds),
        ", ".join(names.get(code, code) for code in clause.categories),
        promises.lacks(clause),
    )
