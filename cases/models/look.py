"""The picture of what a platform's server answered when our probe looked."""

from django.db import models

from moderation_portal import series

from .answer import Observation
from .case import Target


class LookPicture(models.Model):
    """One picture of an account as a look saw it; later looks that read the same text share it.

    `path` is an encrypted file under `MEDIA_ROOT`: the source of the page until the picture is
    taken, the picture from then on (`taken_at`; `sha256` and `size` are of the picture).
    """

    # Some are for the cleared alone: nobody counts them by the gaps between the others.
    id = series.ScatteredId(primary_key=True)
    target = models.ForeignKey(Target, models.PROTECT, related_name="pictures")
    seen = models.OneToOneField(Observation, models.PROTECT, related_name="picture")
    text_sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200, unique=True)
    wrapped_key = models.BinaryField()
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "text_sha256"], name="one_picture_of_a_text")
        ]
