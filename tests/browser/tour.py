"""Every page that somebody can reach by links from where they begin: found, not listed.

A new page is on the tour as soon as something leads to it, so nobody forgets it, and a page that
nothing leads to is missed by a test. One address stands for each kind of page, and for each state
of what the page shows.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import translation

from cases.demo import cast
from cases.models import Case, Notice
from moderation_portal.models import User
from moderation_portal.roles import Role
from moderation_portal.sections import first_page
from tests import world

LINK = re.compile(r"<a\s[^>]*?href=\"([^\"#]+)")
SEARCH_BOX = re.compile(r"<form class=\"search\"[^>]* action=\"([^\"]+)")
SOUGHT = "melati"
# Sign-out ends the tour; the admin's change lists and forms are Django's, its front page is ours; a
# mail that is shown in a frame is no page.
LEFT_OUT = re.compile(
    r"account_logout|letter_text_mail|admin:(?!index$|platforms_contact_changelist$|app_list$)"
)
BY_VIEW = frozenset({"cases:queue"})
BY_WORD = frozenset({"cases:verb"})


@dataclass(frozen=True)
class Stop:
    """One page of the tour: what stands for its kind, and its address."""

    kind: str
    path: str

    @property
    def file_name(self) -> str:
        """The kind as a name of a file."""
        return re.sub(r"[^a-z0-9]+", "-", self.kind.lower()).strip("-")


def of_everybody(language: str) -> list[tuple[User | None, Stop]]:
    """One page of each kind in the demo, with the first of its people who can reach it; what a
    stranger reaches comes last."""
    people = {person.email: person for person in User.objects.exclude(role=Role.DETECTOR)}
    known = [people[email] for _role, email, *_facts in cast.PEOPLE if email in people]
    begin = [(one, reverse(first_page(one.role))) for one in known]
    found: dict[str, tuple[User | None, Stop]] = {}
    for user, start in [*begin, (None, f"/{language}/")]:
        for stop in of(user, start, language):
            found.setdefault(stop.kind, (user, stop))
    return list(found.values())


def of(user: User | None, start: str, language: str) -> list[Stop]:
    """The pages that `user` (None: a stranger) can reach from `start`, one of each kind.

    Raises AssertionError when a link leads nowhere.
    """
    client = Client()
    if user is not None:
        User.objects.filter(pk=user.pk).update(language=language)
        world.sign_in(client, user)
    found: dict[str, Stop] = {}
    with translation.override(language):
        for stop in _walk(client, start, language):
            found.setdefault(stop.kind, stop)
    return list(found.values())


def _walk(client: Client, start: str, language: str) -> Iterator[Stop]:
    waiting, seen = [(start, "where one begins")], {_kind(start)}
    while waiting:
        path, came_from = waiting.pop(0)
        answer = client.get(path, follow=True, headers={"accept-language": language})
        assert answer.status_code == 200, f"{came_from} leads to {path}: {answer.status_code}"
        if not answer.get("Content-Type", "").startswith("text/html"):
            answer.getvalue()  # a file is closed once it has been read
            continue
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        yield Stop(_kind(here), here)
        for link in _links(answer, here, language):
            if (kind := _kind(link)) not in seen:
                seen.add(kind)
                waiting.append((link, here))


def _links(answer: HttpResponse, here: str, language: str) -> Iterator[str]:
    page = answer.content.decode()
    boxes = SEARCH_BOX.findall(page)
    for href in [*LINK.findall(page), *boxes, *(f"{box}?q={SOUGHT}" for box in boxes)]:
        link = urljoin(here, unescape(href))
        parts = urlsplit(link)
        other = {"id": "/en/", "en": "/id/"}[language]
        if parts.scheme or parts.netloc or link.startswith((other, "/static/")):
            continue
        try:
            match = resolve(parts.path)
        except Resolver404:
            raise AssertionError(f"{here} leads to {link}, which is no address") from None
        if not LEFT_OUT.match(match.view_name):
            yield link


def _kind(link: str) -> str:
    parts = urlsplit(link)
    match = resolve(parts.path)
    words = [value for value in match.kwargs.values() if isinstance(value, str)]
    kind = " ".join([match.view_name, *(words if match.view_name in BY_WORD else ())])
    query = parse_qs(parts.query)
    if match.view_name in BY_VIEW:
        return f"{kind} {query.get('view', ['open'])[0]}"
    if match.view_name == "search":
        return f"{kind} {'found' if 'q' in query else 'empty'}"
    return kind + "".join(f" {state}" for state in _states(match))


def _states(match: ResolverMatch) -> tuple[str, ...]:
    """What makes two pages of the same kind look different."""
    state = STATES.get(match.view_name)
    return state(match.kwargs["pk"]) if state else ()


def _case(pk: int) -> tuple[str, ...]:
    return tuple(Case.objects.filter(pk=pk).values_list("state", flat=True))


def _notice(pk: int) -> tuple[str, ...]:
    found = Notice.objects.filter(pk=pk).values_list("rung", "state").first()
    return found or ()


STATES: dict[str, Callable[[int], tuple[str, ...]]] = {
    "cases:case": _case,
    "cases:notice": _notice,
    "cases:answer": _notice,
}
