"""What is filled in about an appeal, by its holder, by platforms and at the desk. Whether somebody
may is the verbs'."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .appeals.filing import LONGEST, LONGEST_ACCOUNT, LONGEST_NUMBER
from .models import Appeal
from .platform_forms import words

AS_PRINTED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class HolderForm(forms.Form):
    """What the holder of an account objects to, without a name."""

    number = forms.CharField(
        label=_("Number of the notice"),
        help_text=_("The platform tells you. For example B-000123/KOMDIGI/III/2026."),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs=AS_PRINTED),
    )
    account = forms.CharField(
        label=_("Your account, or its address"),
        help_text=_("As the platform names it: the user name, the link or the telephone number."),
        max_length=LONGEST_ACCOUNT,
        widget=forms.TextInput(attrs=AS_PRINTED),
    )
    statement = words(
        _("Why was the order wrong?"),
        LONGEST,
        _("Leave out your name, passwords, and links to pictures of children."),
    )
    is_own = forms.BooleanField(
        label=_("The account is mine, or I write for whoever owns it."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class NamedAccountForm(forms.Form):
    """An account of a notice that is at hand, and why the order against it may be wrong."""

    account = forms.CharField(
        label=_("Account"), help_text=_("As the letter names it."), max_length=LONGEST_ACCOUNT
    )
    statement = words(_("Why may the order be wrong?"), LONGEST)


class TakeForm(forms.Form):
    """The declaration of whoever reviews."""

    is_free = forms.BooleanField(
        label=_("Nothing ties me to this account, its platform, or whoever told of it."),
        required=False,
    )


class AssignForm(forms.Form):
    """Which account of which notice is meant."""

    number = forms.CharField(label=_("Number of the notice"), max_length=LONGEST_NUMBER)
    account = forms.CharField(label=_("Account"), max_length=LONGEST_ACCOUNT)


class DecideAppealForm(forms.Form):
    """The judgement on an appeal."""

    verdict = forms.ChoiceField(
        label=_("Your judgement"),
        choices=[
            (Appeal.State.UPHELD, _("The order was wrong: it is annulled, the platform restores")),
            (Appeal.State.PARTLY, _("It went too far: the platform restores, but not all of it")),
            (Appeal.State.DISMISSED, _("The order stands")),
            (
                Appeal.State.INADMISSIBLE,
                _("Not admissible: not theirs, too late, or no order"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    stays = words(
        _("What stays removed"), LONGEST, _("Only where it went too far. The letter names it.")
    )
    answer = words(
        _("Reasons"),
        LONGEST,
        _("The holder and the platform read them: name no reporter and no other case."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stays"].required = False
