"""What is changed, and over which days it is played."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import policy
from moderation_portal.fields import day_field
from platforms.models import Platform

LARGEST = 500_000


class ChangedPack(forms.FileField):
    """One file of the pack in use with another text, read and checked; its value is the pack."""

    widget = forms.FileInput(attrs={"accept": ".yaml"})

    def clean(self, data: Any, initial: Any = None) -> policy.Pack:
        given = super().clean(data, initial)
        if given.size > LARGEST:
            raise ValidationError(_("The file is too large to be one of a policy pack."))
        try:
            return policy.changed({given.name: given.read().decode()})
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is no text in UTF-8.")) from error
        except policy.PackError as error:
            raise ValidationError(list(error.problems)) from error


class RehearsalForm(forms.Form):
    """The changed file, the days on which orders were served, and how long a signature takes."""

    changed = ChangedPack(
        label=gettext_lazy("Changed file of the policy pack"),
        help_text=gettext_lazy(
            "Such as ladders.yaml or pack.yaml. It is read, played and forgotten."
        ),
    )
    since = day_field(label=gettext_lazy("First day"))
    until = day_field(label=gettext_lazy("Last day"))
    platform = forms.ModelChoiceField(
        queryset=Platform.objects.order_by("name"),
        label=gettext_lazy("Platform"),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    signing = forms.IntegerField(
        label=gettext_lazy("Hours until a warning is signed"),
        min_value=0,
        max_value=720,
        initial=0,
    )
