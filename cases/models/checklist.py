"""What is ticked before a case is decided: the stewards' own lines, and what was done of all."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from moderation_portal.policy import pack
from platforms.models import versioned

from .case import Case

# How a tick names a line of a steward.
DESK = "desk-"


def categories() -> list[tuple[str, str]]:
    """Code and name of every category, older ones included."""
    return [(one.code, str(one.name)) for one in pack().sections["categories"]]


@versioned()
class ChecklistAddition(models.Model):
    """A line that stewards ask for on top of those of the policy pack, which nobody takes away.

    `version` counts what a second person has approved; each is kept, and ticks name it.
    """

    category = models.CharField(
        _("category"),
        max_length=40,
        blank=True,
        choices=categories,
        help_text=_("Leave it empty for every category."),
    )
    text = models.CharField(_("what is to be done"), max_length=300)
    text_en = models.CharField(_("the same in English"), max_length=300, blank=True)
    may_be_skipped = models.BooleanField(_("may be skipped with a reason"), default=True)
    because = models.CharField(_("explanation"), max_length=300)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("checklist line")
        verbose_name_plural = _("checklist lines")

    def __str__(self) -> str:
        return self.words

    @property
    def code(self) -> str:
        """How a tick names this line."""
        return f"{DESK}{self.pk}"

    @property
    def words(self) -> str:
        """The line in the reader's language, else as it was written."""
        is_english = (get_language() or "").startswith("en")
        return (is_english and self.text_en) or self.text

    def clean(self) -> None:
        """Refuses a line that would end before it begins."""
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day lies before the first.")})


class ChecklistTick(models.Model):
    """One line of the checklist that somebody has done, or skipped for a reason. `version` is that
    of a steward's line; lines of the policy pack have none."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="ticks")
    line = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=0, db_default=0)
    skipped_because = models.CharField(max_length=500, blank=True, db_default="")
    ticked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "line"], name="one_tick_per_line")]
