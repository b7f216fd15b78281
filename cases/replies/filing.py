"""What a person does with a message: files it as an answer, to a notice, as a letter; sets it
aside with a reason; takes a file out of it. Each is recorded."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from platforms import replies
from reports import custody, evidence, letter_drafts, workbooks
from reports.letters import Attachment
from reports.models import Handling
from reports.texts import plain

from .. import answers, notices
from ..models import Notice, Reply
from . import reading, seeing, telling

OPEN = (Reply.State.WAITING, Reply.State.TAKEN, Reply.State.FILED)
LONGEST_REASON = 4_000
# What opens to whoever reads the message; what other files show nobody knows yet, pictures least.
PLAIN_FILES = frozenset({evidence.PDF, "text/plain", "text/csv", "text/html", workbooks.MIME})


@transaction.atomic
def answer(
    reply: Reply, given: Sequence[answers.Given], *, actor: User, at: datetime
) -> answers.Receipt:
    """Files what a reply says as the platform's answers. They count as of the moment at which the
    message came in; more may be filed from the same message later."""
    held = _lock(reply, actor, OPEN)
    if held.notice is None:
        raise Conflict(_("File this message to a notice first."))
    receipt = answers.take(
        held.notice,
        given,
        actor=actor,
        channel=answers.REPLY,
        contact=held.contact if held.is_proved else None,
        at=max(held.received_at, held.notice.issued_at or held.received_at),
    )
    _settle(held, Reply.State.FILED, actor, at, receipt=receipt.number)
    telling.tell("mail.filed", held, actor=actor, at=at, receipt=receipt.number)
    return receipt


@transaction.atomic
def to_notice(reply: Reply, number: str, *, actor: User, at: datetime) -> Notice:
    """Says to which notice a message belongs. It then waits there to be filed as an answer; the
    message of a sealed notice is seen by the cleared only."""
    held = _lock(reply, actor, (Reply.State.WAITING,))
    found = notices.visible_to(actor).filter(number__iexact=plain(number)).first()
    if found is None:
        raise Invalid.field("number", _("There is no such notice. Check the number."))
    held.notice = found
    if found.handling == Handling.SEALED:
        held.handling = Handling.SEALED
    Reply.objects.filter(pk=held.pk).update(notice=found, handling=held.handling)
    telling.tell("mail.moved", held, actor=actor, at=at)
    return found


@transaction.atomic
def take_as_letter(reply: Reply, *, actor: User, at: datetime) -> Sequence[int]:
    """Reads a message into drafts of formal requests, which a person completes; gives their ids."""
    held = _lock(reply, actor, (Reply.State.WAITING,))
    if held.handling == Handling.SEALED:
        raise Conflict(_("This message names a sealed matter. Open the request there by hand."))
    taken = letter_drafts.take(replies.source(held.mail), reading.NAME, actor=actor, at=at)
    if not taken.made:
        raise Conflict(_("This letter is among the formal requests already."))
    _settle(held, Reply.State.FILED, actor, at)
    telling.tell("mail.filed", held, actor=actor, at=at, requests=list(taken.made))
    return taken.made


@transaction.atomic
def set_aside(reply: Reply, *, reason: str, actor: User, at: datetime) -> None:
    """Nothing follows from this message, and why."""
    held = _lock(reply, actor, (Reply.State.WAITING,))
    said = plain(reason)[:LONGEST_REASON]
    if not said:
        raise Invalid.field("reason", _("Say why nothing follows from this message."))
    _settle(held, Reply.State.DISCARDED, actor, at, reason=said)
    telling.tell("mail.set_aside", held, actor=actor, at=at, reason=said)


@transaction.atomic
def download(
    reply: Reply, place: int, *, actor: User, purpose: str, at: datetime
) -> Attachment | None:
    """A file of a message, to be handed out as a download; None where there is no such. The rules
    are those of evidence: nothing without a purpose, and what may be a picture opens to the cleared
    only.

    Raises Refused, Invalid without a purpose, Conflict when the stored message was changed.
    """
    said = custody.purposeful(purpose)
    found = reading.file_of(reply.mail, place)
    if found is None:
        return None
    if not may_open(found.mime, actor):
        raise Refused(_("This file is in quarantine. Ask an officer who is cleared to open it."))
    facts = {"sha256": found.sha256, "purpose": said}
    telling.tell("mail.file_downloaded", reply, actor=actor, at=at, **facts)
    return found


def may_open(mime: str, user: User) -> bool:
    """Whether this person may take a file of this kind out of a message."""
    return user.is_cleared or mime in PLAIN_FILES


def dealt_with() -> str:
    """What is said to whoever comes too late."""
    return _("Somebody has dealt with this message already.")


def _lock(reply: Reply, actor: User, wanted: Sequence[str]) -> Reply:
    seeing.only_filers(reply, actor)
    rows = Reply.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("mail", "notice", "contact").get(pk=reply.pk)
    if held.state not in wanted:
        raise Conflict(dealt_with())
    return held


def _settle(held: Reply, state: str, actor: User, at: datetime, **facts: str) -> None:
    Reply.objects.filter(pk=held.pk).update(state=state, settled_by=actor, settled_at=at, **facts)
