"""What came of a joint operation on the ground: counts and dates, never persons or places."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from moderation_portal.models import User


class JointOperation(models.Model):
    """One entry of the log: on which day, in which district or village, which kinds of offices
    took part, and how often each outcome came about.

    There is no text in which a person, a street or an account could stand. An entry is never
    changed: `corrects` names the one that it takes the place of.
    """

    held_on = models.DateField()
    area = models.CharField(max_length=13)
    partners = ArrayField(models.CharField(max_length=40))
    counts = models.JSONField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()

    class Meta:
        ordering = ["-logged_at", "-id"]
        indexes = [
            models.Index(fields=["-logged_at", "-id"], name="operation_newest"),
            models.Index(fields=["area", "-logged_at", "-id"], name="operation_of_area"),
        ]
