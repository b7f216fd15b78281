"""Whether anybody is still there behind a contact: when it was asked, and what came of it.

The verbs are in `cases.liveness`: a notice goes to those who are known to be there.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ping(models.Model):
    """One “still you?” to one address, which `mailbox` stands for: another address of the same
    contact is asked anew.

    Silence counts from `sent_at`, when the mail server took it over; what has not left proves
    nothing. `remind_after` and `patience` are the policy's at the time of asking.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        DENIED = "denied", _("says that it is not the contact any more")
        SILENT = "silent", _("no answer")
        BOUNCED = "bounced", _("bounced")
        OVERTAKEN = "overtaken", _("address changed")

    contact = models.ForeignKey("platforms.Contact", models.CASCADE, related_name="pings")
    mailbox = models.CharField(max_length=16)
    asked_at = models.DateTimeField()
    remind_after = models.DurationField()
    patience = models.DurationField()
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(ended_at=None),
                name="one_open_ping_per_contact",
            )
        ]
        indexes = [
            models.Index(fields=["sent_at"], condition=models.Q(ended_at=None), name="open_pings")
        ]
