"""Calendar dates as letters write them: Indonesian, English, Russian, Spanish, Chinese and more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MAX_YEARLESS = 1_000_000  # characters; in a longer text only full dates are looked for

# Names and short forms by month; Indonesian (old spellings too), English, Russian, Spanish, then
# Portuguese, French, German and Turkish, Hindi, Thai, Kazakh and Polish (those of Malay stand
# among the Indonesian). Short forms that are words elsewhere are left out.
_MONTHS = (
    "januari january jan january. января январь янв يناير січня gennaio januar enero ene janeiro "
    "janvier januar ocak "
    "जनवरी มกราคม қаңтар stycznia",
    "februari pebruari february feb peb февраля февраль фев فبراير лютого febbraio februarie "
    "febrero fevereiro février fevrier "
    "februar "
    "şubat "
    "फरवरी फ़रवरी กุมภาพันธ์ ақпан lutego",
    "maret march mar mrt марта март мар مارس березня maart marzo março marco mars märz mart "
    "मार्च มีนาคม наурыз marca",
    "april apr апреля апрель апр أبريل إبريل ابريل квітня aprile abril abr avril nisan "
    "अप्रैल เมษายน сәуір kwietnia",
    "mei may мая май مايو травня maggio mayo maio mai mayıs मई พฤษภาคม мамыр maja",
    "juni june jun июня июнь июн يونيو يونيه червня giugno junio junho juin haziran "
    "जून มิถุนายน маусым czerwca",
    "juli julai july jul июля июль июл يوليو يوليه липня luglio julio julho juillet temmuz "
    "जुलाई กรกฎาคม шілде lipca",
    "agustus august aug agt ags августа август авг أغسطس اغسطس серпня ogos augustus agosto ago "
    "août aout ağustos "
    "अगस्त สิงหาคม тамыз sierpnia",
    "september sept sep сентября сентябрь сен сент سبتمبر вересня settembre septiembre setiembre "
    "setembro septembre eylül "
    "सितंबर सितम्बर กันยายน қыркүйек września",
    "oktober october oct okt октября октябрь окт أكتوبر اكتوبر жовтня ottobre octubre outubro "
    "octobre ekim "
    "अक्टूबर अक्तूबर ตุลาคม қазан października",
    "november nopember nov nop ноября ноябрь ноя нояб نوفمبر листопада noviembre novembro "
    "novembre kasım "
    "नवंबर नवम्बर พฤศจิกายน қараша listopada",
    "desember december dec des декабря декабрь дек ديسمبر грудня dicembre disember diciembre dic "
    "dezembro décembre decembre "
    "dezember "
    "aralık "
    "दिसंबर दिसम्बर ธันวาคม желтоқсан grudnia",
)
MONTH_NUMBER = {name: i for i, row in enumerate(_MONTHS, 1) for name in row.split()}
MONTH = "(?:" + "|".join(sorted(map(re.escape, MONTH_NUMBER), key=len, reverse=True)) + ")"

_DAY = r"[«\"“]?(?P<{0}>\d{{1,2}})(?:st|nd|rd|th|er|º|°|-?го|-?е)?[»\"”]?(?:\s+day)?"
_OF = r"(?:de|del|of|bulan|di)\s+"
_YEAR = r"(?:(?:de|del|of|tahun|año|the\s+year)\s+){0,2}(?P<year>\d{4})(?!\d)"
_TO = (
    r"\s*(?:-|–|—|s\.?\s?/?d\.?|sampai(?:\s+dengan)?|hingga|to|and|until|dan|по|до|и|al?|y|至"
    r"|ile)\s*"
)

DAY_MONTH_YEAR = (
    rf"(?<![\w/.-]){_DAY.format('day')}"
    rf"(?:{_TO}{_DAY.format('last')})?[\s.\-/]{{0,3}}(?:{_OF})?"
    rf"(?P<month>{MONTH})(?!\w)\.?[\s,.\-/]{{0,3}}{_YEAR}"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        DAY_MONTH_YEAR,
        rf"(?<![^\W\d_])(?P<month>{MONTH})(?!\w)\.?\s{{0,2}}(?:the\s)?{_DAY.format('day')}"
        rf"(?:{_TO}{_DAY.format('last')})?[\s,.]{{1,3}}{_YEAR}",
        r"(?<![\w/.:-])(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)"
        r"(?P<day>\d{1,2})"
        r"(?=T\d|[^\w/-]|$)(?![.]\d)",
        r"(?<![\w/.:-])(?P<first>\d{1,2})(?P<sep>[-/.])(?P<second>\d{1,2})(?P=sep)"
        r"(?P<year>(?:19|20)\d\d|\d\d)(?![\w/-]|[.,]\d)",
        r"(?<![\w/.-])(?P<first>\d{1,2})\s?(?P<sep>[-/])\s(?P<second>\d{1,2})\s?(?P=sep)\s?"
        r"(?P<year>(?:19|20)\d\d)(?![\w/-])",
        r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})"
        r"\s?[日号號일]",
        # 27-V-2025: the month in Roman figures.
        r"(?<![\w/.-])(?P<day>\d{1,2})(?P<sep>[-. ])(?P<roman>VIII|VII|VI|IV|V|IX|XII|XI|X|III"
        r"|II|I)(?P=sep)"
        r"(?P<year>(?:19|20)\d\d)(?![\w/-])",
        # 令和8年2月13日: the year of an emperor.
        r"(?P<era>令和|平成|昭和)\s?(?P<erayear>\d{1,2}|元)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日",
        # 中華民國114年5月20日: the year of the Republic.
        r"(?:民國|民国|日期[:：])\s?(?P<rocyear>\d{2,3})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日",
        # 2025. 6. 5.: as Korean and Hungarian offices write it.
        r"(?<![\w/.:-])(?P<year>20\d\d)\.\s(?P<month>\d{1,2})\.\s(?P<day>\d{1,2})(?:\.|(?!\w))",
        r"\bngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+(?P<year>(?:19|20)\d\d)",
        r"(?P<hanyear>[二一][〇○零一二三四五六七八九]{3})年"
        r"(?P<hanmonth>[一二三四五六七八九十]{1,2})月"
        r"(?P<handay>[一二三四五六七八九十廿]{1,3})[日号號]",
        rf"\btanggal\s+(?P<wordday>(?:\w+\s+){{1,3}})bulan\s+(?P<month>{MONTH})\s+tahun\s+"
        r"(?P<wordyear>dua\s+ribu(?:\s+\w+){0,4})",
    )
)
_YEARLESS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w/.-]){_DAY.format('day')}(?:{_TO}{_DAY.format('last')})?\s{{1,2}}(?:{_OF})?"
        rf"(?P<month>{MONTH})(?!\w)(?!\.?[\s,.\-/]{{0,3}}(?:(?:de|del|tahun|año)\s+)*\d)",
        rf"(?<![^\W\d_])(?P<month>{MONTH})(?!\w)\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd"
        r"|th)?\b(?![\s,.]{1,3}\d{4}|[:/]\d)",
    )
)
_YEAR_MARK = re.compile(
    r"(?<!\d)(?:19|20|25)\d\d(?!\d)|民[國国]|(?<!\d)\d\d([./-])\d\d\1\d\d(?!\d)|年|\bdua\s+ribu\b"
)
_WORDY = {
    name: number
    for number, name in enumerate(
        "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()
    )
}
_ROMAN = {
    name: number
    for number, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), start=1)
}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}  # the year before the first of each
_BUDDHIST = range(2500, 2600)  # Thailand counts years from 543 BC
_HAN = {**{c: i for i, c in enumerate("〇一二三四五六七八九")}, "○": 0, "零": 0}
# What a month name looks like when it is no month: "may 5 users", "mar 3".
_NEEDS_CAPITAL = frozenset(("may", "mar", "mars", "mart", "mei", "mai", "des", "dec", "ago", "set"))


@dataclass(frozen=True)
class DateFound:
    """A date with where it stands; `is_inferred` when its year was not written."""

    day: date
    start: int
    end: int
    is_inferred: bool = False


def find(text: str, near: date | None = None, month_first: bool | None = None) -> list[DateFound]:
    """Every calendar date in `text`, in order.

    `near` is the day by which a date without a year is completed (the last such day not after
    it); without it such dates are left out. Ambiguous numeric dates (3/4/2021) are read day
    first, unless `month_first` or an unambiguous neighbour (7/27/2006) says otherwise. Of a
    range, both ends are given.
    """
    found: dict[tuple[int, date], DateFound] = {}
    matches = [
        match
        for start, end in _windows(text)
        for pattern in _PATTERNS
        for match in pattern.finditer(text, start, end)
    ]
    if month_first is None:
        month_first = _prefers_month_first(matches)
    taken: list[tuple[int, int]] = []
    for match in matches:
        for day in _days(match, month_first):
            found.setdefault((match.start(), day), DateFound(day, *match.span()))
            taken.append(match.span())
    if near is not None and len(text) <= MAX_YEARLESS:
        for one in _without_year(text, near, found, taken):
            found.setdefault((one.start, one.day), one)
    return _without_overlaps(sorted(found.values(), key=lambda one: (one.start, -one.end, one.day)))


def _windows(text: str) -> list[tuple[int, int]]:
    """The stretches in which a dated day can stand: around a year. The rest is never searched."""
    windows: list[tuple[int, int]] = []
    for match in _YEAR_MARK.finditer(text):
        start, end = max(0, match.start() - 60), match.end() + 40
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _without_overlaps(ordered: list[DateFound]) -> list[DateFound]:
    kept: list[DateFound] = []
    for one in ordered:
        if not kept or one.start >= kept[-1].end or one.start == kept[-1].start:
            kept.append(one)
    return kept


def _prefers_month_first(matches: list[re.Match[str]]) -> bool:
    month_first = day_first = 0
    for match in matches:
        parts = match.groupdict()
        if parts.get("first") and parts["sep"] == "/":
            month_first += int(parts["second"]) > 12 >= int(parts["first"])
            day_first += int(parts["first"]) > 12 >= int(parts["second"])
    if month_first == day_first == 0:
        worded = [match for match in matches if not match.groupdict().get("first")]
        named = {day for match in worded for day in _days(match, False)}
        ambiguous = [m for m in matches if m.groupdict().get("first") and m["sep"] == "/"]
        return any(
            set(_days(m, True)) & named and not set(_days(m, False)) & named for m in ambiguous
        )
    return month_first > day_first


def _days(match: re.Match[str], month_first: bool) -> Iterator[date]:
    parts = match.groupdict()
    if parts.get("first"):
        yield from _numeric(parts, month_first)
        return
    if parts.get("hanyear"):
        year = int("".join(str(_HAN[c]) for c in parts["hanyear"]))
        yield from _valid(year, _han(parts["hanmonth"]), _han(parts["handay"]))
        return
    if parts.get("rocyear"):
        yield from _valid(1911 + int(parts["rocyear"]), int(parts["month"]), int(parts["day"]))
        return
    if parts.get("era"):
        year = 1 if parts["erayear"] == "元" else int(parts["erayear"])
        yield from _valid(_ERAS[parts["era"]] + year, int(parts["month"]), int(parts["day"]))
        return
    if parts.get("roman"):
        yield from _valid(int(parts["year"]), _ROMAN[parts["roman"].upper()], int(parts["day"]))
        return
    month_word = parts["month"].lower()
    month = MONTH_NUMBER.get(month_word) or (int(month_word) if month_word.isdigit() else 0)
    if parts.get("wordday"):
        yield from _valid(_words(parts["wordyear"]), month, _words(parts["wordday"]))
        return
    for name in ("day", "last"):
        if parts.get(name):
            yield from _valid(int(parts["year"]), month, int(parts[name]))


def _numeric(parts: dict[str, str], month_first: bool) -> Iterator[date]:
    first, second, year = int(parts["first"]), int(parts["second"]), int(parts["year"])
    if len(parts["year"]) == 2:
        # A short year is taken only from a full "dd.mm.yy": "10.2.1" is a paragraph, not a day.
        if len(parts["first"]) != 2 or len(parts["second"]) != 2 or not 10 <= year <= 49:
            return
        year += 2000
    is_month_first = second > 12 >= first or (month_first and parts["sep"] == "/" and first <= 12)
    day, month = (second, first) if is_month_first else (first, second)
    yield from _valid(year, month, day)


def _valid(year: int, month: int, day: int) -> Iterator[date]:
    year -= 543 if year in _BUDDHIST else 0
    if 1900 <= year <= 2099:
        try:
            yield date(year, month, day)
        except ValueError:
            return


def _without_year(
    text: str, near: date, found: dict[tuple[int, date], DateFound], taken: list[tuple[int, int]]
) -> Iterator[DateFound]:
    dated = sorted(found.values(), key=lambda one: one.start)
    index = 0
    for pattern in _YEARLESS:
        index = 0
        for match in pattern.finditer(text):
            while index < len(dated) and dated[index].end <= match.start():
                index += 1
            if index < len(dated) and dated[index].start < match.end():
                continue
            word = match["month"]
            if word.lower() in _NEEDS_CAPITAL and not word[0].isupper():
                continue
            following = dated[index] if index < len(dated) else None
            is_range = following and re.fullmatch(_TO, text[match.end() : following.start], re.I)
            until = following.day if following and is_range else near
            for name in ("day", "last"):
                number = match.groupdict().get(name)
                if number:
                    day = _latest(MONTH_NUMBER[word.lower()], int(number), until)
                    if day:
                        yield DateFound(day, *match.span(), is_inferred=True)


def _latest(month: int, day: int, until: date) -> date | None:
    """The last such day that is not after `until` (a week of grace for clocks and zones)."""
    for year in (until.year + 1, until.year, until.year - 1, until.year - 2):
        for candidate in _valid(year, month, day):
            if candidate <= until + timedelta(days=7):
                return candidate
    return None


def _han(text: str) -> int:
    if "十" not in text and "廿" not in text:
        return int("".join(str(_HAN[c]) for c in text))
    tens, _, ones = text.replace("廿", "二十").partition("十")
    return (_HAN[tens] if tens else 1) * 10 + (_HAN[ones] if ones else 0)


def _words(text: str) -> int:
    """An Indonesian number in words, up to the thousands; 0 when it is none."""
    total = last = 0
    for word in text.lower().split():
        if word in _WORDY:
            last = _WORDY[word]
        elif word == "belas":
            total, last = total + last + 10, 0
        elif word == "puluh":
            total, last = total + last * 10, 0
        elif word == "ribu":
            total, last = (total + last) * 1000, 0
        else:
            break
    return total + last
