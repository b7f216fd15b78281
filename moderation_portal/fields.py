"""Fields that many forms have, in the browser's own shape: without a script they work as well."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


def day_input() -> forms.DateInput:
    """The browser's own box for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(**facts: Any) -> forms.DateField:
    """A day; `facts` as of any field."""
    return forms.DateField(widget=day_input(), **facts)


class MomentField(forms.DateTimeField):
    """A day and a time, shown and read on the wall clock of the active zone. One that names another
    zone is taken for the instant that it is: of zones the database knows fewer than anybody may
    write."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        found = super().to_python(value)
        try:
            return localtime(found) if found else None
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class WallClockForm(forms.Form):
    """A form with times on the wall clock of the active zone, which it names beside each; a zone is
    called what it is called at the instant `at`."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = localtime(at).tzname()
        for field in self.fields.values():
            if isinstance(field, MomentField):
                told = _("Time in %(zone)s.") % {"zone": zone}
                field.help_text = f"{field.help_text} {told}".strip()
