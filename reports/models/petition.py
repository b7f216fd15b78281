"""Petitions, which name no account, and who sent them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from platforms.models import Platform, versioned


@versioned(exclude=("markdown",))
class Petition(models.Model):
    """A request without locators ("close the whole app"): registered and answered, not a case.

    `replied_by` wrote the reply and `approved_by`, another person, signed it: it leaves the house
    as a letter. `markdown` is that letter, frozen; without it the petition still waits.
    """

    platform = models.ForeignKey(
        Platform, models.PROTECT, related_name="petitions", verbose_name=_("platform")
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    received_on = models.DateField(_("received on"))
    letter_number = models.CharField(_("letter number"), max_length=120, blank=True)
    letter_date = models.DateField(_("letter date"), null=True, blank=True)
    demand = models.TextField(_("demand"))
    remedy = models.CharField(
        _("remedy"),
        max_length=10,
        choices=[
            ("accounts", _("accounts")),
            ("feature", _("a feature")),
            ("platform", _("the whole service")),
        ],
    )
    language = models.CharField(
        _("language of the reply"), max_length=5, default=settings.LANGUAGE_CODE
    )
    due_at = models.DateTimeField(_("due"), null=True)
    reply = models.TextField(_("reply"), blank=True)
    replied_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("replied by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    sent_back = models.TextField(_("sent back because"), blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    replied_at = models.DateTimeField(_("replied at"), null=True)
    serial = models.PositiveIntegerField(_("place in the series"), null=True, unique=True)
    reply_number = models.CharField(_("number of the reply"), max_length=60, blank=True)
    markdown = models.TextField(_("letter"), blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)

    class Meta:
        ordering = ["-received_on", "-id"]
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("replied_by")),
                name="petition_reply_signed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="petition_newest"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(replied_at__isnull=True),
                name="petition_waiting",
            ),
        ]


class PetitionerIdentity(models.Model):
    """Who signed a petition and how they are reached, each field encrypted (`vault`); erased on
    its own."""

    petition = models.OneToOneField(Petition, models.CASCADE, related_name="identity")
    name = models.BinaryField()
    email = models.BinaryField()
    phone = models.BinaryField()
    address = models.BinaryField()
