"""What a platform's administrator does about its own people: deputies, and requests for more.

The verbs are in `deputies` and `responders`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User


class Deputy(models.Model):
    """Who stands in for a representative of the same platform, from one day to another, both
    included, as that platform's zone counts days."""

    absent = models.ForeignKey("platforms.Representative", models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey("platforms.Representative", models.CASCADE, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField()
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("deputy")), name="nobody_stands_in_for_oneself"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="deputy_ends_after_the_start",
            ),
        ]


class ResponderRequest(models.Model):
    """A platform's administrator asks for somebody to answer for it. It opens nothing by itself: a
    steward asks for account and representative, and a second person approves them."""

    platform = models.ForeignKey(
        "platforms.Platform",
        models.CASCADE,
        related_name="responder_requests",
        verbose_name=_("platform"),
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    answer = models.TextField(_("answer"), blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("request for a responder")
        verbose_name_plural = _("requests for responders")

    def __str__(self) -> str:
        return f"{self.platform}: {self.name}"
