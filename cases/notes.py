"""Notes beside a case: what colleagues tell each other. They never leave the regulator."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import news
from moderation_portal.errors import Invalid
from moderation_portal.models import User
from reports.models import Handling

from . import lifecycle, mentions
from .models import Case, CaseNote
from .permissions import staff_for
from .results import Result

MENTIONED = "note.mention"


def note(
    cases: Iterable[int | Case], *, text: str, actor: User, at: datetime, tell: Iterable[User] = ()
) -> Result:
    """Writes an internal note; its text stays out of the record, for it may have to be erased.

    Whoever is named in it by an @, or is among `tell`, gets news of it, as far as they may read the
    case: of a sealed one nobody uncleared is told, and to them no @ leads.
    """
    if not text.strip():
        said = _("Write the note first.")
        raise Invalid.field("text", said)
    with transaction.atomic():
        held = lifecycle.hold(cases, "note", actor=actor, at=at)
        for handling in sorted({case.handling for case in held.ready}):
            here = [case for case in held.ready if case.handling == handling]
            _write(here, text.strip(), list(tell), actor=actor, at=at)
        return lifecycle.move(held)


def unknown_in(text: str, case: Case) -> list[str]:
    """What stands behind an @ and names nobody who may read this case."""
    return mentions.find(text, staff_for(case.handling)).unknown if "@" in text else []


def _write(cases: list[Case], text: str, tell: list[User], *, actor: User, at: datetime) -> None:
    """One note in each of these cases, which are of one handling class, and the news of it."""
    readers = list(staff_for(cases[0].handling)) if "@" in text or tell else []
    named = mentions.find(text, readers)
    added = [one for one in tell if one in readers and one not in named.people]
    texts = [*named.texts, *(one.name for one in added)]
    text = "\n".join([text, *(f"@{one.name}" for one in added)])
    CaseNote.objects.bulk_create(
        CaseNote(case=case, author=actor, text=text, mentions=texts, written_at=at)
        for case in cases
    )
    people = [one for one in (*named.people, *added) if one != actor]
    if not people:
        return
    places = _places(cases)
    for case in cases:
        news.tell(
            people,
            MENTIONED,
            address=f"{reverse('cases:case', args=[case.pk])}#note-{places[case.pk]}",
            facts={"by": actor.name, "number": case.number},
            at=at,
            is_sealed=case.handling == Handling.SEALED,
        )


def _places(cases: Iterable[Case]) -> dict[int, int]:
    """The place of the newest note in each of these locked cases. The page counts them so too: ids
    would tell by their gaps how much is noted beside sealed cases."""
    notes = CaseNote.objects.filter(case__in=cases).order_by()
    return dict(notes.values_list("case").annotate(Count("pk")))


def _mentioned(facts: Mapping[str, Any]) -> str:
    return _("%(by)s named you in a note beside %(number)s.") % facts


news.register(MENTIONED, _mentioned)
