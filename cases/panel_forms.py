"""What is filled in before and after a panel meets."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import day_field
from reports.models import Panel, PanelMember

from . import panels
from .forms import CaseForm
from .models import Advice

ABSENT, CONFLICTED = "absent", "conflict"
PARTS = [
    (ABSENT, _("not present")),
    (CONFLICTED, _("conflict of interest declared: not asked")),
    *Advice.choices,
]


class PanelField(forms.ModelChoiceField):
    """A panel by its name, its field and what it rests on."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}: {obj.field} ({obj.legal_basis})"


class AskPanelForm(CaseForm):
    """Which panel, and what it is asked."""

    panel = PanelField(
        label=_("Panel"), queryset=Panel.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(
        label=_("Question to the panel"),
        help_text=_(
            "What is borderline, and what you want to know. Facts about the account only: no names,"
            " nothing about who reported."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def choose(self) -> None:
        known = Panel.objects.filter(is_active=True)
        fit = [one.pk for one in known if panels.deals_with(one, self.case)]
        field = cast(forms.ModelChoiceField, self.fields["panel"])
        field.queryset = Panel.objects.filter(pk__in=fit)
        if not fit:
            field.help_text = _("No panel deals with this category. A steward can enter one.")


class AdviceForm(CaseForm):
    """One session: its day, and of each member what they recommended or declared."""

    held_on = day_field(label=_("Day of the session"))

    def choose(self) -> None:
        self.referral = panels.open_referrals([self.case.pk]).get(self.case.pk)
        self.quorum = self.pack.limits_at(self.at).panel_quorum
        self.people: list[PanelMember] = []
        if self.referral is not None:
            self.people = list(self.referral.panel.members.filter(is_active=True))
        for member in self.people:
            self.fields[f"part-{member.pk}"] = forms.ChoiceField(
                label=_("Recommendation"), choices=PARTS, initial=ABSENT
            )
            self.fields[f"words-{member.pk}"] = forms.CharField(
                label=_("Reasons, or what the conflict is"),
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=4000,
                required=False,
            )

    def members(self) -> Iterator[tuple[PanelMember, BoundField, BoundField]]:
        """Each member with the two fields that are theirs."""
        for member in self.people:
            yield member, self[f"part-{member.pk}"], self[f"words-{member.pk}"]

    def clean(self) -> dict[str, Any]:
        """Puts together what each member present said, as the verb is told it."""
        said = self.cleaned_data
        voices = []
        for member in self.people:
            part, words = said.get(f"part-{member.pk}"), said.get(f"words-{member.pk}", "")
            if part == ABSENT:
                continue
            if not words.strip():
                self.add_error(f"words-{member.pk}", _("Write down what this member said."))
            if part == CONFLICTED:
                voices.append(panels.Said(member.pk, conflict=words))
            else:
                voices.append(panels.Said(member.pk, advice=part or "", reasons=words))
        return said | {"voices": voices}
