"""What staff fills in on the pages of a platform and of an office."""

import re
from datetime import datetime
from typing import cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from moderation_portal import policy, series
from moderation_portal.fields import day_field
from moderation_portal.models import User
from moderation_portal.policy import Category
from platforms.models import Feature, Platform
from reports.models import Agency, Handling

from .models import Case, CoordinationNote
from .permissions import not_found, sees_sealed, visible_to


def case_of(text: str, user: User) -> Case:
    """The case that a number names, among those that this person may see."""
    pk = series.read("K", text)
    found = visible_to(user).filter(pk=pk).first() if pk is not None else None
    if found is None:
        raise forms.ValidationError(not_found())
    return found


class SaidForm(forms.Form):
    """What was said: a correction says it anew."""

    kind = forms.ChoiceField(
        label=_("What it was"),
        choices=[(code, capfirst(label)) for code, label in CoordinationNote.Kind.choices],
        widget=forms.RadioSelect,
    )
    happened_on = day_field(
        label=_("Day"), help_text=_("For “no formal request received”: when the office was asked.")
    )
    taking_part = forms.CharField(
        label=_("Who took part"),
        help_text=_("Offices and roles, such as “head of the cyber unit”; no private persons."),
        max_length=300,
    )
    text = forms.CharField(
        label=_("What was said"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000
    )
    follow_up_on = day_field(label=_("Ask again on"), required=False)


class EntryForm(SaidForm):
    """With whom it was, and what was said."""

    platform = forms.ModelChoiceField(
        label=_("Platform"),
        queryset=Platform.objects.all(),
        required=False,
        empty_label=_("choose"),
    )
    agency = forms.ModelChoiceField(
        label=_("Police unit or agency"),
        queryset=Agency.objects.all(),
        required=False,
        empty_label=_("choose"),
    )
    case = forms.CharField(
        label=_("Number of the case, if it was about one"), max_length=30, required=False
    )
    field_order = ("kind", "platform", "agency", "case")

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_case(self) -> Case | None:
        """The case of this number; a hidden one is as unknown as one that is not there."""
        text = self.cleaned_data["case"]
        return case_of(text, self.user) if text else None


class SystemicForm(forms.Form):
    """A case that aims at a feature of one platform."""

    feature = forms.ModelChoiceField(
        label=_("Feature"), queryset=Feature.objects.none(), widget=forms.RadioSelect
    )
    category = forms.ChoiceField(label=_("Category"))
    reason = forms.CharField(
        label=_("Why: what pattern do the cases show?"),
        help_text=_("Facts only: no names, nothing about who reported."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
    )
    pattern = forms.CharField(
        label=_("Cases that show the pattern"),
        help_text=_(
            "Numbers such as K26-0000123, apart by blanks or lines. The letter only says how many "
            "they are."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    asked = forms.CharField(
        label=_("What the feature is to do"),
        help_text=_(
            "The mildest change that works: an age limit, a button to report, switched off in an "
            "area or at a time. It goes into the letter as you write it."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def __init__(self, *args, platform: Platform, user: User, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        feature = cast(forms.ModelChoiceField, self.fields["feature"])
        feature.queryset = platform.features.filter(is_active=True)
        feature.empty_label = None
        shown = [one for one in policy.pack().categories(at) if self._is_for(one)]
        category = cast(forms.ChoiceField, self.fields["category"])
        category.choices = [(one.code, str(one.name)) for one in shown]

    def _is_for(self, category: Category) -> bool:
        """Sealed categories are for the cleared."""
        return Handling(category.handling) != Handling.SEALED or sees_sealed(self.user)

    def clean_pattern(self) -> list[Case]:
        """The cases of these numbers; one that is hidden is as unknown as one that is not there."""
        told = re.split(r"[\s,;]+", self.cleaned_data["pattern"].strip())
        return list({case.pk: case for case in (case_of(one, self.user) for one in told)}.values())
