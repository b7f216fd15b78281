"""The platforms' API: a representative's program lists the notices of its platform, reads them and
answers in batches.

With the key of a responder, or with a session. What lies in sealed cases is read in the portal
only: here it is not there, whatever clearance anybody has. Another platform's notice, a sealed one
and one that does not exist answer alike. Whoever reads a notice by a key has been served, as one
who opens its page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation_portal import clock, places, policy
from moderation_portal.bodies import instant_of, items_of, text_of
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES
from moderation_portal.storable import storable
from moderation_portal.tokens import SignedIn, SignedInCall, allows, idempotent, is_by_key
from reports.models import Handling

from . import answer_batches, notices, permissions
from .models import Notice, Urgency
from .notices import inbox, machine, xarf
from .rungs import UNANSWERED, UNASKED
from .views import numbers

READ, WRITE = "notices:read", "answers:write"
NOTICES_A_PAGE = 50
ITEMS_A_PAGE = 500
FILTERS = frozenset({"view", "urgency", "rung", "due_before", "number", "after"})


class Door(APIView):
    """What all addresses of this API share: who comes in, and nothing but what `GET` or `POST` say.

    A `HEAD` is not answered: it would serve a notice of which it hands nothing over.
    """

    permission_classes = [SignedIn, allows(READ)]
    http_method_names = ["get", "post"]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        own = getattr(request.user, "representative", None)
        if request.user.role not in REPRESENTATIVES or own is None or not own.is_active:
            raise Refused(permissions.wrong_role(REPRESENTATIVES))


class Notices(Door):
    """`GET /api/v1/notices/?view=…&urgency=…&rung=…&due_before=…&number=…`."""

    def get(self, request: SignedInCall) -> Response:
        """A page of the platform's notices; of what is open the soonest due first."""
        given = request.query_params
        if strangers := sorted(set(given) - FILTERS):
            said = _("“%(field)s” is not known here.") % {"field": strangers[0][:60]}
            raise Invalid(said, {"field": strangers[0][:60]})
        view = _choice(given, "view", inbox.VIEWS) or inbox.OPEN
        found = _narrowed(_ordinary(inbox.of_platform(request.user, view)), given)
        page, following = _page(found, view, given.get("after", ""))
        counted = inbox.counts(page)
        query = given.copy()
        query["after"] = following
        return Response(
            {
                "notices": [machine.line(one, counted.get(one.pk, (0, 0))) for one in page],
                "next": f"{request.path}?{query.urlencode()}" if following else None,
            }
        )


class Xarf(JSONRenderer):
    """Chosen by `?format=xarf`."""

    format = "xarf"


class OneNotice(Door):
    """`GET /api/v1/notices/<id or number>/`: what the letter says, with its accounts page by page;
    with `?format=xarf` as X-ARF v4."""

    renderer_classes = [JSONRenderer, Xarf]

    def get(self, request: SignedInCall, name: str) -> Response:
        """The notice as it stands for its platform. Reading it is opening it by name."""
        at = clock.now()
        notice = _opened(request, name, at)
        items = notices.items_for_platform(notice)
        letter = notices.for_platform(notice, at=at)
        if letter is None:
            raise _not_there()
        after = numbers.whole(request.query_params.get("items_after", "0") or "0", len(items))
        if after is None:
            raise Invalid(_("This page address is broken. Open the list anew."))
        shown = items[after : after + ITEMS_A_PAGE]
        following = after + len(shown) if after + len(shown) < len(items) else None
        query = request.query_params.copy()
        query["items_after"] = str(following)
        beside = {"items_next": f"{request.path}?{query.urlencode()}" if following else None}
        if request.accepted_renderer.format == Xarf.format:
            subject = letter.letter.subject
            made = xarf.reports(notice, shown, subject, first=after + 1, at=at)
            return Response({"number": notice.number, "reports": made, **beside})
        told = machine.whole(notice, items, letter, at=at)
        return Response({**told, "items": machine.accounts(shown, after + 1), **beside})


class NoticeLetter(Door):
    """`GET /api/v1/notices/<id or number>/letter.pdf`."""

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        """Whatever is asked for: it is a PDF, and a refusal is JSON."""
        return JSONRenderer(), JSONRenderer.media_type

    def get(self, request: SignedInCall, name: str) -> HttpResponse:
        """The letter as its platform may read it; who has it before them has been served."""
        at = clock.now()
        notice = _opened(request, name, at)
        letter = notices.for_platform(notice, at=at)
        if letter is None:
            raise _not_there()
        headers = {"Content-Disposition": f'attachment; filename="{notices.file_name(notice)}"'}
        return HttpResponse(letter.pdf, content_type="application/pdf", headers=headers)


class Answers(Door):
    """`POST /api/v1/notices/<id or number>/answers/` with an Idempotency-Key."""

    permission_classes = [SignedIn, allows(WRITE)]

    @idempotent
    def post(self, request: SignedInCall, name: str) -> Response:
        """Takes what is right and says of the rest what is wrong; a result for each item."""
        at = clock.now()
        notice = _opened(request, name, at)
        body = cast(dict[str, Any], request.data)
        said = items_of(body)
        if notice.rung in UNANSWERED:
            raise Conflict(_("This letter needs no answer here."))
        letter = text_of(body, "letter")
        return Response(answer_batches.take(notice, said, letter, actor=request.user, at=at))


def _ordinary(found: QuerySet[Notice]) -> QuerySet[Notice]:
    return found.filter(handling=Handling.ORDINARY)


def _load(user: User, name: str) -> Notice:
    """The ordinary notice of the caller's platform by its id or number; all else is not there."""
    pk = numbers.whole(name)
    which = Q(number=storable(name).strip("/")) if pk is None else Q(pk=pk)
    visible = _ordinary(notices.visible_to(user)).select_related("platform", "follows")
    notice = visible.filter(which).first()
    if notice is None:
        raise _not_there()
    return notice


def _opened(request: SignedInCall, name: str, at: datetime) -> Notice:
    notice = _load(request.user, name)
    channel = "api" if is_by_key(request) else "portal"
    notices.open_in_portal(notice, actor=request.user, at=at, channel=channel)
    notice.refresh_from_db()
    return notice


def _not_there() -> NotFound:
    said = _("There is no such notice. Check the number.")
    return NotFound({"code": "not_found", "message": said})


def _narrowed(found: QuerySet[Notice], given: Mapping[str, str]) -> QuerySet[Notice]:
    rungs = {rung.code for one in policy.pack().sections["ladders"] for rung in one.rungs}
    if urgency := _choice(given, "urgency", Urgency.values):
        found = found.filter(urgency=urgency)
    if rung := _choice(given, "rung", [*sorted(rungs), *UNASKED]):
        found = found.filter(rung=rung)
    if given.get("number"):
        found = found.filter(number=storable(given["number"]))
    before = instant_of(given, "due_before")
    return found.filter(due_at__lt=before) if before else found


def _choice(given: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    """The value of a filter, if it has one. Raises Invalid for one that is not known."""
    value = given.get(name, "")
    if value and value not in known:
        said = _("Choose one of these: %(list)s.") % {"list": ", ".join(known)}
        raise Invalid(said, {"field": name})
    return value


def _page(found: QuerySet[Notice], view: str, after: str) -> tuple[list[Notice], str]:
    """A page behind a place, and the place where the next begins (empty: there is none)."""
    place = places.read(after)
    if view == inbox.PAST:
        found = found.order_by("-drafted_at", "-pk")
        if place:
            found = found.filter(places.beyond("drafted_at", *place, is_down=True))
    else:
        found = found.order_by(F("due_at").asc(nulls_last=True), "pk")
        if place:
            found = found.filter(_behind(*place))
    rows = list(found[: NOTICES_A_PAGE + 1])
    page = rows[:NOTICES_A_PAGE]
    if len(rows) <= NOTICES_A_PAGE:
        return page, ""
    last = page[-1]
    at = last.drafted_at if view == inbox.PAST else last.due_at or places.EPOCH
    return page, places.write(at, last.pk)


def _behind(due_at: datetime, pk: int) -> Q:
    """What comes after a place, where those without a due time come last and stand at the epoch."""
    without = Q(due_at=None)
    if due_at == places.EPOCH:
        return without & Q(pk__gt=pk)
    return places.beyond("due_at", due_at, pk, is_down=False) | without
