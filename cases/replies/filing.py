"""What a person does with a message: files it as an answer, to a notice, as a letter; sets it
aside with a reason; takes a file out of it. Each is recorded."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from platforms import replies
from reports import custody, evidence, letter_drafts, workbooks
from reports.letters import Attachment
from reports.models import Handling
from reports.texts import plain, reason_of

from .. import answers, notices, permissions
from ..models import Notice, Reply
from ..results import Result, Said, ids_of
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
    held = lock(reply, actor, OPEN)
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
    settle(held, Reply.State.FILED, actor, at, receipt=receipt.number)
    telling.tell("mail.filed", held, actor=actor, at=at, receipt=receipt.number)
    return receipt


@transaction.atomic
def to_notice(reply: Reply, number: str, *, actor: User, at: datetime) -> Notice:
    """Says to which notice a message belongs. It then waits there to be filed as an answer; the
    message of a sealed notice is seen by the cleared only."""
    held = lock(reply, actor, (Reply.State.WAITING,))
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
    held = lock(reply, actor, (Reply.State.WAITING,))
    if held.handling == Handling.SEALED:
        raise Conflict(_("This message names a sealed matter. Open the request there by hand."))
    taken = letter_drafts.take(replies.source(held.mail), reading.NAME, actor=actor, at=at)
    if not taken.made:
        raise Conflict(_("This letter is among the formal requests already."))
    settle(held, Reply.State.FILED, actor, at)
    telling.tell("mail.filed", held, actor=actor, at=at, requests=list(taken.made))
    return taken.made


@transaction.atomic
def set_aside(mail_ids: Iterable[int], *, reason: str, actor: User, at: datetime) -> Result:
    """Nothing follows from these messages, and why. What somebody dealt with meanwhile is skipped,
    what this person may not know of refused. Raises Refused for whoever files no mail, Invalid
    without a reason."""
    said = reason_of(reason, LONGEST_REASON)
    held, result = _lock_all(mail_ids, actor, Reply.State.WAITING)
    facts = {"settled_by": actor, "settled_at": at, "reason": said}
    _move(held, Reply.State.DISCARDED, **facts)
    for one in held:
        telling.tell("mail.set_aside", one, actor=actor, at=at, reason=said)
    return result


@transaction.atomic
def put_back(mail_ids: Iterable[int], *, actor: User, at: datetime) -> Result:
    """Messages that were set aside wait to be read again; that they lay aside, and why, stays in
    the record. Skipped and refused as by `set_aside`."""
    held, result = _lock_all(mail_ids, actor, Reply.State.DISCARDED)
    _move(held, Reply.State.WAITING, settled_by=None, settled_at=None, reason="")
    for one in held:
        telling.tell("mail.put_back", one, actor=actor, at=at)
    return result


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


def lock(reply: Reply, actor: User, wanted: Sequence[str]) -> Reply:
    """The message, locked, while its state is one of these. Raises Refused for whoever does not
    file mail, Conflict for whoever comes second."""
    seeing.only_filers(reply, actor)
    rows = Reply.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("mail", "notice", "contact").get(pk=reply.pk)
    if held.state not in wanted:
        raise Conflict(dealt_with())
    return held


def settle(held: Reply, state: str, actor: User, at: datetime, **facts: Any) -> None:
    """Says what became of a message that is locked, and by whom."""
    Reply.objects.filter(pk=held.pk).update(state=state, settled_by=actor, settled_at=at, **facts)


def _lock_all(mail_ids: Iterable[int], actor: User, state: str) -> tuple[list[Reply], Result]:
    """Those of these messages that are in this state, locked in the order of their ids; and as the
    result which they are, and why not the others."""
    if actor.role not in STAFF:
        raise Refused(permissions.wrong_role(STAFF))
    wanted = ids_of(mail_ids)
    here = seeing.visible_to(actor).filter(pk__in=wanted).order_by("pk")
    rows = here.select_related("mail", "notice").select_for_update(of=("self",), no_key=True)
    found = list(rows)
    held = [one for one in found if one.state == state]
    late = [Said(one.pk, Conflict(dealt_with())) for one in found if one.state != state]
    unseen = set(wanted) - {one.pk for one in found}
    hidden = [Said(pk, Refused(seeing.not_found())) for pk in sorted(unseen)]
    return held, Result([one.pk for one in held], late, hidden)


def _move(held: Sequence[Reply], state: str, **facts: Any) -> None:
    Reply.objects.filter(pk__in=[one.pk for one in held]).update(state=state, **facts)
