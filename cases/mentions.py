"""Who is named behind an @ in a text: by their name, its first word, or how their e-mail begins.

Pure: the people among whom one is looked for come in. Handles of accounts begin with an @ as well,
so what names nobody is left alone.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from moderation_portal.models import User

# Not inside an address, and not a handle that only begins like a name.
BEFORE, BEHIND = r"(?<![\w@.+/-])@", r"(?![\w@]|[.-]\w)"
ANY = re.compile(rf"{BEFORE}(\w(?:[\w.-]*\w)?)")


@dataclass(frozen=True)
class Found:
    """`people` who are named, the `texts` that name them as they are written, and what stands
    behind an @ and names nobody, or several."""

    people: list[User]
    texts: list[str]
    unknown: list[str]


def names_of(person: User) -> set[str]:
    """What may stand behind an @ for this person, in small letters."""
    name = " ".join(person.name.split()).lower()
    return {name, name.partition(" ")[0], person.email.partition("@")[0].lower()} - {""}


def find(text: str, among: Iterable[User]) -> Found:
    """Whom of these people the text names. The longest name counts; a name that several bear is
    nobody's."""
    bearers: dict[str, set[int]] = {}
    people: dict[int, User] = {}
    for person in among:
        people[person.pk] = person
        for name in names_of(person):
            bearers.setdefault(name, set()).add(person.pk)
    known = {name: next(iter(those)) for name, those in bearers.items() if len(those) == 1}
    spoken = list(_pattern(known).finditer(text)) if known else []
    # Without regard to capitals a letter may also match one that has another small letter.
    spoken = [one for one in spoken if one[1].lower() in known]
    texts = list(dict.fromkeys(one[1] for one in spoken))
    named = list(dict.fromkeys(known[text.lower()] for text in texts))
    begun = {one.start() for one in spoken}
    unknown = dict.fromkeys(one[1] for one in ANY.finditer(text) if one.start() not in begun)
    return Found([people[pk] for pk in named], texts, list(unknown))


def parts_of(text: str, texts: Collection[str]) -> list[tuple[str, bool]]:
    """The text cut into pieces, each with whether it is one of these mentions, @ and all."""
    if not texts:
        return [(text, False)]
    found, end = [], 0
    for one in _pattern({known.lower() for known in texts}).finditer(text):
        found += [(text[end : one.start()], False), (one[0], True)]
        end = one.end()
    return [(part, is_mention) for part, is_mention in [*found, (text[end:], False)] if part]


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    any_of = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"{BEFORE}({any_of}){BEHIND}", re.IGNORECASE)
