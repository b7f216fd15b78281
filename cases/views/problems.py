"""A verb's refusal, shown in the form that asked for it."""

from django.forms import Form

from moderation_portal.errors import PortalError


def show_problem(form: Form, error: PortalError) -> None:
    """Puts a verb's refusal beside the fields it speaks of, so that nothing typed is lost."""
    fields = error.detail.get("fields", {})
    for name, said in fields.items() if isinstance(fields, dict) else ():
        form.add_error(name if name in form.fields else None, said)
    if not fields:
        form.add_error(None, error.sentence)
