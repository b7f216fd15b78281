"""Letters and mails: a template of the policy pack, filled, as Markdown, text, HTML and PDF.

What each letter is given, and what the pack adds by itself, stands in policy/template.py
(`SUPPLIED`, `GIVEN`, `FROM_PACK`). Times are aware datetimes, codes are the pack's codes, lists
are lists; values are inserted as plain text whatever they hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape as escape_html
from typing import Any

from moderation_portal.policy import Pack
from moderation_portal.policy.template import Template

from .document import Head, freeze, reheaded, thaw
from .facts import facts, table, word
from .filling import Value, fill_markdown, fill_plain, prepare
from .mail import body_of, language_of, to_read
from .mail import html as mail
from .mark import Mark
from .pdf import pdf
from .plain import text
from .wording import LocatorLine, day, link, number

__all__ = [
    "Letter",
    "LocatorLine",
    "Mark",
    "body_of",
    "day",
    "language_of",
    "marked",
    "pdf",
    "render",
    "reread",
    "to_read",
    "word",
]

LAYOUT_WORDS = (
    "copies",
    "attachment",
    "attachment_of",
    "page_of",
    "in_attachment",
    "defanged",
    "signed_electronically",
    "check_letter",
)


@dataclass(frozen=True)
class Letter:
    """A finished letter. `markdown` is whole in itself: head, text and every locator."""

    subject: str
    markdown: str
    text: str
    html: str

    def with_link(self, address: str, instead: str) -> "Letter":
        """The same letter for one contact: its e-mail leads to `instead` where it led to `address`.

        Markdown and PDF keep the address that every contact may see.
        """
        lines = [link(instead) if line == address else line for line in self.text.split("\n")]
        old, new = escape_html(address), escape_html(link(instead))
        html = self.html.replace(f'"{old}"', f'"{new}"').replace(f">{old}<", f">{new}<")
        return replace(self, text="\n".join(lines), html=html)


def render(
    pack: Pack,
    code: str,
    language: str,
    context: Mapping[str, Any],
    locators: Sequence[LocatorLine] = (),
    *,
    template: Template | None = None,
) -> Letter:
    """Writes the letter `code` in `language`, as of `context["issued_at"]`, by `template` or else
    by the pack's own.

    Raises Invalid when a value is missing, empty, of the wrong kind or unknown, when a code is not
    in the pack, and when a letter that lists targets is given none.
    """
    template = template or pack.template(code, language)
    given = {**facts(pack, language, context, len(locators)), **context}
    given["locators"] = table(pack, language, locators)
    values = prepare(template, given, pack, language)
    head = _head(template, values, pack, language, given, len(locators))
    markdown = freeze(head, fill_markdown(template.body, values))
    return reread(pack, markdown)


def reread(pack: Pack, markdown: str) -> Letter:
    """The same letter from the Markdown that was kept of it."""
    head, blocks = thaw(markdown)
    rows = pack.limits_at(datetime.fromisoformat(head.issued_at)).letter_rows
    return Letter(head.subject, markdown, text(head, blocks, rows), mail(head, blocks, rows))


def marked(markdown: str, mark: Mark) -> str:
    """The same frozen letter with a mark on its PDF by which whoever holds it can check it."""
    return reheaded(
        markdown,
        check_address=mark.address,
        check_page=mark.page,
        check_code=mark.code,
        is_signed=mark.is_signed,
    )


def _head(
    template: Template,
    values: Mapping[str, Value],
    pack: Pack,
    language: str,
    given: Mapping[str, Any],
    count: int,
) -> Head:
    issuer = pack.issuer(given["issued_at"])
    words = {code: word(pack, code, language) for code in LAYOUT_WORDS}
    rows = pack.limits_at(given["issued_at"]).letter_rows
    more = number(max(count - rows, 0), language)
    filled = ((label, fill_plain(text, values)) for label, text in template.head)
    return Head(
        language=language,
        subject=" ".join(fill_plain(template.subject, values)),
        number=str(values.get("number", "")),
        issued_at=given["issued_at"].isoformat(),
        day=given["issued_on"],
        place_and_date=" ".join(fill_plain(template.date, values)),
        issuer=issuer.name.say(language),
        office=issuer.office.say(language),
        address=issuer.address,
        email=issuer.email,
        phone=issuer.phone,
        fields=tuple((label, lines[0]) for label, lines in filled if lines),
        to=fill_plain(template.to, values),
        signature=fill_plain(template.signature, values),
        copies=fill_plain(template.copies, values),
        words=words | {"more_rows": word(pack, "more_rows", language, n=more)},
    )
