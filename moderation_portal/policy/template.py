"""Letter templates: Markdown with front matter, and the vocabulary that they may use. Pure.

A template declares the names it uses under `placeholders`, and under `optional` those that may be
empty: then the line that holds one disappears. `{{ locators }}`, lists and paragraphs stand
alone on their line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .reading import PackError, load

Kind = Literal["text", "number", "instant", "link", "list", "paragraphs", "table", "code", "codes"]

PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
BRACES = re.compile(r"\{\{|\}\}")
ALONE: frozenset[Kind] = frozenset({"list", "paragraphs", "table"})
HEADER_KEYS = frozenset(
    {"subject", "date", "head", "to", "signature", "copies", "placeholders", "optional", "rule_ids"}
)

# What the product gives with a letter. A code is looked up in the pack and shows by other names.
GIVEN: Mapping[str, Kind] = {
    "number": "text",
    "issued_at": "instant",
    "platform": "text",
    "addressee": "text",
    "establishment": "text",
    "contact_name": "text",
    "urgency": "code",
    "categories": "codes",
    "bases": "codes",
    "action": "code",
    "rung": "code",
    "unit": "code",
    "reasons": "paragraphs",
    "asked": "paragraphs",
    "pattern_count": "number",
    "change": "paragraphs",
    "weighed": "paragraphs",
    "history": "list",
    "stays": "paragraphs",
    "restore_hours": "number",
    "former_due_at": "instant",
    "original_number": "text",
    "original_issued_at": "instant",
    "served_at": "instant",
    "due_at": "instant",
    "answer_url": "link",
    "appeal_url": "link",
    "portal_url": "link",
    "status_url": "link",
    "approver": "text",
    "approver_title": "text",
    "copies": "list",
    "report_number": "text",
    "received_at": "instant",
    "item_count": "number",
    "missing": "list",
    "until": "instant",
    "code": "text",
    "minutes": "number",
    "account_changes": "list",
    "demand": "paragraphs",
    "reference": "text",
    "received_on": "text",
    "locators": "table",
    "amount": "text",
    "together": "text",
    "reckoning": "list",
    "commit_rule": "text",
    "pay_rule": "text",
    "decided": "text",
    "decision": "text",
    "hosts": "list",
}

# What the pack itself says, by the codes given and the day of issue.
FROM_PACK: Mapping[str, Kind] = {
    "issued_on": "text",
    "original_issued_on": "text",
    "urgency_name": "text",
    "priority": "text",
    "due_rule": "text",
    "category_names": "text",
    "legal_bases": "list",
    "powers": "list",
    "action_text": "text",
    "rung_name": "text",
    "rung_basis": "list",
    "effects": "list",
    "unit_name": "text",
    "unit_tells": "text",
    "count": "number",
    "attachment_count": "text",
    "issuer": "text",
    "issuer_short": "text",
    "issuer_office": "text",
    "issuer_email": "text",
    "place": "text",
    "territory": "text",
    "platform_duties": "list",
    "safe_harbour": "list",
    "platform_redress": "list",
    "uploader_redress": "list",
    "preservation": "list",
}
KINDS: Mapping[str, Kind] = {**GIVEN, **FROM_PACK}

_TO_PLATFORM = {"issued_at", "platform", "addressee", "contact_name", "urgency", "answer_url"}
_SIGNED = _TO_PLATFORM | {"number", "approver", "approver_title", "copies", "reasons", "appeal_url"}
_ORDER = _SIGNED | {"categories", "bases", "action", "rung", "establishment", "locators"}
_AFTER = {"original_number", "original_issued_at"}
_FINE = _SIGNED | _AFTER | {"locators", "amount"}
_ACCESS = {"issued_at", "number", "addressee", "platform", "decision", "hosts"}
_ACCESS |= {"approver", "approver_title"}
_LATE = _AFTER | {"served_at", "due_at"}
_CHASE = _TO_PLATFORM | {"number", "original_issued_at", "served_at", "due_at", "locators", "rung"}
_REPORTER = {"issued_at", "report_number", "received_at", "item_count", "status_url"}

# Which of the given names come with which letter; a template may use these and the pack's own.
SUPPLIED: Mapping[str, frozenset[str]] = {
    "order": frozenset(_ORDER),
    "feature_order": frozenset(_ORDER | {"asked", "pattern_count"}),
    "reminder": frozenset(_CHASE),
    "next_contact": frozenset(_CHASE),
    "warning_1": frozenset(_ORDER | _LATE),
    "warning_2": frozenset(_ORDER | _LATE),
    "warning_3": frozenset(_ORDER | _LATE),
    "block_proposal": frozenset(_ORDER | _LATE | {"history", "weighed"}),
    "unpaid_proposal": frozenset(_ORDER | _LATE | {"history", "weighed", "amount", "until"}),
    "withdrawal": frozenset(_SIGNED | _AFTER | {"locators", "history"}),
    "due_change": frozenset(_SIGNED | _LATE | {"locators", "former_due_at"}),
    "correction": frozenset(_ORDER | _AFTER | {"change"}),
    "restoration": frozenset(_SIGNED | _AFTER | {"locators"}),
    "restoration_order": frozenset(
        _SIGNED | _AFTER | {"locators", "history", "stays", "restore_hours"}
    ),
    "fine": frozenset(_FINE | {"together", "reckoning", "commit_rule", "pay_rule", "served_at"}),
    "fine_decision": frozenset(_FINE | {"decided"}),
    "block_order": frozenset(_ACCESS),
    "normalisation": frozenset(_ACCESS | _AFTER),
    "prior_information": frozenset({"issued_at", "platform", "addressee", "urgency"}),
    "order_copy": frozenset(
        {"issued_at", "number", "addressee", "platform", "original_issued_at", "establishment"}
    ),
    "preservation": frozenset(
        _TO_PLATFORM | {"number", "bases", "approver", "approver_title", "copies", "locators"}
    ),
    "sealed_notice_awaits": frozenset({"issued_at", "contact_name", "portal_url"}),
    "receipt": frozenset(_REPORTER),
    "outcome_removed": frozenset(_REPORTER),
    "outcome_declined": frozenset(_REPORTER | {"reasons"}),
    "outcome_taken_back": frozenset(_REPORTER | {"reasons"}),
    "outcome_routed": frozenset(_REPORTER | {"unit"}),
    "needs_info": frozenset(_REPORTER | {"missing", "until"}),
    "petition_reply": frozenset(
        {"issued_at", "number", "addressee", "platform", "reference", "received_on", "demand"}
        | {"reasons", "approver", "approver_title"}
    ),
    "code": frozenset({"issued_at", "code", "minutes"}),
    "account_changed": frozenset({"issued_at", "contact_name", "account_changes", "portal_url"}),
    "contact_changed": frozenset({"issued_at", "contact_name", "account_changes", "portal_url"}),
    "deputy_told": frozenset({"issued_at", "contact_name", "account_changes", "portal_url"}),
    "dispute_decided": frozenset({"issued_at", "contact_name", "account_changes", "portal_url"}),
    "still_you": frozenset({"issued_at", "contact_name", "platform", "answer_url"}),
    "password_link": frozenset({"issued_at", "contact_name", "portal_url"}),
}
# Every pack has these; what its ladders name comes on top, and what a section of it needs.
BY_RUNG = {"feature_order", "warning_1", "warning_2", "warning_3", "block_proposal"}
BY_RUNG |= {"unpaid_proposal"}
OF_SECTIONS: Mapping[str, frozenset[str]] = {
    "fines": frozenset({"fine", "fine_decision"}),
    "access_providers": frozenset({"block_order", "normalisation"}),
    "prior_information": frozenset({"prior_information"}),
    "authorities": frozenset({"order_copy"}),
}
ALWAYS = frozenset(SUPPLIED).difference(BY_RUNG, *OF_SECTIONS.values())


@dataclass(frozen=True)
class Template:
    """A parsed template; every text in it may still hold placeholders."""

    code: str
    language: str
    subject: str
    date: str
    head: tuple[tuple[str, str], ...]
    to: str
    body: str
    signature: str
    copies: str
    required: frozenset[str]
    optional: frozenset[str]
    rule_ids: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a placeholder."""
        heads = tuple(value for _, value in self.head)
        return (self.subject, self.date, *heads, self.to, self.body, self.signature, self.copies)

    @property
    def used(self) -> frozenset[str]:
        """The names that stand in its texts."""
        return frozenset(name for text in self.texts for name in PLACEHOLDER.findall(text))


def parse(source: str, code: str, language: str) -> Template:
    """The template in `source`; raises PackError with file and line when it has no sound shape."""
    where = f"letters/{language}/{code}.md"
    opened, _, rest = source.partition("---\n")
    front, closed, body = rest.partition("\n---\n")
    if opened or not closed:
        raise PackError([f"{where}, line 1: the front matter between two lines of --- is missing."])
    entry = load(f"\n{front}", where)
    problems = [
        f"{where}, line {entry.lines[key]}: letters know no “{key}”."
        for key in sorted(entry.keys() - HEADER_KEYS)
    ]
    if not isinstance(entry.get("subject"), str):
        problems.append(f"{where}, line 1: the letter has no subject.")
    if not isinstance(entry.get("head", {}), dict):
        problems.append(f"{where}, line {entry.lines['head']}: “head” holds labels and values.")
    if problems:
        raise PackError(problems)
    return Template(
        code=code,
        language=language,
        subject=entry["subject"],
        date=str(entry.get("date", "")),
        head=tuple((str(label), str(text)) for label, text in entry.get("head", {}).items()),
        to=str(entry.get("to", "")),
        body=body.strip("\n"),
        signature=str(entry.get("signature", "")),
        copies=str(entry.get("copies", "")),
        required=frozenset(entry.get("placeholders") or ()),
        optional=frozenset(entry.get("optional") or ()),
        rule_ids=tuple(entry.get("rule_ids") or ()),
    )


def problems(template: Template) -> list[str]:
    """What would stop this template from being filled, as sentences."""
    where = f"letters/{template.language}/{template.code}.md"
    declared, used = template.required | template.optional, template.used
    known = SUPPLIED.get(template.code, frozenset()) | FROM_PACK.keys()
    found = [
        *(f"{where}: “{name}” is used but not declared." for name in sorted(used - declared)),
        *(f"{where}: “{name}” is declared but not used." for name in sorted(declared - used)),
        *(f"{where}: no letter of this kind is given “{name}”." for name in sorted(used - known)),
        *(
            f"{where}: “{name}” is shown by another name."
            for name in sorted(used)
            if _is_code(name)
        ),
    ]
    if template.code not in SUPPLIED:
        found.append(f"{where}: the portal sends no letter called “{template.code}”.")
    for line in "\n".join(template.texts).splitlines():
        if BRACES.search(PLACEHOLDER.sub("", line)):
            found.append(f"{where}: “{line.strip()}” holds braces that are no placeholder.")
        for name in PLACEHOLDER.findall(line):
            if KINDS.get(name) in ALONE and PLACEHOLDER.sub("", line).strip():
                found.append(f"{where}: “{name}” must stand alone on its line.")
    if re.search(r"^\s*\|", template.body, re.MULTILINE):
        found.append(f"{where}: a letter has no table but the one of {{{{ locators }}}}.")
    return found


def _is_code(name: str) -> bool:
    return KINDS.get(name) in ("code", "codes")
