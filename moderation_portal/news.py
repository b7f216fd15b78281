"""News for colleagues: they are named in a note, a case is theirs, a saved search has hits.

News only points: what it is about is behind its address, which opens to whoever may see it. The
room where a thing happens tells of it and registers the words. What is told is a line on a page,
never a mail and never part of the record: the thing itself has its event.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from . import series
from .models import News, User

Words = Callable[[Mapping[str, Any]], str | Promise]

# Of the people who would be told at an instant, who is away and who stands in for them.
StandIns = Callable[[Iterable[User], datetime], Iterable[tuple[User, User]]]

# The fact by which a substitute knows for whom news is meant.
INSTEAD_OF = "instead_of"

_WORDS: dict[str, Words] = {}
_STAND_INS: list[StandIns] = []


@dataclass(frozen=True)
class Told:
    """One line of news in the reader's language; `address` is a path of the portal."""

    words: str
    address: str
    at: datetime
    is_new: bool


def register(kind: str, words: Words | Promise) -> None:
    """How news of this kind reads: a sentence that its facts are put into, or a function that gets
    them and answers in the active language."""
    _WORDS[kind] = (lambda facts: str(words) % facts) if isinstance(words, Promise) else words


def stand_in(find: StandIns) -> None:
    """Has a substitute told of what somebody who is away is told."""
    _STAND_INS.append(find)


def tell(
    people: Iterable[User],
    kind: str,
    *,
    address: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    is_sealed: bool = False,
) -> list[int]:
    """Tells each of these people once, in the caller's transaction; gives the ids of those told,
    among whom are the substitutes of those who are away.

    The closed are left out, and the uncleared where the matter `is_sealed`: that somebody was left
    out is for the caller not to show. Raises KeyError for a kind that has no words.
    """
    _WORDS[kind]
    people = list(people)
    pairs = [pair for find in _STAND_INS for pair in find(people, at)]
    instead_of = {other.pk: absent.name for absent, other in pairs if other not in people}
    everybody = (*people, *(other for _absent, other in pairs))
    told = {one.pk for one in everybody if one.is_active and (one.is_cleared or not is_sealed)}
    with transaction.atomic():
        ids = series.take_scattered(News._meta.db_table, len(told))
        News.objects.bulk_create(
            News(
                pk=own,
                person_id=pk,
                kind=kind,
                address=address,
                facts=dict(facts or {})
                | ({INSTEAD_OF: instead_of[pk]} if pk in instead_of else {}),
                is_sealed=is_sealed,
                told_at=at,
            )
            for own, pk in zip(ids, sorted(told), strict=True)
        )
        _count_one_more(User.objects.filter(pk__in=told))
    return sorted(told)


def _count_one_more(people: QuerySet[User]) -> None:
    """Locked in one order everywhere: two verbs that tell the same people wait, and never in a
    ring."""
    list(people.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    people.update(unread_news=F("unread_news") + 1)


def of(person: User) -> QuerySet[News]:
    """The news of this person, newest first; of sealed matters only while they are cleared."""
    shown = Q() if person.is_cleared else Q(is_sealed=False)
    return News.objects.filter(shown, person=person).order_by("-told_at", "-pk")


def worded(rows: Iterable[News]) -> list[Told]:
    """These rows in the active language; what has lost its words is left out."""
    return [
        Told(_sentence(row), row.address, row.told_at, row.read_at is None)
        for row in rows
        if row.kind in _WORDS
    ]


def _sentence(row: News) -> str:
    said = str(_WORDS[row.kind](row.facts))
    absent = row.facts.get(INSTEAD_OF)
    return (
        _("For %(name)s, who is away: %(words)s") % {"name": absent, "words": said}
        if absent
        else said
    )


def read(rows: Iterable[News], person: User, *, at: datetime) -> None:
    """Remembers that this person has read these rows, and counts what is unread still."""
    fresh = [row.pk for row in rows if row.read_at is None]
    if not fresh and not person.unread_news:
        return
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        News.objects.filter(pk__in=fresh, person=person, read_at=None).update(read_at=at)
        left = of(person).filter(read_at=None).count()
        User.objects.filter(pk=person.pk).update(unread_news=left)
    person.unread_news = left


def forget(before: datetime) -> None:
    """Deletes what was told before an instant and has been read."""
    News.objects.filter(read_at__isnull=False, told_at__lt=before).delete()
