"""The parts of the portal that its rooms open: what stands in the navigation, and whose first page
each is. A room registers its own as its app starts."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .roles import ACCOUNT_APPROVERS, Role


@dataclass(frozen=True)
class Section:
    """`address` is the name of its URL; `roles` find it in the navigation, at `place` from the
    left; `first_of` begin there after signing in."""

    name: str
    address: str
    label: str | Promise
    roles: Collection[str]
    place: int
    first_of: Collection[str] = ()


_SECTIONS: dict[str, Section] = {}


def register(*sections: Section) -> None:
    """Adds sections; one of the same name takes the place of the earlier."""
    _SECTIONS.update({section.name: section for section in sections})


def sections_of(role: str | None) -> list[Section]:
    """What this role finds in the navigation, from left to right."""
    found = [section for section in _SECTIONS.values() if role in section.roles]
    return sorted(found, key=lambda section: section.place)


def first_page(role: str) -> str:
    """The name of the URL at which this role begins."""
    return next(one.address for one in _SECTIONS.values() if role in one.first_of)


register(
    Section("changes", "changes", _("Second person"), ACCOUNT_APPROVERS, 7),
    Section("admin", "admin:index", _("Reference data"), {Role.STEWARD}, 8, {Role.STEWARD}),
    Section("categories", "categories", _("Categories"), {Role.STEWARD}, 9),
)
