"""Pages of other rooms that stand among the tabs of this one, for whoever may know of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from moderation_portal.models import User


@dataclass(frozen=True)
class Tab:
    """`address` is the name of its URL; `knows` says who finds it here."""

    address: str
    label: str | Promise
    knows: Callable[[User], bool]


_TABS: list[Tab] = []


def register(tab: Tab) -> None:
    """Adds a page behind those of this room."""
    _TABS.append(tab)


def of(user: User) -> list[Tab]:
    """The pages that this person finds."""
    return [tab for tab in _TABS if tab.knows(user)]
