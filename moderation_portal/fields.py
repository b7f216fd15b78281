"""Fields that many forms have, in the browser's own shape: without a script they work as well."""

from typing import Any

from django import forms


def day_input() -> forms.DateInput:
    """The browser's own box for a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(**facts: Any) -> forms.DateField:
    """A day; `facts` as of any field."""
    return forms.DateField(widget=day_input(), **facts)
