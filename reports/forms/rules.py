"""A steward's routing rule, and the box in which a telling is tried on all of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.asking import TwoPersonsForm

from ..models import RoutingRule
from ..models.routing_rule import sources
from .desk import ADDRESSES, Choices, category_choices, platform_choices


class RuleForm(TwoPersonsForm):
    """Every word of a rule; all of it waits for a second person."""

    class Meta:
        model = RoutingRule
        fields = (
            "place",
            "category",
            "host_kind",
            "platform",
            "source",
            "area",
            "unit",
            "team",
            "because",
            "valid_from",
            "valid_to",
        )
        widgets = {
            "valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "valid_to": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        for name in ("category", "host_kind", "source"):
            self.fields[name].choices = _any(self.fields[name].choices)  # type: ignore[attr-defined]
        self.fields["platform"].empty_label = _("any")  # type: ignore[attr-defined]
        nowhere: Choices = [("", _("nobody: it stays here"))]
        self.fields["unit"].choices = nowhere + list(self.fields["unit"].choices)[1:]  # type: ignore[attr-defined]


class TryForm(forms.Form):
    """An account in a telling, as the rules would see it; nothing is kept."""

    address = forms.CharField(
        label=_("Address or handle"),
        max_length=500,
        widget=forms.TextInput(attrs=ADDRESSES),
    )
    platform = forms.ChoiceField(label=_("Platform"), required=False)
    category = forms.ChoiceField(label=_("Category"))
    source = forms.ChoiceField(label=_("Reported by"))
    area = forms.CharField(label=_("Area"), max_length=13, required=False)

    def __init__(self, *args: Any, at: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["platform"].choices = platform_choices()  # type: ignore[attr-defined]
        self.fields["category"].choices = category_choices(at)  # type: ignore[attr-defined]
        self.fields["source"].choices = sources()  # type: ignore[attr-defined]


def _any(choices: Any) -> Choices:
    return [("", _("any")), *list(choices)[1:]]
