"""A steward's routing rule, and the box in which a telling is tried on all of them."""

from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.asking import TwoPersonsForm
from moderation_portal.fields import day_input

from ..guarding import RoutingRules
from ..models import RoutingRule
from ..models.routing_rule import sources
from .desk import ADDRESSES, Choices, category_choices, platform_choices


class RuleForm(TwoPersonsForm):
    """Every word of a rule; all of it waits for a second person."""

    class Meta:
        model = RoutingRule
        fields = [name for name in RoutingRules.fields if name != "is_active"]
        widgets = {
            "valid_from": day_input(),
            "valid_to": day_input(),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        for name in ("category", "host_kind", "source"):
            _name_empty(self, name, _("any"))
        cast(forms.ModelChoiceField, self.fields["platform"]).empty_label = str(_("any"))
        _name_empty(self, "unit", _("nobody: it stays here"))


class TryForm(forms.Form):
    """An account in a telling, as the rules would see it; nothing is kept."""

    address = forms.CharField(
        label=_("Address or handle"),
        max_length=500,
        widget=forms.TextInput(attrs=ADDRESSES),
    )
    platform = forms.ChoiceField(label=_("Platform"), required=False, choices=platform_choices)
    category = forms.ChoiceField(label=_("Category"))
    source = forms.ChoiceField(label=_("Reported by"), choices=sources)
    area = forms.CharField(label=_("Area"), max_length=13, required=False)

    def __init__(self, *args: Any, at: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices(at)


def _name_empty(form: forms.BaseForm, name: str, words: str | Promise) -> None:
    """What it says where nothing is chosen."""
    field = cast(forms.ChoiceField, form.fields[name])
    field.choices = [("", words), *list(cast(Choices, field.choices))[1:]]
