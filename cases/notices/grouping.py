"""Which ready accounts leave together: one platform, urgency, legal basis and handling class."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from moderation_portal import policy
from moderation_portal.policy import Pack
from reports.features import FEATURE
from reports.models import Handling, HostKind

from ..holds import running
from ..models import Case, CaseState, Decision, Target, TargetState, Urgency
from ..opening import withheld_accounts

# What a decision's remedy (item < account < feature < platform) asks the platform to do.
ACTIONS = {"item": "remove_content", "feature": "adjust_feature"}
ACTION = "remove"
# Ordered already: another account of the same case has left before.
GATHERED_FROM = (CaseState.APPROVED, CaseState.ORDERED)


@dataclass
class Group:
    """Accounts for one notice. Its letter leaves the `withheld` ones out, by their ids; a notice of
    which all are withheld is not sent. What aims at a feature (`systemic`: its case) goes alone."""

    platform_id: int
    urgency: str
    basis: str
    handling: str
    action: str
    systemic: int | None
    targets: list[Target] = field(default_factory=list)
    withheld: set[int] = field(default_factory=set)

    @property
    def oldest(self) -> datetime:
        return min(target.ready_at for target in self.targets if target.ready_at)


def orderable() -> Q:
    """Targets on platforms to which orders may be given."""
    return Q(case__platform__is_cloud=False) if policy.pack().exempts(HostKind.CLOUD) else Q()


def ready_targets(urgency: str | None, platform_id: int | None) -> QuerySet[Target]:
    """Approved accounts that no notice has taken yet, on platforms not exempt by law."""
    found = Target.objects.filter(
        orderable(),
        ready_at__isnull=False,
        state=TargetState.STANDING,
        case__state__in=GATHERED_FROM,
    )
    if urgency:
        found = found.filter(case__urgency=urgency)
    if platform_id:
        found = found.filter(case__platform_id=platform_id)
    return found


def lock(wanted: QuerySet[Target]) -> list[Target]:
    """Locks cases, then targets; what another worker is gathering at this moment is left to it."""
    ids = set(wanted.values_list("case_id", flat=True))
    cases = Case.objects.filter(pk__in=ids, state__in=GATHERED_FROM).order_by("id")
    mine = {
        case.pk
        for case in cases.select_for_update(no_key=True, skip_locked=True, of=("self",)).only("id")
    }
    locked = (
        wanted.filter(case_id__in=mine)
        .select_related("case__platform", "account")
        .order_by("id")
        .select_for_update(no_key=True, of=("self",))
    )
    return list(locked)


def not_kept(targets: Iterable[Target]) -> list[Target]:
    """These locked targets without those under a Hold: they go on waiting for their list."""
    targets = list(targets)
    kept = running.accounts({target.account_id for target in targets})
    return [target for target in targets if target.account_id not in kept]


def group(targets: Iterable[Target], decisions: dict[int, Decision]) -> list[Group]:
    """The groups of these locked targets. A case without an approved decision stays behind."""
    targets = [target for target in targets if target.case_id in decisions]
    ordinary = {t.account_id for t in targets if t.handling == Handling.ORDINARY}
    withheld = withheld_accounts(ordinary) if ordinary else set()
    pack = policy.pack()
    groups: dict[tuple, Group] = {}
    for target in targets:
        key = (
            target.case.platform_id,
            target.case.urgency,
            first_prohibition(decisions[target.case_id].bases, pack),
            target.handling,
            action_of(decisions[target.case_id]),
            target.case_id if target.account.kind == FEATURE else None,
        )
        here = groups.setdefault(key, Group(*key))
        here.targets.append(target)
        if target.handling == Handling.ORDINARY and target.account_id in withheld:
            here.withheld.add(target.pk)
    return list(groups.values())


def is_due(group: Group, at: datetime, *, is_asked: bool) -> bool:
    """Whether a group leaves now: urgent ones do, ordinary ones wait the policy's minutes."""
    if is_asked or group.urgency == Urgency.URGENT:
        return True
    return group.oldest <= at - timedelta(minutes=policy.pack().limits_at(at).gather_minutes)


def decisions_for(case_ids: Collection[int]) -> dict[int, Decision]:
    """Case id -> the approved decision to uphold it; of several the newest."""
    found = Decision.objects.filter(
        case_id__in=case_ids, kind=Decision.Kind.UPHOLD, state=Decision.State.APPROVED
    )
    return {
        decision.case_id: decision for decision in found.select_related("approver").order_by("id")
    }


def first_prohibition(bases: list[str], pack: Pack) -> str:
    """The provision under which an account is gathered: the first that prohibits something."""
    prohibited = [code for code in bases if pack.basis(code).kind == "prohibition"]
    return (prohibited or bases)[0]


def action_of(decision: Decision) -> str:
    """What the platform is asked to do: the whole account, unless one item is enough."""
    return ACTIONS.get(decision.test.get("remedy", ""), ACTION)
