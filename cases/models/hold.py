"""What stops the notice of an account for a time: a preservation or covert work of the police."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User
from reports.models import Agency, FormalRequest, ReportedAccount


class Hold(models.Model):
    """One account that a formal request asks to leave alone, from the asking to the end.

    Who approves it is never the one who proposed it. Its end is written down by whoever lifts it,
    or by the clock; while it runs `until` is when that will be.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        PROPOSED = "proposed", _("proposed, waits for a second person")
        RUNNING = "running", _("running")
        DECLINED = "declined", _("declined")
        GIVEN_UP = "given_up", _("no longer wanted")
        LIFTED = "lifted", _("lifted")
        LAPSED = "lapsed", _("over")
        RENEWED = "renewed", _("renewed")

    # In no order: the id stands in an address.
    id = series.ScatteredId(primary_key=True)
    account = models.ForeignKey(ReportedAccount, models.PROTECT, related_name="holds")
    request = models.ForeignKey(FormalRequest, models.PROTECT, related_name="holds")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="holds", db_index=False)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewed_by")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.TextField()
    days = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)
    # When its people were told that it ends soon.
    end_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "agency"],
                condition=Q(state__in=["asked", "proposed"]),
                name="one_hold_of_a_unit_waits",
            ),
            models.UniqueConstraint(
                fields=["account", "agency"],
                condition=Q(state="running"),
                name="one_hold_of_a_unit_runs",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "lifted", "lapsed", "renewed"])
                | Q(
                    proposed_by__isnull=False,
                    approved_by__isnull=False,
                    began_at__isnull=False,
                    until__gt=F("began_at"),
                ),
                name="hold_runs_by_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="hold_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "proposed", "running"], ended_at__isnull=True)
                | (~Q(state__in=["asked", "proposed", "running"]) & Q(ended_at__isnull=False)),
                name="hold_ended_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(state="running"), name="hold_to_lapse"),
            models.Index(fields=["asked_at", "id"], name="hold_newest"),
            models.Index(fields=["agency", "asked_at", "id"], name="hold_of_agency"),
            models.Index(fields=["began_at"], name="hold_by_begin"),
        ]
