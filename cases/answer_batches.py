"""Answering by a batch of the API: at most a thousand items a call, a result for each.

An account is named by its key, by its locator, or by its position in the letter that the caller has
before them; where several are given they must agree. What is right is taken in one go by the rules
of `answers`, whatever is wrong beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from moderation_portal.bodies import instant_of, text_of
from moderation_portal.errors import Invalid
from moderation_portal.models import User

from . import answers, notices
from .answer_sheets import by_locator_of, key_of
from .models import Notice, NoticeItem

KNOWN = frozenset(
    {"key", "locator", "position", "code", "reason", "reference", "effect_at", "lacks"}
)
NAMING = ("key", "locator", "position")
FIELD_KEY = {"field": "key"}
DONE, REFUSED = "done", "refused"


def take(
    notice: Notice, said: Sequence[object], letter: str, *, actor: User, at: datetime
) -> dict[str, Any]:
    """Takes what of `said` is right; returns the receipt's number, if anything was taken, counts by
    outcome, and a result for each item in their order, ready for JSON.

    `letter` is the SHA-256 of the letter whose positions are meant, if any are. Raises as
    `answers.take` does for a notice that takes no answers (any more).
    """
    told = _understand(said, _Known(notice, letter, at))
    given = [one for one in told if isinstance(one, answers.Given)]
    receipt, refused = _take(notice, given, actor, at)
    results = [{"position": place, **_result(one, refused)} for place, one in enumerate(told)]
    counts = {
        outcome: sum(result["outcome"] == outcome for result in results)
        for outcome in (DONE, REFUSED)
    }
    return {"receipt": receipt, "counts": counts, "results": results}


class _Known:
    """The accounts of a notice by every way to name one."""

    def __init__(self, notice: Notice, letter: str, at: datetime) -> None:
        self.items = notices.items_for_platform(notice)
        self.by_key = {key_of(item): item for item in self.items}
        self.by_locator = by_locator_of(list(enumerate(self.items, 1)))
        theirs = notices.for_platform(notice, at=at)
        self.is_letter = theirs is not None and letter == theirs.source.pdf_sha256

    def named(self, one: Mapping[str, Any]) -> NoticeItem:
        """The account that an item of the call names. Raises Invalid for none, several, or ways
        that disagree."""
        found = [
            {"key": self._by_key, "locator": self._by_locator, "position": self._at}[way](one)
            for way in NAMING
            if way in one
        ]
        if not found:
            raise Invalid(_("Name the account by its key, its locator or its position."), FIELD_KEY)
        if len({item.pk for item in found}) > 1:
            said = _("Key, locator and position name different accounts.")
            raise Invalid(said, FIELD_KEY)
        return found[0]

    def _by_key(self, one: Mapping[str, Any]) -> NoticeItem:
        item = self.by_key.get(text_of(one, "key").strip().casefold())
        if item is None:
            raise Invalid(_("This key belongs to no account of this notice."), FIELD_KEY)
        return item

    def _by_locator(self, one: Mapping[str, Any]) -> NoticeItem:
        fitting = self.by_locator.get(text_of(one, "locator").strip().casefold(), [])
        if len(fitting) != 1:
            said = _("This locator names no account of this notice, or more than one.")
            raise Invalid(said, {"field": "locator"})
        return fitting[0][1]

    def _at(self, one: Mapping[str, Any]) -> NoticeItem:
        """By its place in the letter, which must be the one that the caller has before them."""
        if not self.is_letter:
            said = _("Positions are those of one letter: send its sha256 as “letter” beside them.")
            raise Invalid(said, {"field": "letter"})
        place = one["position"]
        is_whole = isinstance(place, int) and not isinstance(place, bool)
        if not is_whole or not 1 <= place <= len(self.items):
            said = _("The letter has no account at this position.")
            raise Invalid(said, {"field": "position"})
        return self.items[place - 1]


def _understand(said: Sequence[object], known: _Known) -> list[answers.Given | Invalid]:
    found: list[answers.Given | Invalid] = []
    for one in said:
        try:
            found.append(_given(one, known))
        except Invalid as wrong:
            found.append(wrong)
    return found


def _given(one: object, known: _Known) -> answers.Given:
    """What an item of the call says. Raises Invalid with the field that is wrong."""
    if not isinstance(one, dict):
        raise Invalid(_("An item is a JSON object."), {"field": ""})
    if strangers := sorted(set(one) - KNOWN):
        said = _("“%(field)s” is not known here.") % {"field": strangers[0]}
        raise Invalid(said, {"field": strangers[0]})
    item = known.named(one)
    if answers.is_over(item):
        raise Invalid(_("Nothing is asked of this account any more: its order was taken back."))
    reference, effect_at = text_of(one, "reference"), instant_of(one, "effect_at")
    if len(reference) > answers.LONGEST_REFERENCE:
        said = _("Your own reference is longer than %(most)s characters.")
        most = {"most": answers.LONGEST_REFERENCE}
        raise Invalid(said % most, {"field": "reference"})
    code, reason, lacks = (text_of(one, name) for name in ("code", "reason", "lacks"))
    return answers.Given(item.pk, code, reason, reference, effect_at, lacks)


def _take(
    notice: Notice, given: Sequence[answers.Given], actor: User, at: datetime
) -> tuple[str | None, dict[int, str]]:
    """The number of the receipt, if anything was taken, and item id -> why it was not."""
    if not given:
        return None, {}
    try:
        receipt = answers.take(notice, given, actor=actor, channel="api", at=at)
    except Invalid as nothing:
        refused = nothing.detail.get("items")
        if not isinstance(refused, dict):
            raise
        return None, refused
    return receipt.number, {one.item_id: one.sentence for one in receipt.refused}


def _result(one: answers.Given | Invalid, refused: Mapping[int, str]) -> dict[str, Any]:
    if isinstance(one, Invalid):
        return {"outcome": REFUSED, "message": one.sentence, **one.detail}
    if one.item_id in refused:
        return {"outcome": REFUSED, "message": refused[one.item_id]}
    return {"outcome": DONE}
