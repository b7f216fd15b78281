"""Which accounts came over when one case was merged into another, so that it can be taken back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .case import Case


class Merging(models.Model):
    """A case that became part of `host`, with the ids of the targets that it brought.

    `host_due_at` is until when the host was promised to be decided before that. A case is part of
    one other at a time; what was taken back stays on file.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="mergings")
    host = models.ForeignKey(Case, models.PROTECT, related_name="absorbed")
    targets = ArrayField(models.BigIntegerField())
    host_due_at = models.DateTimeField()
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(undone_at__isnull=True), name="merged_into_one_case"
            )
        ]
