"""What pages share: what was sent, and long lists page by page.

A list is neither counted nor are its rows skipped: each page begins behind a row.
"""

from django.conf import settings
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import pack

from ..permissions import TELLERS

ROWS = 50


def posted(request: HttpRequest):
    """What a form is bound to: the fields that were sent, none of them included; else None."""
    return request.POST if request.method == "POST" else None


def section(user) -> str:
    """Under which word of the main navigation this room stands for this person."""
    return "reports" if user.role in TELLERS else "requests"


def category_names() -> dict[str, str]:
    """Every category by its code, older versions included, in the reader's language."""
    return {one.code: str(one.name) for one in pack().sections["categories"]}


def is_good(request: HttpRequest, form: Form) -> bool:
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


def page(request: SignedInRequest, rows: QuerySet, *, newest_first: bool = True):
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
