"""How a steward asks for what nobody changes alone (`changes`): the form, and what pages say."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import changes, clock
from .errors import Conflict, Invalid
from .guarded import of as guards_of
from .models import Change, User
from .roles import RULE_READERS

MOST_NAMED = 3


def reason_field(widget: type[forms.Widget] = forms.TextInput) -> forms.CharField:
    """Why something is asked for; the second person reads it."""
    return forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=widget,
        help_text=_("By which letter or decision. The second person reads it before approving."),
    )


class TwoPersonsForm(forms.ModelForm):
    """What nobody changes alone (`changes`) is asked for here, with the reason for it."""

    reason = reason_field()

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            is_new = self.instance.pk is None
            try:
                changes.check(self.kept(), self.wanted(), told["reason"], is_new=is_new)
            except (Conflict, Invalid) as problem:
                self.add_error("reason", problem.sentence)
        return told

    def kept(self) -> Any:
        """The row as it stands; a new one as it will begin, switched off."""
        found = type(self.instance)._default_manager.filter(pk=self.instance.pk).first()
        if found is None:
            found = type(self.instance)(**self._beginning())
            guards_of(found).begin(found)
        return found

    def wanted(self) -> dict[str, Any]:
        """The values that this form gives to guarded fields."""
        guarded = guards_of(self.instance)
        names = (*guarded.fields, *self.extra())
        told = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return told if self.instance.pk else {**told, "is_active": True}

    def extra(self) -> tuple[str, ...]:
        """What else the second person decides that is no field of the row."""
        return ()

    def _beginning(self) -> dict[str, Any]:
        own = {field.name for field in self._meta.model._meta.fields}
        return {name: value for name, value in self.cleaned_data.items() if name in own}

    def ask(self, *, actor: User, at: datetime) -> Change | None:
        """Puts what the form says before a second person; a new row is kept switched off until
        then. Raises like `changes.ask`."""
        is_new = self.instance.pk is None
        with transaction.atomic():
            row = self.kept()
            if is_new:
                row.save()
            reason = self.cleaned_data["reason"]
            return changes.ask(row, self.wanted(), reason, actor=actor, at=at, is_new=is_new)


def tell(request: HttpRequest, asked: Change | None) -> None:
    """Says on the next page who may be the second person, or that there was nothing to ask."""
    if asked is None:
        messages.info(request, gettext("Nothing was changed."))
        return
    names = ", ".join(one.name for one in changes.approvers(asked)[:MOST_NAMED])
    said = gettext("This takes effect when a second person approves it, for example: %(names)s.")
    messages.success(request, said % {"names": names or "–"})


def switch_off(request: HttpRequest, row: Any, done: str) -> None:
    """Switches a row off, which needs nobody else, and says `done` on the next page; or that
    nothing was changed, where it was off already. Raises like `changes.ask`."""
    was_active = row.is_active
    changes.ask(row, {"is_active": False}, "", actor=cast(User, request.user), at=clock.now())
    if was_active:
        messages.success(request, done)
    else:
        tell(request, None)


def only_rule_readers(user: User) -> None:
    """Raises PermissionDenied for whoever does not read rules, checklists and letters."""
    if user.role not in RULE_READERS:
        raise PermissionDenied


def waiting(kind: str) -> set[int]:
    """The rows of this sort for which something was asked that nobody has decided yet."""
    here = Change.objects.filter(kind=kind, state=Change.State.WAITING)
    return set(here.values_list("row", flat=True))


def state_of(row: Any, *, is_waiting: bool, day: date) -> tuple[str, str]:
    """What has an `is_active` and days, in words, and the tone of its tag."""
    if not row.is_active:
        waits = gettext("waits for a second person")
        return (waits, "warn") if is_waiting else (gettext("switched off"), "neutral")
    if row.valid_from > day:
        return gettext("not yet in force"), "info"
    if row.valid_to and row.valid_to < day:
        return gettext("ended"), "neutral"
    return gettext("in force"), "good"
