"""What is ticked before a case is decided: the lines of the policy pack, and those of the stewards.

Nobody takes a line of the pack away. A line that may be skipped is skipped only with a reason,
which stands on the page and in the record.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import kept
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.policy import Category, pack
from reports.texts import plain

from . import lifecycle
from .models import BEFORE_DECISION, Case, ChecklistAddition, ChecklistTick
from .models.checklist import DESK
from .results import Held, Result

LONGEST_REASON = 500


@dataclass(frozen=True)
class Line:
    """One thing to be done before deciding. `version` is 0 for a line of the policy pack."""

    code: str
    text: str
    version: int = 0
    may_be_skipped: bool = False


@dataclass(frozen=True)
class Shown:
    """A line on a case's page, with who did it or skipped it."""

    line: Line
    tick: ChecklistTick | None


def additions_at(at: datetime) -> tuple[ChecklistAddition, ...]:
    """The stewards' lines in force on the day of `at`. One statement for any number of cases."""
    day = pack().day(at)
    ends = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return tuple(ChecklistAddition.objects.filter(ends, is_active=True, valid_from__lte=day))


def lines(category: Category, added: Iterable[ChecklistAddition], at: datetime) -> list[Line]:
    """What is to be ticked in a case of this category: the pack's lines, then the stewards'."""
    of_pack = [
        Line(one.code, str(one.text), 0, one.may_be_skipped)
        for one in pack().checklist(category, at)
    ]
    return of_pack + [_line(one) for one in added if one.category in ("", category.code)]


def tick(
    cases: Iterable[int | Case],
    *,
    lines: Collection[str],
    actor: User,
    at: datetime,
    is_ticked: bool = True,
    skipped_because: str = "",
) -> Result:
    """Ticks lines of the checklist, or takes the ticks away; of each case those it has.

    With `skipped_because` they are skipped for that reason instead of done. A case that has none of
    these lines is refused, one in which all of them stand so already is skipped. Raises Invalid for
    a line that nobody may skip.
    """
    because = plain(skipped_because)
    if len(because) > LONGEST_REASON:
        said = _("The reason is too long: at most %(most)s characters.")
        raise Invalid.field("skipped_because", said % {"most": LONGEST_REASON})
    with transaction.atomic():
        held = lifecycle.hold(cases, "tick", actor=actor, at=at, reason=because)
        change = _tick if is_ticked else _take_back
        codes = change(held, set(lines), because, actor)
        data = {"lines": sorted(codes), "is_ticked": is_ticked}
        return lifecycle.move(held, data=data | ({"is_skipped": True} if because else {}))


def shown(
    case: Case,
    ticks: Iterable[ChecklistTick],
    added: Iterable[ChecklistAddition],
    at: datetime,
) -> list[Shown]:
    """The checklist of a case: while it is undecided the lines in force; afterwards what was done
    of it, each line as it read when it was ticked."""
    done = {one.line: one for one in ticks}
    category = pack().category(case.category)
    asked = added if case.state in BEFORE_DECISION else ()
    here = {one.code: one for one in lines(category, asked, case.closed_at or at)}
    here |= {line.code: line for line in _as_ticked(done.values(), category)}
    return [Shown(line, done.get(code)) for code, line in here.items()]


def _tick(held: Held, wanted: Collection[str], because: str, actor: User) -> set[str]:
    """Writes down what is new in these locked cases, and leaves out the others; which lines."""
    added = additions_at(held.at)
    known = {
        case.pk: [
            line
            for line in lines(pack().category(case.category, held.at), added, held.at)
            if line.code in wanted
        ]
        for case in held.ready
    }
    for line in (one for group in known.values() for one in group):
        if because and not line.may_be_skipped:
            said = _("“%(line)s” cannot be skipped. Do it, then tick it.")
            raise Invalid.field("skipped_because", said % {"line": line.text})
    unknown = Invalid.field("lines", _("The checklist of this case has no such line."))
    held.sift(lambda case: None if known[case.pk] else unknown)
    done = set(_ticked(held, wanted).values_list("case_id", "line"))
    fresh = {
        case.pk: [line for line in known[case.pk] if (case.pk, line.code) not in done]
        for case in held.ready
    }
    ticked = Conflict(_("These lines are ticked already."))
    held.sift(lambda case: None if fresh[case.pk] else ticked, skips=True)
    made = ChecklistTick.objects.bulk_create(
        ChecklistTick(
            case=case,
            line=line.code,
            version=line.version,
            skipped_because=because,
            ticked_by=actor,
            ticked_at=held.at,
        )
        for case in held.ready
        for line in fresh[case.pk]
    )
    return {tick.line for tick in made}


def _take_back(held: Held, wanted: Collection[str], _because: str, _actor: User) -> set[str]:
    """Takes away what is ticked in these locked cases, and leaves out the others; which lines."""
    found = _ticked(held, wanted)
    done = list(found.values_list("case_id", "line"))
    cases = {case_id for case_id, _line in done}
    none = Conflict(_("None of these lines is ticked."))
    held.sift(lambda case: None if case.pk in cases else none, skips=True)
    found.delete()
    return {line for _case, line in done}


def _ticked(held: Held, wanted: Collection[str]) -> QuerySet[ChecklistTick]:
    return ChecklistTick.objects.filter(case_id__in=held.ids, line__in=wanted)


def _line(row: ChecklistAddition) -> Line:
    return Line(row.code, row.words, row.version, row.may_be_skipped)


def _as_ticked(ticks: Collection[ChecklistTick], category: Category) -> list[Line]:
    """Every line that was ticked as it read then, whatever became of it since."""
    of_pack = {one.code: one for one in pack().checklist(category)}
    known = [of_pack[one.line] for one in ticks if one.line in of_pack]
    found = [Line(one.code, str(one.text), 0, one.may_be_skipped) for one in known]
    added = (one for one in ticks if one.line.startswith(DESK))
    wanted = {(int(one.line.removeprefix(DESK)), one.version) for one in added}
    return found + [_line(row) for row in kept.as_read(ChecklistAddition, wanted).values()]
