"""A letter as plain text: 72 columns, lists aligned, addresses unbroken."""

from collections.abc import Iterator
from textwrap import wrap

from .document import Block, Head, Spans

WIDTH = 72


def text(head: Head, blocks: tuple[Block, ...], rows: int) -> str:
    """The text part of the e-mail; of a longer table only the first `rows` are shown."""
    parts = [*_opening(head)]
    parts += [part for block in blocks for part in _block(block, head, rows)]
    if head.signature:
        parts.append("\n".join(line for part in head.signature for line in _wrap(part)))
    if head.copies:
        parts.append("\n".join([head.words["copies"], *_items(head.copies)]))
    return "\n\n".join(parts) + "\n"


def _opening(head: Head) -> Iterator[str]:
    if head.fields:
        lines = [head.issuer.upper(), head.office, f"{head.address} | {head.email}"]
        yield "\n".join([*(line for part in lines for line in _wrap(part)), "=" * WIDTH])
        widest = max(len(label) for label, _ in head.fields)
        yield "\n".join(
            line
            for label, value in head.fields
            for line in _wrap(value, f"{label:<{widest}} : ", " " * (widest + 3))
        )
    if head.place_and_date:
        yield head.place_and_date
    if head.to:
        yield "\n".join(line for part in head.to for line in _wrap(part))


def _block(block: Block, head: Head, rows: int) -> Iterator[str]:
    match block.kind:
        case "heading":
            yield _plain(block.spans).upper()
        case "bullet_list" | "ordered_list":
            ordered = block.kind == "ordered_list"
            yield "\n".join(_items([_plain(row[0]) for row in block.rows if row], ordered))
        case "table":
            yield from _table(block, head, rows)
        case _:
            yield "\n".join(_paragraph(block.spans))


def _paragraph(spans: Spans) -> Iterator[str]:
    """Running text; a link stands on a line of its own under its label."""
    if any(span.href for span in spans):
        for span in spans:
            if span.href:
                yield f"{span.text}:"
                yield span.href
            elif span.text.strip():
                yield from _wrap(span.text.strip())
    else:
        yield from _wrap(_plain(spans))


def _items(items: tuple[str, ...] | list[str], ordered: bool = False) -> Iterator[str]:
    for position, item in enumerate(items, start=1):
        mark = f"{position}. " if ordered else "- "
        yield from _wrap(item, mark, " " * len(mark))


def _table(block: Block, head: Head, rows: int) -> Iterator[str]:
    """One entry a line: its number, the locator unbroken, what it is beneath."""
    width = len(str(len(block.rows)))
    lines = []
    for row in block.rows[:rows]:
        position, locator, *rest = (_plain(cell) for cell in row)
        lines.append(f"{position:>{width}}. {locator}")
        heads = [_plain(cell) for cell in block.header[3:]]
        notes = rest[:1] + [f"{name} {cell}" for name, cell in zip(heads, rest[1:], strict=True)]
        lines.append(" " * (width + 2) + ", ".join(note for note in notes if note))
    yield "\n".join(lines)
    if len(block.rows) > rows:
        yield "\n".join(_wrap(head.words["more_rows"]))
    if any("[.]" in line for line in lines):
        yield "\n".join(_wrap(head.words["defanged"]))


def _plain(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def _wrap(paragraph: str, first: str = "", rest: str = "") -> list[str]:
    return wrap(
        paragraph,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
