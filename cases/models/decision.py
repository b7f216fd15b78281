"""What was decided of a case, and to whom it was handed for help."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import full_text
from moderation_portal.models import User

from .case import Case


class Decision(models.Model):
    """Uphold, dismiss or refer, with its grounds; the approver is never the author.

    `language` is that of the page on which the reasons were written; `departure` says why it
    differs from what a panel advised.
    """

    class Kind(models.TextChoices):
        UPHOLD = "uphold", _("uphold")
        DISMISS = "dismiss", _("dismiss")
        REFER = "refer", _("refer")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")
        FINAL = "final", _("final")

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    bases = ArrayField(models.CharField(max_length=60), default=list)
    test = models.JSONField(default=dict)
    reasons = models.TextField()
    departure = models.TextField(blank=True, db_default="")
    language = models.CharField(max_length=5, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    answer = models.TextField(blank=True)
    policy_version = models.CharField(max_length=40)

    class Meta:
        ordering = ["case_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")),
                name="approver_is_not_the_author",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approver__isnull=False),
                name="approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="proposed"),
                name="one_proposed_decision_per_case",
            ),
        ]
        indexes = [full_text.index_of_words("reasons", "decision_words")]


class Referral(models.Model):
    """A child or trafficking matter handed to the right unit; preservation is asked for first."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    unit = models.CharField(max_length=40)
    reason = models.TextField()
    preservation_asked_at = models.DateTimeField(null=True)
    referred_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()
