"""What the queue can be narrowed by; every filter stands in the address."""

import django_filters
from django.utils.translation import gettext_lazy as _

from moderation_portal import clock, policy
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from platforms.models import Platform

from .models import Case, CaseOutcome, CaseState, Urgency


def categories(request=None) -> list[tuple[str, str]]:
    """Code and name of every category of the policy in force."""
    return [
        (category.code, str(category.name)) for category in policy.pack().categories(clock.now())
    ]


class CaseFilter(django_filters.FilterSet):
    """Platform, category, status, outcome, urgency and owner."""

    platform = django_filters.ModelChoiceFilter(
        queryset=Platform.objects.only("name"), label=_("Platform"), empty_label=_("All")
    )
    category = django_filters.ChoiceFilter(
        choices=categories, label=_("Category"), empty_label=_("All")
    )
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

    class Meta:
        model = Case
        fields = ["platform", "category", "state", "outcome", "urgency", "owner"]
