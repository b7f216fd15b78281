"""The pages of this room that a reader may open, as tabs."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import AUDITORS, STAFF

from ..operations import READERS as OPERATION_READERS
from ..permissions import MAY_IMPORT, MAY_READ_REQUESTS, MAY_TELL, TELLERS
from ..tabs import of

register = template.Library()

PAGES = (
    ("requests", _("Formal requests"), MAY_READ_REQUESTS),
    ("verify", _("Findings to verify"), STAFF),
    ("needs_info", _("Waiting for information"), STAFF),
    ("petitions", _("Petitions"), STAFF | AUDITORS),
    ("mine", _("My reports"), STAFF | TELLERS),
    ("accounts", _("Accounts that I reported"), TELLERS),
    ("operations", _("Joint operations"), OPERATION_READERS),
    ("new", _("New report"), MAY_TELL),
    ("import", _("Import a file"), MAY_IMPORT),
)


@register.inclusion_tag("reports/_room.html", takes_context=True)
def room_tabs(context) -> dict[str, object]:
    """The tabs of whoever reads; the page that is shown is marked."""
    request = context["request"]
    here = request.resolver_match.url_name
    tabs = [
        {"url": reverse(f"reports:{name}"), "label": label, "is_here": name == here}
        for name, label, roles in PAGES
        if request.user.role in roles
    ]
    tabs += [
        {
            "url": reverse(tab.address),
            "label": tab.label,
            "is_here": tab.address == request.resolver_match.view_name,
        }
        for tab in of(request.user)
    ]
    return {"tabs": tabs}
