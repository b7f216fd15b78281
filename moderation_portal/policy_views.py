"""What the policy pack says, for those who keep the reference data; it is changed in the pack."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from . import clock
from .middleware import SignedInRequest
from .policy import Category, Pack, pack
from .roles import AUDITORS, STAFF, Role

READERS = STAFF | AUDITORS | {Role.STEWARD}


@dataclass(frozen=True)
class Line:
    """A category with what its codes lead to: the words for its urgency, the provisions a decision
    may rest on, and the office whose matter it is, or to which it is referred."""

    category: Category
    urgency: str
    bases: tuple[str, ...]
    unit: str
    refer_units: tuple[str, ...]


@require_GET
def categories(request: SignedInRequest) -> HttpResponse:
    """The categories in force today, in the order in which people choose them."""
    if request.user.role not in READERS:
        raise PermissionDenied
    at, book = clock.now(), pack()
    context = {
        "section": "categories",
        "lines": [line_of(category, book, at) for category in book.categories(at)],
        "version": book.version,
    }
    return render(request, "categories.html", context)


def line_of(category: Category, book: Pack, at: datetime) -> Line:
    """The category in the reader's language."""
    return Line(
        category,
        str(book.urgency(category.urgency, at).name),
        tuple(str(basis.citation) for basis in book.bases_for(category, at)),
        str(book.unit(category.unit, at).name) if category.unit else "",
        tuple(str(book.unit(code, at).name) for code in category.refer_units),
    )
