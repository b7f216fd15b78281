"""The stewards' routing rules: their order, a box to try them in, and what they decided lately."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moderation_portal import asking, changes, clock
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import Category, pack
from moderation_portal.roles import ACCOUNT_APPROVERS, Role
from platforms import directory

from .. import judging, routing
from ..forms.rules import RuleForm, TryForm
from ..models import RoutingRule
from ..permissions import reports_visible_to
from ..tellings import Line
from . import pages

VERSIONS_SHOWN = 20


@dataclass(frozen=True)
class Tried:
    """What would happen to a telling: how its address reads, where it goes, by which rule."""

    locator: str
    host_kind: str
    outcome: str
    rule: str


@require_GET
def rules(request: SignedInRequest) -> HttpResponse:
    """Every rule in its order, those that wait or are switched off as well."""
    asking.only_rule_readers(request.user)
    at = clock.now()
    form = TryForm(request.GET if "address" in request.GET else None, at=at)
    found = list(RoutingRule.objects.select_related("platform"))
    decided, looked_at = routing.decided_lately(request.user)
    waiting = asking.waiting("routing_rule")
    day = pack().day(at)
    context = {
        "section": "rules",
        "rows": [
            {
                "rule": rule,
                "state": asking.state_of(rule, is_waiting=rule.pk in waiting, day=day),
                "is_waiting": rule.pk in waiting,
                "decided": decided[rule.pk],
            }
            for rule in found
        ],
        "looked_at": looked_at,
        "bound": [one for one in pack().categories(at) if one.bound_by],
        "may_edit": request.user.role == Role.STEWARD,
        "reads_proposals": request.user.role in ACCOUNT_APPROVERS,
        "form": form,
        "tried": _try(form, at) if form.is_bound and form.is_valid() else None,
    }
    return render(request, "reports/rules.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """One rule or a new one: asked for by a steward, read by the others who may."""
    asking.only_rule_readers(request.user)
    may_edit = request.user.role == Role.STEWARD
    if not may_edit and (pk is None or request.method == "POST"):
        raise PermissionDenied
    at = clock.now()
    found = get_object_or_404(RoutingRule.objects.select_related("platform"), pk=pk) if pk else None
    begins = {"valid_from": pack().day(at), "place": _last_place() + 10}
    form = RuleForm(pages.posted(request), instance=found, initial={} if found else begins)
    if request.method == "POST" and form.is_valid():
        return _asked(request, form, at)
    decided = routing.decided_by(found, reports_visible_to(request.user)) if found else []
    context = {
        "section": "rules",
        "rule": found,
        "form": form if may_edit else None,
        "versions": _versions(found) if found else [],
        "decided": [(item.report, defang(item.shown)) for item in decided],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/rule.html", context, status=status)


@require_POST
def rule_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switches a rule off at once: the law beneath it goes on."""
    found = get_object_or_404(RoutingRule, pk=pk)
    asking.switch_off(request, found, _("The rule is switched off."))
    return redirect("reports:rules")


@require_POST
def rule_on(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks for a rule to be used again."""
    found = get_object_or_404(RoutingRule, pk=pk)
    reason = _("Use it again.")
    asked = changes.ask(found, {"is_active": True}, reason, actor=request.user, at=clock.now())
    asking.tell(request, asked)
    return redirect("reports:rules")


def _asked(request: SignedInRequest, form: RuleForm, at: datetime) -> HttpResponse:
    asking.tell(request, form.ask(actor=request.user, at=at))
    return redirect("reports:rules")


def _try(form: TryForm, at: datetime) -> Tried:
    given = form.cleaned_data
    locator = judging.name([Line(given["address"], given["platform"])])[0]
    platform = directory.by_slug().get(locator.platform or "")
    kind = routing.host_kind_of(locator, platform is not None and platform.is_cloud)
    category: Category = pack().category(given["category"], at)
    slug = platform.slug if platform else ""
    matter = routing.Matter(kind, category, given["source"], slug, given["area"])
    routed = routing.route(matter, routing.rules_at(at), at=at)
    named = f"{platform.name}: {locator.display}" if platform else given["address"]
    said = routing.worded([routed.rule])[routed.rule] if routed else ""
    return Tried(defang(named), routing.kind_words(kind), _outcome(routed), said)


def _outcome(routed: routing.Routed | None) -> str:
    if routed is not None and routed.unit:
        unit = pack().unit(routed.unit)
        return _("It would be passed on to %(unit)s.") % {"unit": unit.name}
    if routed is not None and routed.team:
        return _("It would stay here, before the team %(team)s.") % {"team": routed.team}
    return _("It would stay here.")


def _last_place() -> int:
    last = RoutingRule.objects.order_by("-place").values_list("place", flat=True).first()
    return last or 0


def _versions(rule: RoutingRule) -> list[RoutingRule]:
    """What a second person approved of this rule, newest first."""
    return list(routing.versions_of(rule)[:VERSIONS_SHOWN])
