"""One box: whatever somebody has in hand, a number, an address, a phone, a letter or a few words.

Every way of finding starts from what this person may see, and nothing is counted beyond what is
shown. A search by phone number is the staff's alone, wants a purpose, and is recorded with it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext as _

from moderation_portal import audit, vault
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, STAFF, Role
from moderation_portal.storable import storable
from reports.models import FormalRequest

from ..permissions import READERS
from . import desk, own
from .found import SHOWN, Group
from .question import LONGEST, Question, read, signs_of

__all__ = ["LONGEST", "SEARCHERS", "SHOWN", "Answer", "Group", "Question", "ask", "read"]

SEARCHERS = READERS | REPRESENTATIVES | {Role.POLICE, Role.MONITOR, Role.ORGANISATION}
PURPOSE_MOST = 300


@dataclass(frozen=True)
class Answer:
    """What came of a question. `wants_purpose`: it is a phone number, and nobody has said what for.
    `is_partial`: words or similar handles were not looked for, as something was found without.
    `is_too_wide`: the database was stopped; the asker has to narrow it."""

    asked: Question
    groups: list[Group] = field(default_factory=list)
    wants_purpose: bool = False
    is_partial: bool = False
    is_too_wide: bool = False

    @property
    def only(self) -> Model | None:
        """The one row whose very number was asked for, if nothing else was found."""
        rows = [(group.why, row) for group in self.groups for row in group.rows]
        if len(rows) != 1:
            return None
        why, row = rows[0]
        is_letter = isinstance(row, FormalRequest) and self.asked.signs in (
            signs_of(row.letter_number),
            signs_of(row.case_number),
        )
        return row if why == "number" or is_letter else None


def ask(
    typed: str, *, user: User, at: datetime, purpose: str = "", is_wide: bool = False
) -> Answer:
    """Looks for what was typed. `purpose`: what a search by phone number is for; `is_wide` looks
    for similar handles and for words as well where something was found exactly.

    A search for a person's account or phone is recorded, with a keyed hash in the place of what was
    typed. Raises Refused for those who have no search, and for a phone number asked by anybody but
    the staff; Invalid for a purpose that is too long.
    """
    if user.role not in SEARCHERS:
        raise Refused(_("There is nothing to search here for you."))
    asked, purpose = read(typed), storable(purpose).strip()
    if asked.phone:
        _refuse_phone(user, purpose)
        if not purpose:
            return Answer(asked, wants_purpose=True)
    if asked.phone or asked.accounts:
        _record(asked, user, purpose, at)
    if user.role not in READERS:
        found = own.own_rows(asked, user)
        return Answer(asked, _shown(found or []), is_too_wide=found is None)
    exact = _shown(desk.exactly(asked, user))
    if asked.phone or (exact and not is_wide):
        return Answer(asked, exact, is_partial=not asked.phone and _may_be_widened(asked))
    known = [row.pk for group in exact if group.kind == "case" for row in group.rows]
    wide = desk.widely(asked, user, known)
    groups = [*desk.platforms_named(asked), *exact, *(wide or [])]
    return Answer(asked, _shown(groups), is_too_wide=wide is None)


def _may_be_widened(asked: Question) -> bool:
    return bool(asked.handle or asked.accounts or asked.words)


def _refuse_phone(user: User, purpose: str) -> None:
    if user.role not in STAFF:
        said = _("Nobody but the regulator's caseworkers searches by phone number, for a case.")
        raise Refused(said)
    if len(purpose) > PURPOSE_MOST:
        raise Invalid.field("purpose", _("Say it in fewer words."))


def _record(asked: Question, user: User, purpose: str, at: datetime) -> None:
    sought = asked.phone or " ".join(sorted(one.canonical for one in asked.accounts))
    subject = f"sought:{vault.keyed_hash('search', sought)[:32]}"
    told = {"kind": "phone" if asked.phone else "account"}
    told |= {"purpose": purpose} if purpose else {}
    audit.record("search.asked", subject, actor=user, at=at, data=told)


def _shown(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.rows]
