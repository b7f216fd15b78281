"""What the queue can be narrowed by; every filter stands in the address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from moderation_portal.storable import storable
from platforms.models import Platform

from .models import Case, CaseOutcome, CaseState, Urgency

NOTHING = Q(pk__in=[])


def teams(request=None) -> list[tuple[str, str]]:
    """The units in which the staff work, before which rules put cases."""
    staff = User.objects.filter(role__in=STAFF, is_active=True).exclude(unit="")
    units = staff.order_by("unit").values_list("unit", flat=True).distinct()
    return [(unit, unit) for unit in units]


class CaseFilter(django_filters.FilterSet):
    """Platform, category, status, outcome, urgency, owner and team; `at` says whose day's
    categories."""

    platform = django_filters.ModelChoiceFilter(
        queryset=Platform.objects.only("name"), label=_("Platform"), empty_label=_("All")
    )
    category = django_filters.ChoiceFilter(label=_("Category"), empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        choices=[choice for choice in CaseState.choices if choice[0] != CaseState.CLOSED],
        label=_("Status"),
        empty_label=_("All"),
    )
    outcome = django_filters.ChoiceFilter(
        choices=CaseOutcome.choices, label=_("Outcome"), empty_label=_("All")
    )
    urgency = django_filters.ChoiceFilter(
        choices=Urgency.choices, label=_("Urgency"), empty_label=_("All")
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=User.objects.filter(role__in=STAFF, is_active=True).only("name").order_by("name"),
        label=_("Caseworker"),
        empty_label=_("Anybody"),
    )
    team = django_filters.ChoiceFilter(choices=teams, label=_("Team"), empty_label=_("All"))

    class Meta:
        model = Case
        fields = ["platform", "category", "state", "outcome", "urgency", "owner", "team"]

    def __init__(self, *given: Any, at: datetime, **options: Any):
        super().__init__(*given, **options)
        known = policy.pack().categories(at)
        self.filters["category"].extra["choices"] = [(one.code, str(one.name)) for one in known]


def exactly(given: Mapping[str, str]) -> Q:
    """What these filters ask for, as a condition, without a statement of its own.

    What is not among the choices any more is met by its own cases alone, and what never was by
    nothing, so that a search never widens by itself.
    """
    wanted = {name: given[name] for name in CaseFilter.base_filters if given.get(name)}
    ids = (wanted[name] for name in ("platform", "owner") if name in wanted)
    if not all(text.isascii() and text.isdecimal() for text in ids):
        return NOTHING
    if any(text != storable(text) for text in wanted.values()):
        return NOTHING
    filters = CaseFilter.base_filters
    names = {name: f"{filters[name].field_name}__{filters[name].lookup_expr}" for name in wanted}
    return Q(**{names[name]: value for name, value in wanted.items()})
