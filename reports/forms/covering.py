"""Which parts of a picture are covered: rectangles in percent, which need no pointer to draw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .. import custody
from ..redaction import Area
from .demanding import DemandingForm

ROWS = 6
# The fields of one area, in the order of `Area`.
SIDES = (
    ("left", _("From the left")),
    ("top", _("From the top")),
    ("width", _("Width")),
    ("height", _("Height")),
)


class CoverForm(DemandingForm):
    """Up to `ROWS` areas; a row that is empty is none. Who only looks where they lie (`is_preview`)
    need not say yet what they are covered for."""

    purpose = forms.CharField(
        label=_("What is covered, and why"),
        help_text=_("For example: faces of bystanders, a telephone number. It is recorded."),
        max_length=custody.LONGEST_PURPOSE,
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *args, is_preview: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.demanded = frozenset({"purpose"} if is_preview else ())
        self.fields["purpose"].widget.attrs["id"] = "id_covered"
        for row in range(1, ROWS + 1):
            for side, label in SIDES:
                self.fields[f"{side}-{row}"] = forms.FloatField(
                    label=f"{label} ({row})",
                    min_value=0,
                    max_value=100,
                    required=False,
                    widget=forms.NumberInput(
                        attrs={"step": "0.5", "aria-label": f"{label} ({row})"}
                    ),
                )

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each area."""
        return [[self[f"{side}-{row}"] for side, _label in SIDES] for row in range(1, ROWS + 1)]

    def areas(self) -> list[Area]:
        """The areas whose four numbers are sound, as far as the form has been checked."""
        said = getattr(self, "cleaned_data", {})
        rows: list[list[Any]] = [
            [said.get(f"{side}-{n}") for side, _label in SIDES] for n in range(1, ROWS + 1)
        ]
        return [Area(*row) for row in rows if None not in row]

    def clean(self) -> dict[str, Any]:
        """A row that was begun wants all its numbers."""
        said = self.cleaned_data
        for row in range(1, ROWS + 1):
            names = [f"{side}-{row}" for side, _label in SIDES]
            missing = [name for name in names if said.get(name) is None]
            if len(missing) < len(names):
                for name in missing:
                    if name not in self.errors:
                        self.add_error(name, _("Give all four numbers of an area."))
        return said
