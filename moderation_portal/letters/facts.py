"""What the pack adds to a letter: its words for codes, the law in force, who issues. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from moderation_portal.defanging import defang
from moderation_portal.errors import Invalid
from moderation_portal.policy import Basis, Pack

from .wording import LocatorLine, day, escape, exact, number

DUTIES = {
    "platform_duties": "duty",
    "safe_harbour": "safe_harbour",
    "platform_redress": "platform_redress",
    "uploader_redress": "uploader_redress",
    "preservation": "preservation",
}


def facts(pack: Pack, language: str, given: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """The placeholders that the pack supplies, as of `issued_at`, for the codes in `given`.

    Raises Invalid without an aware `issued_at`, and for a code that the pack does not know.
    """
    at = given.get("issued_at")
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise Invalid(_("A letter needs the time of its issue, with its zone (issued_at)."))
    issuer = pack.issuer(at)
    known = {
        "issued_on": day(at, pack.tz, language),
        "issuer": issuer.name.say(language),
        "issuer_short": issuer.short_name,
        "issuer_office": issuer.office.say(language),
        "issuer_email": issuer.email,
        "place": issuer.place,
        "territory": pack.identity.territory.say(language),
        "count": rows,
        "attachment_count": word(pack, "attachment_count", language, n=number(rows, language)),
        "powers": _cited(pack, language, _powers(pack, at)),
    }
    for name, kind in DUTIES.items():
        known[name] = tuple(
            _duty(pack, duty.text.say(language), at) for duty in pack.duties(kind, at)
        )
    return known | _by_code(pack, language, given, at)


def word(pack: Pack, code: str, language: str, /, **values: str) -> str:
    """One of the pack's words for letters, with its {values} filled in."""
    text = pack.choice("letter_words", code).name.say(language)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _by_code(pack: Pack, language: str, given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if original := given.get("original_issued_at"):
        known["original_issued_on"] = day(original, pack.tz, language)
    if code := given.get("urgency"):
        urgency, ladder = pack.urgency(code, at), pack.ladder(code, at)
        known["urgency_name"] = urgency.name.say(language)
        known["priority"] = urgency.priority.say(language)
        known["due_rule"] = ladder.due_rule.say(language)
        rung = next((rung for rung in ladder.rungs if rung.code == given.get("rung")), None)
        if rung:
            known["rung_name"] = rung.name.say(language)
            known["due_rule"] = (rung.due_rule or ladder.due_rule).say(language)
            known["rung_basis"] = _cited(pack, language, [pack.basis(rung.basis, at)])
            known["effects"] = tuple(word(pack, f"effect_{one}", language) for one in rung.effects)
    if codes := given.get("categories"):
        names = [pack.category(one, at).name.say(language) for one in codes]
        known["category_names"] = "; ".join(dict.fromkeys(names))
    if codes := given.get("bases"):
        known["legal_bases"] = _cited(pack, language, [pack.basis(one, at) for one in codes])
    if code := given.get("action"):
        known["action_text"] = pack.choice("actions", code, at).name.say(language)
    if code := given.get("unit"):
        unit = pack.unit(code, at)
        known["unit_name"] = f"{unit.name.say(language)}, {unit.agency.say(language)}"
        known["unit_tells"] = unit.tells_reporter.say(language)
    return known


def _powers(pack: Pack, at: datetime) -> list[Basis]:
    on = pack.day(at)
    return [basis for basis in pack.sections["bases"] if basis.kind == "power" and basis.holds(on)]


def _cited(pack: Pack, language: str, bases: Iterable[Basis]) -> tuple[str, ...]:
    return tuple(
        word(
            pack,
            "quoted_basis" if basis.is_quoted else "paraphrased_basis",
            language,
            citation=basis.citation.say(language),
            text=basis.text.say(language),
        )
        for basis in bases
    )


def _duty(pack: Pack, text: str, at: datetime) -> str:
    return text.replace("{preserve_days}", str(pack.limits_at(at).preserve_days))


def table(pack: Pack, language: str, lines: Iterable[LocatorLine]) -> str:
    """The targets as a Markdown table, each locator exact, defanged and escaped; "" without any."""
    lines = list(lines)
    if not lines:
        return ""
    names = ["column_number", "column_locator", "column_object"]
    if any(line.reference for line in lines):
        names.append("column_reference")
    heads = [word(pack, name, language) for name in names]
    kinds = {choice.code: choice.name.say(language) for choice in pack.sections["objects"]}
    rows = [heads, ["---"] * len(heads)]
    for position, line in enumerate(lines, start=1):
        cells = [str(position), defang(exact(line.locator)), kinds.get(line.kind, kinds["account"])]
        if len(heads) > len(cells):
            cells.append(exact(line.reference))
        rows.append([escape(cell) for cell in cells])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
