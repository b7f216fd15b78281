"""Accounts take two persons: a steward asks for a change, and somebody else makes it so.

What lowers (blocking an account, taking a clearance away) is done at once by the steward alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from . import account_mail, audit
from .errors import Conflict, Invalid, Refused
from .models import AccountChange, ApiToken, User
from .roles import (
    ACCOUNT_APPROVERS,
    CLEARABLE,
    CLEARED,
    SYSTEM,
    Allowed,
    Denied,
    Role,
    Verdict,
)

WAITING, APPROVED, REFUSED = AccountChange.State
# What nobody changes alone; the role goes first, for a clearance belongs to a role.
GUARDED = ("role", "is_cleared", "email", "name", "area", "unit", "is_active")
WITHOUT_FACTOR = "without_second_factor"
LOWERING = ("is_active", "is_cleared")
# With these a machine's keys end: they were given for what the account was.
END_KEYS = frozenset({"role", "is_cleared", "is_active"})
ENOUGH_STEWARDS = 2


def ask(
    person: User, wanted: Mapping[str, Any], reason: str, *, actor: User, at: datetime
) -> AccountChange | None:
    """Puts what a steward wants of an account before a second person.

    `wanted` holds new values of `GUARDED` fields and `without_second_factor`; what is so already
    counts for nothing, what lowers is done at once. Returns the change that now waits, if any.
    Raises Refused for anybody but a steward, Conflict when a change of this account waits already,
    Invalid without a reason.
    """
    if actor.role != Role.STEWARD:
        raise Refused(_("Only a steward asks for a change of an account."))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        lowered, facts = check(person, wanted, reason)
        if lowered:
            _lower(person, lowered, actor=actor, at=at)
        if not facts:
            return None
        change = AccountChange.objects.create(
            person=person,
            facts=facts,
            reason=reason.strip(),
            proposed_by=actor,
            proposed_at=at,
        )
        _record("account.change_proposed", change, actor=actor, at=at)
    return change


def check(
    person: User, wanted: Mapping[str, Any], reason: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of `wanted` would be done at once, and what would wait; raises like `ask`."""
    facts = _facts(person, wanted)
    lowered = {name: facts.pop(name) for name in LOWERING if facts.get(name) is False}
    if facts and not reason.strip():
        raise Invalid(_("Say why: a second person reads it before anything takes effect."))
    if facts and AccountChange.objects.filter(person_id=person.pk, state=WAITING).exists():
        raise Conflict(_("A change of this account waits already. Refuse it first."))
    return lowered, facts


def approve(pk: int, *, actor: User, at: datetime) -> AccountChange:
    """Makes a waiting change so, and tells the person concerned at the old and the new address.

    Raises Refused for the proposer, the person concerned and whoever is no approver; Conflict when
    it was decided meanwhile, or no longer fits (an address that another account has now).
    """
    with transaction.atomic():
        change = _waiting(pk)
        _insist(may_decide(actor, change))
        if not change.proposed_by.is_active or change.proposed_by.role != Role.STEWARD:
            raise Conflict(_("Who asked for this is no steward any more. Refuse it."))
        person = User.objects.select_for_update().get(pk=change.person_id)
        addresses = {person.email}
        _apply(person, change.facts, at)
        _decide(change, APPROVED, actor=actor, at=at)
        account_mail.tell_change(person, change.facts, addresses | {person.email}, at=at)
    return change


def refuse(pk: int, *, actor: User, at: datetime) -> AccountChange:
    """Ends a waiting change without effect; whoever proposed it may take it back so.

    Raises Refused and Conflict like `approve`.
    """
    with transaction.atomic():
        change = _waiting(pk)
        if change.proposed_by_id != actor.pk:
            _insist(may_decide(actor, change))
        _decide(change, REFUSED, actor=actor, at=at)
    return change


def may_decide(actor: User, change: AccountChange) -> Verdict:
    """Whether `actor` may be the second person of this change."""
    if actor.role not in ACCOUNT_APPROVERS:
        return Denied(_("Only a steward, a director or a supervisor decides on accounts."))
    if actor.pk == change.proposed_by_id:
        return Denied(_("You asked for this change, so somebody else approves it."))
    if actor.pk == change.person_id:
        return Denied(_("This is your own account, so somebody else approves it."))
    return Allowed()


def approvers(change: AccountChange) -> QuerySet[User]:
    """Everybody who may be the second person of this change now, by name."""
    people = User.objects.filter(is_active=True, role__in=ACCOUNT_APPROVERS)
    return people.exclude(pk__in=[change.proposed_by_id, change.person_id]).order_by("name", "pk")


def open_first_steward(email: str, name: str, *, at: datetime) -> User:
    """Opens the account of a steward while fewer than two can work, on the word of whoever runs
    the installation: nobody could approve it yet.

    Raises Refused once two stewards are there, Invalid for an address that cannot be used.
    """
    with transaction.atomic():
        if User.objects.filter(role=Role.STEWARD, is_active=True).count() >= ENOUGH_STEWARDS:
            raise Refused(
                _("There are two stewards: one asks for the new account, the other approves it.")
            )
        person = User(email=email, name=name, role=Role.STEWARD)
        person.set_unusable_password()
        _insist_it_fits(person)
        person.save()
        audit.record("account.first_steward_opened", f"user:{person.pk}", actor=SYSTEM, at=at)
        account_mail.tell_change(person, {"is_active": True}, {person.email}, at=at)
    return person


def _facts(person: User, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What of `wanted` differs from what is. A clearance counts only for a role that can have one,
    and goes with a role that it was not asked for."""
    facts = {name: wanted[name] for name in GUARDED if name in wanted}
    if "email" in facts:
        facts["email"] = facts["email"].lower()
    role = facts.get("role", person.role)
    is_new_role = role != person.role
    if "is_cleared" in facts:
        facts["is_cleared"] = role in CLEARED or (facts["is_cleared"] and role in CLEARABLE)
        if person.role in CLEARED and not facts["is_cleared"]:
            del facts["is_cleared"]  # it goes with the role, and not before
    kept = {
        name: value
        for name, value in facts.items()
        if value != getattr(person, name) or (name == "is_cleared" and value and is_new_role)
    }
    if wanted.get(WITHOUT_FACTOR) and Authenticator.objects.filter(user_id=person.pk).exists():
        kept[WITHOUT_FACTOR] = True
    return kept


def _lower(person: User, lowered: Mapping[str, Any], *, actor: User, at: datetime) -> None:
    blocks_approver = lowered.get("is_active") is False and person.role in ACCOUNT_APPROVERS
    others = User.objects.filter(is_active=True, role__in=ACCOUNT_APPROVERS)
    if blocks_approver and not others.exclude(pk__in=[person.pk, actor.pk]).exists():
        raise Refused(_("Then nobody would be left to approve anything. Appoint others first."))
    for name, value in lowered.items():
        setattr(person, name, value)
    if not person.is_active:  # a session of before must not come back to life with the account
        person.set_unusable_password()
    person.save()
    _end_keys(person, at)
    audit.record("account.lowered", f"user:{person.pk}", actor=actor, at=at, data=lowered)


def _apply(person: User, facts: Mapping[str, Any], at: datetime) -> None:
    for name in GUARDED:
        if name in facts and name != "is_cleared":
            setattr(person, name, facts[name])
    if WITHOUT_FACTOR in facts:  # with the one factor gone, the other is proved anew by e-mail
        Authenticator.objects.filter(user=person).delete()
        person.set_unusable_password()
    _insist_it_fits(person)
    person.save()
    if "is_cleared" in facts:  # after the role: a clearance is given for a role
        person.is_cleared = facts["is_cleared"]
        person.save()
    if END_KEYS & facts.keys():
        _end_keys(person, at)
    if "email" in facts:  # the old address must open nothing any more
        EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()


def _insist_it_fits(person: User) -> None:
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error


def _end_keys(person: User, at: datetime) -> None:
    ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=at)


def _waiting(pk: int) -> AccountChange:
    change = AccountChange.objects.select_for_update().get(pk=pk)
    if change.state != WAITING:
        raise Conflict(
            _("%(name)s has decided on this already.") % {"name": change.decided_by},
            {"state": change.state},
        )
    return change


def _decide(change: AccountChange, state: str, *, actor: User, at: datetime) -> None:
    change.state, change.decided_by, change.decided_at = state, actor, at
    change.save(update_fields=["state", "decided_by", "decided_at"])
    _record(f"account.change_{state}", change, actor=actor, at=at)


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def _record(kind: str, change: AccountChange, *, actor: User, at: datetime) -> None:
    """The record keeps what a change was about, and no address."""
    told = {name: value for name, value in change.facts.items() if name != "email"}
    data = {"change": change.pk, "names": sorted(change.facts), **told}
    audit.record(kind, f"user:{change.person_id}", actor=actor, at=at, data=data)
