"""Somebody signed in who opens pages, and the bare page beside which they are measured."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from wsgiref.util import setup_testing_defaults

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils.module_loading import import_string

from cases.models import Case, CaseState
from moderation_portal.models import User

BACKEND = "moderation_portal.accounts.Backend"
ROWS = 50
# A list as one writes it first: everything formatted by filters, row by row.
NAIVE = """{% load i18n %}<!DOCTYPE html><html lang="id">
<head><title>{% translate "Queue" %}</title></head><body><p>{{ user.name }}</p>
<table>{% for case in cases %}
<tr class="{% if case.urgency == "urgent" %}urgent{% endif %}"><td>{{ forloop.counter }}</td>
<td><a href="{% url "cases:case" case.pk %}">{{ case.number }}</a></td><td>{{ case.title }}</td>
<td>{{ case.category }}</td><td>{{ case.get_state_display }}</td>
<td>{{ case.get_urgency_display }}</td><td>{{ case.source }}</td>
<td>{{ case.opened_at|date:"j M Y, H:i" }}</td><td>{{ case.ours_due_at|date:"j M Y, H:i" }}</td>
<td>{{ case.due_at|date:"j M Y, H:i" }} ({{ case.due_at|timeuntil }})</td>
<td>{{ case.target_count }}</td><td>{{ case.report_count }}</td></tr>
{% endfor %}</table></body></html>"""


@login_required
def naive_list(request: HttpRequest) -> HttpResponse:
    """The first rows by an index, in a naive template."""
    due = Case.objects.filter(handling="ordinary").exclude(state=CaseState.CLOSED)
    cases = due.order_by("queued_at", "pk")[:ROWS]
    return HttpResponse(naive_template().render({"cases": cases, "user": request.user}))


@cache
def naive_template() -> Any:
    """Read once, as a template from a file is."""
    return engines["django"].from_string(NAIVE)


@dataclass
class Visitor:
    """A signed-in member of the staff; `open` is a page of the portal, `open_bare` the other."""

    cookie: str

    def __post_init__(self) -> None:
        self._portal = WSGIHandler()
        self._bare = SessionMiddleware(AuthenticationMiddleware(naive_list))

    def open(self, path: str) -> bytes:
        """The page at this path; raises AssertionError if it is not shown."""
        said: list[str] = []

        def hear(status: str, headers: Any, trouble: Any = None, /) -> Callable[[bytes], object]:
            said.append(status)
            return io.BytesIO().write

        parts = self._portal(self._environ(path), hear)
        body = b"".join(parts)
        parts.close()
        if said[0] != "200 OK":
            raise AssertionError(f"{path}: {said[0]}")
        return body

    def open_bare(self) -> bytes:
        """The bare page, through nothing but what a signed-in view needs."""
        shown = self._bare(WSGIRequest(self._environ("/")))
        return cast(HttpResponse, shown).content

    def statements(self, path: str) -> int:
        """How many SQL statements the page at this path takes."""
        said: list[str] = []

        def listen(execute: Any, sql: str, *rest: Any) -> Any:
            said.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(listen):
            self.open(path)
        return len(said)

    def _environ(self, path: str) -> dict[str, object]:
        plain, _mark, query = path.partition("?")
        environ: dict[str, object] = {
            "PATH_INFO": plain,
            "QUERY_STRING": query,
            "HTTP_HOST": settings.ALLOWED_HOSTS[0],
            "HTTP_COOKIE": self.cookie,
            "wsgi.input": io.BytesIO(),
        }
        setup_testing_defaults(environ)
        return environ


def sign_in(user: User) -> Visitor:
    """A session of this person, second factor included."""
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "bench"}}
    )
    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "mfa")
    session: SessionBase = request.session
    session.save()
    return Visitor(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
