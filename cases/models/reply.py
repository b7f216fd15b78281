"""What a message that came in was found to be, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from platforms.models import Contact, InboundMail
from reports.models import Handling, Report

from .notice import Delivery, Notice


class Reply(models.Model):
    """The reading of one message: to which notice it belongs, whose word it is, what it says.

    `is_proved`: it came to the secret address of this notice and contact, from that contact's own
    mailbox, and our mail server vouches for the sender. `content` is the readable part, encrypted.
    Sealed is what belongs to a sealed notice, names one, or could not be read.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("written by somebody")
        AUTOMATIC = "automatic", _("automatic reply")
        BOUNCE = "bounce", _("came back")
        DELAY = "delay", _("delayed")
        UNREAD = "unread", _("could not be read")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be read")
        TAKEN = "taken", _("answers taken")
        FILED = "filed", _("filed")
        NOTED = "noted", _("recorded only")
        DISCARDED = "discarded", _("set aside")

    mail = models.OneToOneField(InboundMail, models.PROTECT, primary_key=True, related_name="reply")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="replies")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="+")
    handling = models.CharField(max_length=10, choices=Handling.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    is_secret = models.BooleanField(default=False)
    is_proved = models.BooleanField(default=False)
    content = models.BinaryField(default=bytes)
    receipt = models.CharField(max_length=30, blank=True)
    # What a person made of it; of two messages that say the same, the same.
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-mail_id"]
        indexes = [
            models.Index(fields=["handling", "received_at", "mail"], name="reply_newest"),
            models.Index(
                fields=["received_at", "mail"],
                condition=models.Q(state="waiting"),
                name="reply_to_be_read",
            ),
        ]
