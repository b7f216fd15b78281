"""Figures of the policy pack that stand in for unpublished ones of the law, and who vouches for
them.

A production proposes no fine by a table that says of itself that it is assumed, until a steward has
confirmed exactly these figures, and a second person what they rest on.
"""

import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .policy import pack
from .policy.fine_table import FineTable


class ConfirmedFigures(models.Model):
    """A table of fines whose figures a steward vouches for. `fingerprint` is of every value in it:
    another value is another table, and is confirmed anew."""

    code = models.CharField(gettext_lazy("table of fines"), max_length=40)
    fingerprint = models.CharField(gettext_lazy("fingerprint"), max_length=64, editable=False)
    because = models.CharField(
        gettext_lazy("where the figures stand"),
        max_length=300,
        help_text=gettext_lazy("The decree, its number and date, and the annex that gives them."),
    )
    is_active = models.BooleanField(gettext_lazy("in use"), default=True)

    class Meta:
        ordering = ["code", "-id"]
        verbose_name = gettext_lazy("confirmed figures")
        verbose_name_plural = gettext_lazy("confirmed figures")

    def __str__(self) -> str:
        return str(_("Figures of the table “%(code)s”") % {"code": self.code})


def fingerprint(table: FineTable) -> str:
    """The same for as long as no value of the table is changed."""
    return hashlib.sha256(repr(table).encode()).hexdigest()


def current(code: str) -> str:
    """The fingerprint of the newest table of this name; empty for none."""
    known = [one for one in pack().sections["fines"] if one.code == code]
    return fingerprint(max(known, key=lambda one: one.valid_from)) if known else ""


def is_assumed(table: FineTable) -> bool:
    """Whether nobody has vouched for the figures of this table yet."""
    if not table.is_assumed:
        return False
    known = ConfirmedFigures.objects.filter(is_active=True, fingerprint=fingerprint(table))
    return not known.exists()


def may_be_used(table: FineTable) -> bool:
    """Whether fines may be reckoned by this table here: assumed figures are for trying alone."""
    return settings.MODE != "production" or not is_assumed(table)
