"""Accounts and machines' keys take two persons, and how the first stewards come in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from . import account_mail, audit
from .account_mail import Recipient
from .errors import Conflict, Refused
from .guarded import Guarded, insist_it_fits, register
from .models import ApiToken, User
from .roles import ACCOUNT_APPROVERS, CLEARABLE, CLEARED, SYSTEM, Role

# The role goes first, for a clearance belongs to a role.
ACCOUNT_FIELDS = ("role", "is_cleared", "email", "name", "area", "unit", "is_active")
WITHOUT_FACTOR = "without_second_factor"
# With these a machine's keys end: they were given for what the account was.
END_KEYS = frozenset({"role", "is_cleared", "is_active"})
ENOUGH_STEWARDS = 2


class Accounts(Guarded):
    """Everything of an account but its language. Its name too: orders are signed with it."""

    kind = "account"
    model = User
    fields = ACCOUNT_FIELDS
    private = frozenset({"email"})

    def begin(self, row: User) -> None:
        """A new account begins blocked, and as nobody in particular."""
        row.set_unusable_password()
        row.role, row.is_active, row.is_cleared, row.area, row.unit = (
            Role.PUBLIC,
            False,
            False,
            "",
            "",
        )

    def facts(self, row: User, wanted: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
        """A clearance counts only for a role that can have one, and goes with a role that it was
        not asked for."""
        given = {name: wanted[name] for name in self.fields if name in wanted}
        if "email" in given:
            given["email"] = given["email"].lower()
        role = given.get("role", row.role)
        if "is_cleared" in given:
            given["is_cleared"] = role in CLEARED or (given["is_cleared"] and role in CLEARABLE)
            if row.role in CLEARED and not given["is_cleared"]:
                del given["is_cleared"]  # it goes with the role, and not before
        kept = super().facts(row, given, is_new=False)
        if given.get("is_cleared") and role != row.role:
            kept["is_cleared"] = True
        if wanted.get(WITHOUT_FACTOR) and Authenticator.objects.filter(user_id=row.pk).exists():
            kept[WITHOUT_FACTOR] = True
        return kept

    def value(self, row: User, name: str) -> Any:
        return False if name == WITHOUT_FACTOR else super().value(row, name)

    def lock(self, row: User, wanted: Mapping[str, Any]) -> None:
        """One account is blocked at a time, so that the last two who could approve cannot be
        blocked beside each other."""
        if wanted.get("is_active") is False:
            list(_approvers().select_for_update(no_key=True).order_by("pk"))

    def lower(self, row: User, facts: Mapping[str, Any], *, actor: User, at: datetime) -> None:
        """Blocks an account or takes its clearance, with its keys. Raises Refused when it would
        leave nobody to approve anything."""
        others = _approvers().exclude(pk__in=[row.pk, actor.pk])
        blocks_approver = facts.get("is_active") is False and row.role in ACCOUNT_APPROVERS
        if blocks_approver and not others.exists():
            raise Refused(_("Then nobody would be left to approve anything. Appoint others first."))
        self.set(row, facts)
        if not row.is_active:  # a session of before must not come back to life with the account
            row.set_unusable_password()
        row.save()
        _end_keys(row, at)

    def make_so(self, row: User, facts: Mapping[str, Any], *, at: datetime) -> None:
        told = {name: facts[name] for name in ACCOUNT_FIELDS if name in facts}
        is_cleared = told.pop("is_cleared", None)
        self.set(row, told)
        if WITHOUT_FACTOR in facts:  # with the one factor gone, the other is proved anew by e-mail
            Authenticator.objects.filter(user=row).delete()
            row.set_unusable_password()
        insist_it_fits(row)
        row.save()
        if is_cleared is not None:  # after the role: a clearance is given for a role
            row.is_cleared = is_cleared
            row.save()
        if END_KEYS & facts.keys():
            _end_keys(row, at)
        if "email" in facts:  # the old address must open nothing any more
            EmailAddress.objects.filter(user=row).exclude(email=row.email).delete()

    def person(self, row: User, facts: Mapping[str, Any]) -> int:
        return row.pk

    def recipients(self, row: User) -> set[Recipient]:
        return {Recipient(row.email, row.name, row.language)}

    def lines(self, row: User, facts: Mapping[str, Any]) -> list[str]:
        return account_mail.lines(facts)

    def label(self, name: str) -> str:
        return _("Remove the second factor") if name == WITHOUT_FACTOR else super().label(name)


class Keys(Guarded):
    """A machine's key: whose it is, what it opens and for how long. Its label opens nothing."""

    kind = "key"
    model = ApiToken
    fields = ("user", "scopes", "expires_at", "is_active")
    joined = ("user",)

    def make_so(self, row: ApiToken, facts: Mapping[str, Any], *, at: datetime) -> None:
        if row.revoked_at:
            raise Conflict(_("This key has been ended meanwhile. Refuse the change."))
        super().make_so(row, facts, at=at)

    def person(self, row: ApiToken, facts: Mapping[str, Any]) -> int:
        return row.user_id

    def recipients(self, row: ApiToken) -> set[Recipient]:
        return {Recipient(row.user.email, row.user.name, row.user.language)}

    def lines(self, row: ApiToken, facts: Mapping[str, Any]) -> list[str]:
        return [_("A machine key was given: %(label)s") % {"label": row.label}]


register(Accounts())
register(Keys())


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
        insist_it_fits(person)
        person.save()
        audit.record("account.first_steward_opened", f"user:{person.pk}", actor=SYSTEM, at=at)
        recipient = Recipient(person.email, person.name, person.language)
        opened = {"is_active": True}
        account_mail.tell("account_changed", {recipient}, lambda: account_mail.lines(opened), at=at)
    return person


def _approvers() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=ACCOUNT_APPROVERS)


def _end_keys(person: User, at: datetime) -> None:
    ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=at)
