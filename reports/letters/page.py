"""What stands around a candidate: its line, list, table cell, and the words that lead to it."""

import re
from bisect import bisect_right
from collections import Counter

from . import cues, tables
from .addresses import EMAIL
from .candidate import Candidate
from .layout import Line, Zone
from .mentions import NAMES

_WINDOW = 300  # characters of a sentence that are looked at before an address
_SENTENCE_END = re.compile(
    r"(?<!\bSdr)(?<!\bSdri)(?<!\bNo)(?<!\bJl)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bDrs)"
    r"(?<!\bBpk)(?<!\bYth)(?<!\b\w)"
    r"[.!?;]\s+(?=[^\W\d_a-zа-яё])|[。！？；]|\n[ \t]*\n|\n\s*(?=(?:\d{1,2}|[a-z])[.)]\s)"
)
_STAMP = re.compile(r"^\s*\[?[\d/.,: -]{10,24}(?:[AP]M)?\]?\s*[-–]?\s*~?$", re.IGNORECASE)
_FOOT = 3  # lines
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"\S+://\S+|\S+@\S+")
_CONTACT_LINE = re.compile(
    r"^\s*(?!\(?\d{1,2}[.)]|[-•*]).{0,60}\b(?:telp|telepon|tel|phone|fax|faks|hotline|enquiries|call\s?center|e-?mail|surel)\b.{0,12}[\d@:]",
    re.IGNORECASE,
)
_PIECE_END = re.compile(r"\s*[|·•]\s*|\s/\s|[,;.]\s+|\s{2,}|\s[–—-]\s")
# A number, a mail or site, an account, a street, or a hotline ("SAPA 129").
_CONTACT_PIECE = re.compile(
    r"\(?\+?\d[\d ().-]{5,}|@|\bwww\.|://|^\W*(?:jl|jalan|adres|alamat|address|web|laman|street)\b"
    rf"|^[^\W\d_][^\d:]{{2,24}}\s\d{{3,7}}$|^\W*(?:{NAMES})\s*:",
    re.IGNORECASE,
)
_LIST_MARK = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[-•*]|\(?[a-z][.)])\s", re.IGNORECASE)
# "3. Akun terlapor : …": what stands deeper on the lines below goes on with it.
_FIELD = re.compile(rf"(?:{_LIST_MARK.pattern})?\s*[^\W\d_][^:\n]{{2,40}}:(?=\s)", re.IGNORECASE)
_JOINT = re.compile(
    r"[\s,;&/()]*(?:\b(?:dan|and|serta|atau|or|y|e|и|ve|及|和)\b)?"
    r"(?:\s+(?:akun|situs|nomor|kanal|(?:the\s+)?(?:account|site|handle)))?[\s,;&()]*"
    r"(?:\(?[a-z\d]{1,2}[.)])?\s*",
    re.IGNORECASE,
)
_PLATFORM_BEFORE = re.compile(
    rf"(?<!\w)(?:{NAMES})[ \t]*-?(?:[:：]|nya|no\.?|nomor|number)?[ \t]*\n?[ \t]*$", re.IGNORECASE
)
_SITE_LABEL = re.compile(
    r"(?:web\s?site|situs|laman|web|homepage|e-?mail|сайт|网址)\s*[:：][^:\n]{0,60}(?:\|\s*\w+\s*:\s*)?$",
    re.IGNORECASE,
)


class Page:
    """The letter around its candidates. What leads to a list is weighed once, long as it may be."""

    def __init__(
        self, text: str, lines: list[Line], found: list[Candidate], cells: list[tables.Cell]
    ) -> None:
        self._text = text
        self._lines = lines
        self._line_starts = [line.start for line in lines]
        written = [index for index, line in enumerate(lines) if line.text.strip()]
        self._middle = written[len(written) // 2] if written else 0
        self._foot = written[-_FOOT] if len(written) > _FOOT + 2 else len(lines)
        self._last = frozenset(written[1:][-_FOOT:])
        self._cells = {cell.start: cell for cell in cells}
        self._cell_starts = sorted(self._cells)
        self._items: set[int] = set()
        self._leads: dict[int, tuple[int, int]] = {}
        self._firsts: dict[int, int] = {}
        self._row_sizes: Counter[int] = Counter()
        self._known: dict[tuple[str, int, int], str] = {}
        self._read_lists(found)
        self._read_rows(found)

    def _read_lists(self, found: list[Candidate]) -> None:
        """Mark the lines that are little more than candidates, and what stands above them."""
        by_line: dict[int, list[Candidate]] = {}
        for one in found:
            by_line.setdefault(self._index(one.start), []).append(one)
        lead_start = lead_end = 0
        field: tuple[int, int] | None = None
        for index, line in enumerate(self._lines):
            here = by_line.get(index)
            if here and self._is_item(line, here):
                self._items.add(index)
                told = _FIELD.match(line.text)
                goes_on = field and not told and not _LIST_MARK.match(line.text)
                goes_on = goes_on and line.text.startswith(" " * 8)
                self._leads[index] = field if field and goes_on else (lead_start, lead_end)
                if not goes_on:
                    field = (line.start, line.start + told.end()) if told else None
            elif line.text.strip():
                field = None
                is_new = (
                    index == 0
                    or _LIST_MARK.match(line.text) is not None
                    or not self._lines[index - 1].text.strip()
                    or index - 1 in self._items
                )
                lead_start = max(line.start if is_new else lead_start, line.end - _WINDOW)
                lead_end = line.end

    def _is_item(self, line: Line, here: list[Candidate]) -> bool:
        rest, position = [], line.start
        for one in here:
            rest.append(self._text[position : max(position, one.start)])
            position = min(one.end, line.end)
        rest.append(self._text[position : line.end])
        if "|" in line.text or len(_WORD.findall(" ".join(rest))) <= 5:
            return True
        # "3. www.fake.example - copies the look of the bank": marked, and it opens the line.
        return bool(_LIST_MARK.match(line.text)) and len(_WORD.findall(rest[0])) <= 3

    def _read_rows(self, found: list[Candidate]) -> None:
        """Tie each candidate to the first of those that only commas and "and" part it from."""
        before: Candidate | None = None
        for one in found:
            self._firsts[one.start] = one.start
            if (
                before is not None
                and before.end <= one.start <= before.end + 40
                and _JOINT.fullmatch(self._text, before.end, one.start)
            ):
                self._firsts[one.start] = self._firsts[before.start]
            self._row_sizes[self._firsts[one.start]] += 1
            before = one

    def _index(self, start: int) -> int:
        return bisect_right(self._line_starts, start) - 1

    @property
    def firsts(self) -> dict[int, int]:
        """For each candidate's start the start of the first in its row ("a, b and c")."""
        return self._firsts

    def is_joined(self, one: Candidate) -> bool:
        """Whether another stands in its row."""
        return self._row_sizes[self._firsts[one.start]] > 1

    def line_of(self, one: Candidate) -> Line:
        return self._lines[self._index(one.start)]

    def is_item(self, one: Candidate) -> bool:
        """Whether its line is little more than candidates."""
        return self._index(one.start) in self._items

    def in_list(self, one: Candidate) -> bool:
        """Whether candidates stand on this line and on the one above or below, without a label."""
        index = self._index(one.start)
        before = self._text[max(self._lines[index].start, one.start - 80) : one.start]
        is_beside_one = bool({index - 1, index + 1} & self._items)
        return index in self._items and not _WORD.search(before) and is_beside_one

    def cell_of(self, one: Candidate) -> str:
        """What the table column that holds it is for, "" outside tables."""
        index = bisect_right(self._cell_starts, one.start) - 1
        if index < 0:
            return ""
        cell = self._cells[self._cell_starts[index]]
        return cell.kind if one.start < cell.end else ""

    def before(self, one: Candidate) -> str:
        return self._text[max(0, one.start - 80) : one.start]

    def is_named_before(self, one: Candidate) -> bool:
        """Whether its platform's name stands right before it: "Penagih: WA 0812…"."""
        return bool(_PLATFORM_BEFORE.search(self.before(one)))

    def leads_on(self, one: Candidate) -> bool:
        """Whether the sentence before leads people to it, from another thing that it names."""
        return bool(cues.LEADS_ON.search(self.before(one)))

    def is_labelled(self, one: Candidate) -> bool:
        """Whether words stand before it on its line."""
        return bool(_WORD.search(self._text[self.line_of(one).start : one.start]))

    def is_a_speaker(self, one: Candidate) -> bool:
        """Whether it is who wrote a line of a chat: "[03/03/25 20.31] +62 813…: agreed"."""
        before = self._text[self.line_of(one).start : one.start]
        return bool(_STAMP.search(before)) and self._text[one.end : one.end + 1] in (":", "：")

    def is_in_lower_half(self, one: Candidate) -> bool:
        """Whether as many lines stand above it as below."""
        return self._index(one.start) >= self._middle

    def is_at_foot(self, one: Candidate) -> bool:
        """Whether it stands on one of the last lines."""
        return self._index(one.start) >= self._foot

    def after(self, one: Candidate) -> str:
        return self._text[one.end : one.end + 80].partition("\n\n")[0]

    def is_spoken(self, one: Candidate) -> bool:
        """Whether it stands among other words between quotation marks: what somebody wrote."""
        line = self.line_of(one)
        before = self._text[max(line.start, one.start - 250) : one.start]
        after = self._text[one.end : min(line.end, one.end + 250)]
        opening = max(before.rfind(mark) for mark in '"“«')
        if opening < 0 or not re.search(r'["”»]', after):
            return False
        if '"' in before[:opening] and before.count('"') % 2 == 0:
            return False
        if "”" in before[opening:] or "»" in before[opening:]:
            return False
        words = before[opening:] + re.split(r'["”»]', after, maxsplit=1)[0]
        return len(_WORD.findall(words)) >= 3

    def shares_line_with_host(self, one: Candidate, hosts: frozenset[str]) -> bool:
        """Whether one of `hosts` is named on its line."""
        text = self.line_of(one).text.lower()
        return len(text) < 300 and any("." in host and host in text for host in hosts)

    def shares_line_with_mail(self, one: Candidate) -> bool:
        text = self.line_of(one).text
        return len(text) < 500 and EMAIL.search(text) is not None

    def in_contact_line(self, one: Candidate) -> bool:
        """Whether its line opens with a label and somebody's telephone number or e-mail."""
        text = self.line_of(one).text
        return len(text) < 300 and _CONTACT_LINE.search(text) is not None

    def in_contact_strip(self, one: Candidate) -> bool:
        """Whether its line, one of the last, is a row of contacts: "Jl. A 1 | WA 08… | IG @b"."""
        index = self._index(one.start)
        text = self._lines[index].text
        is_last = index in self._last or self._ends_a_part(index)
        if not is_last or _LIST_MARK.match(text) or self.cell_of(one):
            return False
        pieces = [piece for piece in _PIECE_END.split(text) if piece.strip()]
        contacts = sum(bool(_CONTACT_PIECE.search(piece)) for piece in pieces)
        is_short = all(len(piece) < 70 for piece in pieces)
        return contacts > 1 and is_short and cues.ASKED.search(_ADDRESS.sub(" ", text)) is None

    def _ends_a_part(self, index: int) -> bool:
        """Whether forwarded or quoted mail follows right below."""
        below = [line for line in self._lines[index + 1 : index + 6] if line.text.strip()]
        return any(line.zone is Zone.ATTRIBUTION for line in below[:2])

    def in_contact_block(self, one: Candidate) -> bool:
        """Whether a line around it carries somebody's telephone or e-mail, as under a name."""
        index = self._index(one.start)
        near = [
            self._lines[i].text for i in range(index - 2, index + 3) if 0 <= i < len(self._lines)
        ]
        return any(len(text) < 300 and _CONTACT_LINE.search(text) for text in near)

    def has_site_label(self, one: Candidate) -> bool:
        """Whether "Website:" or the like stands right before it on its line."""
        line = self.line_of(one)
        return bool(_SITE_LABEL.search(self._text[max(line.start, one.start - 90) : one.start]))

    def voice(self, one: Candidate) -> str:
        """Whichever the words before say last, "asked" or "aside"; "" when they say neither."""
        return self._told(one, "voice")

    def label(self, one: Candidate) -> str:
        """Whose number the words say this is: "suspect", "contact" or "bank"; the last before it
        decides, unless right behind it stands whose it is."""
        if cues.SUSPECT_BEHIND.match(self.after(one)):
            return "suspect"
        return self._told(one, "label")

    def _told(self, one: Candidate, question: str) -> str:
        start = self._firsts[one.start]
        index = self._index(start)
        if index not in self._items:
            return self._answer(question, self._sentence_start(start), start)
        line_start = max(self._lines[index].start, start - _WINDOW)
        told = self._answer(question, line_start, start)
        if told:
            return told
        lead_start, lead_end = self._leads[index]
        # The last sentence of what leads to a list speaks of the list; those before it may not.
        last = max(lead_start, self._sentence_start(lead_end))
        told = self._answer(question, last, lead_end, is_lead=True)
        is_whole = len(self._text[last:lead_end].split()) > 2
        if is_whole and self._text[last:lead_end].rstrip(" -").endswith((":", "：")):
            return told
        return told or self._answer(question, lead_start, lead_end, is_lead=True)

    def _sentence_start(self, end: int) -> int:
        start = max(0, end - _WINDOW)
        window = self._text[start:end]
        last = 0
        for match in _SENTENCE_END.finditer(window):
            if match.end() < len(window) - 1:
                last = match.end()
        return start + last

    def _answer(self, question: str, start: int, end: int, *, is_lead: bool = False) -> str:
        key = (question, start, end)
        if key not in self._known:
            window = _ADDRESS.sub(" ", self._text[start:end])
            read = _voice if question == "voice" else _label
            # What a lead says in brackets is about the thing before the bracket.
            outside = read(re.sub(r"\([^()]*\)", " ", window)) if is_lead else ""
            self._known[key] = outside or read(window)
        return self._known[key]


def _voice(window: str) -> str:
    if not _WORD.search(window):
        return ""
    aside = _last_end(cues.ASIDE, window)
    # "official site" says aside, though "site" alone would say asked.
    without = cues.ASIDE.sub(lambda m: " " * len(m[0]), window) if aside >= 0 else window
    asked = _last_end(cues.ASKED, without)
    if asked < 0 and aside < 0:
        return ""
    return "asked" if asked >= aside else "aside"


def _label(window: str) -> str:
    if not _WORD.search(window):
        return ""
    places = {
        "suspect": _last_end(cues.SUSPECT, window),
        "contact": _last_end(cues.CONTACT, window),
        "bank": _last_end(cues.BANK, window),
    }
    best = max(places, key=lambda name: places[name])
    return best if places[best] >= 0 else ""


def _last_end(pattern: re.Pattern[str], window: str) -> int:
    end = -1
    for match in pattern.finditer(window):
        end = match.end()
    return end
