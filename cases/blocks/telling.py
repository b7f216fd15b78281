"""What colleagues hear of a block on their page of news."""

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal import news
from moderation_portal.models import User
from reports.models import Handling

from .. import permissions
from ..models import AccessLetter, Block, RestoreRequest

ENTERED, ASKED, FAILED = "block.entered", "block.restoration_asked", "block.not_mailed"
WORDS: dict[str, Promise] = {
    ENTERED: _("%(by)s entered the decision on %(number)s. A second person confirms."),
    ASKED: _("%(by)s entered a request to restore access (%(number)s): decide within its time."),
    FAILED: _("A letter about %(number)s could not be mailed to %(by)s. Send it on paper."),
}


def entered(block: Block, *, at: datetime) -> None:
    """Tells those who may confirm it."""
    _tell(_overseers(block, block.entered_by), block, ENTERED, block.entered_by.name, at)


def asked(request: RestoreRequest, *, at: datetime) -> None:
    """Tells those who may decide it."""
    people = _overseers(request.block, request.asked_by)
    _tell(people, request.block, ASKED, request.asked_by.name, at)


def not_mailed(letter: AccessLetter, *, at: datetime) -> None:
    """Tells who had it issued."""
    if letter.block.issued_by is not None:
        _tell([letter.block.issued_by], letter.block, FAILED, letter.name, at)


def _overseers(block: Block, but: User) -> list[User]:
    return list(permissions.overseeing(block.handling).exclude(pk=but.pk))


def _tell(people: list[User], block: Block, kind: str, by: str, at: datetime) -> None:
    news.tell(
        people,
        kind,
        address=reverse("cases:block", args=[block.pk]),
        facts={"by": by, "number": block.proposal.number},
        at=at,
        is_sealed=block.handling == Handling.SEALED,
    )


for _kind, _words in WORDS.items():
    news.register(_kind, _words)
