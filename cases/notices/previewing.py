"""Orders as they would leave, for whoever approves or sends them. Nothing of it is kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from moderation_portal import policy
from moderation_portal.letters import Letter
from moderation_portal.models import User

from ..models import OPEN_TARGETS, Case, Decision, Notice, NoticeItem, Target
from . import drafting, features, grouping
from .issuing import BLANK


def of_case(case: Case, approver: User, *, at: datetime) -> Letter | None:
    """The order for the accounts of a case as this person's approval would issue it.

    None where no decision waits, or nothing would be ordered. Raises Invalid when the letter lacks
    a thing, as issuing it would.
    """
    waiting = Decision.objects.filter(case=case, state=Decision.State.PROPOSED)
    decision = waiting.select_related("author").first()
    found = Target.objects.filter(OPEN_TARGETS, grouping.orderable(), case=case)
    targets = list(_with_their_platform(found))
    if decision is None or not targets:
        return None
    decision.approver = approver
    return _written(targets, {case.pk: decision}, at)


def of_ready(case: Case, *, at: datetime) -> list[Letter]:
    """The orders that leave together when what waits for this case's platform is sent now."""
    here = grouping.ready_targets(case.urgency, case.platform_id).filter(handling=case.handling)
    targets = list(_with_their_platform(here))
    decisions = grouping.decisions_for({target.case_id for target in targets})
    groups = grouping.group(targets, decisions)
    return [_written(group.targets, decisions, at) for group in groups]


def of_correction(draft: Notice, approver: User, *, at: datetime) -> Letter:
    """A proposed correction as this person's approval would issue it."""
    found = draft.items.select_related("target__case", "target__account").order_by("position")
    more = {"number": BLANK, **draft.given, **drafting.signed_by([approver], draft.language)}
    return drafting.render(draft, list(found), code=draft.template, at=at, more=more)


def _with_their_platform(found) -> Iterable[Target]:
    return found.select_related("case__platform__registration", "account").order_by("id")


def _written(targets: Sequence[Target], decisions: Mapping[int, Decision], at: datetime) -> Letter:
    first, pack = targets[0], policy.pack()
    notice = Notice(
        pk=0,
        platform=first.case.platform,
        rung=features.rung_for(first),
        urgency=first.case.urgency,
        handling=first.handling,
        basis=grouping.first_prohibition(decisions[first.case_id].bases, pack),
        number=BLANK,
        drafted_at=at,
    )
    notice.language = drafting.language_of(notice, pack)
    items = [
        NoticeItem(notice=notice, target=one, position=place, locator=drafting.locator_of(one))
        for place, one in enumerate(targets, start=1)
    ]
    code = pack.ladder(notice.urgency, at).rung(notice.rung).letter
    address = settings.BASE_URL + reverse("cases:platform_home")
    here = {one.case_id: decisions[one.case_id] for one in targets}
    more = {"answer_url": address}
    if features.aims_at_feature(first):
        more |= features.given(first.case, notice.language)
    return drafting.render(notice, items, code=code, at=at, more=more, decisions=here)
