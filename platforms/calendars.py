"""By which hours a promise may count: the clock's, or those of a calendar of the policy pack."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from moderation_portal import policy

CLOCK = "clock"
# Working hours of which nobody said which: a promise by them cannot be measured.
UNSTATED = "working"


def own_zone() -> str:
    """The zone of a platform of which nobody said another: the portal's own."""
    return settings.TIME_ZONE


def names() -> dict[str, str]:
    """Code -> what it is called in the reader's language."""
    unstated = {CLOCK: _("clock hours"), UNSTATED: _("working hours, nobody said which")}
    return unstated | {one.code: str(one.name) for one in policy.pack().calendars()}


def known(code: str) -> None:
    """Raises ValidationError for hours that are neither the clock's nor of the policy pack."""
    if code not in names():
        raise ValidationError(_("The policy pack knows no calendar called “%s”.") % code)
