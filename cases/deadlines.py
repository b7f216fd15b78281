"""Due times and how they came about, step by step. Pure: instants and policy in, instants out.

The law counts clock hours from the receipt of a notice, nights and holidays included: 24 hours, 4
when urgent (Permenkominfo 5/2020 art. 15(6), 15(8), 16(7), 16(9)). What a platform has promised is
measured beside it and never shortens or lengthens the law's time. Clock hours are added in UTC: on
the wall of a zone an hour is missing, or comes twice, on the day that its clocks change.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from moderation_portal import clock, policy
from moderation_portal.formats import day, number
from moderation_portal.policy import Calendar, Category, Ladder, Pack, working_time
from platforms import calendars
from platforms.models import Leg

Step = dict[str, Any]
# The label of the step by which a clock stands still.
STOPPED = "stopped"


@dataclass(frozen=True)
class Due:
    """An instant (None where nothing is due) and the steps that lead to it, ready to be stored.

    A step is `{"label": code, "value": …}`; `explain` turns steps into sentences. Labels: served,
    rule, grants, restores, due, promise, overridden, stopped.
    """

    at: datetime | None
    steps: list[Step] = field(default_factory=list)


def ours(urgency: str, opened_at: datetime, pack: Pack | None = None) -> datetime:
    """By when the regulator decides a case opened at this instant: its own promise, no law.

    `urgency` is ordinary or urgent; the hours are the policy's limits.
    """
    limits = (pack or policy.pack()).limits_at(opened_at)
    lengths = {"ordinary": limits.ordinary_approval, "urgent": limits.urgent_approval}
    return opened_at.astimezone(UTC) + lengths[urgency]


def first_look(
    category: str, urgency: str, opened_at: datetime, pack: Pack | None = None
) -> datetime:
    """By when somebody must have taken the case up: where it may show a child within the policy's
    time for that (`limits.child_triage`), else by the time of the decision itself."""
    book = pack or policy.pack()
    decided_by = ours(urgency, opened_at, book)
    if not book.category(category).may_show_child:
        return decided_by
    return min(decided_by, opened_at.astimezone(UTC) + book.limits_at(opened_at).child_triage)


def due(
    item: Any,
    ladder: Ladder,
    served_at: datetime,
    clauses: Iterable[Mapping[str, Any]] = (),
) -> Due:
    """When this item of a notice is due, counted from the notice's service.

    `item` needs `item.notice.rung`, the code of a rung of `ladder`; a rung that grants no time of
    its own has no due time. `clauses` are the promises frozen at service, each as
    `platforms.promises.snapshot` writes it. Raises KeyError for a rung that the ladder does not
    have.
    """
    rung, served_at = ladder.rung(item.notice.rung), served_at.astimezone(UTC)
    steps = [_step("served", served_at.isoformat())]
    if rung.due is None:
        return Due(None, steps)
    at = served_at + rung.due
    words = rung.due_rule or (ladder.due_rule if rung.kind == "order" else None)
    rule = {"words": dict(words or {}), "basis": rung.basis}
    steps += [
        _step("rule", rule),
        _step("grants", _hours(rung.due)),
        _step("due", at.isoformat()),
    ]
    book = policy.pack()
    return Due(at, steps + [_promise(clause, served_at, book) for clause in clauses])


def restoring(served_at: datetime, length: timedelta) -> Due:
    """By when what was appealed is to be there again, counted from service in clock hours."""
    at = served_at.astimezone(UTC) + length
    steps = [_step("served", served_at.isoformat()), _step("restores", _hours(length))]
    return Due(at, [*steps, _step("due", at.isoformat())])


def override(steps: Iterable[Step], due_at: datetime, reason: str, name: str) -> list[Step]:
    """The steps of an item whose due time a person has set anew; what stood before stays on top."""
    value = {"at": due_at.isoformat(), "reason": reason, "name": name}
    return [*steps, _step("overridden", value)]


def stop(steps: Iterable[Step], at: datetime, said: str, basis: str) -> list[Step]:
    """The steps of an item whose clock the platform's answer (its code) has stopped by law."""
    return [*steps, _step(STOPPED, {"at": at.isoformat(), "said": said, "basis": basis})]


def last_due(steps: Iterable[Step]) -> datetime | None:
    """When an item was due last, also where its clock stands still; None where it never was."""
    found = None
    for step in steps:
        if step["label"] == "due":
            found = step["value"]
        elif step["label"] == "overridden":
            found = step["value"]["at"]
    return datetime.fromisoformat(found) if found else None


@dataclass(frozen=True)
class Changed:
    """One change of a due time, as both sides may read it."""

    former: datetime
    due_at: datetime
    reason: str


def changes(steps: Iterable[Step]) -> list[Changed]:
    """How the due time of an item was set anew, oldest first; nothing where it never was."""
    found: list[Changed] = []
    before: datetime | None = None
    for step in steps:
        if step["label"] == "due":
            before = datetime.fromisoformat(step["value"])
        elif step["label"] == "overridden":
            after = datetime.fromisoformat(step["value"]["at"])
            found.append(Changed(before or after, after, step["value"]["reason"]))
            before = after
    return found


def promised(
    clause: Mapping[str, Any], served_at: datetime, pack: Pack | None = None
) -> datetime | None:
    """When the time of a promise ends that counts from service; None if it names no time, or hours
    that nobody can count."""
    hours = clause.get("target_hours")
    if hours in (None, ""):
        return None
    length = timedelta(hours=float(hours))
    if clause.get("calendar", calendars.CLOCK) == calendars.CLOCK:
        return served_at.astimezone(UTC) + length
    calendar = _calendar(clause, served_at, pack or policy.pack())
    return working_time.after(calendar, served_at, length) if calendar else None


def explain(item: Any) -> list[str]:
    """The steps stored with a notice item (`item.due_steps`) as sentences in the active language.

    Times are given on the wall of the policy's own zone, with its name (WIB).
    """
    book = policy.pack()
    sentences = (_SENTENCES[step["label"]](step["value"], book) for step in item.due_steps)
    return [sentence for sentence in sentences if sentence]


def explain_ours(case: Any) -> list[str]:
    """How the regulator's own due time of a case came about, in the active language."""
    book = policy.pack()
    category: Category = book.category(case.category)
    facts = {
        "opened": _wall(case.opened_at, book),
        "due": _wall(case.ours_due_at, book),
        "hours": _count(_hours(case.ours_due_at - case.opened_at)),
    }
    said = [
        _("The case was opened on %(opened)s.") % facts,
        _("Our own promise is to decide within %(hours)s hours: by %(due)s.") % facts,
    ]
    if category.may_show_child and case.state == "new":
        look = first_look(case.category, case.urgency, case.opened_at, book)
        said.append(_("It may concern a child: somebody takes it up by %s.") % _wall(look, book))
    return said


def _step(label: str, value: Any) -> Step:
    return {"label": label, "value": value}


def _hours(length: timedelta) -> float:
    return length / timedelta(hours=1)


def _count(hours: float | None) -> str:
    """Hours as a reader writes them: 24, or 1,5."""
    return number(int(hours) if hours is not None and hours == int(hours) else hours)


def _calendar(clause: Mapping[str, Any], served_at: datetime, book: Pack) -> Calendar | None:
    """The working hours of a promise, as they stood at service."""
    found = (one for one in book.calendars(served_at) if one.code == clause.get("calendar"))
    return next(found, None)


def _promise(clause: Mapping[str, Any], served_at: datetime, book: Pack) -> Step:
    at, calendar = promised(clause, served_at, book), _calendar(clause, served_at, book)
    value = {
        "leg": clause.get("leg", ""),
        "hours": None if clause.get("target_hours") is None else float(clause["target_hours"]),
        "calendar": clause.get("calendar", calendars.CLOCK),
        "at": at.isoformat() if at else None,
    }
    if at and calendar:
        resting = working_time.rests(calendar, served_at, at, book.languages)
        value["counted_in"] = dict(calendar.name)
        value["rests"] = [[day.isoformat(), names] for day, names in resting.items()]
    return _step("promise", value)


def _wall(at: datetime | str, book: Pack) -> str:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    here = clock.local(moment, book.tz)
    return f"{date_format(here, pgettext('date and time', 'j M Y, H:i'))} {here.tzname()}"


def _say_served(value: str, book: Pack) -> str:
    return _("The notice was received on %s; the clock starts there.") % _wall(value, book)


def _say_rule(value: Mapping[str, Any], book: Pack) -> str:
    citation = str(book.basis(value["basis"]).citation)
    words = policy.Words(tuple(value["words"].items())).say() if value["words"] else ""
    if not words:
        return _("The rule is %(citation)s.") % {"citation": citation}
    return _("The rule is %(citation)s: %(words)s.") % {"citation": citation, "words": words}


def _say_grants(value: float, book: Pack) -> str:
    return _("It grants %s clock hours; nights, weekends and holidays count.") % _count(value)


def _say_restores(value: float, book: Pack) -> str:
    return _("What was appealed is to be restored within %s clock hours.") % _count(value)


def _say_due(value: str, book: Pack) -> str:
    return _("So it is due on %s.") % _wall(value, book)


def _say_promise(value: Mapping[str, Any], book: Pack) -> str:
    facts = {"what": _PROMISED[Leg(value["leg"])], "hours": _count(value["hours"])}
    if value["hours"] is None:
        return _("The platform promised %(what)s, without naming a time.") % facts
    if value["at"] is None:
        return _("The platform promised %(what)s within %(hours)s working hours.") % facts
    facts["at"] = _wall(value["at"], book)
    if value.get("counted_in"):
        return _say_working(value, facts)
    return _("The platform promised %(what)s within %(hours)s hours: by %(at)s.") % facts


def _say_working(value: Mapping[str, Any], facts: dict[str, str]) -> str:
    """A promise in working hours, with the holidays that lay between."""
    counted = facts | {"by": policy.Words(tuple(value["counted_in"].items())).say()}
    said = (
        _("The platform promised %(what)s within %(hours)s hours by %(by)s: by %(at)s.") % counted
    )
    if not value["rests"]:
        return said
    days = ", ".join(
        f"{day(date.fromisoformat(rest))} ({policy.Words(tuple(names.items())).say()})"
        for rest, names in value["rests"]
    )
    return f"{said} {_('Holidays in between: %(days)s.') % {'days': days}}"


def _say_overridden(value: Mapping[str, Any], book: Pack) -> str:
    facts = {**value, "at": _wall(value["at"], book)}
    return _("%(name)s set the due time anew, to %(at)s. The reason: %(reason)s") % facts


def _say_stopped(value: Mapping[str, Any], book: Pack) -> str:
    facts = {
        "at": _wall(value["at"], book),
        "answer": str(book.choice("answers", value["said"]).name),
        "citation": str(book.basis(value["basis"]).citation),
    }
    return (
        _(
            "On %(at)s the platform answered “%(answer)s”: the clock stands still until the "
            "platform has heard from us (%(citation)s)."
        )
        % facts
    )


# What a platform promises of each leg, for a sentence.
_PROMISED: Mapping[Leg, Any] = {
    Leg.SENT: gettext_lazy("that it is told"),
    Leg.DELIVERED: gettext_lazy("to take in a notice"),
    Leg.ACKNOWLEDGED: gettext_lazy("to acknowledge a notice"),
    Leg.CLAIMED: gettext_lazy("to remove what is reported"),
    Leg.VERIFIED: gettext_lazy("that what is reported is gone"),
}

_SENTENCES: Mapping[str, Callable[[Any, Pack], str]] = {
    "served": _say_served,
    "rule": _say_rule,
    "grants": _say_grants,
    "restores": _say_restores,
    "due": _say_due,
    "promise": _say_promise,
    "overridden": _say_overridden,
    STOPPED: _say_stopped,
}
