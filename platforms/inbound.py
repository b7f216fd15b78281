"""What comes in by mail, as it came. The verbs are in `replies`."""

from django.db import models

from moderation_portal.series import ScatteredId


class InboundMail(models.Model):
    """One message, kept before anything is made of it.

    Nobody knows yet what it is about, it may be a sealed matter: so its source lies encrypted in a
    file, and the lines by which a list names it (`head`) are encrypted as well.
    """

    id = ScatteredId(primary_key=True)
    door = models.CharField(max_length=10)
    # The same for every copy of a message, whatever was added to its head on the way.
    fingerprint = models.CharField(max_length=64, unique=True)
    head = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100)
    wrapped_key = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["path"], name="inbound_mail_by_path")]
