"""What a caseworker fills in for each verb. Whether they may is `permissions.may`, never a form."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal import policy, series
from moderation_portal.fields import MomentField, WallClockForm
from moderation_portal.models import User

from . import absences, grounds, panels
from .models import Absence, Case, Decision, NoticeItem, Observation, TargetState
from .permissions import staff_for


class ReasonForm(forms.Form):
    """A reason that stands in the record and, where the verb says so, in what is told outside."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": _("say why.")},
    )


class CaseForm(forms.Form):
    """A form whose choices depend on the case in front of this person."""

    def __init__(self, *args, case: Case, user: User, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.case, self.user, self.at = case, user, at
        self.pack = policy.pack()
        self.choose()

    def choose(self) -> None:
        """Fills in the choices."""


class DeskField(forms.ModelChoiceField):
    """Somebody of the staff. Who is away is said beside the name."""

    gone: Mapping[int, Absence] = {}

    def label_from_instance(self, obj: User) -> str:
        return absences.name_of(obj, self.gone)


class AssignForm(CaseForm):
    """Whose desk it goes to; for a sealed case, a cleared person's."""

    owner = DeskField(queryset=User.objects.none(), label=_("Assign to"), empty_label=_("choose"))

    def choose(self) -> None:
        field = cast(DeskField, self.fields["owner"])
        field.queryset, field.gone = staff_for(self.case.handling), absences.away(self.at)


class DepartureForm(CaseForm):
    """A decision: where a panel advised otherwise it must say why."""

    KIND = Decision.Kind.DISMISS

    def choose(self) -> None:
        self.advised = panels.departs(self.case, self.KIND)
        if self.advised is not None:
            self.fields["departure"] = forms.CharField(
                label=_("Why you decide otherwise than the panel advised"),
                help_text=_("It stands beside the decision, which is yours and not the panel's."),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=4000,
            )


class DismissForm(DepartureForm, ReasonForm):
    """Why nothing unlawful was found."""


class NoteForm(forms.Form):
    """Internal: never leaves the regulator."""

    text = forms.CharField(
        label=_("New note"),
        help_text=_("Internal: never sent to a platform or a reporter. @name tells a colleague."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )


class TellingNoteForm(NoteForm, CaseForm):
    """A note with the colleagues beside it who may read the case, and so may be told of it."""

    tell = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Tell a colleague"),
        required=False,
        empty_label=_("choose"),
    )

    def choose(self) -> None:
        readers = staff_for(self.case.handling).exclude(pk=self.user.pk)
        cast(forms.ModelChoiceField, self.fields["tell"]).queryset = readers


class HandOverForm(CaseForm, ReasonForm):
    """Which unit takes the matter over."""

    unit = forms.ChoiceField(label=_("Unit"), widget=forms.RadioSelect)
    field_order = ("unit", "reason")

    def choose(self) -> None:
        category = self.pack.category(self.case.category)
        codes = grounds.units_of(category)
        units = cast(forms.ChoiceField, self.fields["unit"])
        units.choices = [(code, str(self.pack.unit(code).name)) for code in codes]


class ReferForm(HandOverForm):
    """Which unit helps or investigates; preservation is asked for before any takedown."""

    is_preservation_wanted = forms.BooleanField(
        label=_("Ask the platform to preserve the data first"),
        help_text=_("So that no takedown destroys what the unit needs."),
        required=False,
        initial=True,
    )


class WeighForm(forms.Form):
    """What becomes of accounts about which the platform disagrees or asks."""

    STANDS, RELEASED = "stands", "released"

    verdict = forms.ChoiceField(label=_("Your judgement"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_(
            "It stands in the record beside the platform's reasons. Where you accept these, the "
            "platform reads it in a letter."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def __init__(self, *args, may_release: bool, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(self.STANDS, _("The order stands: the ladder goes on"))]
        if may_release:
            choices.append((self.RELEASED, _("The reasons are accepted: release these accounts")))
        cast(forms.ChoiceField, self.fields["verdict"]).choices = choices


class CorrectForm(forms.Form):
    """What was wrong in a notice, and the locators as they should have been."""

    change = forms.CharField(
        label=_("What has been corrected"),
        help_text=_("The platform reads this in the corrected notice."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args, items: Iterable[NoticeItem], **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"locator-{item.pk}"] = forms.CharField(
                label=_("Account %(place)s") % {"place": item.position},
                initial=item.locator,
                max_length=1000,
            )

    def locators(self) -> dict[int, str]:
        """The locators that were mended, by the id of their target."""
        given = {item: self.cleaned_data[f"locator-{item.pk}"] for item in self.items}
        return {item.target_id: text for item, text in given.items() if text != item.locator}


class SignForm(forms.Form):
    """A signature; a proposal to block also wants how the platform's reasons were weighed."""

    note = forms.CharField(
        label=_("How the platform's reasons were weighed"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def __init__(self, *args, is_weighing: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_weighing:
            del self.fields["note"]


class MergeForm(CaseForm):
    """Into which case; its number as people write it."""

    into = forms.CharField(label=_("Number of the other case"), max_length=20)

    def clean_into(self) -> int:
        pk = series.read("K", self.cleaned_data["into"])
        if pk is None:
            raise forms.ValidationError(_("Give a case number such as K26-0000123."))
        return pk


class MoveForm(forms.Form):
    """Where accounts go, and why: into another case, or one of their own."""

    NEW, OTHER = "new", "other"

    where = forms.ChoiceField(
        label=_("Where do they go?"),
        choices=[
            (NEW, _("Into a case of their own, on your desk")),
            (OTHER, _("Into another case that is there already")),
        ],
        widget=forms.RadioSelect,
    )
    to = forms.CharField(
        label=_("Number of the other case"),
        help_text=_("Of the same platform and category, and not decided yet."),
        max_length=20,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stands in the record of both cases."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def clean(self) -> dict[str, Any]:
        """`to` as an id; None for a case of their own."""
        said = self.cleaned_data
        if said.get("where") != self.OTHER:
            return said | {"to": None}
        pk = series.read("K", said.get("to", ""))
        if pk is None:
            self.add_error("to", _("Give a case number such as K26-0000123."))
        return said | {"to": pk}


class ObserveForm(forms.Form):
    """What we ourselves saw of an account."""

    result = forms.ChoiceField(
        label=_("What did you see?"),
        choices=[
            (Observation.Result.PRESENT, TargetState.STANDING.label),
            *Observation.Result.choices[1:],
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("choose what you saw.")},
    )
    note = forms.CharField(
        label=_("Where and how you looked"),
        help_text=_("No names and no pictures. Never open material that may show a child."),
        max_length=1000,
        error_messages={"required": _("write where you opened it, and how.")},
    )


class OverrideForm(WallClockForm, ReasonForm):
    """Another due time, with a reason; the old one stays visible."""

    due_at = MomentField(label=_("New due time"))
    field_order = ["due_at", "reason"]
