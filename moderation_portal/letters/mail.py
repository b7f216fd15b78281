"""A letter as an HTML e-mail: one column, light and dark, nothing loaded from outside."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from textwrap import shorten

from django.utils.safestring import SafeString, mark_safe

from .document import Block, Head, Spans

LINK = re.compile(r'<a href="[^"]*">(.*?)</a>')
# A number that is quoted is never broken at its strokes.
WHOLE = re.compile(r"\b[A-Z]{1,3}\d*-[\w/-]{3,24}")
GREETING, PREHEADER = 30, 120
STYLE = Path(__file__).with_name("mail.css").read_text(encoding="utf-8")


def html(head: Head, blocks: tuple[Block, ...], rows: int) -> str:
    """The HTML part of the e-mail; of a longer table only the first `rows` are shown."""
    body = [*_opening(head)]
    body += [part for block in blocks for part in _block(block, head, rows)]
    if head.signature:
        body.append(f'<p class="signature">{_broken(head.signature)}</p>')
    if head.copies:
        body.append(f'<p class="note">{escape(head.words["copies"])}</p>')
        body.append(_list("ul", (escape(copy) for copy in head.copies)))
    return (
        f'<!doctype html>\n<html lang="{escape(head.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(head.subject)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{_preheader(blocks)}<main>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )


def body_of(page: str) -> SafeString:
    """The letter within an e-mail of this room, for a page of the portal; it is escaped already.

    It says its own language: the page around it may speak another.
    """
    body = page.partition("<main>")[2].rpartition("</main>")[0]
    return mark_safe(f'<div lang="{language_of(page)}">{body}</div>')  # noqa: S308  by `html`


def to_read(page: str) -> SafeString:
    """The same for whoever only reads the letter: its links are meant for the platform, and lead
    an officer nowhere, so that they stand as text."""
    return mark_safe(LINK.sub(r"\1", body_of(page)))  # noqa: S308  written by `html`


def language_of(page: str) -> str:
    """The language that an e-mail of this room is written in, as a code."""
    return page.partition('<html lang="')[2].partition('"')[0]


def _preheader(blocks: tuple[Block, ...]) -> str:
    """What a list of mails shows beside the subject: the first sentence that says something."""
    texts = ("".join(span.text for span in block.spans) for block in blocks)
    first = next((text for text in texts if len(text) > GREETING), "")
    shown = escape(shorten(first, PREHEADER, placeholder="…"))
    return f'<div class="preheader" hidden>{shown}</div>\n' if shown else ""


def _opening(head: Head) -> Iterator[str]:
    lines = [f'<p class="issuer">{escape(head.issuer)}</p>']
    if head.fields:
        lines += [f"<p>{escape(head.office)}</p>", f"<p>{escape(head.address)}</p>"]
    yield "<header>\n" + "\n".join(lines) + "\n</header>"
    if head.fields:
        pairs = (f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in head.fields)
        yield "<dl>\n" + "\n".join(pairs) + "\n</dl>"
    if head.place_and_date:
        yield f"<p>{escape(head.place_and_date)}</p>"
    if head.to:
        yield f"<p>{_broken(head.to)}</p>"


def _block(block: Block, head: Head, rows: int) -> Iterator[str]:
    match block.kind:
        case "heading":
            yield f"<h2>{_inline(block.spans)}</h2>"
        case "bullet_list" | "ordered_list":
            tag = "ol" if block.kind == "ordered_list" else "ul"
            yield _list(tag, (_inline(row[0]) for row in block.rows if row))
        case "table":
            yield from _table(block, head, rows)
        case _ if len(block.spans) == 1 and block.spans[0].bold and not block.spans[0].href:
            yield f'<p class="code">{_inline(block.spans)}</p>'
        case _ if len(block.spans) == 1 and block.spans[0].href:
            address = escape(block.spans[0].href)
            yield f'<p class="action">{_inline(block.spans)}<small>{address}</small></p>'
        case _:
            yield f"<p>{_inline(block.spans)}</p>"


def _table(block: Block, head: Head, rows: int) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in block.header)
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in block.rows[:rows]:
        position, locator, *rest = (_inline(cell) for cell in row)
        cells = [f'<td class="number">{position}</td>', f'<td class="locator">{locator}</td>']
        yield f"<tr>{''.join(cells + [f'<td>{cell}</td>' for cell in rest])}</tr>"
    yield "</tbody>\n</table>"
    if len(block.rows) > rows:
        yield f'<p class="note">{escape(head.words["more_rows"])}</p>'
    if any("[.]" in span.text for row in block.rows[:rows] for span in row[1]):
        yield f'<p class="note">{escape(head.words["defanged"])}</p>'


def _inline(spans: Spans) -> str:
    return "".join(_span(span.text, span.bold, span.italic, span.href) for span in spans)


def _span(text: str, bold: bool, italic: bool, href: str) -> str:
    shown = WHOLE.sub(r'<span class="whole">\g<0></span>', escape(text))
    if href:
        shown = f'<a href="{escape(href)}">{shown}</a>'
    if italic:
        shown = f"<em>{shown}</em>"
    return f"<strong>{shown}</strong>" if bold else shown


def _broken(lines: tuple[str, ...]) -> str:
    return "<br>\n".join(escape(line) for line in lines)


def _list(tag: str, items: Iterator[str]) -> str:
    return f"<{tag}>\n" + "\n".join(f"<li>{item}</li>" for item in items) + f"\n</{tag}>"
