"""What a caseworker, a supervisor and a director do with a case. Every verb takes a set.

Each answers what was done, skipped (somebody was first) and refused, case by case, with reasons.
`cases` are ids, rows or a queryset; `actor` is a user. The table says who may; judging (uphold,
approve) acts only on what this person has opened, and on a limited number at once.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from moderation_portal import audit, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.formats import instant
from moderation_portal.models import User
from moderation_portal.roles import STAFF, SYSTEM
from reports import questions
from reports.models import Handling

from . import checklists, desk_news, grounds, lifecycle, panels, permissions, viewing, withholding
from .models import (
    OPEN_TARGETS,
    Case,
    CaseState,
    Decision,
    Joining,
    Referral,
    Target,
)
from .notices import features, preserving
from .results import Held, Result, ids_of

Cases = Iterable[int | Case]


def open_page(case: Case, *, actor: User, at: datetime) -> list[viewing.Viewer]:
    """Remembers that this person has opened this case, and gives who else has it open; each look
    at a sealed one is recorded."""
    if case.handling != Handling.SEALED:
        return viewing.look_in(case, actor, at=at)
    with transaction.atomic():
        audit.record("case.page_opened", case.thread, actor=actor, at=at, is_sealed=True)
        return viewing.look_in(case, actor, at=at)


def claim(cases: Cases, *, actor: User, at: datetime) -> Result:
    """Takes cases that nobody holds, or whose holder has let them lie for the policy's lease."""
    with transaction.atomic():
        held = lifecycle.hold(cases, "claim", actor=actor, at=at)
        yours = Conflict(_("You hold this case already."))
        held.sift(lambda case: yours if case.owner_id == actor.pk else None, skips=True)
        withholding.taken(held.ids)
        return lifecycle.move(held, owner=actor)


def assign(cases: Cases, *, owner: User, actor: User, at: datetime) -> Result:
    """Puts cases on somebody's desk; a sealed one only on that of a cleared person."""
    if owner.role not in STAFF or not owner.is_active:
        said = _("Choose an active member of the staff.")
        raise Invalid.field("owner", said)
    with transaction.atomic():
        held = lifecycle.hold(cases, "assign", actor=actor, at=at)
        said = _("%(name)s is not cleared for sealed cases.") % {"name": owner.name}
        held.sift(lambda case: None if permissions.is_visible(owner, case) else Refused(said))
        withholding.taken(held.ids)
        result = lifecycle.move(held, owner=owner, data={"owner": owner.pk, "note": owner.name})
        desk_news.assigned(held.ready, owner, actor=actor, at=at)
        return result


def ask_info(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """Sets cases aside until what `reason` asks for has come in; our own clock runs on.

    Reporters who hold a receipt read the question on its page and can answer there.
    """
    with transaction.atomic():
        result = lifecycle.advance(cases, "ask_info", actor=actor, at=at, reason=reason)
        told = Joining.objects.filter(target__case_id__in=result.done)
        items = told.values_list("item_id", flat=True)
        questions.ask(dict.fromkeys(items, reason), actor=actor, at=at)
        return result


def resume_answered(report_ids: Iterable[int], *, at: datetime) -> Result:
    """Goes on with the cases that waited for what these reports' tellers have answered now."""
    items = questions.answered_items(report_ids)
    told = Case.objects.filter(targets__joinings__item__in=items, state=CaseState.NEEDS_INFO)
    waiting = sorted(set(told.values_list("pk", flat=True)))
    reason = _("The reporter has answered.")
    return lifecycle.advance(waiting, "resume", actor=SYSTEM, at=at, reason=reason)


def resume(cases: Cases, *, actor: User, at: datetime, reason: str = "") -> Result:
    """Goes on with cases that waited for information."""
    return lifecycle.advance(cases, "resume", actor=actor, at=at, reason=reason)


def preserve(cases: Cases, *, actor: User, at: datetime) -> Result:
    """Asks the platforms by a letter to preserve the data of these cases' accounts; it stands
    before any takedown. A case of which every account was asked for already is skipped."""
    with transaction.atomic():
        held = lifecycle.hold(cases, "preserve", actor=actor, at=at)
        at_features = features.among(held.ids)
        nobody_s = Refused(_("A feature holds no data of anybody: there is nothing to preserve."))
        held.sift(lambda case: nobody_s if case.pk in at_features else None)
        open_ones = set(preserving.unasked(held.ids).values_list("case_id", flat=True))
        held.sift(lambda case: None if case.pk in open_ones else _preserved(case), skips=True)
        result = lifecycle.move(held, preservation_asked_at=at)
        preserving.ask(result.done, actor=actor, at=at)
        return result


def _preserved(case: Case) -> Conflict:
    said = _("The platform was asked to preserve these data on %(at)s already.")
    return Conflict(said % {"at": instant(case.preservation_asked_at)})


def refer(
    cases: Cases,
    *,
    unit: str,
    reason: str,
    actor: User,
    at: datetime,
    is_preservation_wanted: bool = True,
) -> Result:
    """Refers cases to a unit that helps or investigates (child protection, trafficking) and keeps
    them open; preservation is asked for in the same breath, so that no takedown destroys evidence.

    The unit must be one of the category's; a case of another category is refused.
    """
    with transaction.atomic():
        held = _hold_for_unit(cases, "refer", unit, reason, actor, at)
        _refer(held, unit, actor, asked_at=at if is_preservation_wanted else None)
        if is_preservation_wanted:
            preserve(held.ready, actor=actor, at=at)
        return lifecycle.move(held, data={"unit": unit})


def hand_over(cases: Cases, *, unit: str, reason: str, actor: User, at: datetime) -> Result:
    """Refers cases to a unit and closes them here: the matter is that unit's alone."""
    with transaction.atomic():
        held = _hold_for_unit(cases, "hand_over", unit, reason, actor, at)
        _refer(held, unit, actor, asked_at=None)
        _decide(held, actor, Decision.Kind.REFER, unit=unit)
        return lifecycle.move(held, data={"unit": unit})


def dismiss(cases: Cases, *, reason: str, actor: User, at: datetime, departure: str = "") -> Result:
    """Closes cases because nothing unlawful was found; their accounts may be reported anew.

    `departure` says why, where a panel advised otherwise.
    """
    with transaction.atomic():
        held = lifecycle.hold(cases, "dismiss", actor=actor, at=at, reason=reason)
        _decide(held, actor, Decision.Kind.DISMISS, departure=departure)
        return lifecycle.move(held)


def uphold(
    cases: Cases,
    *,
    bases: Collection[str],
    test: Mapping[str, str],
    reasons: str,
    actor: User,
    at: datetime,
    departure: str = "",
    ticked: Collection[str] = (),
    skipped: Mapping[str, str] | None = None,
) -> Result:
    """Proposes to order the platform; a second person approves.

    `bases` are provisions of the policy, `test` the three-part test (`grounds.TEST_PARTS`),
    `reasons` what the platform will read, `departure` why a panel that advised otherwise is not
    followed. Lines of the checklist may be `ticked` in the same breath, or `skipped` (line ->
    why); of a case that stays undecided none is. A case with anything missing (`grounds.missing`)
    is refused, with the gaps in its detail. Raises Invalid for an incomplete test or too many.
    """
    told, ids, skipped = grounds.check_test(test), _judgeable(cases, at), skipped or {}
    pack = policy.pack()
    with transaction.atomic():
        held = lifecycle.hold(ids, "uphold", actor=actor, at=at, reason=reasons)
        _refuse_unopened(held, actor)
        gaps = grounds.missing(held.ready, pack, at=at, lines={*ticked, *skipped})
        held.sift(lambda case: _incomplete(gaps[case.pk]) if case.pk in gaps else None)
        held.sift(lambda case: grounds.wrong_bases(bases, case.category, pack, at))
        at_features = features.among(held.ids)
        held.sift(lambda c: grounds.wrong_remedy(told["remedy"], is_systemic=c.pk in at_features))
        held.sift(lambda case: grounds.too_mild(told, case.category, pack, at))
        facts: dict[str, Any] = {"bases": sorted(bases), "test": told, "departure": departure}
        _decide(held, actor, Decision.Kind.UPHOLD, state=Decision.State.PROPOSED, **facts)
        _tick(held, ticked, skipped, actor)
        return lifecycle.move(held, data={"bases": sorted(bases), "remedy": told["remedy"]})


def _tick(held: Held, ticked: Collection[str], skipped: Mapping[str, str], actor: User) -> None:
    """What was done of the checklist, written down before the state moves on."""
    if not held.ready:
        return
    if not all(because.strip() for because in skipped.values()):
        raise Invalid.field("skipped", _("Say why this line is skipped."))
    for because, lines in [("", ticked), *((why, [line]) for line, why in skipped.items())]:
        if lines:
            checklists.tick(
                held.ready, lines=lines, actor=actor, at=held.at, skipped_because=because
            )


def approve(cases: Cases, *, actor: User, at: datetime) -> Result:
    """The second person's yes: the accounts are ready for a notice, the urgent ones at once.

    Nobody approves what they wrote (the database refuses it too), nor what has changed since they
    opened it. Raises Invalid for too many cases.
    """
    ids = _judgeable(cases, at)
    with transaction.atomic():
        held = lifecycle.hold(ids, "approve", actor=actor, at=at)
        waiting = Decision.objects.filter(case_id__in=held.ids, state=Decision.State.PROPOSED)
        _refuse_unopened(held, actor)
        waiting.filter(case_id__in=held.ids).update(
            state=Decision.State.APPROVED, approver=actor, approved_at=at
        )
        ready = Target.objects.filter(OPEN_TARGETS, case_id__in=held.ids).order_by("id")
        ids = list(ready.select_for_update(no_key=True).values_list("pk", flat=True))
        Target.objects.filter(pk__in=ids).update(ready_at=at)
        desk_news.judged(held.ready, desk_news.APPROVED, actor=actor, at=at)
        return lifecycle.move(held)


def send_back(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """Returns proposals to their authors, with what must be mended."""
    with transaction.atomic():
        held = lifecycle.hold(cases, "send_back", actor=actor, at=at, reason=reason)
        waiting = Decision.objects.filter(case_id__in=held.ids, state=Decision.State.PROPOSED)
        waiting.exclude(author=actor).update(approver=actor)
        waiting.update(state=Decision.State.SENT_BACK, answer=held.reason)
        desk_news.judged(held.ready, desk_news.SENT_BACK, actor=actor, at=at)
        return lifecycle.move(held)


def _judgeable(cases: Cases, at: datetime) -> list[int]:
    """Judging is no batch work: so many at once as the policy allows."""
    ids, most = ids_of(cases), policy.pack().limits_at(at).bulk_judge_max
    if len(ids) > most:
        said = ngettext(
            "At most %(most)s case is judged at once. Choose fewer.",
            "At most %(most)s cases are judged at once. Choose fewer.",
            most,
        )
        raise Invalid(said % {"most": most}, {"most": most, "given": len(ids)})
    return ids


def _refuse_unopened(held: Held, actor: User) -> None:
    unread = grounds.unread(held.verb, held.ids, actor)
    held.sift(lambda case: grounds.open_first(case) if case.pk in unread else None)


def _incomplete(gaps: Collection[grounds.Gap]) -> Invalid:
    said = _("Something is missing: %(list)s") % {"list": " ".join(gap.message for gap in gaps)}
    return Invalid(said, {"gaps": [gap.as_json() for gap in gaps]})


def _hold_for_unit(
    cases: Cases, verb: str, unit: str, reason: str, actor: User, at: datetime
) -> Held:
    held = lifecycle.hold(cases, verb, actor=actor, at=at, reason=reason)
    pack = policy.pack()

    def check(case: Case) -> Invalid | None:
        category = pack.category(case.category)
        known = grounds.units_of(category)
        if unit in known:
            return None
        names = ", ".join(str(pack.unit(code).name) for code in known) or "–"
        facts = {"category": category.name, "units": names}
        said = _("Cases of “%(category)s” are referred to: %(units)s.") % facts
        return Invalid.field("unit", said)

    held.sift(check)
    return held


def _refer(held: Held, unit: str, actor: User, *, asked_at: datetime | None) -> None:
    Referral.objects.bulk_create(
        Referral(
            case=case,
            unit=unit,
            reason=held.reason,
            preservation_asked_at=case.preservation_asked_at or asked_at,
            referred_by=actor,
            referred_at=held.at,
        )
        for case in held.ready
    )


def _decide(
    held: Held,
    author: User,
    kind: str,
    *,
    state: str = Decision.State.FINAL,
    departure: str = "",
    **facts: Any,
) -> None:
    unexplained = panels.unexplained(held.ready, kind, departure)
    held.sift(lambda case: unexplained.get(case.pk))
    Decision.objects.bulk_create(
        Decision(
            case=case,
            kind=kind,
            state=state,
            author=author,
            decided_at=held.at,
            reasons=held.reason,
            departure=departure.strip(),
            language=(get_language() or "").partition("-")[0],
            policy_version=policy.pack().version,
            **facts,
        )
        for case in held.ready
    )
