"""HTML mail into plain text: tables stay tables, quotes stay quotes. Linear in the input."""

import html
import re

_BREAKS = frozenset(
    "address article aside body center dd div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 "
    "h4 h5 h6 header hr li main ol p pre section table tbody tfoot thead title ul".split()
)
_DROPPED = frozenset(("script", "style", "head", "noscript", "template"))
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LOOKS_HTML = re.compile(
    r"<\s*(?:!doctype\s+html|html|head|body|table|div|p|br|span|meta)\b", re.IGNORECASE
)


def looks_html(text: str) -> bool:
    """Whether a text that does not say what it is begins like HTML."""
    return bool(_LOOKS_HTML.search(text[:2000])) and text.count("<") > 2


def to_text(source: str) -> str:
    """Readable text of an HTML document.

    Cells of a row are joined by " | ", quoted replies start with "> ", a link whose words do not
    show its address is followed by the address in angle brackets.
    """
    writer = _Writer()
    position, length = 0, len(source)
    while position < length:
        opening = source.find("<", position)
        if opening < 0:
            writer.words(source[position:])
            break
        writer.words(source[position:opening])
        position = _tag(source, opening, writer)
    return writer.finish()


def _tag(source: str, opening: int, writer: "_Writer") -> int:
    """Take the markup at `opening`; return where the next piece starts."""
    if source.startswith("<!--", opening):
        end = source.find("-->", opening)
        return len(source) if end < 0 else end + 3
    end = source.find(">", opening)
    if end < 0:
        writer.words(source[opening:])
        return len(source)
    inner = source[opening + 1 : end]
    name_match = _NAME.match(inner[:40])
    if name_match is None:
        if inner[:1] not in "!?/":
            writer.words(source[opening : opening + 1])
            return opening + 1
        return end + 1
    name = name_match.group(1).lower()
    is_closing = inner.startswith("/")
    if name in _DROPPED and not is_closing:
        return writer.skip(source, name, end)
    is_address = "@" in inner or "://" in inner.split(" ")[0]
    if is_address and " " not in inner and "=" not in inner:  # <https://…>, <name@host> are text
        writer.words(source[opening : end + 1])
        return end + 1
    writer.markup(name, is_closing, inner)
    return end + 1


class _Writer:
    """Gathers lines; knows whether it stands in a table row, a quote or a link."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._cells: list[int] = []
        self._link: tuple[str, int] | None = None
        self._unclosed: set[str] = set()

    def skip(self, source: str, name: str, end: int) -> int:
        """Where the text goes on after a dropped element that opened before `end`."""
        if name not in self._unclosed:
            for closing in (f"</{name}", f"</{name.upper()}"):
                at = source.find(closing, end)
                after = source.find(">", at) if at >= 0 else -1
                if after >= 0:
                    return after + 1
            self._unclosed.add(name)  # never searched for again: many of them stay linear
        return end + 1

    def words(self, piece: str) -> None:
        if piece:
            self._line.append(_SPACE.sub(" ", html.unescape(piece)))

    def markup(self, name: str, is_closing: bool, inner: str) -> None:
        if name == "a":
            self._anchor(is_closing, inner)
        elif name == "blockquote":
            self._break()
            self._quotes = max(0, self._quotes - 1) if is_closing else self._quotes + 1
        elif name == "tr":
            self._break()
            if not is_closing:
                self._cells.append(0)
            elif self._cells:
                self._cells.pop()
        elif name == "span" and not is_closing and "float" in inner:
            self._line.append(" | ")  # it stands at the other end of the line
        elif name in ("td", "th"):
            if not is_closing and self._cells:
                if self._cells[-1]:
                    self._line.append(" | ")
                self._cells[-1] += 1
        elif name == "br":
            self._line.append(" ") if self._cells else self._break()
        elif name in _BREAKS:
            if self._cells and name != "table":
                self._line.append(" ")
            else:
                self._break()
                if name in ("p", "div", "table", "h1", "h2", "h3", "ul", "ol") and is_closing:
                    self._blank()

    def _anchor(self, is_closing: bool, inner: str) -> None:
        if not is_closing:
            match = _HREF.search(inner[:20_000])
            target = next((g for g in match.groups() if g), "") if match else ""
            self._link = (html.unescape(target).strip(), len(self._line))
        elif self._link:
            target, start = self._link
            self._link = None
            shown = "".join(self._line[start:]).strip()
            if not target.lower().startswith(("http", "tg:")) or _shows_address(shown, target):
                return
            if _names_account(shown, target):  # the address tells the platform too
                self._line[start:] = [target]
            else:
                self._line.append(f" <{target}>")

    def _break(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip()
        self._line, self._link = [], None
        if line:
            self._done.append("> " * self._quotes + line)

    def _blank(self) -> None:
        if self._done and self._done[-1]:
            self._done.append("")

    def finish(self) -> str:
        self._break()
        return "\n".join(self._done)


def _shows_address(shown: str, target: str) -> bool:
    """Whether the words of a link are its address, in full, without its scheme, or shortened."""
    if " " in shown or "." not in shown:
        return "@" in shown and "/" not in shown and shown.lstrip("@") not in target
    host = target.split("//", 1)[-1].split("/")[0].lower().removeprefix("www.")
    return "/" in shown or shown.lower().removeprefix("www.").startswith(host)


def _names_account(shown: str, target: str) -> bool:
    """Whether the words of a link are the account's name at the end of its address."""
    name = shown.removeprefix("@").lower()
    path = target.split("//", 1)[-1].partition("/")[2].split("?")[0].rstrip("/").lower()
    return len(name) > 1 and " " not in name and path.split("/")[-1].removeprefix("@") == name
