"""What offices said to each other: it orders nothing, starts no clock, and is never changed."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User
from platforms.models import Platform
from reports.models import Agency

from .case import Case


class CoordinationNote(models.Model):
    """A meeting, an informal request or a statement between us, a platform and another office.

    A note is never changed: what was wrong is said anew by a note that `corrects` it. `taking_part`
    names offices and roles, no private persons. Without `written_by` it was taken over from the
    statements that were kept before there was a log.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", _("meeting")
        REQUEST = "request", _("informal request")
        STATEMENT = "statement", _("statement")
        NO_REQUEST = "no_request", _("no formal request received")
        ANSWERED = "answered", _("answered informally")

    id = series.ScatteredId(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    platform = models.ForeignKey(
        Platform, models.PROTECT, null=True, related_name="coordination", db_index=False
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="coordination", db_index=False
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="coordination", db_index=False
    )
    happened_on = models.DateField()
    taking_part = models.CharField(max_length=300)
    text = models.TextField()
    follow_up_on = models.DateField(null=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(platform__isnull=False) | Q(agency__isnull=False),
                name="coordination_is_with_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["platform", "written_at", "id"], name="coordination_of_platform"),
            models.Index(fields=["agency", "written_at", "id"], name="coordination_of_agency"),
            models.Index(
                fields=["case"], condition=Q(case__isnull=False), name="coordination_of_case"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="coordination_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.happened_on:%Y-%m-%d}"
