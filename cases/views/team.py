"""The supervisor's page: what waits, who has how much, how old it is."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moderation_portal import clock
from moderation_portal.formats import bounded, day, defang, instant_short
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User

from .. import absences, second_looks, team, turns
from ..models import Decision, Sample, SecondLook
from ..permissions import OVERSEERS
from .notices import named

SAMPLES_SHOWN = 5
SKIPS_SHOWN = 10


@require_GET
def show(request: SignedInRequest) -> HttpResponse:
    """Approvals and signatures that wait, the desks, ages, absences, and second looks."""
    only_overseers(request)
    at, user = clock.now(), request.user
    approvals, signatures = team.approvals(user), list(team.signatures(user))
    skips = turns.skips_visible_to(user).filter(skipped_at__gt=at - team.SKIPS_SINCE)
    context = {
        "now": at,
        "section": "team",
        "approvals": [approval_row(one, user) for one in approvals[: team.SHOWN]],
        "has_more_approvals": len(approvals) > team.SHOWN,
        "signatures": [named(one) for one in signatures[: team.SHOWN]],
        "has_more_signatures": len(signatures) > team.SHOWN,
        "loads": [load_row(one) for one in team.workload(user, at=at)],
        "bands": [
            (str(band.words), bounded(band.count, team.COUNT_BOUND))
            for band in team.ageing(user, at=at)
        ],
        "oldest": [
            (case, defang(case.title), instant_short(case.opened_at)) for case in team.oldest(user)
        ],
        "skips": [(one, instant_short(one.skipped_at)) for one in skips[:SKIPS_SHOWN]],
        "absences": [absence_row(one) for one in absences.coming(at)[: team.SHOWN]],
        "samples": samples_of(user),
        "given_up": team.given_up(user),
    }
    return render(request, "cases/team.html", context)


def only_overseers(request: SignedInRequest) -> None:
    """The desk is overseen by supervisors and directors; to others this page is not there."""
    if request.user.role not in OVERSEERS:
        raise Http404


def approval_row(decision: Decision, user: User) -> dict[str, Any]:
    """A decision that waits, and whether this reader may be its second person."""
    case = decision.case
    return {
        "case": case,
        "title": defang(case.title),
        "kind": str(decision.get_kind_display()),
        "author": decision.author.name,
        "since": instant_short(decision.decided_at),
        "is_own": decision.author_id == user.pk,
    }


def load_row(load: team.Load) -> dict[str, Any]:
    """A desk with its numbers, each of which leads to its cases."""
    return {
        "person": load.person,
        "overdue": bounded(load.overdue, team.COUNT_BOUND),
        "is_late": bool(load.overdue),
        "soon": bounded(load.soon, team.COUNT_BOUND),
        "held": bounded(load.held, team.COUNT_BOUND),
        "is_empty": not load.held,
        "absence": load.absence,
        "tag": _("has left") if load.has_left else _("away") if load.absence else "",
        "mark": absences.mark_of(load.absence) if load.absence else "",
    }


def absence_row(absence) -> dict[str, Any]:
    """One absence as a line."""
    return {
        "pk": absence.pk,
        "person": absence.person.name,
        "substitute": absence.substitute.name,
        "kind": str(absence.get_kind_display()),
        "days": _("%(from)s to %(to)s")
        % {"from": day(absence.begins_on), "to": day(absence.ends_on)},
    }


def samples_of(user: User) -> list[dict[str, Any]]:
    """The newest samples with what came of them."""
    found = list(second_looks.visible_samples(user).select_related("looker")[:SAMPLES_SHOWN])
    results = second_looks.results_of(found)
    return [sample_row(sample, results[sample.pk]) for sample in found]


def sample_row(sample: Sample, counts: dict[str, int]) -> dict[str, Any]:
    """One sample: its days, its looker, and how many looks came to what."""
    return {
        "pk": sample.pk,
        "days": _("%(from)s to %(to)s")
        % {"from": day(sample.begins_on), "to": day(sample.ends_on)},
        "drawn": instant_short(sample.drawn_at),
        "looker": sample.looker.name,
        "size": sum(counts.values()),
        "waiting": counts[""],
        "agree": counts[SecondLook.Verdict.AGREE],
        "otherwise": counts[SecondLook.Verdict.OTHERWISE],
        "error": counts[SecondLook.Verdict.ERROR],
        "is_sealed": sample.handling == "sealed",
    }
