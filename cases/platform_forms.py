"""What a platform's people, and those who answer them, fill in. Whether they may is the verbs'."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import MomentField, WallClockForm, day_field
from platforms import deputies, responders
from platforms.models import Representative
from reports.texts import LONGEST_REASON

from .models import Dispute


def moment(label: Any, help_text: Any) -> MomentField:
    """A day and a time on the wall clock, which may be left empty."""
    return MomentField(label=label, help_text=help_text, required=False)


def words(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=most)


class DisputeForm(WallClockForm):
    """What a platform holds against the clock of a notice."""

    kind = forms.ChoiceField(
        label=_("What do you dispute?"), choices=Dispute.Kind.choices, widget=forms.RadioSelect
    )
    instant = moment(
        _("The time that you hold to be right"),
        _("When the clock started, or when it should end. May be left empty."),
    )
    earlier = forms.CharField(
        label=_("Number of the earlier notice"),
        help_text=_("Only where the same was ordered before."),
        max_length=80,
        required=False,
    )
    reason = words(_("Reason"), LONGEST_REASON)


class DecideForm(WallClockForm):
    """What is answered to a dispute."""

    ACCEPT, REJECT = "accept", "reject"

    verdict = forms.ChoiceField(
        label=_("Your judgement"),
        choices=[(ACCEPT, _("The platform is right")), (REJECT, _("Our clock is right"))],
        widget=forms.RadioSelect,
    )
    due_at = moment(
        _("New due time"),
        _(
            "Where the platform is right: what still waits for an answer gets this due time, by "
            "letter. Leave it empty to change nothing; a due time that has passed cannot be moved."
        ),
    )
    answer = words(_("Reasons"), LONGEST_REASON, _("The platform reads them."))


class PersonField(forms.ModelChoiceField):
    """A representative, by the name of the person."""

    def label_from_instance(self, obj: Representative) -> str:
        return obj.user.name


class DeputyForm(forms.Form):
    """Who stands in for whom, from when to when."""

    absent = PersonField(
        queryset=Representative.objects.none(), label=_("Away"), empty_label=_("choose")
    )
    deputy = PersonField(
        queryset=Representative.objects.none(), label=_("Stands in"), empty_label=_("choose")
    )
    starts_on = day_field(label=_("First day"))
    ends_on = day_field(label=_("Last day"))

    def __init__(self, *args, user, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        mine = deputies.colleagues(user).filter(is_active=True)
        for name in ("absent", "deputy"):
            cast(PersonField, self.fields[name]).queryset = mine
        self.fields["starts_on"].initial = today


class ResponderForm(forms.Form):
    """Whom a platform asks for as another responder."""

    name = forms.CharField(label=_("Name"), max_length=responders.LONGEST_NAME)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    reason = words(_("Why they are needed"), responders.LONGEST_REASON)
