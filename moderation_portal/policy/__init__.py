"""A country's law as data. `pack()` gives the pack in use; `packs/` holds the packs.

Everything a pack holds is frozen and dated. What may stand in one, and how to write another, is
in docs/policy-packs.md.
"""

from .book import Pack
from .changing import changed
from .checks import check
from .loading import names, pack, read
from .own_numbers import Limits
from .reading import PackError
from .template import Template
from .values import (
    Basis,
    Calendar,
    Category,
    ChecklistLine,
    Choice,
    Issuer,
    Ladder,
    Requirement,
    RestDay,
    Rung,
    Source,
    Unit,
    Words,
)

__all__ = [
    "Basis",
    "Calendar",
    "Category",
    "ChecklistLine",
    "Choice",
    "Issuer",
    "Ladder",
    "Limits",
    "Pack",
    "PackError",
    "Requirement",
    "RestDay",
    "Rung",
    "Source",
    "Template",
    "Unit",
    "Words",
    "changed",
    "check",
    "names",
    "pack",
    "read",
]
