"""What was posted is done, or its refusal shown in the form that asked for it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import Form

from moderation_portal.errors import PortalError


def show_problem(form: Form, error: PortalError) -> None:
    """Puts a verb's refusal beside the fields it speaks of, so that nothing typed is lost."""
    fields = error.detail.get("fields", {})
    for name, said in fields.items() if isinstance(fields, dict) else ():
        form.add_error(name if name in form.fields else None, said)
    if not fields:
        form.add_error(None, error.sentence)


def is_done(form: Form | None, verb: Callable[[Mapping[str, Any]], object]) -> bool:
    """Whether `verb` was done with what was posted (None: it needs no form). What is wrong with a
    form stands in it; any other refusal of the verb is raised."""
    if form is not None and not form.is_valid():
        return False
    try:
        verb(form.cleaned_data if form else {})
    except PortalError as error:
        if form is None or error.status != 422:
            raise
        show_problem(form, error)
        return False
    return True
