"""Claims of platforms drawn at random, to be looked at once more."""

from django.db import models

from moderation_portal.models import User
from platforms.models import Platform

from .notice import NoticeItem


class ClaimSample(models.Model):
    """What one platform said to be gone in a month, drawn at random (`cases.claims`).

    `seed` and `method` say how: whoever has them draws the same again. `pool` is how many there
    were to draw from; the sample is so large that a share of false claims above `bound` per cent
    would show with `confidence` per cent.
    """

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="claim_samples")
    begins_on = models.DateField()
    ends_on = models.DateField()
    seed = models.CharField(max_length=32)
    method = models.CharField(max_length=80)
    pool = models.PositiveIntegerField()
    bound = models.PositiveSmallIntegerField()
    confidence = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-begins_on", "platform_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "begins_on"], name="one_claim_sample_a_month"
            )
        ]


class ClaimLook(models.Model):
    """One claim of a sample. `looker` is None where our probe looks; what was seen is the newest
    observation of the account since the draw."""

    sample = models.ForeignKey(ClaimSample, models.CASCADE, related_name="looks")
    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="+")
    looker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["sample_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "item"], name="a_claim_is_drawn_once")
        ]
