"""What became of an account: the platform's word, and what we saw ourselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from platforms.models import Contact

from .case import Target
from .notice import NoticeItem


class Answer(models.Model):
    """What the platform says of one item. Never changed: a later answer follows an earlier one."""

    class Code(models.TextChoices):
        REMOVED = "removed", _("removed")
        RESTRICTED = "restricted", _("blocked in this country")
        ALREADY_GONE = "already_gone", _("was already gone")
        PARTLY = "partly", _("done in part")
        REFUSED = "refused", _("we disagree")
        NOT_FOUND = "not_found", _("not found")
        NEEDS_INFO = "needs_info", _("we need more information")
        NEEDS_TIME = "needs_time", _("we need more time")
        RESTORED = "restored", _("restored")
        NOT_RESTORED = "not_restored", _("cannot be restored")

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="answers")
    code = models.CharField(max_length=20, choices=Code.choices)
    reason = models.TextField(blank=True)
    reference = models.CharField(max_length=120, blank=True)
    effect_at = models.DateTimeField(null=True)
    # What the platform needs, of those answered so: a code of the policy's `lacks`.
    lacks = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(max_length=30)
    is_late = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "id"]


class Observation(models.Model):
    """What we saw of a target, with proof. Only `gone` is gone: what is withheld here may be there
    elsewhere, and what asks for a sign-in may be there behind it."""

    class Result(models.TextChoices):
        PRESENT = "present", _("present")
        GONE = "gone", _("gone")
        GEO_BLOCKED = "geo_blocked", _("withheld in this country")
        LOGIN_WALLED = "login_walled", _("behind a sign-in")
        UNCLEAR = "unclear", _("unclear")

    target = models.ForeignKey(Target, models.PROTECT, related_name="observations")
    result = models.CharField(max_length=20, choices=Result.choices)
    method = models.CharField(
        max_length=10, choices=[("person", _("a person looked")), ("probe", _("our probe looked"))]
    )
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    proof = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["target_id", "id"]
