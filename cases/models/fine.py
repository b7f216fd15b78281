"""Fines: what a warning letter costs, what the platform committed to, and what it has paid."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User

from .notice import Notice


class Fine(models.Model):
    """What a platform owes for the accounts of one warning letter; a machine of its own, for
    removing the content does not cancel it (Permenkominfo 5/2020 art. 15(11)).

    `notice` is the warning, `letter` the one that assesses the fine. `amount` is in whole units of
    the policy's currency, `lines` how it was reckoned: category, how many accounts, amount of each.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        OWED = "owed", _("owed")
        OBJECTED = "objected", _("objected to")
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", _("cancelled")
        DROPPED = "dropped", _("proposal dropped")

    # In no order: sealed warnings are fined as well, and the id stands in an address.
    id = series.ScatteredId(primary_key=True)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="fines")
    letter = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="fine")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    table = models.CharField(max_length=40)
    policy_version = models.CharField(max_length=40)
    choices = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    amount = models.PositiveBigIntegerField()
    reason = models.TextField()
    language = models.CharField(max_length=5)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    dropped_because = models.TextField(blank=True)
    commit_due_at = models.DateTimeField(null=True)
    pay_due_at = models.DateTimeField(null=True)
    commitment_number = models.CharField(max_length=80, blank=True)
    commitment_date = models.DateField(null=True)
    commitment_signer = models.CharField(max_length=120, blank=True)
    # The letter itself, encrypted under a key of its own; no path where none was handed in.
    commitment_name = models.CharField(max_length=120, blank=True)
    commitment_path = models.CharField(max_length=200, blank=True)
    commitment_key = models.BinaryField(null=True)
    commitment_sha256 = models.CharField(max_length=64, blank=True)
    committed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    committed_at = models.DateTimeField(null=True)
    objection = models.TextField(blank=True)
    objected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objected_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # The proposal to block that was drafted because it was not paid.
    unpaid_proposal = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"],
                condition=~Q(state__in=["dropped", "cancelled"]),
                name="one_fine_per_warning",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped"]) | Q(approved_by__isnull=False),
                name="fine_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="fine_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("approved_by"))),
                name="fine_objection_decided_by_a_third",
            ),
        ]
        indexes = [
            models.Index(fields=["proposed_at", "id"], name="fine_newest"),
            models.Index(
                fields=["pay_due_at"],
                condition=Q(state="owed", unpaid_proposal=None),
                name="fine_to_be_paid",
            ),
        ]

    def __str__(self) -> str:
        return str(self.letter or self.notice)

    @property
    def handling(self) -> str:
        """That of its warning."""
        return self.notice.handling


class FinePayment(models.Model):
    """Money that came in for a fine, whole units of the policy's currency. Never changed."""

    fine = models.ForeignKey(Fine, models.PROTECT, related_name="payments")
    amount = models.PositiveBigIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=80)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["paid_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["fine", "reference"], name="one_payment_per_reference"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
        ]
