"""Who acts: roles, the actors that are not users, and the two answers to "may I?"."""

from dataclasses import dataclass
from typing import Protocol

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """One role a user; what each may do is decided in `cases.permissions` and the views."""

    PUBLIC = "public", _("member of the public")
    ORGANISATION = "organisation", _("organisation")
    MONITOR = "monitor", _("local-government monitor")
    DETECTOR = "detector", _("detector")
    CASEWORKER = "caseworker", _("caseworker")
    SUPERVISOR = "supervisor", _("supervisor")
    DIRECTOR = "director", _("director")
    CHILD_PROTECTION = "child_protection", _("child-protection officer")
    POLICE = "police", _("police liaison")
    PLATFORM_ADMIN = "platform_admin", _("platform administrator")
    RESPONDER = "responder", _("platform responder")
    AUDITOR = "auditor", _("auditor")
    CLEARED_AUDITOR = "cleared_auditor", _("cleared auditor")
    STEWARD = "steward", _("steward of reference data")
    SYSTEM = "system", _("the system")


STAFF = frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.DIRECTOR, Role.CHILD_PROTECTION})
AUDITORS = frozenset({Role.AUDITOR, Role.CLEARED_AUDITOR})
REPRESENTATIVES = frozenset({Role.PLATFORM_ADMIN, Role.RESPONDER})
SECOND_FACTOR = STAFF | AUDITORS | REPRESENTATIVES | {Role.POLICE, Role.STEWARD}
CLEARED = frozenset({Role.CHILD_PROTECTION, Role.CLEARED_AUDITOR})
CLEARABLE = CLEARED | STAFF | REPRESENTATIVES
MACHINES = frozenset({Role.DETECTOR, Role.ORGANISATION, Role.MONITOR})
# Whose programs come in with a key.
KEY_HOLDERS = MACHINES | {Role.RESPONDER}
# Who may be the second person when a steward wants an account opened or changed.
ACCOUNT_APPROVERS = frozenset({Role.STEWARD, Role.DIRECTOR, Role.SUPERVISOR})
# Who reads the rules, checklists and letters that stewards keep.
RULE_READERS = AUDITORS | {Role.STEWARD, Role.DIRECTOR, Role.SUPERVISOR}
# What nobody who signs in can be.
NO_PERSONS = frozenset({Role.PUBLIC, Role.SYSTEM})


@dataclass(frozen=True)
class Actor:
    """Somebody who acts without being signed in: the system, a reporter, a contact by link.

    A signed-in `User` has the same four attributes, so verbs take either.
    """

    role: str
    name: str
    pk: int | None = None
    is_cleared: bool = False


SYSTEM = Actor(Role.SYSTEM, "system")
PUBLIC = Actor(Role.PUBLIC, "public")


class Acting(Protocol):
    """Whoever a verb is told it acts for: a `User` or an `Actor`."""

    @property
    def pk(self) -> int | None: ...
    @property
    def role(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_cleared(self) -> bool: ...


@dataclass(frozen=True)
class Allowed:
    """Yes; true in a condition."""

    reason = ""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, and the sentence that tells the reader why; false in a condition."""

    reason: str

    def __bool__(self) -> bool:
        return False


Verdict = Allowed | Denied


def title(role: str, unit: str, language: str) -> str:
    """How a person signs in a letter's language: Director, Pengendalian."""
    with translation.override(language):
        name = str(Role(role).label)
    return ", ".join(filter(None, [name[:1].upper() + name[1:], unit]))
