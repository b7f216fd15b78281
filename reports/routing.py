"""What is not for this house: websites, unknown hosts, and other agencies' matters.

Only requests on pornography and gambling go from the public straight to the Minister; the rest
goes to the agency whose matter it is (Permenkominfo 5/2020 art. 15(1)). Who that is, and who looks
after websites, stands in the policy pack.
"""

from dataclasses import dataclass
from datetime import datetime

from moderation_portal.policy import Category, pack
from platforms.locators import Locator

# The kinds of locator that are no account on any platform, as the pack's routes name them.
HOST_KINDS = frozenset({"website", "unknown"})


@dataclass(frozen=True, slots=True)
class Routed:
    """The unit (a code of the pack) that something is passed to, and why: a rule of law, or the
    kind of host or category that decided it."""

    unit: str
    rule: str


def route(host_kind: str, category: Category, *, source: str, at: datetime) -> Routed | None:
    """The unit that a locator of this kind in a telling from `source` is passed to; None: it stays.

    `host_kind` comes from `host_kind_of`.
    """
    unit = pack().route(category, host_kind, at, source=source)
    if unit is None:
        return None
    decided_by = f"category:{category.code}" if host_kind == "account" else f"host:{host_kind}"
    return Routed(unit.code, unit.rule_ids[0] if unit.rule_ids else decided_by)


def host_kind_of(locator: Locator, is_cloud: bool) -> str:
    """Where the locator leads: cloud, website, unknown, or account (on a platform)."""
    if is_cloud:
        return "cloud"
    if locator.platform is None and not locator.problem and locator.kind in HOST_KINDS:
        return locator.kind
    return "account"
