"""What the pump leaves behind: when it looked last, and where; and what stands still since."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PumpMark(models.Model):
    """One row, written by the pump alone: when it looked last, and the place where it did, which is
    another after a restore (`standstills`)."""

    marked_at = models.DateTimeField()
    place = models.CharField(max_length=80)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_pump_mark")]


class Standstill(models.Model):
    """What must not go on by itself until a person has looked: `why` is a code and its figures."""

    class Kind(models.TextChoices):
        CLOCK = "clock", _("escalations")
        RESTORE = "restore", _("everything that leaves")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    why = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(ended_at=None), name="one_standstill_of_a_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | ~models.Q(ended_by="") & ~models.Q(reason=""),
                name="standstill_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.began_at:%Y-%m-%d %H:%M}"
