"""What a case asks for that aims at a feature of a platform instead of accounts."""

from django.db import models

from moderation_portal.models import User
from platforms.models import Feature

from .case import Case


class Systemic(models.Model):
    """Which feature a case aims at, what it is to do, and the cases that show the pattern.

    `language` is that of the page on which `asked` was written.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="systemic")
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="systemic")
    asked = models.TextField()
    language = models.CharField(max_length=5)
    pattern = models.ManyToManyField(Case, related_name="+")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
