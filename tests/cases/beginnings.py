"""Where lives of cases and notices begin (`test_life_machine`)."""

from collections.abc import Callable
from typing import Any

from cases import ladder, notices, removal
from cases.models import Notice
from tests import world
from tests.world import AT, HOUR

ACCOUNTS = ("michat: bunga_77", "michat: melati_12", "michat: kenanga_5")


def served() -> Notice:
    return world.served_notice(*ACCOUNTS[:2])


def seen_gone(*hours: int) -> None:
    made = served()
    world.answer(made, "removed", at=AT + HOUR)
    targets = list(made.items.values_list("target_id", flat=True))
    for hour in hours:
        seen = {"actor": world.ayu(), "method": "person", "at": AT + hour * HOUR}
        removal.observe(targets, "gone", **seen)


def warned() -> Notice:
    served()
    ladder.climb(AT + 25 * HOUR)
    return Notice.objects.get(rung="warning_1")


def signed() -> None:
    notices.sign(warned(), actor=world.sri(), at=AT + 25 * HOUR, note="Tanpa alasan.")


# How far the desk has come when a life begins, and how many hours that took: few lives get by
# themselves to what comes late.
BEGINNINGS: dict[str, tuple[Callable[[], Any], int]] = {
    "a case": (lambda: world.case(ACCOUNTS[0]), 0),
    "an approval": (lambda: world.approved_case(*ACCOUNTS[:2]), 0),
    "an order that waits to leave": (lambda: world.notice(*ACCOUNTS[:2]), 0),
    "an order that was served": (served, 0),
    "an objection": (lambda: world.answer(served(), "refused", reason="Satire."), 1),
    "accounts that were seen gone once": (lambda: seen_gone(1), 2),
    "accounts that are gone": (lambda: seen_gone(1, 3), 4),
    "a warning that waits for its signature": (warned, 25),
    "a warning that was signed": (signed, 25),
}
