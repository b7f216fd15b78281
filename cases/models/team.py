"""What a supervisor keeps of the people at the desk: who is away, and whose closed cases another
person looks at once more."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User
from reports.models import Handling

from .case import Case


class Absence(models.Model):
    """Somebody is away from one day to another, both included, and who stands in for them.

    Why is told by its kind alone: that somebody is ill is nobody's business here (UU 27/2022
    art. 4(2): data on health are specific personal data).
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("leave")
        TRIP = "trip", _("official trip")
        COURSE = "course", _("training")
        OTHER = "other", _("other")

    person = models.ForeignKey(User, models.CASCADE, related_name="absences")
    substitute = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    begins_on = models.DateField()
    ends_on = models.DateField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["begins_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(substitute=F("person")), name="nobody_stands_in_for_themselves"
            ),
        ]
        indexes = [models.Index(fields=["ends_on", "begins_on"], name="absence_by_days")]


class Sample(models.Model):
    """Closed cases of a period, drawn at random for a second look by one person.

    `seed` and `method` say how: whoever has them draws the same again. `pool` is how many there
    were to draw from. A sample is of one handling class.
    """

    id = series.ScatteredId(primary_key=True)
    handling = models.CharField(max_length=10, choices=Handling.choices)
    looker = models.ForeignKey(User, models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    seed = models.CharField(max_length=32)
    method = models.CharField(max_length=80)
    pool = models.PositiveIntegerField()
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-drawn_at", "-id"]
        indexes = [models.Index(fields=["drawn_at", "id"], name="sample_newest")]


class SecondLook(models.Model):
    """What another person says of a closed case. It overturns nothing by itself."""

    class Verdict(models.TextChoices):
        AGREE = "agree", _("agrees")
        OTHERWISE = "otherwise", _("would have decided otherwise")
        ERROR = "error", _("found an error")

    id = series.ScatteredId(primary_key=True)
    sample = models.ForeignKey(Sample, models.CASCADE, related_name="looks")
    case = models.ForeignKey(Case, models.PROTECT, related_name="second_looks")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    reason = models.TextField(blank=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["sample", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "case"], name="one_second_look_per_draw"),
            models.CheckConstraint(
                condition=Q(verdict="", looked_at=None)
                | (~Q(verdict="") & Q(looked_at__isnull=False)),
                name="second_look_says_something",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "agree"]) | ~Q(reason=""),
                name="second_look_says_why",
            ),
        ]
