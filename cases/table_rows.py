"""What a line of the table of `cases.table` is made of."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row: who may take a case from where to where, and what follows.

    `sealed_roles` replaces `roles` for sealed cases (clearance is asked for besides). `holder_or`:
    while somebody holds the case, only they or these roles may. `is_judgement`: only what this
    person has opened, and only so many at once. `frees_targets`: its open accounts are released.
    `progress`: what the reporter's page says from then on. `sentence` takes `%(name)s`.
    `not_sealed`: why nobody does it to a sealed case. `of_outcome`: only to a case that ended so.
    `renews_promise`: what comes back gets a new promise of ours.
    """

    verb: str
    label: Promise
    event: str
    sentence: Promise
    sources: tuple[str, ...]
    roles: frozenset[str]
    target: str | None = None
    outcome: str = ""
    sealed_roles: frozenset[str] | None = None
    not_sealed: Promise | None = None
    reason_required: bool = False
    second_person: bool = False
    holder_or: frozenset[str] | None = None
    is_judgement: bool = False
    frees_targets: bool = False
    topics: tuple[str, ...] = ()
    progress: str = ""
    of_outcome: str = ""
    renews_promise: bool = False

    def roles_for(self, handling: str) -> frozenset[str]:
        """The roles that may do this to a case of this handling class."""
        if handling == "sealed" and self.sealed_roles is not None:
            return self.sealed_roles
        return self.roles


@dataclass(frozen=True, kw_only=True)
class TargetMove:
    """One row of a target's life: from which states it may come to `target`, and by whom."""

    target: str
    sources: tuple[str, ...]
    roles: frozenset[str]
    event: str
    sentence: Promise
