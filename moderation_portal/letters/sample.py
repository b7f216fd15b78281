"""An invented matter by which the text of a letter is shown before anything is sent by it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from moderation_portal.policy import Pack
from moderation_portal.policy.template import GIVEN, SUPPLIED, Kind

from .wording import LocatorLine, day

HERE = "https://portal.example"
LINES = tuple(
    LocatorLine(f"https://platform.example/@contoh_{n:03d}", "account", f"K26-0000{n:03d}")
    for n in range(1, 6)
)


def sample(
    pack: Pack, code: str, language: str, at: datetime
) -> tuple[dict[str, Any], tuple[LocatorLine, ...]]:
    """What the letter `code` would be given in an invented matter, and the accounts it lists."""
    wanted = SUPPLIED[code]
    by_kind = _by_kind(at)
    plain = {name: by_kind[kind] for name, kind in GIVEN.items() if kind in by_kind}
    known = plain | _matter(pack, code, language, at)
    given = {name: known[name] for name in wanted - {"locators"}}
    return given, LINES if "locators" in wanted else ()


def _matter(pack: Pack, code: str, language: str, at: datetime) -> dict[str, Any]:
    """The names that say more than their kind does."""
    category = next(one for one in pack.categories(at) if one.handling == "ordinary")
    ladder = pack.ladder(category.urgency, at)
    rungs = [rung for rung in ladder.rungs if rung.letter == code] or list(ladder.rungs)
    earlier = at - timedelta(days=2)
    return {
        "number": "B-0000/CONTOH/2026",
        "original_number": "B-9999/CONTOH/2026",
        "original_issued_at": earlier,
        "served_at": earlier,
        "received_at": earlier,
        "due_at": earlier + ladder.due,
        "platform": "Platform Contoh",
        "addressee": "PT Platform Contoh",
        "contact_name": "Narahubung Contoh",
        "urgency": category.urgency,
        "categories": [category.code],
        "bases": [basis.code for basis in pack.bases_for(category, at)],
        "action": "remove",
        "rung": rungs[0].code,
        "unit": pack.sections["units"][0].code,
        "reasons": category.help.say(language),
        "restore_hours": pack.limits_at(at).restore_within // timedelta(hours=1),
        "history": [f"B-9999/CONTOH/2026, {day(earlier, pack.tz, language)}"],
        "approver": "Nama Pejabat Contoh",
        "approver_title": "Direktur Contoh",
        "report_number": "R26-0000000",
        "code": "000000",
    }


def _by_kind(at: datetime) -> Mapping[Kind, Any]:
    """A value for every other name, by its kind."""
    return {
        "text": "Contoh",
        "number": len(LINES),
        "instant": at,
        "link": f"{HERE}/contoh/",
        "list": ["Contoh"],
        "paragraphs": "Contoh.",
    }
