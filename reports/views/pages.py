"""Long lists, page by page, without counting or skipping rows: each page begins behind a row."""

from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50


def posted(request: HttpRequest):
    """What a form is bound to: the fields that were sent, none of them included; else None."""
    return request.POST if request.method == "POST" else None


def page(request: HttpRequest, rows: QuerySet, *, newest_first: bool = True):
    """One page of `rows`, which are ordered by id, and its pager's addresses as a context."""
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": int(after)})
    found = list(rows[: ROWS + 1])
    context = {"first_url": "", "next_url": ""}
    query = request.GET.copy()
    query.pop("after", None)
    if after:
        context["previous_url"] = f"?{query.urlencode()}"
    if len(found) > ROWS:
        query["after"] = str(found[ROWS - 1].pk)
        context["next_url"] = f"?{query.urlencode()}"
    return found[:ROWS], context
