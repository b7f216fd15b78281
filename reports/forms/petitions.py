"""What is filled in of a petition, and its answer."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from moderation_portal.errors import Invalid
from moderation_portal.fields import day_input
from moderation_portal.policy import pack

from .. import evidence
from ..models import Evidence, Petition, ReporterKind
from ..petitions import Petitioner
from .public import is_phone_number, past_day


class PetitionForm(forms.ModelForm):
    """A demand without accounts, who makes it and how they are reached."""

    name = forms.CharField(
        label=_("Name of who signed it"),
        help_text=_("Kept apart and encrypted; the letter of reply alone names them."),
        max_length=200,
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The reply is mailed there."), required=False
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, validators=[is_phone_number]
    )
    address = forms.CharField(
        label=_("Postal address"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )
    letter = forms.FileField(label=_("The letter"), help_text=_("PDF or picture"), required=False)

    class Meta:
        model = Petition
        fields = [
            "platform",
            "organisation",
            "received_on",
            "letter_number",
            "letter_date",
            "remedy",
            "demand",
            "language",
        ]
        widgets = {
            "received_on": day_input(),
            "letter_date": day_input(),
            "demand": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {
            "platform": _("Platform"),
            "organisation": _("Organisation"),
            "received_on": _("Received on"),
            "letter_number": _("Letter number"),
            "letter_date": _("Letter date"),
            "remedy": _("What is to be closed"),
            "demand": _("Demand"),
        }

    field_order = ["platform", "organisation", "name", "email", "phone", "address"]

    def __init__(self, *args: Any, at: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = pack().day(at)
        platform = cast(forms.ModelChoiceField, self.fields["platform"])
        platform.empty_label = _("choose")
        remedy = cast(forms.ChoiceField, self.fields["remedy"])
        remedy.choices = Petition._meta.get_field("remedy").get_choices(
            blank_choice=[("", _("choose"))]
        )
        known = dict(settings.LANGUAGES)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the reply"),
            choices=[(code, known.get(code, code)) for code in pack().languages],
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not (said.get("organisation") or said.get("name")):
            self.add_error(
                "organisation", _("Give the organisation, or the name of who signed it.")
            )
        for name in ("received_on", "letter_date"):
            try:
                past_day(said.get(name), self.today)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return said

    def facts(self) -> dict[str, Any]:
        """What `petitions.register` is told; a bad file becomes an error of its field."""
        said = self.cleaned_data
        who = Petitioner(said["name"], said["email"], said["phone"], said["address"])
        told = {name: said[name] for name in cast(Any, self.Meta).fields}
        return told | {"petitioner": who, "uploads": self._prepared()}

    def _prepared(self) -> list[evidence.Prepared]:
        upload = self.cleaned_data.get("letter")
        if not upload:
            return []
        # A petition names no account and has no category of its own; a letter is kept as it came.
        category = pack().sections["categories"][0]
        try:
            return [
                evidence.prepare(
                    upload,
                    kind=Evidence.Kind.LETTER,
                    source=ReporterKind.REGULATOR,
                    category=category,
                )
            ]
        except Invalid as error:
            self.add_error("letter", f"{upload.name}: {error.sentence}")
            return []


class ReplyForm(forms.Form):
    """The answer to a petition."""

    words = forms.CharField(
        label=_("Answer, with its reasons"),
        help_text=_("Another person reads and signs it before it leaves."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
    )


class SendBackForm(forms.Form):
    """What must be mended in a reply."""

    reason = forms.CharField(
        label=_("What must be mended"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000
    )
