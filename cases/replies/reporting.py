"""A message that reports accounts becomes a report: by the one door, with itself as the evidence.

The whole message is locked away with the report, for it names who wrote it, and its pictures may
show anything; what in it is a picture or a PDF and may be handed in is kept beside it as any other
upload is.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import filetype
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.models import User
from moderation_portal.policy import Category
from platforms import replies
from reports import evidence, intake
from reports.letters import Attachment
from reports.models import Evidence, Handling, Report
from reports.tellings import Received, Telling

from ..models import Reply
from . import filing, reading, telling

MESSAGE = "message/rfc822"
# Of so many files a copy is kept beside the message; all of them lie in it.
MOST_COPIES = 5


@transaction.atomic
def as_report(reply: Reply, told: Telling, *, actor: User, at: datetime) -> Received:
    """Files a message as a report: as `told`, which a person has read out of it. Whoever comes
    second hears so; what was told before is filed to that report.

    A report of a sealed matter takes its message with it out of the sight of the uncleared, and a
    message that names a sealed matter becomes a report of no ordinary one. Raises Refused, Conflict
    or Invalid.
    """
    held = filing.lock(reply, actor, (Reply.State.WAITING,))
    category = policy.pack().category(told.category, at)
    is_sealed = Handling(category.handling) == Handling.SEALED
    if held.handling == Handling.SEALED and not is_sealed:
        said = _("This message names a sealed matter. Enter by hand what may be known of it.")
        raise Invalid.field("category", said)
    uploads = (*told.uploads, *_evidence(held, category, told.reporter.kind))
    whole = replace(told, channel=Report.Channel.MAIL, uploads=uploads)
    received = intake.receive([whole], actor=actor, at=at)[0]
    if received.report_id is None:
        raise Invalid(received.reason)
    made = Report.objects.get(pk=received.report_id)
    if made.handling == Handling.SEALED:
        held.handling = Handling.SEALED
    filing.settle(held, Reply.State.FILED, actor, at, report=made, handling=held.handling)
    telling.tell("mail.filed", held, actor=actor, at=at, report=made.pk)
    return received


def _evidence(held: Reply, category: Category, source: str) -> Iterator[evidence.Prepared]:
    raw = replies.source(held.mail)
    kind = Evidence.Kind.OTHER
    yield evidence.Prepared(reading.NAME, kind, MESSAGE, raw, held.mail.sha256, True)
    for file in reading.open_up(raw).files[:MOST_COPIES]:
        copy = _copy(file, category, source)
        if copy is not None:
            yield copy


def _copy(file: Attachment, category: Category, source: str) -> evidence.Prepared | None:
    """A file of the message as an upload of its own; None for one that is none."""
    found = filetype.guess_mime(file.bytes) or ""
    is_picture = found in evidence.PICTURES
    kind = Evidence.Kind.SCREENSHOT if is_picture else Evidence.Kind.OTHER
    upload = ContentFile(file.bytes, file.name)
    try:
        return evidence.prepare(upload, kind=kind, source=source, category=category)
    except Invalid:
        return None
