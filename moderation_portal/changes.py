"""What nobody changes alone: a steward asks for a change, and somebody else makes it so.

What lowers (switching off, taking a clearance away) is done at once by the steward alone, for it
must not wait.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from . import account_mail, audit, change_words
from .account_mail import Recipient
from .errors import Conflict, Invalid, Refused
from .guarded import GUARDED, Guarded, of, plain
from .models import Change, User
from .roles import ACCOUNT_APPROVERS, Allowed, Denied, Role, Verdict

WAITING, APPROVED, REFUSED = Change.State


def ask(
    row: Any,
    wanted: Mapping[str, Any],
    reason: str,
    *,
    actor: User,
    at: datetime,
    is_new: bool = False,
) -> Change | None:
    """Puts what a steward wants of a saved row before a second person.

    `wanted` holds new values of its guarded fields; what is so already counts for nothing, what
    lowers is done at once. `is_new`: the row was saved just now, switched off. Returns the change
    that now waits, if any. Raises Refused for anybody but a steward, Conflict when a change of this
    row waits already, Invalid without a reason.
    """
    if actor.role != Role.STEWARD:
        raise Refused(_("Only a steward asks for this."))
    guarded = of(row)
    with transaction.atomic():
        guarded.lock(row, wanted)
        row = guarded.model._default_manager.select_for_update().get(pk=row.pk)
        lowered, facts = check(row, wanted, reason, is_new=is_new)
        if lowered:
            _lower(guarded, row, lowered, actor=actor, at=at)
        if not facts:
            return None
        before = {} if is_new else {name: plain(guarded.value(row, name)) for name in facts}
        change = Change.objects.create(
            kind=guarded.kind,
            row=row.pk,
            person_id=guarded.person(row, facts),
            before=before,
            facts=facts,
            reason=reason.strip(),
            proposed_by=actor,
            proposed_at=at,
        )
        _record("change_proposed", change, actor=actor, at=at)
    return change


def check(
    row: Any, wanted: Mapping[str, Any], reason: str, *, is_new: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of `wanted` would be done at once, and what would wait; raises like `ask`."""
    guarded = of(row)
    facts = guarded.facts(row, wanted, is_new=is_new)
    low = [name for name, value in facts.items() if guarded.is_lowering(row, name, value)]
    lowered = {name: facts.pop(name) for name in low}
    if facts and not reason.strip():
        raise Invalid(_("Say why: a second person reads it before anything takes effect."))
    if facts and Change.objects.filter(kind=guarded.kind, row=row.pk or 0, state=WAITING).exists():
        raise Conflict(_("A change of this waits already. Refuse it first."))
    return lowered, facts


def approve(pk: int, *, actor: User, at: datetime) -> Change:
    """Makes a waiting change so, and tells whom it concerns at the old and the new address.

    Raises Refused for the proposer, the person concerned and whoever is no approver; Conflict when
    it was decided meanwhile, or what it changes was changed since; Invalid when it no longer fits
    (an address that another account has now).
    """
    with transaction.atomic():
        change = _waiting(pk)
        _insist(may_decide(actor, change))
        if not change.proposed_by.is_active or change.proposed_by.role != Role.STEWARD:
            raise Conflict(_("Who asked for this is no steward any more. Refuse it."))
        guarded = GUARDED[change.kind]
        row: Any = guarded.model._default_manager.select_for_update().get(pk=change.row)
        _insist_unchanged(guarded, row, change)
        told = guarded.recipients(row)
        guarded.make_so(row, change.facts, at=at)
        _decide(change, APPROVED, actor=actor, at=at)
        _tell(guarded, row, change.facts, told | guarded.recipients(row), at=at)
    return change


def refuse(pk: int, *, actor: User, at: datetime) -> Change:
    """Ends a waiting change without effect; whoever proposed it may take it back so.

    Raises Refused and Conflict like `approve`.
    """
    with transaction.atomic():
        change = _waiting(pk)
        if change.proposed_by_id != actor.pk:
            _insist(may_decide(actor, change))
        _decide(change, REFUSED, actor=actor, at=at)
    return change


def may_decide(actor: User, change: Change) -> Verdict:
    """Whether `actor` may be the second person of this change."""
    if actor.role not in ACCOUNT_APPROVERS:
        return Denied(_("Only a steward, a director or a supervisor decides on this."))
    if actor.pk == change.proposed_by_id:
        return Denied(_("You asked for this change, so somebody else approves it."))
    if actor.pk == change.person_id:
        return Denied(_("This is your own account, so somebody else approves it."))
    return Allowed()


def approvers(change: Change) -> QuerySet[User]:
    """Everybody who may be the second person of this change now, by name."""
    people = User.objects.filter(is_active=True, role__in=ACCOUNT_APPROVERS)
    concerned = [pk for pk in (change.proposed_by_id, change.person_id) if pk]
    return people.exclude(pk__in=concerned).order_by("name", "pk")


def _lower(
    guarded: Guarded, row: Any, lowered: Mapping[str, Any], *, actor: User, at: datetime
) -> None:
    told = guarded.recipients(row)
    guarded.lower(row, lowered, actor=actor, at=at)
    audit.record(
        f"{guarded.kind}.lowered", _subject(guarded, row.pk), actor=actor, at=at, data=lowered
    )
    _tell(guarded, row, lowered, told, at=at)


def _tell(
    guarded: Guarded, row: Any, facts: Mapping[str, Any], told: set[Recipient], *, at: datetime
) -> None:
    """Mails what was changed to those who stood there before and to those who do now."""

    def lines() -> list[str]:
        return guarded.lines(row, facts) or change_words.lines(row, facts)

    account_mail.tell(guarded.letter, told, lines, at=at)


def _waiting(pk: int) -> Change:
    change = Change.objects.select_for_update().get(pk=pk)
    if change.state != WAITING:
        raise Conflict(
            _("%(name)s has decided on this already.") % {"name": change.decided_by},
            {"state": change.state},
        )
    return change


def _insist_unchanged(guarded: Guarded, row: Any, change: Change) -> None:
    """What was lowered since is not raised again by who never saw it lowered."""
    if any(plain(guarded.value(row, name)) != value for name, value in change.before.items()):
        raise Conflict(_("This has been changed since it was asked for. Refuse it and ask anew."))


def _decide(change: Change, state: str, *, actor: User, at: datetime) -> None:
    change.state, change.decided_by, change.decided_at = state, actor, at
    change.save(update_fields=["state", "decided_by", "decided_at"])
    _record(f"change_{state}", change, actor=actor, at=at)


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict.reason)


def _record(what: str, change: Change, *, actor: User, at: datetime) -> None:
    """The record keeps what a change was about, and no address."""
    guarded = GUARDED[change.kind]
    told = {name: value for name, value in change.facts.items() if name not in guarded.private}
    data = {"change": change.pk, "names": sorted(change.facts), **told}
    subject = _subject(guarded, change.row)
    audit.record(f"{change.kind}.{what}", subject, actor=actor, at=at, data=data)


def _subject(guarded: Guarded, pk: int) -> str:
    return f"{guarded.model._meta.model_name}:{pk}"
