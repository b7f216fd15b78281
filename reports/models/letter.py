"""Agencies, their contact points and their letters."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation_portal import full_text, series
from moderation_portal.mailboxes import bare_address
from moderation_portal.models import User
from platforms.models import versioned

from .kinds import Handling, ReporterKind


@versioned()
class Agency(models.Model):
    """A ministry, police unit or court that may file formal requests."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(
        _("kind"), max_length=15, choices=ReporterKind.choices, default=ReporterKind.POLICE
    )
    area = models.CharField(_("area"), max_length=13, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


@versioned(exclude=("name", "email"))
class ContactPoint(models.Model):
    """A registered narahubung: the only door for an agency's request (Permen 5/2020 art. 17(1))."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, related_name="contact_points", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), unique=True, validators=[bare_address])
    user = models.OneToOneField(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_point",
        verbose_name=_("account"),
    )
    registered_on = models.DateField(_("registered on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["agency__name", "name"]
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")

    def __str__(self) -> str:
        return f"{self.name}, {self.agency}"


class FormalRequest(models.Model):
    """A letter of a police unit, ministry or court; carries reports once it is submitted."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned to the sender")

    id = series.ScatteredId(primary_key=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="requests")
    contact_point = models.ForeignKey(
        ContactPoint, models.PROTECT, null=True, related_name="requests"
    )
    unit = models.CharField(_("unit"), max_length=160, blank=True)
    officer = models.CharField(_("officer"), max_length=160, blank=True)
    letter_number = models.CharField(_("letter number"), max_length=120, blank=True)
    letter_date = models.DateField(_("letter date"), null=True)
    case_number = models.CharField(_("case number"), max_length=120, blank=True)
    article = models.CharField(_("article"), max_length=300, blank=True)
    legal_analysis = models.TextField(_("legal analysis"), blank=True)
    urgency_reason = models.TextField(_("reason for urgency"), blank=True)
    is_urgent = models.BooleanField(default=False)
    confidential_until = models.DateField(_("confidential until"), null=True)
    is_preservation_wanted = models.BooleanField(_("preservation wanted"), default=False)
    category = models.CharField(max_length=40, blank=True)
    # That of its category, set when it is handed in.
    handling = models.CharField(max_length=10, choices=Handling.choices, default=Handling.ORDINARY)
    locators = models.TextField(_("accounts, one a line"), blank=True)
    source = models.CharField(max_length=20, default="form")
    source_hash = models.CharField(max_length=64, null=True, unique=True)
    unparsed = models.TextField(blank=True)
    flags = ArrayField(models.CharField(max_length=40), default=list)
    references = models.JSONField(default=list)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                # A sealed request is in nobody's way who may not know of it.
                fields=["agency", "letter_number", "letter_date", "handling"],
                condition=models.Q(state="submitted"),
                name="one_submitted_request_per_letter",
            )
        ]
        indexes = [
            full_text.index_of_signs("letter_number", "request_by_letter"),
            full_text.index_of_signs("case_number", "request_by_case_number"),
        ]

    def __str__(self) -> str:
        return self.letter_number or f"#{self.pk}"
