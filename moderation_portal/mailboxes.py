"""What may stand where an address or a language of letters is kept: said in a clear sentence."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils.translation import gettext as _

from .policy import pack

LONGEST = 254  # characters (RFC 5321, 4.5.3.1.3, less the brackets)
_is_mailbox = EmailValidator()
_is_https = URLValidator(schemes=["https"])


def bare_address(value: str) -> None:
    """Raises ValidationError for anything but one e-mail address: no name, no list, no line."""
    try:
        _is_mailbox(value)
    except ValidationError as error:
        raise ValidationError(
            _("Give one bare e-mail address, such as abuse@platform.example, without a name.")
        ) from error
    if len(value) > LONGEST:
        raise ValidationError(_("This is too long. Shorten it."))


def https_address(value: str) -> None:
    """Raises ValidationError for anything but one https address."""
    try:
        _is_https(value)
    except ValidationError as error:
        raise ValidationError(_("Give one address that begins with https://.")) from error


def written_language(value: str) -> None:
    """Raises ValidationError for a language in which the policy pack has no letters."""
    spoken = pack().languages
    if value not in spoken:
        raise ValidationError(
            _("Letters are written in these languages only: %(languages)s.")
            % {"languages": ", ".join(spoken)}
        )
