"""Notes beside a case as its page shows them: who is named in them is marked."""

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from moderation_portal.formats import visible

from .. import mentions
from ..models import Case


@dataclass(frozen=True)
class Shown:
    """A note as a page shows it; `text` is HTML in which the named are marked."""

    text: SafeString
    author: str
    written_at: datetime


def of(case: Case) -> list[Shown]:
    """The notes beside a case, in the order in which they were written. One statement."""
    found = case.notes.select_related("author")
    return [Shown(marked(row.text, row.mentions), row.author.name, row.written_at) for row in found]


def marked(text: str, named: list[str]) -> SafeString:
    """The text as HTML, the colleagues who are named in it marked."""
    parts = mentions.parts_of(text, named)
    return linebreaksbr(
        format_html_join(
            "",
            "{}",
            (
                (format_html("<mark>{}</mark>", visible(part)) if is_name else visible(part),)
                for part, is_name in parts
            ),
        )
    )
