"""Figures are confirmed by two persons: whoever knows where they stand, and whoever has read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from .errors import Invalid
from .figures import ConfirmedFigures, current
from .guarded import Guarded, register


class Figures(Guarded):
    """What is confirmed are the figures that the policy pack holds when it is asked for."""

    kind = "figures"
    model = ConfirmedFigures
    fields = ("code", "because", "is_active")

    def begin(self, row: ConfirmedFigures) -> None:
        super().begin(row)
        row.fingerprint = current(row.code)

    def make_so(self, row: ConfirmedFigures, facts: Mapping[str, Any], *, at: datetime) -> None:
        """Raises Invalid where the pack has other figures by then."""
        if not row.fingerprint or row.fingerprint != current(row.code):
            said = _("The policy pack has other figures by now. Refuse this and ask anew.")
            raise Invalid(said)
        super().make_so(row, facts, at=at)


register(Figures())
