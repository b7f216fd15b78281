"""What is filled in about a block. Whether somebody may is the verbs'."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal import policy
from moderation_portal.fields import day_field
from platforms.models import Platform

from .platform_forms import words

LONGEST = 5_000
YES, NO = "yes", "no"


def boxes(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    """Several of a list, which may be none."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class EnterBlockForm(forms.Form):
    """What was decided on a proposal."""

    verdict = forms.ChoiceField(
        label=_("The decision"),
        choices=[(YES, _("Access is to be blocked")), (NO, _("The proposal is refused"))],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label=_("Number of the decision"), max_length=80)
    decided_on = day_field(label=_("Date of the decision"))
    hosts = boxes(
        _("Addresses to be blocked"),
        _("Only the reviewed addresses of the platform can be chosen. None for a refusal."),
    )
    note = words(_("Note"), LONGEST, _("Internal."))

    def __init__(self, *args: Any, platform: Platform, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hosts = platform.hosts.order_by("host").values_list("host", flat=True)
        cast(forms.MultipleChoiceField, self.fields["hosts"]).choices = [
            (one, one) for one in hosts
        ]
        self.fields["note"].required = False


class BlockReasonForm(forms.Form):
    """Why an entry is dropped."""

    reason = words(_("Reason"), LONGEST)


class ConfirmForm(forms.Form):
    """What an access provider said of its letter."""

    letter = forms.IntegerField(widget=forms.HiddenInput)
    done_on = day_field(label=_("Done on"))
    said = forms.CharField(label=_("Confirmed by whom, and how"), max_length=200)


class AskRestoreForm(forms.Form):
    """A request to restore access, with what came with it."""

    by = forms.ChoiceField(
        label=_("Who asks"),
        choices=[("platform", _("The platform")), ("office", _("A ministry or agency"))],
        widget=forms.RadioSelect,
    )
    letter_number = forms.CharField(label=_("Number of the letter"), max_length=80)
    letter_date = day_field(label=_("Date of the letter"))
    documents = boxes(_("What came with it"), _("A ministry or agency asks by letter alone."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = policy.pack().sections["normalisation_documents"]
        choices = [(one.code, str(one.name)) for one in known]
        cast(forms.MultipleChoiceField, self.fields["documents"]).choices = choices


class DecideRestoreForm(forms.Form):
    """What was decided on a request to restore access."""

    verdict = forms.ChoiceField(
        label=_("Your judgement"),
        choices=[(YES, _("Access is restored")), (NO, _("The request is refused"))],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label=_("Number of the decision"),
        help_text=_("Where access is restored."),
        max_length=80,
        required=False,
    )
    answer = words(_("Reasons"), LONGEST)
