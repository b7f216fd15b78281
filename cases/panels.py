"""A borderline case is put before a panel of experts: what they recommend, and who dissents.

The decision stays with the official (Kepmen 290/2015: the panel recommends, the Minister decides).
Members do not sign in; an officer records the session. Whoever declares a conflict of interest is
not asked and not counted. Our own clock runs on meanwhile. The record of events keeps how many
spoke and what most advised; who said what stands in the rows of the session alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from reports.models import Panel
from reports.texts import plain

from . import lifecycle
from .models import Advice, Case, Decision, PanelReferral, PanelVoice
from .results import Held, Result

Cases = Iterable[int | Case]
Kind = Decision.Kind
# After which advice each decision must say why it differs. What is referred is not decided here.
DEPARTS: dict[str, frozenset[str]] = {
    Kind.UPHOLD: frozenset({Advice.KEEP, Advice.RESTORE, Advice.MILDER, ""}),
    Kind.DISMISS: frozenset({Advice.REMOVE, Advice.MILDER, ""}),
    Kind.REFER: frozenset(),
}


@dataclass(frozen=True)
class Said:
    """What one member present said: `conflict` in words, or else `advice` (`Advice`) and why."""

    member: int
    conflict: str = ""
    advice: str = ""
    reasons: str = ""


Voice = TypeVar("Voice", Said, PanelVoice)


def ask(cases: Cases, *, panel: Panel, reason: str, actor: User, at: datetime) -> Result:
    """Puts cases before a panel; `reason` is the question to it.

    Raises Invalid for a panel out of use; a case of a category that the panel does not deal with is
    refused, as is a sealed one.
    """
    if not panel.is_active:
        raise Invalid.field("panel", _("This panel is not in use. Choose another."))
    with transaction.atomic():
        held = lifecycle.hold(cases, "ask_panel", actor=actor, at=at, reason=reason)
        wrong = _("This panel does not deal with matters of this category. Choose another.")
        misfit = Invalid.field("panel", wrong)
        held.sift(lambda case: None if deals_with(panel, case) else misfit)
        PanelReferral.objects.bulk_create(
            PanelReferral(case=case, panel=panel, question=held.reason, asked_by=actor, asked_at=at)
            for case in held.ready
        )
        facts = {"panel": panel.pk, "note": panel.name}
        return lifecycle.move(held, data=facts, panel_asked_at=at)


def advise(
    cases: Cases, *, held_on: date, voices: Sequence[Said], actor: User, at: datetime
) -> Result:
    """Records the session on these cases and takes them back into review.

    Raises Invalid for a day that has not come, for a member who neither declared a conflict nor
    gave advice with its reasons, and for fewer voices without conflict than the policy wants.
    """
    if held_on > policy.pack().day(at):
        raise Invalid.field("held_on", _("This day has not come yet."))
    told = _checked(voices, at)
    with transaction.atomic():
        held = lifecycle.hold(cases, "record_advice", actor=actor, at=at)
        asked = open_referrals(held.ids)
        prefetch_related_objects(list(asked.values()), "panel__members")
        held.sift(lambda case: _unfit(asked.get(case.pk), told, held_on))
        advice = of_most(told)
        _write(asked, held, told, held_on, advice)
        facts = {
            "advice": advice,
            "voices": len([one for one in told if not one.conflict]),
            "conflicts": len([one for one in told if one.conflict]),
            "dissents": len(dissenting(told, advice)),
        }
        return lifecycle.move(held, data=facts)


def recall(cases: Cases, *, reason: str, actor: User, at: datetime) -> Result:
    """Takes cases back from a panel that has not met."""
    with transaction.atomic():
        held = lifecycle.hold(cases, "recall_panel", actor=actor, at=at, reason=reason)
        ids = [one.pk for one in open_referrals(held.ids).values()]
        PanelReferral.objects.filter(pk__in=ids).update(
            end=PanelReferral.End.TAKEN_BACK, ended_by=actor, ended_at=at
        )
        return lifecycle.move(held)


def open_referrals(case_ids: Collection[int]) -> dict[int, PanelReferral]:
    """Case id -> the question that waits for its panel: the newest, where an older one was left
    behind by a case that closed meanwhile."""
    found = PanelReferral.objects.filter(case_id__in=case_ids, end="").select_related("panel")
    return {one.case_id: one for one in found.order_by("pk")}


def deals_with(panel: Panel, case: Case) -> bool:
    """Whether matters of this case's category are this panel's; a panel that names none has all."""
    return not panel.categories or case.category in panel.categories


def of_most(told: Sequence[Said]) -> str:
    """What most of those without a conflict recommend; empty where two have as many voices."""
    counted = Counter(one.advice for one in told if not one.conflict).most_common(2)
    is_tied = len(counted) > 1 and counted[0][1] == counted[1][1]
    return "" if is_tied else counted[0][0]


def dissenting(told: Iterable[Voice], advice: str) -> list[Voice]:
    """Those whose recommendation is another than that of most."""
    return [one for one in told if advice and not one.conflict and one.advice != advice]


def unexplained(cases: Collection[Case], kind: str, departure: str) -> dict[int, Invalid]:
    """Case id -> the refusal of those of which a panel advised otherwise than to decide so, while
    nobody says why; of a session without a common recommendation it is asked how it was weighed."""
    ids = [case.pk for case in cases if case.panel_asked_at is not None]
    if departure.strip() or not ids:
        return {}
    last = {one.case_id: one for one in _advised(ids)}
    said = _("The panel advised otherwise. Say why you decide differently.")
    return {
        pk: Invalid.field("departure", said)
        for pk, referral in last.items()
        if referral.advice in DEPARTS[kind]
    }


def departs(case: Case, kind: str) -> PanelReferral | None:
    """The last session on this case, if to decide so would differ from what was advised there."""
    if case.panel_asked_at is None:
        return None
    last = _advised([case.pk]).last()
    return last if last is not None and last.advice in DEPARTS[kind] else None


def met_on(case_ids: Collection[int]) -> set[int]:
    """Of these cases those on which a panel has met: its advice is about the accounts that lay
    before it, so none goes elsewhere to be decided without it, and none joins them."""
    return set(_advised(case_ids).values_list("case_id", flat=True))


def _advised(case_ids: Collection[int]) -> QuerySet[PanelReferral]:
    """The sessions that were held on these cases, the newest last."""
    ended = PanelReferral.objects.filter(case_id__in=case_ids, end=PanelReferral.End.ADVISED)
    return ended.order_by("pk")


def _checked(voices: Sequence[Said], at: datetime) -> list[Said]:
    told = [Said(one.member, plain(one.conflict), one.advice, plain(one.reasons)) for one in voices]
    if len({one.member for one in told}) != len(told):
        raise Invalid.field("voices", _("A member is named twice."))
    for one in told:
        is_whole = one.advice in Advice.values and bool(one.reasons)
        if not one.conflict and not is_whole:
            raise Invalid.field(
                "voices",
                _("Give each member's recommendation with its reasons, or the declared conflict."),
            )
        if one.conflict and one.advice:
            said = _("Who declares a conflict of interest is not asked for a recommendation.")
            raise Invalid.field("voices", said)
    quorum = policy.pack().limits_at(at).panel_quorum
    if len([one for one in told if not one.conflict]) < quorum:
        said = _("At least %(n)s members without a conflict of interest must give advice.")
        raise Invalid.field("voices", said % {"n": quorum})
    return told


def _unfit(
    referral: PanelReferral | None, told: Sequence[Said], held_on: date
) -> Conflict | Invalid | None:
    """Why this session cannot be about this case."""
    if referral is None:
        return Conflict(_("No panel was asked about this case."))
    if held_on < policy.pack().day(referral.asked_at):
        return Invalid.field("held_on", _("The panel was asked later than this day."))
    known = {one.pk for one in referral.panel.members.all() if one.is_active}
    if {one.member for one in told} - known:
        return Invalid.field("voices", _("Somebody named here is no member of the panel."))
    return None


def _write(
    asked: Mapping[int, PanelReferral],
    held: Held,
    told: Sequence[Said],
    held_on: date,
    advice: str,
) -> None:
    """Writes the session down beside each of these cases; two statements."""
    here = [asked[case.pk] for case in held.ready]
    members = {one.pk: one for referral in here for one in referral.panel.members.all()}
    PanelVoice.objects.bulk_create(
        PanelVoice(
            referral=referral,
            member=members[one.member],
            name=members[one.member].name,
            expertise=members[one.member].expertise,
            conflict=one.conflict,
            advice=one.advice,
            reasons="" if one.conflict else one.reasons,
        )
        for referral in here
        for one in told
    )
    PanelReferral.objects.filter(pk__in=[one.pk for one in here]).update(
        end=PanelReferral.End.ADVISED,
        ended_by_id=held.actor.pk,
        ended_at=held.at,
        held_on=held_on,
        advice=advice,
    )
