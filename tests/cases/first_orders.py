"""Providers that were told, long ago, how orders go, so that their first order need not wait."""

from datetime import timedelta

from cases.models import ProviderInformation
from platforms.models import Platform
from tests import world
from tests.world import AT


def told(*slugs: str) -> None:
    for slug in slugs:
        world.platform(slug)
    before = AT - timedelta(days=400)
    ProviderInformation.objects.bulk_create(
        ProviderInformation(
            platform=one, handling="ordinary", language="en", issued_at=before, given_at=before
        )
        for one in Platform.objects.filter(slug__in=slugs)
    )
