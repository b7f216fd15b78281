"""What is filled in about a fine. Whether somebody may is the verbs'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import day_field
from moderation_portal.policy.fine_table import FineTable
from reports.forms.desk import UploadsForm
from reports.models import Evidence

from .fines.owing import LONGEST
from .platform_forms import words


class ProposeFineForm(forms.Form):
    """The indices that an officer chooses, and why."""

    def __init__(self, *args: Any, table: FineTable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for factor in table.chosen_by_officer:
            choices = [(one.code, str(one.name)) for one in factor.indices]
            self.fields[factor.code] = forms.ChoiceField(
                label=str(factor.name), choices=choices, widget=forms.RadioSelect
            )
        self.fields["reason"] = words(_("Reasons"), LONGEST, _("The platform reads them."))


class FineReasonForm(forms.Form):
    """Why a proposal is dropped."""

    reason = words(_("Reason"), LONGEST)


class CommitmentForm(UploadsForm):
    """The platform's letter that commits to pay."""

    FILES = {"letter": Evidence.Kind.LETTER}

    number = forms.CharField(label=_("Number of the letter"), max_length=80)
    dated = day_field(label=_("Date of the letter"))
    signer = forms.CharField(label=_("Signed by"), max_length=120)
    letter = forms.FileField(
        label=_("Signed letter"), help_text=_("PDF or picture"), required=False
    )


class PaymentForm(forms.Form):
    """Money that came in."""

    amount = forms.IntegerField(
        label=_("Amount"), help_text=_("In whole units of the currency, digits alone."), min_value=1
    )
    paid_on = day_field(label=_("Paid on"))
    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("The number by which the treasury knows the payment."),
        max_length=80,
    )


class ObjectionForm(forms.Form):
    """What the platform holds against the fine."""

    reason = words(_("Objection"), LONGEST)


class DecideFineForm(forms.Form):
    """What is answered to an objection."""

    CANCEL, CONFIRM = "cancel", "confirm"

    verdict = forms.ChoiceField(
        label=_("Your judgement"),
        choices=[(CONFIRM, _("The fine stands")), (CANCEL, _("The fine is cancelled"))],
        widget=forms.RadioSelect,
    )
    answer = words(_("Reasons"), LONGEST, _("The platform reads them."))
