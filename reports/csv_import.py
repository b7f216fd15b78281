"""Many reports in one file: a Job reads a thousand rows a step and says what became of each."""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from moderation_portal import jobs
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Job, JobRow
from moderation_portal.policy import Pack, pack
from moderation_portal.roles import SYSTEM
from platforms import locators

from . import intake, judging, pasting, permissions, rows
from .completeness import Gap
from .dates import instant_of
from .import_files import (
    BLANK,
    NOT_JSON,
    OPEN_QUOTE,
    TOO_LONG,
    Layout,
    Row,
    cells_of,
    headings_of,
    layout_of,
    look_at,
    read,
)
from .models import Report, ReporterKind, ReportItem
from .tellings import (
    DONE,
    REFUSED,
    REPEATED,
    SKIPPED,
    Line,
    Received,
    ReporterFacts,
    Telling,
    beginning_of,
)
from .texts import plain

KIND = "reports.import"
ROWS_A_STEP = 1_000
KEPT_FOR = timedelta(days=30)
NAMED = frozenset({"reporter_name", "reporter_email", "reporter_phone"})


def keep(chunks: Iterator[bytes]) -> Path:
    """Writes an uploaded file under MEDIA_ROOT/imports and gives its place."""
    place = Path(settings.MEDIA_ROOT) / "imports" / secrets.token_hex(16)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
    return place


def start(
    place: Path,
    name: str,
    *,
    actor,
    at: datetime,
    category: str = "",
    reason: str = "",
    form: str = "auto",
    is_good_faith: bool = False,
    is_dry_run: bool = False,
    is_driven: bool = False,
) -> Job:
    """Makes the Job of a kept file. `category` and `reason` stand in where a row gives none.

    The workers do it, unless `is_driven`: then the caller takes its steps (`jobs.step_once`).
    Raises Invalid when the file cannot be read as a list of accounts, or when neither it nor
    `category` says what they are reported for.
    """
    allowed = permissions.may_import(actor)
    if not allowed:
        raise Refused(allowed.reason)
    layout = look_at(place, form)
    _check_category(category, layout, at)
    params = {
        "file": place.name,
        "name": plain(name)[:200],
        "layout": layout.as_json(),
        "category": category,
        "reason": reason,
        "is_good_faith": is_good_faith,
        "states": {},
    }
    begin = jobs.create if is_driven else jobs.start
    return begin(KIND, params, actor=actor, at=at, is_dry_run=is_dry_run)


def start_again(trial: Job, *, actor, at: datetime) -> Job:
    """The same file for real, after a trial run. Of one trial there is one such job: whoever asks
    again gets it. Raises Conflict while the trial runs."""
    with transaction.atomic():
        trial = Job.objects.select_for_update().get(pk=trial.pk)
        if not trial.is_dry_run or trial.state != Job.State.FINISHED:
            raise Conflict(_("Wait until the trial has ended."))
        made = Job.objects.filter(pk=trial.params.get("real")).first()
        if made is None:
            made = jobs.start(KIND, trial.params | {"states": {}}, actor=actor, at=at)
            trial.params["real"] = made.pk
            trial.save(update_fields=["params"])
        return made


@jobs.kind(KIND)
def step(job: Job, *, at: datetime) -> jobs.Step:
    """The next rows, a thousand or fewer long ones, in the caller's transaction."""
    params = job.params
    layout = layout_of(params["layout"])
    place = Path(settings.MEDIA_ROOT) / "imports" / params["file"]
    if not place.exists():
        raise Invalid(_("The file of this import is no longer kept. Hand it in again."))
    first = job.done + job.skipped + job.refused + (2 if layout.form == "csv" else 1)
    actor = job.created_by or SYSTEM
    read_rows = list(read(place, layout, job.cursor, ROWS_A_STEP))
    with translation.override(getattr(actor, "language", None) or translation.get_language()):
        done, results = _take(read_rows, first, job, actor, at)
    cursor = read_rows[-1].end if read_rows else job.cursor
    is_last = not read_rows or cursor >= place.stat().st_size
    seen = first + len(read_rows) - (2 if layout.form == "csv" else 1)
    total = seen if is_last else layout.rows
    return jobs.Step(cursor=cursor, done=done, rows=results, total=total, is_last=is_last)


def problem_rows(job: Job) -> Iterator[list[object]]:
    """The rows of a job that were not simply taken, for `spreadsheets.csv_lines`: what is wrong
    with each, and then all of its own columns under their own headings, to be mended in place and
    handed in again."""
    layout = layout_of(job.params["layout"])
    yield [_("row"), _("outcome"), _("code"), _("what to do"), *headings_of(layout)]
    for row in JobRow.objects.filter(job=job).order_by("row").iterator(chunk_size=2_000):
        problem = row.problem
        said = [row.row, row.outcome, problem.get("code", ""), problem.get("message", "")]
        yield [*said, *cells_of(row.raw, layout)]


def sweep(*, at: datetime) -> int:
    """Deletes kept files that are older than a month; gives how many."""
    oldest = (at - KEPT_FOR).timestamp()
    folder = Path(settings.MEDIA_ROOT) / "imports"
    stale = [place for place in folder.glob("*") if place.stat().st_mtime < oldest]
    for place in stale:
        place.unlink(missing_ok=True)
    return len(stale)


def _check_category(given: str, layout: Layout, at: datetime) -> None:
    """Says once what would otherwise be said at every row."""
    if given:
        pack().category(given, at)
    elif not layout.may_name_categories:
        raise Invalid(
            _("This file does not say what the accounts are reported for. Choose one category."),
            {"field": "category"},
        )


def _take(read_rows: list[Row], first: int, job: Job, actor, at: datetime):
    """How many rows were taken, and the result of each that was not simply taken."""
    results: dict[int, jobs.RowResult] = {}
    tellings: list[Telling] = []
    numbers: list[int] = []
    importer = _importer(actor)
    for number, row in enumerate(read_rows, start=first):
        try:
            tellings.append(_telling(row, job.params, importer, at))
            numbers.append(number)
        except Invalid as error:
            outcome = SKIPPED if row.problem == BLANK else REFUSED
            problem = {"code": row.problem or "invalid", "message": error.sentence, **error.detail}
            results[number] = jobs.RowResult(number, outcome, problem, row.raw)
    if job.is_dry_run:
        answers = _foretell(tellings, actor, at)
    else:
        answers = intake.receive(tellings, actor=actor, at=at)
    for number, answer in zip(numbers, answers, strict=True):
        _count_states(job.params["states"], answer)
        told = _result(number, answer, read_rows[number - first])
        if told is not None:
            results[number] = told
    lost = sum(result.outcome in (SKIPPED, REFUSED) for result in results.values())
    return len(read_rows) - lost, [results[number] for number in sorted(results)]


def _foretell(tellings: list[Telling], actor, at: datetime) -> list[Received]:
    """What `intake.receive` would answer, without writing anything."""
    drafts = judging.judge(tellings, actor=actor, at=at)
    known = set(rows.heard_before([draft.digest for draft in drafts if not draft.said]))
    answers = []
    for draft in drafts:
        if draft.said:
            answers.append(Received(REFUSED, reason=draft.said))
            continue
        outcome = SKIPPED if draft.digest in known else DONE
        known.add(draft.digest)
        answers.append(Received(outcome, items=tuple(item.result() for item in draft.items)))
    return answers


def _result(number: int, answer: Received, row: Row) -> jobs.RowResult | None:
    raw = row.raw
    if answer.outcome == REFUSED:
        refusal = {"code": "refused", "message": answer.reason}
        return jobs.RowResult(number, REFUSED, refusal, raw)
    if answer.outcome == SKIPPED:
        message = _("This was told before: %(number)s.") % {"number": answer.number or "-"}
        return jobs.RowResult(number, SKIPPED, {"code": REPEATED, "message": message}, raw)
    gaps = {gap.code: gap for item in answer.items for gap in item.gaps
            if item.state == ReportItem.State.NEEDS_INFO}  # fmt: skip
    if not gaps:
        return None
    problem: dict[str, Any] = {
        "code": JobRow.Outcome.NEEDS_INFO.value,
        "message": " ".join(_worded(gap, row.cells.get("platform", "")) for gap in gaps.values()),
        "gaps": [gap.as_json() for gap in gaps.values()],
    }
    return jobs.RowResult(number, JobRow.Outcome.NEEDS_INFO, problem, raw)


def _worded(gap: Gap, platform: str) -> str:
    """What to do about a gap; of an account also what is wrong with it, and with its platform."""
    is_unnamed = gap.problem in ("no_platform", "not_a_locator", "bad_phone")
    if is_unnamed and platform and locators.facts_for(platform) is None:
        said = _("“%(platform)s” is no platform that we know. Write its name, such as MiChat.")
        return said % {"platform": platform[:60]}
    return str(pasting.WORDS.get(gap.problem, gap.message))


def _count_states(states: dict[str, int], answer: Received) -> None:
    if answer.outcome == DONE:
        for item in answer.items:
            states[item.state] = states.get(item.state, 0) + 1


def _telling(row: Row, params: dict, importer: ReporterFacts, at: datetime) -> Telling:
    """The telling that a row holds; Invalid says what is wrong with the row."""
    if row.problem:
        raise Invalid(_what_is_wrong(row.problem))
    cells = row.cells
    telling = Telling(
        reporter=_reporter(cells, importer),
        channel=Report.Channel.CSV,
        category=_category(cells.get("category", ""), pack(), pack().day(at)) or params["category"],
        lines=_accounts(cells, at),
        reason=cells.get("reason") or cells.get("text") or params["reason"],
        seen_at=instant_of(cells.get("seen_at", "")),
        place=cells.get("place", ""),
        area=cells.get("area", ""),
        is_good_faith=params["is_good_faith"],
    )
    if not telling.category:
        raise Invalid(
            _("The category is missing. Name one in the row, or choose one for the file.")
        )
    return telling


def _importer(actor) -> ReporterFacts:
    """Whoever hands the file in, as the one who tells what is in it."""
    user = None if actor is SYSTEM else actor
    return ReporterFacts(
        kind=permissions.own_kind(actor), user=user, area=getattr(user, "area", "")
    )


def _reporter(cells: dict[str, str], importer: ReporterFacts) -> ReporterFacts:
    """Who tells a row: the person named in it, which staff enter from paper, else the importer."""
    if importer.kind != ReporterKind.REGULATOR or cells.keys().isdisjoint(NAMED):
        return importer
    name, email, phone = (
        cells.get(f"reporter_{field}", "") for field in ("name", "email", "phone")
    )
    if not (name or email or phone):
        return importer
    return ReporterFacts(kind=ReporterKind.PUBLIC, name=name, email=email, phone=phone)


def _accounts(cells: dict[str, str], at: datetime) -> tuple[Line, ...]:
    """The account that a row names; in free text, every one that is found there."""
    account, text = cells.get("account", ""), cells.get("text", "")
    if account or not text:
        visibility = cells.get("visibility", "").lower()
        if visibility not in judging.VISIBILITIES:
            raise Invalid(_("Visibility must be public, discoverable or private."))
        hint, words = cells.get("platform", ""), cells.get("description", "")
        if not account and not words:
            raise Invalid(_("This row names no account."))
        return (Line(account, hint, words, visibility),)
    found = locators.find_all(text)
    named = tuple(Line(one.url or one.display, one.platform or "") for one in found)
    return named[: pack().limits_at(at).public_items_max] or (Line(text[: judging.RAW_MOST]),)


@lru_cache(maxsize=512)
def _category(given: str, of_pack: Pack, on: date) -> str:
    """The code of a category given by code, older code, or name in any language."""
    at = beginning_of(on)
    wanted = given.strip().casefold()
    if not wanted:
        return ""
    for category in of_pack.categories(at):
        names = {category.code, *category.aliases, *category.name.values()}
        if wanted in {name.casefold() for name in names}:
            return category.code
    raise Invalid(
        _("“%(category)s” is no category that we know. Use one of: %(known)s.")
        % {"category": given[:60], "known": ", ".join(one.code for one in of_pack.categories(at))}
    )


def _what_is_wrong(problem: str) -> str:
    return {
        BLANK: _("This row is blank."),
        TOO_LONG: _("This row is too long. Shorten it."),
        OPEN_QUOTE: _("A quotation mark in this row is never closed. Remove it or double it."),
        NOT_JSON: _("This line is no JSON object."),
    }[problem]
