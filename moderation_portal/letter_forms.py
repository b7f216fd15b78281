"""What a steward writes of a letter: its subject, head, address, text and signature."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .asking import reason_field
from .fields import day_field
from .letter_texts import LONGEST, compose, problems
from .policy import Template, pack

ASKED = ("valid_from", "because", "reason")
MONO = {"spellcheck": "true", "class": "address"}


class LetterForm(forms.Form):
    """A letter in parts; nothing of it takes effect before a second person has read it."""

    subject = forms.CharField(label=gettext_lazy("Subject of the e-mail"), max_length=300)
    head = forms.CharField(
        label=gettext_lazy("Head of the letter"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, **MONO}),
        help_text=gettext_lazy("One line each, such as “Number: {{ number }}”."),
    )
    to = forms.CharField(
        label=gettext_lazy("Addressee"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, **MONO}),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 24, **MONO}),
        help_text=gettext_lazy(
            "An empty line parts paragraphs; ## begins a heading, - a point of a list, "
            "** ** stands around what is bold."
        ),
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, **MONO}),
    )
    valid_from = day_field(
        label=gettext_lazy("First day"),
    )
    because = forms.CharField(label=gettext_lazy("What changes"), max_length=300)
    reason = reason_field()

    def __init__(self, *args: Any, code: str, language: str, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.code, self.spoken, self.today = code, language, today
        self._insist(is_needed=not self.is_bound)

    def clean_head(self) -> list[tuple[str, str]]:
        """Labels and values."""
        found = []
        for line in self.cleaned_data["head"].splitlines():
            label, colon, value = line.partition(":")
            if line.strip() and not (colon and label.strip() and value.strip()):
                said = _("Write a label, a colon and what follows: “%(line)s”.")
                raise forms.ValidationError(said % {"line": line.strip()})
            if line.strip():
                found.append((label.strip(), value.strip()))
        return found

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in problems(self.code, self.spoken, self.source()):
                self.add_error("body", problem)
        self._insist(is_needed=True)
        return told

    def _insist(self, *, is_needed: bool) -> None:
        """What only asking needs is not asked for where the letter is only shown."""
        for name in ASKED:
            self.fields[name].required = is_needed

    def source(self) -> str:
        """The letter as Markdown with front matter."""
        told = {name: _lines(value) for name, value in self.cleaned_data.items()}
        return compose(self.code, self.spoken, told)

    def check_asked(self) -> bool:
        """Whether what only asking needs is there as well; what is not becomes an error."""
        for name in ASKED:
            if not self.cleaned_data.get(name):
                self.add_error(name, _("This is needed before a second person reads it."))
        first = self.cleaned_data.get("valid_from")
        if first and first < self.today:
            said = _("A letter cannot change for days that have passed. Choose today or later.")
            self.add_error("valid_from", said)
        return not self.errors


def parts_of(template: Template) -> dict[str, str]:
    """A template as the form shows it."""
    return {
        "subject": template.subject,
        "head": "\n".join(f"{label}: {value}" for label, value in template.head),
        "to": template.to.strip(),
        "body": template.body,
        "signature": template.signature.strip(),
    }


def names_of(code: str, language: str) -> tuple[list[str], list[str]]:
    """The placeholders that a letter must hold, and the others that it may."""
    default = pack().template(code, language)
    return sorted(default.required), sorted(default.optional)


def _lines(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
