"""Deputies hear of notices and reminders as well: a word that one awaits, by mail to their account.

It is no letter and no service, and starts no clock: the deputy reads and answers after signing in.
Of a sealed notice only a cleared deputy hears, and nothing but that something awaits.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from moderation_portal import account_mail, formats
from moderation_portal.account_mail import Recipient
from platforms import deputies
from platforms.models import Deputy
from reports.models import Handling

from ..models import OPEN_NOTICES, Notice
from . import parcels

LETTER = "deputy_told"


def tell_deputies(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Mails whoever stands in today; what never reaches the platform reaches no deputy either."""
    notice = Notice.objects.select_related("platform").get(pk=payload["notice"])
    asked = parcels.Asked.read(payload)
    if notice.state not in OPEN_NOTICES or parcels.is_quiet(notice, asked):
        return
    is_sealed = notice.handling == Handling.SEALED
    for one in deputies.current(notice.platform, at):
        person = one.deputy.user
        if is_sealed and not person.is_cleared:
            continue
        told = {Recipient(person.email, person.name, person.language)}
        account_mail.tell(LETTER, told, partial(_lines, notice, asked, one), at=at)


def _lines(notice: Notice, asked: parcels.Asked, one: Deputy) -> list[str]:
    facts = {"name": one.absent.user.name, "day": formats.day(one.ends_on)}
    standing = _("You stand in for %(name)s until %(day)s.") % facts
    if notice.handling == Handling.SEALED:
        return [_("A letter awaits you in the portal."), standing]
    said = {"number": notice.number, "due": formats.instant(notice.due_at)}
    if not asked.is_first(notice):
        line = _("Notice %(number)s still waits for an answer. It is due %(due)s.") % said
    elif notice.due_at is None:
        line = _("Notice %(number)s has come.") % said
    else:
        line = _("Notice %(number)s has come. It is due %(due)s.") % said
    return [line, standing]
