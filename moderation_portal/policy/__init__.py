"""A country's law as data. `pack()` gives the pack in use; `packs/` holds the packs.

Everything a pack holds is frozen and dated. What may stand in one, and how to write another, is
in docs/policy-packs.md.
"""

from .book import Pack
from .checks import check
from .loading import names, pack, read
from .reading import PackError
from .template import Template
from .values import (
    Basis,
    Category,
    ChecklistLine,
    Choice,
    Issuer,
    Ladder,
    Limits,
    Requirement,
    Rung,
    Source,
    Unit,
    Words,
)

__all__ = [
    "Basis",
    "Category",
    "ChecklistLine",
    "Choice",
    "Issuer",
    "Ladder",
    "Limits",
    "Pack",
    "PackError",
    "Requirement",
    "Rung",
    "Source",
    "Template",
    "Unit",
    "Words",
    "check",
    "names",
    "pack",
    "read",
]
