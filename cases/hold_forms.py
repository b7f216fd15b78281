"""What a liaison fills in who asks for a Hold, and the reasons of those who end one."""

from collections.abc import Iterable
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.formats import defang
from reports.models import ReportedAccount

from .holds.asking import LONGEST_REASON


class HoldForm(forms.Form):
    """Which accounts of a request, for how many days, and why."""

    accounts = forms.TypedMultipleChoiceField(
        label=_("Accounts"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("choose at least one account.")},
    )
    days = forms.IntegerField(label=_("For how many days"), min_value=1)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The two persons who decide read it, and an auditor. Name nobody and no operation: "
            "say what a notice would spoil."
        ),
        error_messages={"required": _("say why.")},
    )

    def __init__(self, *args, accounts: Iterable[ReportedAccount], most: int, **kwargs):
        super().__init__(*args, **kwargs)
        named = [(one.pk, f"{one.platform}: {defang(one.display)}") for one in accounts]
        cast(forms.MultipleChoiceField, self.fields["accounts"]).choices = named
        days = cast(forms.IntegerField, self.fields["days"])
        days.max_value, days.initial = most, most
        days.widget.attrs["max"] = most


class HoldReasonForm(forms.Form):
    """Why a Hold is declined, lifted or no longer wanted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("say why.")},
    )
