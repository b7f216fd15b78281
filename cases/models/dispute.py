"""What a platform holds against the clock of a notice; both versions are kept."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User

from .notice import Notice


class Dispute(models.Model):
    """A representative disputes the clock of a notice, with a reason; staff decides with another.

    `ours_from` and `ours_due` are the clock as it stood then, `theirs_from` and `theirs_due` the
    one that the platform holds to be right; of a duplicate these are the clock of `duplicate_of`.
    """

    class Kind(models.TextChoices):
        START = "start", _("the clock started at another time")
        PAUSE = "pause", _("the clock should have been paused")
        DUPLICATE = "duplicate", _("the same was ordered before")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    # In no order: sealed notices are disputed as well, and the id stands in an address.
    id = series.ScatteredId(primary_key=True)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.TextField()
    duplicate_of = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+")
    ours_from = models.DateTimeField()
    ours_due = models.DateTimeField()
    theirs_from = models.DateTimeField(null=True)
    theirs_due = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    set_due = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["notice_id", "opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "kind"],
                condition=Q(state="open"),
                name="one_open_dispute_per_notice_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(state="open")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="dispute_decided_by_somebody_with_reasons",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at", "id"], condition=Q(state="open"), name="dispute_open")
        ]
