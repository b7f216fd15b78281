"""What is filled in of a joint operation: choices and numbers, and no text."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import day_field
from moderation_portal.models import User
from moderation_portal.policy import pack
from moderation_portal.roles import Role

from ..models import JointOperation
from ..operations import MOST


class OperationForm(forms.Form):
    """One entry of the log; `corrects` fills it with what stood there."""

    held_on = day_field(
        label=_("Day of the operation"),
    )
    area = forms.CharField(
        label=_("Area"),
        help_text=_("Kemendagri code of the district or village, e.g. 35.73.05. Nothing smaller."),
        max_length=13,
    )
    partners = forms.MultipleChoiceField(
        label=_("Offices that took part"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args, actor: User, at: datetime, corrects: JointOperation | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        offices = cast(forms.MultipleChoiceField, self.fields["partners"])
        offices.choices = [(one.code, str(one.name)) for one in pack().operation_partners(at)]
        if actor.role == Role.MONITOR:
            self.fields["area"].initial = actor.area
        for one in pack().operation_outcomes(at):
            self.fields[f"n-{one.code}"] = forms.IntegerField(
                label=str(one.name), min_value=0, max_value=MOST, required=False
            )
        if corrects is not None:
            facts = {"held_on": corrects.held_on, "area": corrects.area}
            counts = {f"n-{code}": n for code, n in corrects.counts.items()}
            self.initial = {**facts, "partners": corrects.partners, **counts}

    def numbers(self) -> Iterator[BoundField]:
        """The fields of the counts, in the order of the policy pack."""
        return (self[name] for name in self.fields if name.startswith("n-"))

    def facts(self) -> dict[str, Any]:
        """What `operations.log` is told."""
        said = self.cleaned_data
        counts = {
            name.removeprefix("n-"): value
            for name, value in said.items()
            if name.startswith("n-") and value is not None
        }
        told = {name: said[name] for name in ("held_on", "area", "partners")}
        return told | {"counts": counts}
