"""The letters about a fine: what they are given to say, and when the time to pay begins.

The whole letter counts every account of the warning. The platform's own copy counts those that it
was told of: what a sealed case speaks for was never asked of it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import figures, policy
from moderation_portal.errors import Conflict
from moderation_portal.models import User

from .. import reckoning
from ..models import Fine, Notice, NoticeItem
from ..rungs import FINE, FINE_DECISION
from . import drafting
from .issuing import freeze, lock
from .seeing import told


def explained(fine: Fine, lines: Iterable[reckoning.Line]) -> list[str]:
    """How the amount of these lines came about, in the active language."""
    table = reckoning.table_of(fine)
    is_assumed = figures.is_assumed(table)
    rung, choices = fine.notice.rung, fine.choices
    return reckoning.explain(table, lines, rung, choices, is_assumed=is_assumed)


def lines_of(fine: Fine, *, is_for_platform: bool) -> list[reckoning.Line]:
    """How a fine was reckoned; for the platform, of the accounts alone that it was told of."""
    lines = reckoning.read(fine.lines)
    if not is_for_platform:
        return lines
    items = fine.notice.items.filter(told()).select_related("target__case")
    return reckoning.only(lines, items)


def assess(fine: Fine, *, actor: User, at: datetime) -> Notice:
    """Issues the letter that assesses an approved fine; both persons sign it. Call it with the
    warning's cases locked; the caller saves the fine with its `letter`."""
    items = _items(fine.notice)
    fine.letter = _draft(fine.notice, FINE, items, at)
    language = fine.letter.language
    reasons = drafting.own_words(fine.reason, fine.language, language, policy.pack())
    more = {"reasons": reasons, **given(fine, items, language)}
    more |= drafting.signed_by([fine.proposed_by, actor], language)
    freeze(lock(fine.letter.pk), actor=actor, at=at, more=more)
    return fine.letter


def decide(fine: Fine, answer: str, *, is_cancelled: bool, actor: User, at: datetime) -> Notice:
    """Issues the letter that answers an objection, with reasons."""
    if fine.letter is None:
        raise Conflict(_("This fine was never assessed."))
    items = _items(fine.letter)
    letter = _draft(fine.letter, FINE_DECISION, items, at)
    with translation.override(letter.language):
        decided = _("the fine is cancelled") if is_cancelled else _("the fine stands")
    more = {
        "reasons": drafting.said_now(answer, letter),
        "decided": decided,
        **_amount(fine, items, letter.language),
        **drafting.signed_by([actor], letter.language),
    }
    freeze(lock(letter.pk), actor=actor, at=at, more=more)
    return letter


def given(fine: Fine, items: Iterable[NoticeItem], language: str) -> dict[str, Any]:
    """What the letter of assessment says of money, for these accounts of the warning."""
    table = reckoning.table_of(fine)
    lines = reckoning.only(reckoning.read(fine.lines), items)
    with translation.override(language):
        said = explained(fine, lines)
        before = sum(
            reckoning.total(reckoning.only(reckoning.read(one.lines), items))
            for one in earlier(fine)
        )
        return {
            "amount": reckoning.money(table, reckoning.total(lines)),
            "together": reckoning.money(table, before + reckoning.total(lines)),
            "reckoning": said,
            "commit_rule": table.commit_rule.say(language),
            "pay_rule": table.pay_rule.say(language),
        }


def again(notice: Notice, items: Iterable[NoticeItem]) -> dict[str, Any]:
    """What a letter about a fine says of money where it names these accounts only; nothing for any
    other letter."""
    known = Fine.objects.select_related("notice")
    if notice.rung == FINE:
        return given(known.get(letter=notice), items, notice.language)
    if notice.rung == FINE_DECISION:
        return _amount(known.get(letter=notice.follows), items, notice.language)
    return {}


def earlier(fine: Fine) -> list[Fine]:
    """The fines of the warnings before this one's, as far as they still stand."""
    above, here = [], fine.notice.follows
    while here is not None:
        above.append(here.pk)
        here = here.follows
    standing = [Fine.State.OWED, Fine.State.OBJECTED, Fine.State.PAID]
    found = Fine.objects.filter(notice__in=above, state__in=standing)
    return list(found.select_related("notice").order_by("proposed_at", "pk"))


def start(notice: Notice, at: datetime | None) -> None:
    """The letter of assessment has reached the platform at `at`: from there the time to commit and
    to pay counts. With None the service was annulled, and so are these times."""
    if notice.rung != FINE:
        return
    for fine in Fine.objects.filter(letter=notice):
        table = reckoning.table_of(fine)
        commit, pay = (at + table.commit_within, at + table.pay_within) if at else (None, None)
        Fine.objects.filter(pk=fine.pk).update(commit_due_at=commit, pay_due_at=pay)


def _items(notice: Notice) -> list[NoticeItem]:
    found = notice.items.select_related("target__case", "target__account")
    return list(found.order_by("position"))


def _draft(original: Notice, rung: str, items: list[NoticeItem], at: datetime) -> Notice:
    locators = {item.target_id: item.locator for item in items}
    return drafting.draft_after(original, rung, items, at=at, locators=locators)


def _amount(fine: Fine, items: Iterable[NoticeItem], language: str) -> dict[str, Any]:
    lines = reckoning.only(reckoning.read(fine.lines), items)
    with translation.override(language):
        return {"amount": reckoning.money(reckoning.table_of(fine), reckoning.total(lines))}
