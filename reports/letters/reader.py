"""From a file to draft letters."""

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from . import date_roles, dates, laws, layout, origin, references, tables
from .addresses import EMAIL
from .draft import DraftLetter, Found
from .layout import Line, Zone
from .mail import Mail, take_apart
from .targets import Judged, judge

MAX_FACTS = (
    1_000_000  # characters searched for numbers, dates and laws; targets are sought everywhere
)

_PART_BREAK = "\n\n"
_PLACE_DATE = re.compile(
    r"^[ \t]*(?:[\w .-]{3,30},|date\s*:|tanggal\s*:|fecha\s*:|дата\s*:|日期[:：]|tarih\s*:)",
    re.IGNORECASE,
)
# A register stamp: the date and the number alone on a line.
_HEADED = re.compile(
    r"^[ \t]*\d{1,2}[./-]\d{1,2}[./-]\d{4}\s*(?:г\.?)?[ \t]*№[ \t]*(?P<number>\S+)[ \t]*$",
    re.MULTILINE,
)
_BLANK = "\x01"


def read(source: bytes | str | Path, filename: str = "") -> list[DraftLetter]:
    """Draft letters from a file or e-mail: the letter itself, then letters attached to it.

    In: the bytes, or a path (then `filename` may be left out). Out: at least one draft; a
    covering mail that itself asks nothing is folded into the letters that it carries. Whatever
    could not be read is kept among the attachments and flagged. Never raises for bad content.
    """
    if not isinstance(source, bytes):
        path = Path(source)
        source, filename = path.read_bytes(), filename or path.name
    drafts = _drafts(take_apart(source, filename))
    return drafts


def _drafts(mail: Mail) -> list[DraftLetter]:
    own = _draft(mail)
    inner = [draft for one in mail.inner for draft in _drafts(one)]
    if inner and not own.targets and not own.references:
        return inner
    return [own, *inner]


def _draft(mail: Mail) -> DraftLetter:
    body, lines = _body(mail)
    facts = body[:MAX_FACTS]
    citations = laws.find(facts)
    spoken = origin.language(body)
    country = origin.country(mail.sender, mail.address, mail.subject, body, spoken)
    judged = judge(body, lines, mail.address, origin.home_of_numbers(country, spoken))
    plain = _blanked(facts, lines, citations, judged)
    numbers = _own_lines(references.find(plain), lines, judged)
    subject_numbers = references.of_subject(_without_laws(mail.subject), plain)
    no_numbers = _cut(plain, [(one.start, one.end) for one in numbers])
    letter_number = _letter_number(plain, lines, numbers, subject_numbers)
    found_dates = _dates_of_the_matter(no_numbers, lines, mail, numbers)
    if _speaks_for_itself(numbers, lines, judged):
        found_dates = [d for d in found_dates if _line_at(d.start, lines).zone is not Zone.QUOTED]
    found_dates = found_dates or _dates_of_forwarding(facts, lines, judged, numbers)
    letter_date = _letter_date(body, lines, found_dates)
    draft = DraftLetter(
        sender=mail.sender,
        sender_address=mail.address,
        subject=mail.subject,
        language=spoken,
        country=country,
        received_at=mail.received_at,
        letter_number=letter_number,
        letter_date=letter_date,
        references=_reference_finds(numbers, subject_numbers, lines),
        dates=_first_of_each(_date_found(one, body, lines) for one in found_dates),
        targets=tuple(
            _target(one, one.candidate.kind) for one in judged if one.verdict == "target"
        ),
        articles=_articles(citations),
        body=body,
        unparsed=_unparsed(lines, citations, judged, numbers, found_dates),
        flags=(),
        attachments=tuple(mail.attachments),
        set_aside=tuple(_target(one, one.verdict) for one in judged if one.verdict != "target"),
    )
    return _flagged(draft, mail, lines)


def _body(mail: Mail) -> tuple[str, list[Line]]:
    """All readable text, part after part, and its lines."""
    pieces: list[str] = []
    lines: list[Line] = []
    offset = 0
    is_forwarded = bool(
        re.match(
            r"(?:fwd?|tr|terusan|diteruskan|rv reenv|转发|пересл)\s*[:：]",
            mail.subject,
            re.IGNORECASE,
        )
    )
    for _, text in mail.texts:
        lines += layout.lines_of(text, offset, len(lines) + 1, is_forwarded=is_forwarded)
        lines.append(Line(len(lines) + 1, offset + len(text) + 1, ""))
        pieces.append(text)
        offset += len(text) + len(_PART_BREAK)
    if lines:
        lines.pop()
    else:
        lines = [Line(1, 0, "")]
    return _PART_BREAK.join(pieces), lines


def _blanked(
    text: str, lines: list[Line], citations: list[laws.Citation], judged: list[Judged]
) -> str:
    """The text in which numbers and dates are looked for: no laws, addresses or mail machinery."""
    spans = [(c.start, c.end) for c in citations]
    spans += [
        (one.candidate.start, one.candidate.end)
        for one in judged
        if one.candidate.kind not in ("repository", "nearby") and one.verdict != "number"
    ]
    spans += [match.span() for match in EMAIL.finditer(text)]
    spans += [(line.start, line.end) for line in lines if line.zone is Zone.ATTRIBUTION]
    return _cut(text, spans)


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` of the same length with the stretches overwritten (line breaks stay)."""
    pieces, position = [], 0
    for start, end in sorted(spans):
        start, end = max(start, position), min(end, len(text))
        if end <= start:
            continue
        pieces.append(text[position:start])
        pieces.append("\n".join(_BLANK * len(part) for part in text[start:end].split("\n")))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _without_laws(subject: str) -> str:
    return _cut(subject, [(c.start, c.end) for c in laws.find(subject)])


def _own_lines(
    numbers: list[references.NumberFound], lines: list[Line], judged: list[Judged]
) -> list[references.NumberFound]:
    """Numbers outside small print and copies; those of quoted mail only if there are no others."""
    left_out = {Zone.FOOTER, Zone.COPIES}
    if _speaks_for_itself(numbers, lines, judged):
        left_out.add(Zone.QUOTED)
    return [one for one in numbers if _line_at(one.start, lines).zone not in left_out]


def _speaks_for_itself(
    numbers: list[references.NumberFound], lines: list[Line], judged: list[Judged]
) -> bool:
    """Whether the letter asks or cites something outside the mail that it quotes."""
    starts = [one.candidate.start for one in judged if one.verdict == "target"]
    starts += [one.start for one in numbers]
    return any(_line_at(start, lines).zone is not Zone.QUOTED for start in starts)


def _letter_number(
    text: str,
    lines: list[Line],
    numbers: list[references.NumberFound],
    subject_numbers: list[references.NumberFound],
) -> str:
    """The letter's own number: labelled at the head of a line, else the subject's, else ""."""
    quoted_from = next((line.start for line in lines if line.zone is Zone.QUOTED), len(text))
    own = [m.start("number") for m in references.OWN.finditer(text, 0, quoted_from)]
    for one in numbers:
        if one.start in own and one.kind not in ("police_report", "registration", "register_entry"):
            return one.canonical
    letters = [
        one for one in subject_numbers if one.kind in ("letter", "incident", "police_letter")
    ]
    if letters:
        return letters[0].canonical
    headed = _HEADED.search(text, 0, min(quoted_from, 3000))
    for one in numbers:
        if headed and one.start == headed.start("number"):
            return one.canonical
    for one in numbers:
        if one.kind in ("letter", "police_letter", "incident") and _is_presented(text, one):
            return one.canonical
    incidents = [one for one in numbers if one.kind == "incident"]
    return incidents[0].canonical if incidents else ""


def _is_presented(text: str, one: references.NumberFound) -> bool:
    """Whether a number stands alone on a line near the top, or right behind "reference"."""
    before, after = text[max(0, one.start - 60) : one.start], text[one.end : one.end + 60]
    if re.search(r"ref(?:erence|\.)?[^\n.]{0,20}$", before, re.IGNORECASE):
        return True
    is_alone = not before.rpartition("\n")[2].strip() and not after.partition("\n")[0].strip()
    return is_alone and one.start < 1500


def _dates_of_the_matter(
    text: str, lines: list[Line], mail: Mail, numbers: list[references.NumberFound]
) -> list[dates.DateFound]:
    spans = [(one.start, one.end) for one in numbers]
    return date_roles.of_the_matter(text, _dates(text, lines, mail), _data_rows(lines), spans)


def _dates(text: str, lines: list[Line], mail: Mail) -> list[dates.DateFound]:
    near = mail.received_at.date() if mail.received_at else None
    full = dates.find(text)
    if near is None and full:
        near = max(one.day for one in full)
    limit = near + timedelta(days=3650) if near else date.max
    found = dates.find(text, near) if near else full
    small_print = (Zone.FOOTER, Zone.COPIES)
    return [
        one
        for one in found
        if one.day <= limit and _line_at(one.start, lines).zone not in small_print
    ]


def _dates_of_forwarding(
    text: str, lines: list[Line], judged: list[Judged], numbers: list[references.NumberFound]
) -> list[dates.DateFound]:
    """When a forwarded mail was sent that holds all that is asked, and bears no other date."""
    starts = [one.candidate.start for one in judged if one.verdict == "target"]
    first = min([*starts, *(one.start for one in numbers)], default=0)
    if _line_at(first, lines).zone is Zone.QUOTED:
        return []  # the mail above it asks for the same once more, on its own day
    heads = [line for line in lines if line.zone is Zone.ATTRIBUTION and line.start < first]
    found = [
        replace(one, start=one.start + line.start, end=one.end + line.start)
        for line in heads
        for one in dates.find(text[line.start : line.end])
    ]
    return found[-1:]


def _data_rows(lines: list[Line]) -> list[tuple[int, int]]:
    """The cells of lists of accounts: the days in them are those of posts and patrols."""
    cells, _ = tables.find(lines)
    return sorted((cell.start, cell.end) for cell in cells)


def _letter_date(body: str, lines: list[Line], found: list[dates.DateFound]) -> date | None:
    """The date that the letter bears: beside its place or label, alone on a line, or at its end."""
    best_rank, best = 0, None
    for one in found:
        line = _line_at(one.start, lines)
        if one.is_inferred or line.zone in (
            Zone.QUOTED,
            Zone.ATTRIBUTION,
            Zone.FOOTER,
            Zone.DESCRIPTION,
        ):
            continue
        rank = _date_rank(body, line, one)
        if rank > best_rank:
            best_rank, best = rank, one.day
    return best


def _date_rank(body: str, line: Line, one: dates.DateFound) -> int:
    if one.end > line.end + 1 or one.start - line.start > 300 or line.end - one.end > 300:
        return 0
    before, after = body[line.start : one.start], body[one.end : line.end]
    if after.strip(" .,;год"):
        return 0
    words = before.strip()
    tail = re.split(r"\s{3,}|\t|\|", before)[-1]
    if _PLACE_DATE.match(tail) and len(tail.strip()) <= 40:
        return 3
    if not words:
        return 3 if line.zone in (Zone.HEAD, Zone.CLOSING) else 2
    if line.zone is Zone.CLOSING and re.search(
        r"(?:tanggal|date|fecha|дата)\s*:?\s*$", before, re.IGNORECASE
    ):
        return 1
    if (
        re.search(
            r"(?:nomor|no|ref|исх)\b[^\n]{3,60}(?:tanggal|tertanggal|dated|от|от)\s*$",
            before,
            re.IGNORECASE,
        )
        and len(before) < 90
    ):
        return 1 if references.OWN.match(before.strip()) else 0
    return 0


def _reference_finds(
    numbers: list[references.NumberFound],
    subject_numbers: list[references.NumberFound],
    lines: list[Line],
) -> tuple[Found, ...]:
    finds = [Found(one.text, one.canonical, one.start, 0, one.kind) for one in subject_numbers]
    inside = [_found(one.start, one.text, one.canonical, lines, one.kind) for one in numbers]
    # "Notice No. 7" in the subject is no more than a title where the letter tells its number.
    finds = [one for one in finds if not inside or len(one.canonical) > 3]
    unique = _first_of_each([*inside, *finds])
    # "our letter B/322" is the letter B/322/IV/2025 that is told in full elsewhere.
    return tuple(one for one in unique if not any(_is_short_for(one, other) for other in unique))


def _is_short_for(one: Found, other: Found) -> bool:
    if one.canonical == other.canonical or len(re.findall(r"[/-]", one.canonical)) > 1:
        return False
    starts_it = re.match(rf"{re.escape(one.canonical)}[/.-]", other.canonical, re.IGNORECASE)
    return bool(starts_it) or "/" in one.canonical and f"/{one.canonical}/" in other.canonical


def _found(start: int, text: str, canonical: str, lines: list[Line], kind: str) -> Found:
    return Found(text, canonical, start, _line_at(start, lines).number, kind)


def _date_found(one: dates.DateFound, body: str, lines: list[Line]) -> Found:
    kind = "inferred" if one.is_inferred else ""
    return _found(one.start, body[one.start : one.end], one.day.isoformat(), lines, kind)


def _articles(citations: list[laws.Citation]) -> tuple[str, ...]:
    """The provisions as they are written, each once; a law named without any number is none."""
    cited = (one.text for one in citations if one.has_article or re.search(r"\d", one.text))
    return tuple(dict.fromkeys(cited))


def _line_at(start: int, lines: list[Line]) -> Line:
    return lines[max(0, bisect_right(lines, start, key=lambda line: line.start) - 1)]


def _first_of_each(finds) -> tuple[Found, ...]:
    unique: dict[str, Found] = {}
    for one in finds:
        unique.setdefault(one.canonical.casefold(), one)
    return tuple(unique.values())


def _target(one: Judged, kind: str) -> Found:
    candidate = one.candidate
    slug = candidate.platform or candidate.locator.platform or ""
    return Found(candidate.text, candidate.canonical, candidate.start, one.line, kind, slug)


def _unparsed(lines, citations, judged, numbers, found_dates) -> str:
    """The lines in which nothing was recognised, in order."""
    spans = sorted(
        [(c.start, c.end) for c in citations]
        + [(one.candidate.start, one.candidate.end) for one in judged]
        + [(one.start, one.end) for one in numbers]
        + [(one.start, one.end) for one in found_dates]
    )
    kept, index = [], 0
    for line in lines:
        while index < len(spans) and spans[index][1] <= line.start:
            index += 1
        is_understood = index < len(spans) and spans[index][0] < line.end
        if line.text.strip() and not is_understood:
            kept.append(line.text.rstrip())
    return "\n".join(kept)


def _flagged(draft: DraftLetter, mail: Mail, lines: list[Line]) -> DraftLetter:
    codes = list(mail.flags)
    tests = {
        "no_target": not draft.targets,
        "no_number": not draft.letter_number,
        "no_date": draft.letter_date is None,
        "may_be_reply": bool(
            re.match(r"(?:re|bls|balas|ответ|rv|回复)\s*[:：]", draft.subject, re.IGNORECASE)
        )
        or any(line.zone in (Zone.QUOTED, Zone.ATTRIBUTION) for line in lines),
        "platform_unknown": any(
            one.kind in ("handle", "id", "phone") and not one.platform for one in draft.targets
        ),
        "long_text": len(draft.body) > MAX_FACTS,
    }
    codes += [code for code, holds in tests.items() if holds and code not in codes]
    return DraftLetter(**{**draft.__dict__, "flags": tuple(codes)})
