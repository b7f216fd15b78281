"""Answering by spreadsheet: the list of a notice's accounts, one column of it filled in, read back.

Written in the reader's language, read in every one. What a row says is judged by the rules of
`answers`, which takes it in the end like any other answer. An account is found by its key, which is
that of its notice alone: the list of another notice fits nowhere.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.policy import Choice
from reports import spreadsheets, workbooks
from reports.dates import instant_of
from reports.tables import Line

from . import answers
from .models import Notice, NoticeItem
from .notices.asked import key_of as key_of

# Before a key, so that no spreadsheet takes it for a number.
KEY_MARK = "k"
REMARK = "#"
# A list of the largest notice known, several times over.
MOST_LINES = 20_000
NUMBER, LOCATOR, EARLIER = "number", "locator", "earlier"
ANSWER, REASON, REFERENCE, EFFECT, KEY = "answer", "reason", "reference", "effect", "key"
LACKS = "lacks"
PROBLEM = "problem"
HEADINGS = {
    NUMBER: gettext_lazy("Number"),
    LOCATOR: gettext_lazy("Account"),
    EARLIER: gettext_lazy("Answered so far"),
    ANSWER: gettext_lazy("Answer"),
    REASON: gettext_lazy("Reason"),
    LACKS: gettext_lazy("What is lacking"),
    REFERENCE: gettext_lazy("Your own reference"),
    EFFECT: gettext_lazy("Date of effect"),
    KEY: gettext_lazy("Key (do not change)"),
    PROBLEM: gettext_lazy("Problem"),
}
WIDTHS = {NUMBER: 8, LOCATOR: 44, EARLIER: 22, ANSWER: 26, REASON: 44, LACKS: 26}
WIDTHS |= {REFERENCE: 22, EFFECT: 16, KEY: 22, PROBLEM: 60}
# Words, or the number of a place.
Cell = str | int
# What somebody fills in.
FILLED = (ANSWER, REASON, LACKS, REFERENCE, EFFECT)
SHOWN = 60


@dataclass(frozen=True)
class Filled:
    """One line that somebody filled in: its number in the file, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A line with what it means: the account it is about, the answer, or what is wrong with it."""

    filled: Filled
    item: NoticeItem | None
    place: int | None
    given: answers.Given | None
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file as it would be taken: the rows that are right, those that are not, and how many lines
    say nothing."""

    right: list[Row]
    wrong: list[Row]
    blank: int

    @cached_property
    def given(self) -> list[answers.Given]:
        return [row.given for row in self.right if row.given]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Code -> how many accounts, the most frequent first."""
        return Counter(one.code for one in self.given).most_common()


def blank(items: Sequence[NoticeItem]) -> list[list[Cell]]:
    """The list to be filled in: every account that may be answered, numbered as in the letter."""
    prefetch_related_objects(items, "target")
    return [
        _cells(item, place, {})
        for place, item in enumerate(items, start=1)
        if not answers.is_over(item)
    ]


def mended(rows: Sequence[Row]) -> list[list[Cell]]:
    """Rows that were not right as they were handed in, with what is wrong in a column of its own:
    mended, the list is handed in again."""
    return [
        [*_cells(row.item, row.place or row.filled.line, row.filled.cells), row.problem]
        for row in rows
    ]


def headings(*, has_problems: bool = False) -> list[str]:
    """How the columns are headed, in the active language."""
    return [str(words) for name, words in HEADINGS.items() if has_problems or name != PROBLEM]


def as_csv(
    rows: Iterable[Sequence[Cell]], choices: Sequence[Choice], *, has_problems: bool = False
) -> Iterator[str]:
    """The list as CSV: remarks that say what may be answered, then the table."""
    remarks = [[f"{REMARK} {line}"] for line in explained(choices)]
    yield from spreadsheets.csv_lines([*remarks, headings(has_problems=has_problems), *rows])


def as_workbook(
    rows: Iterable[Sequence[Cell]], choices: Sequence[Choice], *, has_problems: bool = False
) -> bytes:
    """The list as a workbook, with a second sheet that says what may be answered; the answers can
    be picked from it."""
    head = headings(has_problems=has_problems)
    legend = _("Answers")
    chosen = f"'{legend}'!$A$2:$A${len(choices) + 1}"
    widths = list(WIDTHS.values())[: len(head)]
    place = list(HEADINGS).index(ANSWER)
    told = [[one.name, one.code, _needs(one), str(one.help or "")] for one in choices]
    titles = [_("Answer"), _("Code"), _("Reason"), _("Meaning")]
    return workbooks.write(
        [
            workbooks.Sheet(_("List"), head, rows, widths, place, chosen),
            workbooks.Sheet(legend, titles, told, (32, 16, 16, 80)),
        ]
    )


def explained(choices: Sequence[Choice]) -> list[str]:
    """How to fill the list in, a line for each answer that may be given."""
    lines = [_("Write one of these in the column “Answer”. Leave it empty for what has none yet.")]
    for one in choices:
        needs = f" ({_('needs a reason')})" if one.needs_reason else ""
        lines.append(f"{one.name} [{one.code}]{needs}: {one.help or ''}".rstrip(": "))
    if lacking := [f"{one.name} [{one.code}]" for one in policy.pack().sections["lacks"]]:
        said = _("In the column “What is lacking”, where more information is needed: %(known)s.")
        lines.append(said % {"known": "; ".join(lacking)})
    return lines


def read(lines: Sequence[Line]) -> list[Filled]:
    """The lines of a table by column. Raises Invalid when no heading names the answers, or when no
    column says which account a row is about."""
    heading, columns = _heading(lines)
    found = set(columns.values())
    if ANSWER not in found or not {KEY, LOCATOR} & found:
        raise Invalid(
            _(
                "This is not the list of a notice: the columns “Answer” and “Key” are missing. "
                "Download the list, fill in the column “Answer”, and hand that file in."
            )
        )
    return [
        Filled(
            number, {columns[place]: cell for place, cell in enumerate(cells) if place in columns}
        )
        for number, cells in lines
        if number > heading and not cells[0].startswith(REMARK)
    ]


def understand(
    filled: Sequence[Filled], notice: Notice, items: Sequence[NoticeItem], at: datetime
) -> Sheet:
    """What a filled-in list would answer. Raises Invalid when nothing in it is filled in, or no row
    of it belongs to this notice."""
    asked = [one for one in filled if any(one.cells.get(name) for name in FILLED)]
    if not asked:
        raise Invalid(_("No row of this file has an answer. Fill in the column “Answer”."))
    known = {key_of(item): (place, item) for place, item in enumerate(items, start=1)}
    has_lost_keys = any(not one.cells.get(KEY) for one in asked)
    by_locator = by_locator_of(list(known.values())) if has_lost_keys else {}
    choices = _by_words(answers.choices_for(notice, at))
    rows = [_row(one, known, by_locator, choices) for one in asked]
    if not any(row.item for row in rows):
        raise Invalid(
            _("No row of this file belongs to this notice. Is it the list of another one?")
        )
    given = [row.given for row in rows if row.given]
    refused = answers.problems(notice, given, {item.pk: item for item in items}, at)
    judged = [_judged(row, refused) for row in rows]
    right = [row for row in judged if not row.problem]
    wrong = [row for row in judged if row.problem]
    return Sheet(right, wrong, len(filled) - len(asked))


def packed(filled: Iterable[Filled]) -> bytes:
    """The lines as they are held between the review and the confirmation."""
    return json.dumps([[one.line, dict(one.cells)] for one in filled]).encode()


def unpacked(content: bytes) -> list[Filled]:
    """The lines that `packed` gave."""
    return [Filled(line, cells) for line, cells in json.loads(content)]


def _cells(item: NoticeItem | None, place: int, filled: Mapping[str, str]) -> list[Cell]:
    """A line of the list; what stands in it of an unknown account is as it was handed in."""
    own: dict[str, Cell] = {name: filled.get(name, "") for name in HEADINGS if name != PROBLEM}
    if item is not None:
        own |= {
            NUMBER: place,
            LOCATOR: item.locator,
            EARLIER: answers.name_of(item),
            KEY: KEY_MARK + key_of(item),
        }
    return list(own.values())


def _needs(choice: Choice) -> str:
    return _("needed") if choice.needs_reason else ""


def _heading(lines: Iterable[Line]) -> tuple[int, dict[int, str]]:
    """The number of the line that heads the table, and column by place."""
    named = _headings_known()
    for number, cells in lines:
        words = [_word(cell) for cell in cells]
        columns = {place: named[word] for place, word in enumerate(words) if word in named}
        if len(columns) > 1:
            return number, columns
    return 0, {}


def _headings_known() -> dict[str, str]:
    """Every way to head a column, in each language of the pages and by its plain name."""
    known = {name: name for name in HEADINGS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            known |= {_word(str(words)): name for name, words in HEADINGS.items()}
    return known


def _by_words(choices: Iterable[Choice]) -> dict[str, Choice]:
    """Every way to write an answer: its code, and its name in each language of the policy."""
    return {_word(words): one for one in choices for words in (one.code, *one.name.values())}


def _word(text: str) -> str:
    """A word as people write it: without regard to capitals, blanks and signs."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def by_locator_of(
    known: Sequence[tuple[int, NoticeItem]],
) -> dict[str, list[tuple[int, NoticeItem]]]:
    """For what brings no key: the accounts, each with its place, by what the letter calls them."""
    prefetch_related_objects([item for _place, item in known], "target__account")
    found: dict[str, list[tuple[int, NoticeItem]]] = {}
    for place, item in known:
        for text in {item.locator.casefold(), item.target.account.display.casefold()}:
            found.setdefault(text, []).append((place, item))
    return found


def _row(
    one: Filled,
    known: Mapping[str, tuple[int, NoticeItem]],
    by_locator: Mapping[str, list[tuple[int, NoticeItem]]],
    choices: Mapping[str, Choice],
) -> Row:
    key = one.cells.get(KEY, "").casefold().removeprefix(KEY_MARK)
    fitting = [known[key]] if key in known else []
    if not key:
        fitting = by_locator.get(one.cells.get(LOCATOR, "").casefold(), [])
    if len(fitting) != 1:
        said = _("This key belongs to no account of this notice. Copy the row from the list anew.")
        lost = _("This row does not say clearly which account it is about: its key is missing.")
        return Row(one, None, None, None, said if key else lost)
    place, item = fitting[0]
    try:
        return Row(one, item, place, _given(one.cells, item, choices))
    except Invalid as error:
        return Row(one, item, place, None, error.sentence)


def _given(
    cells: Mapping[str, str], item: NoticeItem, choices: Mapping[str, Choice]
) -> answers.Given:
    """What a row says of its account. Raises Invalid with what is wrong."""
    if answers.is_over(item):
        raise Invalid(_("Nothing is asked of this account any more: its order was taken back."))
    for name in FILLED:
        if cells.get(name, "").startswith("="):
            said = _("There is a formula in the column “%(column)s”. Write the words themselves.")
            raise Invalid(said % {"column": HEADINGS[name]})
    wanted = cells.get(ANSWER, "")
    if not wanted:
        raise Invalid(_("The answer is missing in this row."))
    choice = choices.get(_word(wanted))
    if choice is None:
        names = dict.fromkeys(f"“{one.name}”" for one in choices.values())
        known = ", ".join(names)
        said = _("“%(answer)s” is no answer to this notice. Use one of: %(known)s.")
        raise Invalid(said % {"answer": wanted[:SHOWN], "known": known})
    reason, reference = cells.get(REASON, ""), cells.get(REFERENCE, "")
    if len(reference) > answers.LONGEST_REFERENCE:
        said = _("Your own reference is longer than %(most)s characters.")
        raise Invalid(said % {"most": answers.LONGEST_REFERENCE})
    effect_at, lacks = instant_of(cells.get(EFFECT, "")), _lacks(cells.get(LACKS, ""))
    return answers.Given(item.pk, choice.code, reason, reference, effect_at, lacks)


def _lacks(said: str) -> str:
    """The code of what a row says is lacking. Raises Invalid for what is not on the list."""
    known = _by_words(policy.pack().sections["lacks"])
    if said and _word(said) not in known:
        names = ", ".join(dict.fromkeys(f"“{one.name}”" for one in known.values()))
        words = _("“%(lacks)s” is not on the list of what may be lacking. Use one of: %(known)s.")
        raise Invalid(words % {"lacks": said[:SHOWN], "known": names})
    return known[_word(said)].code if said else ""


def _judged(row: Row, refused: Mapping[int, str]) -> Row:
    if row.given is None or row.given.item_id not in refused:
        return row
    return Row(row.filled, row.item, row.place, None, refused[row.given.item_id])
