"""What a steward says of where tellings go, beneath the law of the policy pack."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal.policy import pack
from platforms.models import Platform, versioned

from .kinds import HostKind

# How a decision names the rule of a steward behind it: desk:<rule>@<version>.
DESK = "desk:"


def categories() -> list[tuple[str, str]]:
    """Code and name of every category, older ones included."""
    return [(one.code, str(one.name)) for one in pack().sections["categories"]]


def sources() -> list[tuple[str, str]]:
    """Code and name of everybody who may ask."""
    return [(one.code, str(one.name)) for one in pack().sections["sources"]]


def units() -> list[tuple[str, str]]:
    """Code and name of every office of the pack."""
    return [(one.code, f"{one.name} ({one.agency})") for one in pack().sections["units"]]


@versioned()
class RoutingRule(models.Model):
    """One row of the steward's table: the first one that fits decides.

    What stays empty among the conditions fits everything. With a `unit` a matter is passed on,
    with a `team` it lies before that team, with neither it stays here, whatever stands below.
    `version` counts what a second person has approved; each is kept, and decisions name it.
    """

    place = models.PositiveSmallIntegerField(
        gettext_lazy("place in the order"),
        help_text=gettext_lazy("Rules are asked from the lowest number up; the first that fits."),
    )
    category = models.CharField(
        gettext_lazy("category"), max_length=40, blank=True, choices=categories
    )
    host_kind = models.CharField(
        gettext_lazy("kind of address"), max_length=10, blank=True, choices=HostKind.choices
    )
    platform = models.ForeignKey(
        Platform,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("platform"),
    )
    source = models.CharField(
        gettext_lazy("reported by"), max_length=15, blank=True, choices=sources
    )
    area = models.CharField(
        gettext_lazy("area"),
        max_length=13,
        blank=True,
        help_text=gettext_lazy("Code of a province, regency, district or village, such as 35.73."),
    )
    unit = models.CharField(gettext_lazy("pass on to"), max_length=40, blank=True, choices=units)
    team = models.CharField(
        gettext_lazy("put before the team"),
        max_length=120,
        blank=True,
        help_text=gettext_lazy("The unit as it stands in the accounts of its people."),
    )
    because = models.CharField(gettext_lazy("explanation"), max_length=300)
    valid_from = models.DateField(gettext_lazy("first day"))
    valid_to = models.DateField(gettext_lazy("last day"), null=True, blank=True)
    is_active = models.BooleanField(gettext_lazy("in use"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["place", "pk"]
        verbose_name = gettext_lazy("routing rule")
        verbose_name_plural = gettext_lazy("routing rules")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit="") | models.Q(team=""), name="routed_to_one_place"
            )
        ]

    def __str__(self) -> str:
        return _("Rule %(number)s: %(effect)s") % {"number": self.pk, "effect": self.effect}

    @property
    def code(self) -> str:
        """How a decision of today names this rule and its version."""
        return f"{DESK}{self.pk}@{self.version}"

    @property
    def effect(self) -> str:
        """What it does, in words."""
        if self.unit:
            return _("passed on to %(unit)s") % {"unit": self.get_unit_display()}
        if self.team:
            return _("put before the team “%(team)s”") % {"team": self.team}
        return _("stays here")

    @property
    def conditions(self) -> list[str]:
        """What must be so, in words; nothing where the rule fits everything."""
        said = [self.get_category_display(), self.get_host_kind_display()]
        said += [self.platform.name if self.platform else "", self.get_source_display()]
        said += [_("area %(code)s") % {"code": self.area} if self.area else ""]
        return [str(one) for one in said if one]

    @property
    def sentence(self) -> str:
        """The whole rule in one line: what must be so, what follows, and why."""
        fits = ", ".join(self.conditions) or _("everything")
        return f"{fits} → {self.effect}. {self.because}"

    def clean(self) -> None:
        """Refuses what contradicts itself, and what the law has decided already."""
        if self.unit and self.team:
            raise ValidationError({"team": _("Choose an office or a team, not both.")})
        if self.valid_to and self.valid_from and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day lies before the first.")})
        is_account = self.host_kind in ("", HostKind.ACCOUNT)
        if self.team and not is_account:
            said = _("Only accounts become cases that a team has before it. Choose an office.")
            raise ValidationError({"team": said})
        if self.unit:
            self._insist_it_is_free()

    def _insist_it_is_free(self) -> None:
        """Nobody passes on what the law keeps here, or gives to somebody (art. 15(1), 16)."""
        book = pack()
        category = book.category(self.category) if self.category else None
        if self.source and (article := book.source(self.source).bound_by):
            raise ValidationError({"source": _bound(str(article))})
        if category and category.bound_by:
            raise ValidationError({"category": _bound(str(category.bound_by))})
        if category and category.handling == "sealed":
            said = _("What concerns a child is looked at here first. A rule cannot pass it on.")
            raise ValidationError({"category": said})
        if route := book.bound_route(self.host_kind):
            rule = book.rule(route.rule_ids[0])
            raise ValidationError({"host_kind": _bound(f"{rule.instrument} {rule.article}")})


def _bound(article: str) -> str:
    said = _("%(article)s says where this goes. A rule cannot pass it on elsewhere.")
    return said % {"article": article}
