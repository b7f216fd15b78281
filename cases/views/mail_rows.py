"""Messages that came in, as lists show them: on the page of mail, and on that of their notice."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from moderation_portal.templatetags.portal import status_tag
from platforms.replies import head_of

from ..models import Reply, letters_by

TONES = {
    Reply.State.WAITING: "warn",
    Reply.State.TAKEN: "good",
    Reply.State.FILED: "good",
    Reply.State.NOTED: "neutral",
    Reply.State.DISCARDED: "neutral",
}


@dataclass(frozen=True)
class Row:
    """One message in a list; `sender` and `subject` as they stand in it."""

    pk: int
    sender: str
    subject: str
    kind: str
    tag: SafeString
    reply: Reply


def with_mail(found: QuerySet[Reply]) -> QuerySet[Reply]:
    """With what a list or a page names of each."""
    told = found.select_related("mail", "notice__platform", "contact", "settled_by")
    return told.defer(*letters_by("notice__"))


def mail_rows(found: Iterable[Reply]) -> list[Row]:
    """Messages as lists show them, in the same order."""
    rows = []
    for reply in found:
        head = head_of(reply.mail)
        state = Reply.State(reply.state)
        tag = status_tag(str(state.label), TONES[state])
        kind = str(Reply.Kind(reply.kind).label)
        rows.append(Row(reply.pk, head.sender, head.subject, kind, tag, reply))
    return rows
