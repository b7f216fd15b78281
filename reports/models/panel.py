"""Panels of experts: bodies outside, like agencies, that give advice when they are asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from platforms.models import versioned


@versioned()
class Panel(models.Model):
    """A named panel that gives advice, such as those of Forum PSIBN (Kepmen 290/2015)."""

    name = models.CharField(_("name"), max_length=160, unique=True)
    field = models.CharField(_("field"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=160)
    categories = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("categories"),
        help_text=_("Codes of categories, one after another with commas. Empty: all."),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("panel")
        verbose_name_plural = _("panels")

    def __str__(self) -> str:
        return self.name


@versioned(exclude=("name",))
class PanelMember(models.Model):
    """An expert of a panel. Members do not sign in: an officer records what they said."""

    panel = models.ForeignKey(
        Panel, models.PROTECT, related_name="members", verbose_name=_("panel")
    )
    name = models.CharField(_("name"), max_length=120)
    expertise = models.CharField(_("expertise"), max_length=160)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["panel_id", "name"]
        verbose_name = _("member of a panel")
        verbose_name_plural = _("members of panels")

    def __str__(self) -> str:
        return f"{self.name}, {self.panel}"
