"""What the letter of an order about a feature is given besides: what is asked, and how many cases
show why. Their numbers stay in the house."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from moderation_portal import policy
from reports.features import FEATURE

from ..models import Case, Systemic, Target
from ..rungs import FEATURE_ORDER, ORDER
from .drafting import own_words


def aims_at_feature(target: Target) -> bool:
    """Whether this target (with its account) is a feature of a platform and no account."""
    return target.account.kind == FEATURE


def rung_for(target: Target) -> str:
    """On which rung the order about this target stands."""
    return FEATURE_ORDER if aims_at_feature(target) else ORDER


def among(case_ids: Iterable[int]) -> set[int]:
    """Of these cases those that aim at a feature."""
    here = Systemic.objects.filter(case_id__in=list(case_ids))
    return set(here.values_list("case_id", flat=True))


def given(case: Case, language: str) -> dict[str, Any]:
    """For the letter in `language` of a case that aims at a feature."""
    found = Systemic.objects.filter(case=case).annotate(shown_by=Count("pattern")).get()
    asked = own_words(found.asked, found.language, language, policy.pack())
    return {"asked": asked, "pattern_count": found.shown_by}
