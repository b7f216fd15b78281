"""The cases that were put before a panel of experts, and what each member recommended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from reports.models import Panel, PanelMember

from .case import Case


class Advice(models.TextChoices):
    """What a panel may recommend; the decision stays with the official."""

    REMOVE = "remove", _("remove")
    MILDER = "milder", _("a milder remedy")
    KEEP = "keep", _("do not remove")
    RESTORE = "restore", _("restore")


class PanelReferral(models.Model):
    """One question to a panel about one case, and its session once that was held.

    `advice` is what most members recommended who had no conflict of interest; empty where no
    recommendation had most voices.
    """

    class End(models.TextChoices):
        ADVISED = "advised", _("advised")
        TAKEN_BACK = "taken_back", _("taken back")

    case = models.ForeignKey(Case, models.PROTECT, related_name="panel_referrals")
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="referrals")
    question = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    end = models.CharField(max_length=10, choices=End.choices, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    held_on = models.DateField(null=True)
    advice = models.CharField(max_length=10, choices=Advice.choices, blank=True)

    class Meta:
        ordering = ["case_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(end="advised") | Q(held_on__isnull=False),
                name="panel_advice_has_a_day",
            ),
        ]


class PanelVoice(models.Model):
    """One member in one session: what they recommended and why, or the conflict of interest that
    they declared. `name` and `expertise` as they were on that day."""

    referral = models.ForeignKey(PanelReferral, models.PROTECT, related_name="voices")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="voices")
    name = models.CharField(max_length=120)
    expertise = models.CharField(max_length=160)
    conflict = models.TextField(blank=True)
    advice = models.CharField(max_length=10, choices=Advice.choices, blank=True)
    reasons = models.TextField(blank=True)

    class Meta:
        ordering = ["referral_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "member"], name="one_voice_per_member_and_session"
            ),
            models.CheckConstraint(
                condition=(~Q(conflict="") & Q(advice="")) | (Q(conflict="") & ~Q(advice="")),
                name="panel_voice_or_conflict",
            ),
        ]
