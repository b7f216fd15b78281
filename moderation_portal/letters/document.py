"""A finished letter as a document: a head that is data, and Markdown as a short tree of blocks.

The Markdown of a letter is whole in itself: what was frozen years ago still gives the same PDF.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")


@dataclass(frozen=True)
class Span:
    """A run of text in one style; `href` makes it a link."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list or table. `rows` are list items (one cell) or table rows."""

    kind: str
    spans: Spans = ()
    rows: tuple[tuple[Spans, ...], ...] = ()
    header: tuple[Spans, ...] = ()


@dataclass(frozen=True)
class Head:
    """Everything around the text of a letter; `words` are those that its layout needs.

    `issued_at` is an ISO instant. `check_…` and `is_signed` are those of its mark (`mark.Mark`).
    """

    language: str
    subject: str
    number: str
    issued_at: str
    day: str
    place_and_date: str
    issuer: str
    office: str
    address: str
    email: str
    fields: tuple[tuple[str, str], ...]
    to: tuple[str, ...]
    signature: tuple[str, ...]
    copies: tuple[str, ...]
    words: dict[str, str]
    phone: str = ""
    check_address: str = ""
    check_page: str = ""
    check_code: str = ""
    is_signed: bool = False


def freeze(head: Head, body: str) -> str:
    """Head and body as one Markdown document with front matter."""
    front = {
        name: [list(one) if isinstance(one, tuple) else one for one in value]
        if isinstance(value, tuple)
        else value
        for name, value in asdict(head).items()
    }
    return f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=98)}---\n{body}"


def thaw(markdown: str) -> tuple[Head, tuple[Block, ...]]:
    """The head and the blocks of a frozen letter."""
    front, body = _parted(markdown)
    return _head(front), blocks(body)


def reheaded(markdown: str, **changes: Any) -> str:
    """The same frozen letter with these parts of its head changed."""
    front, body = _parted(markdown)
    return freeze(replace(_head(front), **changes), body)


def _parted(markdown: str) -> tuple[str, str]:
    front, _mark, body = markdown.removeprefix("---\n").partition("\n---\n")
    return front, body


def _head(front: str) -> Head:
    head = yaml.safe_load(front)
    for name in ("to", "signature", "copies"):
        head[name] = tuple(head[name])
    head["fields"] = tuple((label, text) for label, text in head["fields"])
    return Head(**head)


def blocks(body: str) -> tuple[Block, ...]:
    """The Markdown of a letter as blocks; whatever letters do not use stays plain text."""
    return tuple(_blocks(PARSER.parse(body)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    """Lists and tables gather their inline tokens; headings and paragraphs are one each.

    What stands within a point goes on as points of the same list, and a point without words is
    none: what a steward mistypes stops no letter, and loses none of its words.
    """
    kind, depth, in_head, heading = "", 0, False, False
    header: tuple[Spans, ...] = ()
    rows: list[list[Spans]] = []
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open" | "table_open":
                depth += 1
                if depth == 1:
                    kind, rows, header = token.type.removesuffix("_open"), [], ()
            case "thead_open" | "thead_close":
                in_head = token.type == "thead_open"
            case "tr_open" | "list_item_open":
                rows.append([])
            case "tr_close" if in_head:
                header = tuple(rows.pop())
            case "bullet_list_close" | "ordered_list_close" | "table_close":
                depth -= 1
                filled = tuple(tuple(row) for row in rows if row or kind == "table")
                if not depth:
                    if filled:
                        yield Block(kind, (), filled, header)
                    kind = ""
            case "inline" if kind:
                if rows[-1] and kind != "table":
                    rows.append([])
                rows[-1].append(_spans(token))
            case "heading_open":
                heading = True
                continue
            case "inline":
                yield Block("heading" if heading else "paragraph", _spans(token))
        heading = False


def _spans(inline: Token) -> Spans:
    spans: list[Span] = []
    bold = italic = False
    href = ""
    for token in inline.children or ():
        match token.type:
            case "strong_open" | "strong_close":
                bold = token.type == "strong_open"
            case "em_open" | "em_close":
                italic = token.type == "em_open"
            case "link_open":
                href = str(token.attrs["href"])
            case "link_close":
                href = ""
            case "softbreak" | "hardbreak":
                spans.append(Span(" "))
            case _ if token.content:
                spans.append(Span(token.content, bold, italic, href))
    return tuple(spans)
