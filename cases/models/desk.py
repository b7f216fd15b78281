"""What people at the queue keep: the searches they saved, and why they gave a case back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User

from .case import Case


class SavedSearch(models.Model):
    """A view of the queue with its filters, under a name; `query` is normalised (`searches`).

    `known` are the cases that its owner was told of or had seen when the search was saved: what is
    in the search and not among them is new.
    """

    class Cadence(models.TextChoices):
        NONE = "none", _("never")
        HOURLY = "hourly", _("every hour")
        DAILY = "daily", _("once a day")

    owner = models.ForeignKey(User, models.CASCADE, related_name="searches")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)
    is_shared = models.BooleanField(default=False)
    cadence = models.CharField(max_length=6, choices=Cadence.choices, default=Cadence.NONE)
    threshold = models.PositiveSmallIntegerField(default=1)
    known = ArrayField(models.BigIntegerField(), default=list)
    told_at = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_search_per_owner_and_name")
        ]
        indexes = [
            models.Index(
                fields=["looked_at"], condition=~models.Q(cadence="none"), name="search_with_alert"
            ),
            models.Index(fields=["name"], condition=models.Q(is_shared=True), name="search_shared"),
        ]

    def __str__(self) -> str:
        return self.name


class Skip(models.Model):
    """Somebody gave a case back to the queue, and why; for a while it is not offered to them."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="skips")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()
    skipped_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["skipped_at", "id"], name="skip_by_time"),
            models.Index(fields=["user", "skipped_at"], name="skip_of_a_person"),
        ]
