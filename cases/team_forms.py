"""What a supervisor, or somebody who will be away, fills in."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import day_field
from moderation_portal.models import User
from reports.models import Handling

from . import absences, second_looks
from .models import Absence, SecondLook
from .permissions import OVERSEERS, sees_sealed


class AbsenceForm(forms.Form):
    """Who is away when, and who stands in. Whoever does not oversee the desk enters their own."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Who is away"), empty_label=_("choose")
    )
    begins_on = day_field(label=_("First day"))
    ends_on = day_field(label=_("Last day"))
    substitute = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Who stands in"), empty_label=_("choose")
    )
    kind = forms.ChoiceField(
        choices=Absence.Kind.choices,
        label=_("Reason"),
        help_text=_("The kind alone. An illness is nobody's business here: choose “other”."),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        staff = absences.people()
        if user.role in OVERSEERS:
            cast(forms.ModelChoiceField, self.fields["person"]).queryset = staff
        else:
            del self.fields["person"]
            staff = staff.exclude(pk=user.pk)
        cast(forms.ModelChoiceField, self.fields["substitute"]).queryset = staff


class DrawForm(forms.Form):
    """How many closed cases of which days, for whom."""

    begins_on = day_field(label=_("Closed from"))
    ends_on = day_field(label=_("Closed until"))
    wanted = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=second_looks.MOST, initial=10
    )
    looker = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Who looks at them"),
        empty_label=_("choose"),
        help_text=_("Cases that this person decided, approved or held are not drawn."),
    )
    handling = forms.ChoiceField(choices=Handling.choices, label=_("Which cases"))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["looker"]).queryset = absences.people()
        if not sees_sealed(user):
            del self.fields["handling"]


class LookForm(forms.Form):
    """What the second looker found."""

    verdict = forms.ChoiceField(choices=SecondLook.Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(required=False, max_length=4000, widget=forms.Textarea)
