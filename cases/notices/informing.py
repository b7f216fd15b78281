"""Before a provider's first order it is told how orders go, and the order waits for that.

Regulation (EU) 2021/784 art. 3(2): whom the authority never gave an order is told of procedure and
deadlines at least 12 hours before the first, save in duly justified cases of emergency. Whether a
law wants this, how long before, and who may declare the emergency, is the policy pack's.

The letter names no account. What waits in a sealed case causes a letter of its own, to cleared
contacts; an ordinary order lets nobody tell whether there was a sealed one before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, letter_texts, letters, outbox, policy
from moderation_portal.models import Lane, User
from moderation_portal.roles import SYSTEM, Allowed, Denied, Verdict
from platforms.models import Contact, Platform
from reports.models import Handling
from reports.texts import reason_of

from .. import lifecycle, permissions
from ..models import Case, CaseState, Notice, ProviderInformation, Target
from ..rungs import ORDERS
from . import addresses, drafting, grouping, office_mail

TOPIC, LETTER = "provider.inform", "prior_information"


@dataclass(frozen=True)
class Waiting:
    """Why the first order to a provider does not leave: `leaves_at` is None as long as nobody of
    the provider has been reached, `is_reachable` whether there is anybody."""

    leaves_at: datetime | None
    is_reachable: bool


def allowed(targets: Sequence[Target], at: datetime) -> list[Target]:
    """Of these locked targets of one platform, urgency and handling class those whose order may be
    issued now. Where the provider must be told first it is, and they go on waiting."""
    if not targets or policy.pack().prior_information(at) is None:
        return list(targets)
    case = targets[0].case
    if is_informed(case.platform_id, case.handling, at):
        return list(targets)
    here = _inform(case, at)
    return [target for target in targets if target.case_id == here.waived_case_id]


def is_informed(platform_id: int, handling: str, at: datetime) -> bool:
    """Whether the law lets an order of this handling class go to this provider at `at`."""
    rule = policy.pack().prior_information(at)
    if rule is None:
        return True
    classes = _classes(handling)
    ordered = Notice.objects.filter(platform_id=platform_id, handling__in=classes)
    if ordered.filter(rung__in=ORDERS, issued_at__isnull=False).exists():
        return True
    told = _told(platform_id, handling).filter(given_at__lte=at - rule.ahead)
    return told.exists()


def waiting(case: Case, at: datetime) -> Waiting | None:
    """Why an approved case waits for its provider to be told; None where it does not."""
    rule = policy.pack().prior_information(at)
    if rule is None or case.state != CaseState.APPROVED:
        return None
    if is_informed(case.platform_id, case.handling, at):
        return None
    here = _told(case.platform_id, case.handling).order_by("given_at").first()
    if here is not None and here.waived_case_id == case.pk:
        return None
    leaves_at = here.given_at + rule.ahead if here and here.given_at else None
    return Waiting(leaves_at, bool(_contacts(case.platform_id, case.handling)))


def may_waive(user: User, case: Case, at: datetime) -> Verdict:
    """Whether this person may let the order of this case go at once, as an emergency."""
    rule = policy.pack().prior_information(at)
    if rule is None or waiting(case, at) is None:
        return Denied(_("This order does not wait for the provider to be told."))
    if user.role not in rule.waived_by or not permissions.oversees(user, case):
        return Denied(permissions.wrong_role(rule.waived_by))
    return Allowed()


def waive(case: Case, reason: str, *, actor: User, at: datetime) -> None:
    """Lets the first order of this case go without waiting: a duly justified emergency. The
    provider is told all the same. Raises Refused, Invalid without a reason, or Conflict where
    nothing waits."""
    said = reason_of(reason)
    with transaction.atomic():
        lifecycle.lock([case.pk])
        here = Case.objects.select_related("platform__registration").get(pk=case.pk)
        is_late = waiting(here, at) is None
        permissions.insist(may_waive(actor, here, at), is_late=is_late)
        row = _inform(here, at)
        row.waived_case, row.waived_by, row.waived_because = here, actor, said
        row.save(update_fields=["waived_case", "waived_by", "waived_because"])
        _record("order.emergency", [here.pk], here.handling, actor, at, {"reason": said})
        outbox.enqueue("notices.gather", {"urgency": here.urgency}, lane=Lane.URGENT, at=at)


def mail(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Mails the letter to one contact (`provider.inform`); the first that is reached starts the
    time. Raises as `office_mail.mail`."""
    row = ProviderInformation.objects.select_related("platform").get(pk=payload["information"])
    contact = Contact.objects.get(pk=payload["contact"])
    letter = letters.reread(policy.pack(), row.markdown)
    thing = f"information:{row.pk}:{contact.pk}"
    office_mail.mail(letter, contact.address, thing=thing, purpose=LETTER, at=at)
    with transaction.atomic():
        first = ProviderInformation.objects.filter(pk=row.pk, given_at=None).update(given_at=at)
        if first:
            cases = _cases_of(row)
            _record("provider.informed", cases, row.handling, SYSTEM, at, {"contact": contact.pk})


def _inform(case: Case, at: datetime) -> ProviderInformation:
    """The row of this provider, written and mailed where there is none; whoever of its contacts was
    added since gets it as well, as long as nobody has it."""
    here = _told(case.platform_id, case.handling).filter(handling=case.handling).first()
    if here is None:
        here, _is_new = ProviderInformation.objects.get_or_create(
            platform=case.platform, handling=case.handling, defaults=_letter(case, at)
        )
    if here.given_at is None:
        outbox.enqueue_many(
            (
                outbox.Message(
                    TOPIC,
                    {"information": here.pk, "contact": one.pk},
                    Lane.URGENT,
                    key=f"{here.pk}:{one.pk}",
                )
                for one in _contacts(case.platform_id, case.handling)
            ),
            at=at,
        )
    return here


def _letter(case: Case, at: datetime) -> dict[str, Any]:
    platform: Platform = case.platform
    pack = policy.pack()
    known = _contacts(platform.pk, case.handling)
    wished = [*(one.language for one in known), platform.language]
    language = next((one for one in wished if one in pack.languages), pack.languages[-1])
    given = {
        "issued_at": at,
        "platform": platform.name,
        "addressee": drafting.addressee(platform),
        "urgency": case.urgency,
    }
    return {
        "language": language,
        "markdown": letter_texts.write(LETTER, language, given).markdown,
        "policy_version": letter_texts.version_at(LETTER, language, at),
        "issued_at": at,
    }


def _contacts(platform_id: int, handling: str) -> list[Contact]:
    """Everybody of the provider who reads mail; of a sealed matter the cleared alone."""
    known = [one for one in addresses.of_platform(platform_id) if one.address]
    known = [one for one in known if one.channel != Contact.Channel.WEBHOOK]
    return [one for one in known if one.is_cleared] if handling == Handling.SEALED else known


def _classes(handling: str) -> list[str]:
    """What may be known of where an order of this handling class leaves."""
    return [Handling.ORDINARY] if handling == Handling.ORDINARY else list(Handling.values)


def _told(platform_id: int, handling: str) -> QuerySet[ProviderInformation]:
    return ProviderInformation.objects.filter(
        platform_id=platform_id, handling__in=_classes(handling)
    )


def _cases_of(row: ProviderInformation) -> list[int]:
    here = grouping.ready_targets(None, row.platform_id).filter(handling=row.handling)
    return sorted(set(here.values_list("case_id", flat=True)))


def _record(
    kind: str,
    case_ids: Sequence[int],
    handling: str,
    actor: Any,
    at: datetime,
    data: Mapping[str, Any],
) -> None:
    is_sealed = handling == Handling.SEALED
    audit.record_many(
        (
            audit.Line(
                kind, f"case:{pk}", actor, thread=f"case:{pk}", data=data, is_sealed=is_sealed
            )
            for pk in case_ids
        ),
        at=at,
    )
