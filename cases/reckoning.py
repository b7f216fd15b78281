"""How a fine comes about: points, tariff and indices of the policy's table. Pure.

Whole units of the currency; what is left of a division is dropped, in the platform's favour. An
account is fined by the category of its own case, so a letter about several has a line for each.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.formats import number
from moderation_portal.policy.fine_table import FineTable

from .models import Fine, NoticeItem


@dataclass(frozen=True)
class Line:
    """The accounts of one category: how many, and what each of them costs."""

    category: str
    count: int
    each: int

    @property
    def amount(self) -> int:
        return self.count * self.each


def table_of(fine: Fine) -> FineTable:
    """The policy's table by which a fine was reckoned."""
    known = policy.pack().sections["fines"]
    day = policy.pack().day(fine.proposed_at)
    return next(one for one in known if one.code == fine.table and one.holds(day))


def reckon(
    table: FineTable, items: Iterable[NoticeItem], rung: str, choices: Mapping[str, str]
) -> list[Line]:
    """What these accounts (with `target.case`) of a letter on this rung cost.

    `choices` names the index of each factor that an officer chooses. Raises Invalid for a factor
    without a choice, or one that the table does not know, and for a rung or a category that it
    knows no index for.
    """
    counted = Counter(item.target.case.category for item in items)
    try:
        return [
            Line(category, count, _each(table, category, rung, choices))
            for category, count in sorted(counted.items())
        ]
    except KeyError as gap:
        said = _("The table of fines has no index for “%(code)s”.") % {"code": gap.args[0]}
        raise Invalid(said) from gap


def _each(table: FineTable, category: str, rung: str, choices: Mapping[str, str]) -> int:
    amount, divisor = table.most_points * table.tariff, 1
    for factor in table.factors:
        if factor.by == "officer" and factor.code not in choices:
            raise Invalid.field(factor.code, _("Choose one."))
        chosen = {"category": category, "rung": rung}.get(factor.by) or choices[factor.code]
        amount *= factor.index(chosen).thousandths
        divisor *= 1000
    return amount // divisor


def total(lines: Iterable[Line]) -> int:
    """What all of it costs."""
    return sum(line.amount for line in lines)


def kept(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines as a row keeps them."""
    return [asdict(line) for line in lines]


def read(kept_lines: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines that `kept` wrote."""
    return [Line(**line) for line in kept_lines]


def only(lines: Iterable[Line], items: Iterable[NoticeItem]) -> list[Line]:
    """The same lines, of these accounts (with `target.case`) alone."""
    counted = Counter(item.target.case.category for item in items)
    mine = (Line(line.category, counted[line.category], line.each) for line in lines)
    return [line for line in mine if line.count]


def money(table: FineTable, amount: int) -> str:
    """An amount as the reader writes it: Rp78.125.000."""
    return f"{table.currency}{number(amount)}"


def explain(
    table: FineTable,
    lines: Iterable[Line],
    rung: str,
    choices: Mapping[str, str],
    *,
    is_assumed: bool,
) -> list[str]:
    """How the amount came about, as sentences in the active language; and, as long as nobody has
    vouched for the figures (`is_assumed`), that."""
    said = [
        _("An account counts at most %(points)s points of %(tariff)s each.")
        % {"points": number(table.most_points), "tariff": money(table, table.tariff)}
    ]
    for factor in table.factors:
        if factor.by != "category":
            said.append(_factor(factor, rung if factor.by == "rung" else choices[factor.code]))
    for line in lines:
        said += [_factor(one, line.category) for one in table.factors if one.by == "category"]
        said.append(_said(table, line))
    if is_assumed:
        said.append(_("The indices are assumptions: those of the decree were never published."))
    return list(dict.fromkeys(said))


def _factor(factor: Any, code: str) -> str:
    found = factor.index(code)
    facts = {"factor": factor.name, "name": found.name, "index": number(found.thousandths / 1000)}
    return _("%(factor)s: %(name)s, %(index)s.") % facts


def _said(table: FineTable, line: Line) -> str:
    said = ngettext(
        "%(category)s: %(n)s account at %(each)s is %(amount)s.",
        "%(category)s: %(n)s accounts at %(each)s each are %(amount)s.",
        line.count,
    )
    return said % {
        "category": policy.pack().category(line.category).name,
        "n": number(line.count),
        "each": money(table, line.each),
        "amount": money(table, line.amount),
    }
