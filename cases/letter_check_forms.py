"""What somebody types or sends in who checks a letter."""

from django import forms
from django.utils.translation import gettext_lazy as _

AS_PRINTED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class LetterForm(forms.Form):
    """The number and the code that are printed on a letter."""

    number = forms.CharField(
        label=_("Number of the letter"),
        help_text=_("At its head; it begins like B-000123."),
        max_length=100,
        widget=forms.TextInput(attrs=AS_PRINTED),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Eight letters and digits beneath the signature."),
        max_length=40,
        widget=forms.TextInput(attrs=AS_PRINTED),
    )


class FileForm(forms.Form):
    """The PDF that somebody has."""

    file = forms.FileField(
        label=_("Your PDF"), widget=forms.FileInput(attrs={"accept": "application/pdf"})
    )
