"""A case that aims at a feature of a platform, such as its search for people nearby, instead of
accounts: the milder remedy where new accounts come as fast as old ones go.

It comes in by the one door as a telling of the regulator's own staff, and from there goes the way
of every case: decision, second person, letter, answer, clock. Its order stands on a rung of its
own, leaves alone, and is followed by reminders only: what comes after silence a person decides.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from moderation_portal import audit, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import STAFF, Allowed, Denied, Verdict
from platforms.models import Feature, Platform
from reports import intake
from reports.features import FEATURE, line_of
from reports.models import Handling, HostKind, Report, ReporterKind, ReportItem
from reports.texts import plain

from . import opening, permissions
from .models import OPEN_TARGETS, Case, Systemic, Target
from .rungs import FEATURE_ORDER, find

# So many cases may stand behind one: they are a pattern, not a count.
MOST_SHOWN_BY = 200


@dataclass(frozen=True)
class Aim:
    """What a systemic case is about: `asked` is what the feature is to do, `reason` why it must."""

    feature: Feature
    category: str
    asked: str
    reason: str


def may_open(actor: User, platform: Platform, *, at: datetime) -> Verdict:
    """Whether this person may open a systemic case on this platform now, and if not, why."""
    if actor.role not in STAFF:
        return Denied(permissions.wrong_role(STAFF))
    pack = policy.pack()
    ladders = [one for one in pack.sections["ladders"] if one.holds(pack.day(at))]
    if not any(find(ladder, FEATURE_ORDER) for ladder in ladders):
        return Denied(_("The law of this country, as the portal knows it, orders no feature."))
    if platform.is_cloud and pack.exempts(HostKind.CLOUD):
        return Denied(_("A cloud provider is exempt from notices."))
    if not platform.features.filter(is_active=True).exists():
        return Denied(_("No feature of this platform is on record. Have the steward add it."))
    return Allowed()


def visible_to(user: User) -> QuerySet[Systemic]:
    """The systemic cases that this person may see."""
    return Systemic.objects.filter(case__in=permissions.visible_to(user))


def pattern_of(systemic: Systemic, user: User) -> list[Case]:
    """The cases that show the pattern, as far as this person may see them."""
    shown = systemic.pattern.filter(pk__in=permissions.visible_to(user).values("pk"))
    return list(shown.order_by("opened_at", "pk"))


def open_case(aim: Aim, pattern: Collection[Case], *, actor: User, at: datetime) -> Case:
    """Opens the case, in the handling class of its category. Raises Refused for whoever may not
    see it, Invalid that names the field which is wrong, Conflict while another case on this
    feature is open."""
    verdict = may_open(actor, aim.feature.platform, at=at)
    if isinstance(verdict, Denied):
        raise Refused(verdict.reason)
    handling = Handling(policy.pack().category(aim.category, at).handling)
    if handling == Handling.SEALED and not permissions.sees_sealed(actor):
        raise Refused(_("Only the cleared open cases of this category."))
    _check(aim, pattern, handling, actor)
    with transaction.atomic():
        _refuse_second(aim.feature, handling)
        case = _take_in(aim, handling, actor, at)
        made = Systemic.objects.create(
            case=case,
            feature=aim.feature,
            asked=plain(aim.asked),
            language=(get_language() or "").partition("-")[0],
            opened_by=actor,
            opened_at=at,
        )
        made.pattern.set(pattern)
        audit.record(
            "case.aimed_at_feature",
            case.thread,
            actor=actor,
            at=at,
            data={"feature": aim.feature.code, "cases": sorted(one.pk for one in pattern)},
            is_sealed=handling == Handling.SEALED,
        )
    return case


def _check(aim: Aim, pattern: Collection[Case], handling: str, actor: User) -> None:
    wrong: dict[str, str] = {}
    if not aim.feature.is_active:
        wrong["feature"] = _("This feature is not in use any more.")
    if not plain(aim.asked):
        wrong["asked"] = _("Say what the feature is to do.")
    if not plain(aim.reason):
        wrong["reason"] = _("Give a reason.")
    if said := _wrong_pattern(aim.feature.platform, pattern, handling, actor):
        wrong["pattern"] = said
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})


def _wrong_pattern(
    platform: Platform, pattern: Collection[Case], handling: str, actor: User
) -> str:
    """What is wrong with the cases that are to show the pattern; nothing where they do."""
    if not pattern:
        return _("Give the numbers of the cases that show the pattern: at least one.")
    if len(pattern) > MOST_SHOWN_BY:
        said = ngettext("At most %(n)s case is given.", "At most %(n)s cases.", MOST_SHOWN_BY)
        return said % {"n": MOST_SHOWN_BY}
    if not all(permissions.is_visible(actor, case) for case in pattern):
        return permissions.not_found()
    others = [case.number for case in pattern if case.platform_id != platform.pk]
    if others:
        said = _("These are about another platform: %(numbers)s.")
        return said % {"numbers": ", ".join(others)}
    sealed = [case.number for case in pattern if case.handling == Handling.SEALED]
    if sealed and handling == Handling.ORDINARY:
        said = _("These are sealed, and this case would not be: %(numbers)s.")
        return said % {"numbers": ", ".join(sealed)}
    return ""


def _refuse_second(feature: Feature, handling: str) -> None:
    """One open case on a feature, in each handling class: whoever is here may see it."""
    line = line_of(feature, handling)
    open_now = Target.objects.filter(
        OPEN_TARGETS,
        handling=handling,
        account__platform=feature.platform_id,
        account__kind=FEATURE,
        account__canonical=line.text,
    ).select_related("case")
    if first := open_now.first():
        said = _("A systemic case on this feature is open: %(number)s. Go on there.")
        raise Conflict(said % {"number": first.case.number})


def _take_in(aim: Aim, handling: str, actor: User, at: datetime) -> Case:
    """Tells of the feature through the one door, and opens the case at once."""
    telling = intake.Telling(
        reporter=intake.ReporterFacts(kind=ReporterKind.REGULATOR, user=actor),
        channel=Report.Channel.STAFF,
        category=aim.category,
        lines=(line_of(aim.feature, handling),),
        reason=aim.reason,
        seen_at=at,
        is_good_faith=True,
    )
    (received,) = intake.receive([telling], actor=actor, at=at)
    if received.outcome != intake.DONE or received.report_id is None:
        raise Conflict(received.reason or _("This was told before, in the same words."))
    (item,) = received.items
    if item.state != ReportItem.State.RECEIVED:
        said = _("Matters of this category are dealt with elsewhere. Choose another category.")
        raise Invalid.field("category", said)
    opened = opening.open_or_join([received.report_id], at=at)
    if not opened.cases:
        raise Conflict(_("Somebody opened a case on this feature at the same moment. Look again."))
    return Case.objects.get(pk=opened.cases[0])
