"""The forms of signing in and of its second factor, in the words and manner of the other forms."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as app
from django import forms
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
)
from django.core.cache import cache
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from . import vault
from .models import User

# How many seconds a code of an authenticator counts, with the tolerance for its clock.
SPENT = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)


def _password_rules() -> str:
    lengths = [
        one.min_length
        for one in get_default_password_validators()
        if isinstance(one, MinimumLengthValidator)
    ]
    said = [
        ngettext("At least %(n)s character.", "At least %(n)s characters.", n) % {"n": n}
        for n in lengths
    ]
    return " ".join([*said, gettext("Not a common password, nor one like your name or address.")])


LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}
HINTS = {"password1": lazy(_password_rules, str)()}


class PlainForm(forms.Form):
    """What a field is for stands above it alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HINTS.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SignInForm(PlainForm, account.LoginForm):
    """The way to a new password stands beside the button of the page, not under the field too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ChangePasswordForm(PlainForm, account.ChangePasswordForm):
    pass


class AskForPasswordForm(PlainForm, account.ResetPasswordForm):
    pass


class ChoosePasswordForm(PlainForm, account.ResetPasswordKeyForm):
    pass


class PasswordAgainForm(PlainForm, account.ReauthenticateForm):
    pass


class CodeForm(PlainForm, factor.AuthenticateForm):
    def clean_code(self) -> str:
        return spend(self.user, super().clean_code())


class CodeAgainForm(PlainForm, factor.ReauthenticateForm):
    def clean_code(self) -> str:
        return spend(self.user, super().clean_code())


class FirstCodeForm(PlainForm, app.ActivateTOTPForm):
    def clean_code(self) -> str:
        return spend(self.user, super().clean_code())


def spend(user: User, code: str) -> str:
    """The code, which counts this once: whoever read it over a shoulder comes too late (RFC 6238
    section 5.2). Raises ValidationError for one that was used before.

    allauth forgets a used code after one period, and takes it for as many as `SPENT` lasts.
    """
    plain = "".join(sign for sign in code if sign.isalnum()).casefold()
    key = vault.keyed_hash("spent-code", f"{user.pk}:{plain}")
    if not cache.add(key, True, timeout=SPENT):
        raise get_adapter().validation_error("incorrect_code")
    return code
