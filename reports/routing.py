"""What is not for this house, and before whom lies what is: the law first, then a steward's rules.

Only requests on pornography and gambling go from the public straight to the Minister; the rest
goes to the agency whose matter it is (Permenkominfo 5/2020 art. 15(1)). Who that is, and who looks
after websites, stands in the policy pack. Where no article binds, the first rule of the stewards
that fits decides; they are loaded once for a whole batch.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import kept
from moderation_portal.models import User
from moderation_portal.policy import Category, pack
from platforms.locators import Locator

from .models import Handling, HostKind, Report, ReportItem, RoutingRule
from .models.routing_rule import DESK
from .permissions import within

# The kinds of locator that are no account on any platform, as the pack's routes name them.
HOST_KINDS = frozenset({HostKind.WEBSITE, HostKind.UNKNOWN})
# What names a rule of the pack that is no article: the kind of host or the category that decided.
BY_HOST, BY_CATEGORY = "host:", "category:"
# Among so many of the newest decisions it is counted which rule made them.
LATELY = 1_000
SHOWN = 20
DESK_CODE = re.compile(rf"{DESK}(\d{{1,18}})@(\d{{1,9}})")


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing asks of an account in a telling. `host_kind` comes from `host_kind_of`;
    `platform` is a slug, `area` a Kemendagri code, "" where it is not known."""

    host_kind: str
    category: Category
    source: str
    platform: str = ""
    area: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from every other matter of a day."""
        return self.host_kind, self.category.code, self.source, self.platform, self.area


@dataclass(frozen=True, slots=True)
class Routed:
    """Where something goes and why. `unit` is the office (a code of the pack) that it is passed
    to, "" when it stays; `team` before whom it lies here; `rule` an article, the kind of host or
    category, or a steward's rule with its version."""

    unit: str
    rule: str
    team: str = ""


def rules_at(at: datetime) -> tuple[RoutingRule, ...]:
    """The stewards' rules in force on the day of `at`, in their order. One statement."""
    day = pack().day(at)
    ends = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    found = RoutingRule.objects.filter(ends, is_active=True, valid_from__lte=day)
    return tuple(found.select_related("platform"))


def route(matter: Matter, rules: Sequence[RoutingRule], *, at: datetime) -> Routed | None:
    """Where this goes; None: it stays, and nobody has said before whom."""
    by_pack = _by_pack(matter, at)
    if by_pack is not None and _is_bound(matter, at):
        return by_pack
    for rule in rules:
        if fits(rule, matter) and _applies(rule, matter, by_pack, at):
            return Routed(rule.unit, rule.code, rule.team)
    return by_pack


def fits(rule: RoutingRule, matter: Matter) -> bool:
    """Whether every condition of the rule is met; what it leaves empty is."""
    return (
        rule.category in ("", matter.category.code)
        and rule.host_kind in ("", matter.host_kind)
        and rule.source in ("", matter.source)
        and (rule.platform is None or rule.platform.slug == matter.platform)
        and (not rule.area or within(matter.area, rule.area))
    )


def is_kept_here(matter: Matter, at: datetime) -> bool:
    """Whether no rule may pass this on: an article keeps it here, or a child is concerned."""
    return _is_bound(matter, at) or matter.category.handling == "sealed"


def host_kind_of(locator: Locator, is_cloud: bool) -> str:
    """Where the locator leads: cloud, website, unknown, or account (on a platform)."""
    if is_cloud:
        return HostKind.CLOUD.value
    if locator.platform is None and not locator.problem and locator.kind in HOST_KINDS:
        return locator.kind
    return HostKind.ACCOUNT.value


def teams(codes: Iterable[str]) -> dict[str, str]:
    """The team before which each steward's rule among `codes` puts a matter, by the rule's code.
    At most one statement, and none where no such rule decided."""
    found = [match for code in dict.fromkeys(codes) if (match := DESK_CODE.fullmatch(code))]
    versions = _versions(found)
    return {
        match[0]: rule.team
        for match in found
        if (rule := versions.get((int(match[1]), int(match[2]))))
    }


def worded(codes: Collection[str]) -> dict[str, str]:
    """The rule behind a decision in words, by its code: an article, the kind of address, or a
    steward's rule as it read in that version. One statement for all of them."""
    found = [match for code in codes if (match := DESK_CODE.fullmatch(code))]
    versions = _versions(found)
    return {code: _words(code, versions) for code in codes if code}


def kind_words(host_kind: str) -> str:
    """Where an address leads, in words."""
    return str(HostKind(host_kind).label)


def versions_of(rule: RoutingRule) -> list[RoutingRule]:
    """What a second person has approved of a rule, newest first, each as it read then."""
    found = kept.events(RoutingRule).filter(pgh_obj_id=rule.pk, version__gt=0)
    firsts = found.order_by("-version", "pgh_id").distinct("version").select_related("platform")
    return [kept.row(RoutingRule, one, "platform") for one in firsts]


def decided_lately(reader: User) -> tuple[Counter[int], int]:
    """How many of the newest decisions of stewards' rules each rule made, and of how many that is;
    the uncleared are told of no sealed one."""
    newest = _newest(reader).values_list("rule", flat=True)
    found = [match for code in newest if (match := DESK_CODE.fullmatch(code))]
    return Counter(int(match[1]) for match in found), len(found)


def decided_by(rule: RoutingRule, visible: QuerySet[Report]) -> list[ReportItem]:
    """The newest accounts that a rule has decided on, among the reports that the reader may see."""
    mine = ReportItem.objects.filter(rule__startswith=f"{DESK}{rule.pk}@", report__in=visible)
    mine = mine.filter(rule__startswith=DESK).order_by("-pk")
    return list(mine.select_related("report", "account")[:SHOWN])


def _newest(reader: User) -> QuerySet[ReportItem]:
    found = ReportItem.objects.filter(rule__startswith=DESK)
    if not reader.is_cleared:
        found = found.filter(report__handling=Handling.ORDINARY)
    return found.order_by("-pk")[:LATELY]


def _by_pack(matter: Matter, at: datetime) -> Routed | None:
    unit = pack().route(matter.category, matter.host_kind, at, source=matter.source)
    if unit is None:
        return None
    is_account = matter.host_kind == HostKind.ACCOUNT
    decided_by = BY_CATEGORY + matter.category.code if is_account else BY_HOST + matter.host_kind
    return Routed(unit.code, unit.rule_ids[0] if unit.rule_ids else decided_by)


def _is_bound(matter: Matter, at: datetime) -> bool:
    """Whether an article has decided where this goes."""
    book = pack()
    if book.source(matter.source, at).bound_by or book.bound_route(matter.host_kind, at):
        return True
    return matter.category.bound_by is not None and matter.host_kind == HostKind.ACCOUNT


def _applies(rule: RoutingRule, matter: Matter, by_pack: Routed | None, at: datetime) -> bool:
    """An office gets what no article keeps here; what the pack passes on has no team before it."""
    return not is_kept_here(matter, at) if rule.unit else by_pack is None


def _versions(found: Sequence[re.Match[str]]) -> dict[tuple[int, int], RoutingRule]:
    return kept.as_read(RoutingRule, {(int(one[1]), int(one[2])) for one in found}, "platform")


def _words(code: str, versions: dict[tuple[int, int], RoutingRule]) -> str:
    book = pack()
    if found := DESK_CODE.fullmatch(code):
        rule = versions.get((int(found[1]), int(found[2])))
        said = _("Rule %(number)s, version %(version)s") % {
            "number": found[1],
            "version": found[2],
        }
        return f"{said}: {rule.sentence}" if rule else said
    if code.startswith(BY_HOST):
        kind = HostKind(code.removeprefix(BY_HOST))
        return _("Policy pack: kind of address “%(kind)s”") % {"kind": kind.label}
    if code.startswith(BY_CATEGORY):
        category = book.category(code.removeprefix(BY_CATEGORY))
        name = _("Policy pack: category “%(category)s”") % {"category": category.name}
        return f"{name} ({category.bound_by})" if category.bound_by else name
    rule_of_law = book.rule(code)
    return f"{rule_of_law.instrument} {rule_of_law.article}"
