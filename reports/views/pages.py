"""What pages share: what was sent, and long lists page by page.

A list is neither counted nor are its rows skipped: each page begins behind a row.
"""

from datetime import UTC, datetime, time

from django.conf import settings
from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from moderation_portal import places
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.policy import pack

from .. import questions
from ..models import Question
from ..permissions import TELLERS

ROWS, MOST_ASKED = 50, 20
# What is known by the day alone.
DAYS = frozenset({"received_on"})


def posted(request: HttpRequest):
    """What a form is bound to: the fields that were sent, none of them included; else None."""
    return request.POST if request.method == "POST" else None


def section(user) -> str:
    """Under which word of the main navigation this room stands for this person."""
    return "reports" if user.role in TELLERS else "requests"


def category_names() -> dict[str, str]:
    """Every category by its code, older versions included, in the reader's language."""
    return {one.code: str(one.name) for one in pack().sections["categories"]}


def asked(user: User) -> list[Question]:
    """The questions of officers that wait for this person's answer, as the lists show them."""
    return list(questions.waiting(user)[:MOST_ASKED])


def is_good(request: HttpRequest, form: BaseForm) -> bool:
    """Whether a form was sent and can be used. A file that was cut off on its way in for its size
    is told of beside everything else that is wrong."""
    if request.method != "POST":
        return False
    is_valid = form.is_valid()
    if getattr(request, "upload_too_large", False):
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        form.add_error(
            None,
            _("A file is larger than %(most)s MB. Attach a smaller one.") % {"most": most},
        )
        return False
    return is_valid


def page(request: SignedInRequest, rows: QuerySet, *, by: str, newest_first: bool = True):
    """One page of `rows` in the order of `by`, their id, one of their instants or one of `DAYS`,
    and its pager as a context. The address tells the place behind which a page begins, and no row
    is looked up by it. Raises Invalid for a place that is none."""
    sign = "-" if newest_first else ""
    rows = rows.order_by(f"{sign}{by}", f"{sign}pk")
    after = request.GET.get("after", "")
    is_day = by in DAYS
    rows = rows.filter(_behind(after, by=by, is_day=is_day, is_down=newest_first))
    found = list(rows[: ROWS + 1])
    context = {"first_url": "", "next_url": ""}
    query = request.GET.copy()
    query.pop("after", None)
    if after:
        context["previous_url"] = f"?{query.urlencode()}"
    if len(found) > ROWS:
        last = found[ROWS - 1]
        place = places.EPOCH if by == "pk" else getattr(last, by)
        if is_day:
            place = datetime.combine(place, time(), UTC)
        query["after"] = places.write(place, last.pk)
        context["next_url"] = f"?{query.urlencode()}"
    return found[:ROWS], context


def _behind(text: str, *, by: str, is_day: bool, is_down: bool) -> Q:
    place = places.read(text)
    if place is None:
        return Q()
    instant, pk = place
    if by == "pk":
        return Q(**{f"pk__{'lt' if is_down else 'gt'}": pk})
    return places.beyond(by, instant.date() if is_day else instant, pk, is_down=is_down)
