"""Many reports in one file."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from moderation_portal import jobs
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, Job, JobRow, OutboxMessage
from reports import csv_import, import_files
from reports.models import Report, ReporterIdentity, ReportItem
from reports.spreadsheets import FORMULA, csv_lines
from tests import world
from tests.cases.at_once import at_once

pytestmark = pytest.mark.django_db


def start(text: str | bytes, *, actor=None, **options) -> Job:
    world.michat()
    content = text if isinstance(text, bytes) else text.encode()
    place = csv_import.keep(iter([content]))
    options = {"category": "gambling", "reason": "Judi daring."} | options
    return csv_import.start(
        place, "laporan.csv", actor=actor or world.ayu(), at=world.AT, is_driven=True, **options
    )


def run(job: Job) -> Job:
    for _ in range(100):
        job = jobs.step_once(job.pk, at=world.AT)
        if job.state in (Job.State.FINISHED, Job.State.STOPPED):
            return job
    raise AssertionError("the job never ends")


def outcomes(job: Job) -> list[tuple[int, str, str]]:
    rows = JobRow.objects.filter(job=job).order_by("row")
    return [(one.row, one.outcome, one.problem["code"]) for one in rows]


def counts(job: Job) -> tuple[int, int, int]:
    return job.done, job.skipped, job.refused


def test_who_may_not_import_starts_no_job():
    with pytest.raises(Refused):
        start("akun\nMiChat: bunga_77\n", actor=world.rina())
    with pytest.raises(Invalid):
        start("akun\nMiChat: bunga_77\n", category="nonsense")


@pytest.mark.parametrize("text", ["MiChat: bunga_77\n", "akun,alasan\nMiChat: bunga_77,x\n"])
def test_a_file_in_which_no_row_can_name_a_category_needs_one(text):
    with pytest.raises(Invalid) as refused:
        start(text, category="")
    assert refused.value.detail["field"] == "category"
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "akun,kategori\nMiChat: bunga_77,gambling\n",
        '{"account": "MiChat: bunga_77", "kategori": "judol"}\n',
    ],
)
def test_a_file_whose_rows_name_their_category_needs_no_other(text):
    assert counts(run(start(text, category=""))) == (1, 0, 0)


def test_the_database_keeps_no_outcome_of_a_row_that_nobody_knows():
    job = start("akun\nMiChat: bunga_1\n")
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRow.objects.create(job=job, row=1, outcome="lost")


def test_every_outcome_of_a_row_has_a_name():
    run(start("akun\nbunga_1\n\n,\n", category="gambling"))
    for row in JobRow.objects.all():
        assert row.outcome in JobRow.Outcome.values
        assert row.get_outcome_display() != row.outcome


def test_each_row_has_its_own_result_and_right_rows_go_in_beside_wrong_ones():
    job = run(start(
        "akun,platform,kategori,tanggal,visibilitas\n"
        "bunga_1,MiChat,Perjudian,17/03/2026,\n"
        "bunga_2,michat,perdagangan ikan,,\n"
        "bunga_3,michat,judol,kemarin,\n"
        "\n"
        "bunga_1,michat,gambling,2026-03-17,\n"
        "bunga_5,,,,\n"
        "slot.example,,,,\n"
        "bunga_7,michat,,,secret\n"
        ",michat,,,\n"
    ))  # fmt: skip
    assert outcomes(job) == [
        (3, "refused", "invalid"),
        (4, "refused", "invalid"),
        (5, "skipped", "blank"),
        (6, "skipped", "repeated"),
        (7, "needs_info", "needs_info"),
        (9, "refused", "invalid"),
        (10, "refused", "invalid"),
    ]
    assert counts(job) == (3, 2, 4)
    assert job.total == 9
    assert job.params["states"] == {"received": 1, "needs_info": 1, "routed_elsewhere": 1}


def test_what_is_wrong_is_said_in_the_importers_language():
    ayu = world.ayu()
    ayu.language = "en"
    ayu.save()
    job = run(start("akun,kategori\nMiChat: bunga_1,ikan\n", actor=ayu))
    assert JobRow.objects.get(job=job).problem["message"].startswith("“ikan” is no category")


def test_a_file_handed_in_again_adds_nothing():
    text = "akun\nMiChat: bunga_1\nslot.example\n"
    run(start(text))
    again = run(start(text))
    assert counts(again) == (0, 2, 0)
    assert Report.objects.count() == 2


def test_a_trial_says_what_would_happen_and_writes_nothing():
    run(start("akun\nMiChat: bunga_1\n"))
    before = Report.objects.count(), Event.objects.filter(kind="report.received").count()
    text = "akun\nMiChat: bunga_1\nMiChat: bunga_2\nMiChat: bunga_2\nbunga_3\n"
    job = run(start(text, is_dry_run=True))
    assert counts(job) == (2, 2, 0)
    assert job.params["states"] == {"received": 1, "needs_info": 1}
    assert (Report.objects.count(), Event.objects.filter(kind="report.received").count()) == before
    real = csv_import.start_again(job, actor=world.ayu(), at=world.AT)
    assert counts(run(real)) == (2, 2, 0)


def test_of_a_trial_there_is_one_import_however_often_it_is_asked_for():
    trial = run(start("akun\nMiChat: bunga_1\n", is_dry_run=True))
    made = [csv_import.start_again(trial, actor=world.ayu(), at=world.AT) for _ in range(4)]
    assert {job.pk for job in made} == {made[0].pk}
    assert Job.objects.filter(is_dry_run=False).count() == 1
    assert OutboxMessage.objects.filter(topic="job.step").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_trial_there_is_one_import_whoever_asks_at_the_same_moment():
    trial, ayu = run(start("akun\nMiChat: bunga_1\n", is_dry_run=True)), world.ayu()
    made = at_once(*[lambda: csv_import.start_again(trial, actor=ayu, at=world.AT)] * 4)
    assert {job.pk for job in made} == {Job.objects.get(is_dry_run=False).pk}


def test_a_trial_that_has_not_ended_is_not_done_for_real():
    trial = start("akun\nMiChat: bunga_1\n", is_dry_run=True)
    with pytest.raises(Conflict):
        csv_import.start_again(trial, actor=world.ayu(), at=world.AT)
    real = run(start("akun\nMiChat: bunga_1\n"))
    with pytest.raises(Conflict):
        csv_import.start_again(real, actor=world.ayu(), at=world.AT)


def test_an_interrupted_import_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(csv_import, "ROWS_A_STEP", 10)
    job = start("akun\n" + "".join(f"MiChat: bunga_{n}\n" for n in range(35)))
    jobs.step_once(job.pk, at=world.AT)
    half = jobs.step_once(job.pk, at=world.AT)
    assert (half.done, Report.objects.count()) == (20, 20)
    job = run(half)
    assert counts(job) == (35, 0, 0)
    assert Report.objects.count() == 35


def test_an_import_of_long_rows_takes_more_steps_and_every_row(monkeypatch):
    monkeypatch.setattr(import_files, "MOST_WORK", 60)
    job = start("akun\n" + "".join(f"MiChat: bunga_{n}\n" for n in range(9)))
    first = jobs.step_once(job.pk, at=world.AT)
    assert 0 < first.done < 9
    assert first.state == Job.State.RUNNING
    assert counts(run(first)) == (9, 0, 0)


def test_a_step_that_fails_is_taken_back_whole_and_may_be_tried_again(monkeypatch):
    job = start("akun\n" + "".join(f"MiChat: bunga_{n}\n" for n in range(5)))

    def crash(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(csv_import, "_count_states", crash)
        with pytest.raises(RuntimeError):
            jobs.step_once(job.pk, at=world.AT)
    assert Report.objects.count() == 0
    assert counts(run(job)) == (5, 0, 0)


def test_a_kept_file_that_is_gone_stops_the_job_with_a_sentence():
    job = start("akun\nMiChat: bunga_1\n")
    (Path(settings.MEDIA_ROOT) / "imports" / job.params["file"]).unlink()
    job = run(job)
    assert job.state == Job.State.STOPPED
    assert job.last_error


def test_staff_enter_what_others_wrote_on_paper():
    run(start(
        "akun,pelapor,email_pelapor,tanggal\nMiChat: bunga_1,Tuti,tuti@warga.example,2026-03-16\n",
        is_good_faith=True,
    ))  # fmt: skip
    report = Report.objects.get()
    assert (report.reporter.kind, report.reporter.user) == ("public", None)
    assert ReporterIdentity.objects.count() == 1


def test_a_monitor_cannot_report_in_another_name():
    run(start("akun,pelapor\nMiChat: bunga_1,Tuti\n", actor=world.lurah()))
    report = Report.objects.get()
    assert (report.reporter.kind, report.reporter.user) == ("monitor", world.lurah())
    assert not ReporterIdentity.objects.exists()


def test_the_name_of_a_category_is_looked_up_once_a_day():
    csv_import._category.cache_clear()
    job = start("akun,kategori\nMiChat: bunga_1,judol\n")
    jobs.step_once(job.pk, at=world.AT)
    later = start("akun,kategori\nMiChat: bunga_2,judol\n")
    jobs.step_once(later.pk, at=world.AT + timedelta(minutes=5))
    assert csv_import._category.cache_info()[:2] == (1, 1)
    assert set(Report.objects.values_list("category", flat=True)) == {"gambling"}


def test_free_text_is_the_reason_and_every_account_in_it_an_item():
    run(start(
        '{"text": "daftar di slot-gacor.example atau IG @bunga_77 ya"}\n{"text": "Mantap sekali"}\n'
    ))  # fmt: skip
    first, second = Report.objects.order_by("id")
    assert first.reason.startswith("daftar di")
    assert sorted(first.items.values_list("state", flat=True)) == ["received", "routed_elsewhere"]
    assert list(second.items.values_list("state", flat=True)) == ["needs_info"]


def exported(job):
    lines = "".join(csv_lines(csv_import.problem_rows(job)))[1:]
    return list(csv.reader(io.StringIO(lines)))


def test_the_rows_that_failed_keep_all_their_columns_and_can_be_mended_in_place():
    table = "No;akun;kategori;alasan;Petugas\n"
    table += '7;"@bunga\n_77";ikan;"Satu; dua";Ayu;lebih\n8;MiChat: bunga_78;gambling;Judi;Bima\n'
    heading, broken = exported(run(start(table)))
    assert heading[4:] == ["No", "akun", "kategori", "alasan", "Petugas"]
    assert broken[0] == "2"
    assert broken[4:] == ["7", "'@bunga\n_77", "ikan", "Satu; dua", "Ayu", "lebih"]
    mended = io.StringIO()
    csv.writer(mended).writerows(
        [heading, [*broken[:4], "7", "'+62 812-3456-7890", "gambling", "'=x", "Ayu"]]
    )
    job = run(start(mended.getvalue()))
    item = ReportItem.objects.get(report__reason="=x")
    assert (counts(job), item.raw) == ((1, 0, 0), "+62 812-3456-7890")


@pytest.mark.parametrize(
    ("text", "heading", "cells"),
    [
        ("@bunga_77\n", ["account"], ["'@bunga_77"]),
        (
            '{"akun": "@bunga_77", "alasan": "Judi"}\n',
            ["account", "platform", "category", "reason"],
            ["'@bunga_77", "", "", "Judi"],
        ),
    ],
)
def test_rows_of_a_list_that_failed_are_headed_as_a_table(text, heading, cells):
    first, second = exported(run(start(text)))
    assert first[4 : 4 + len(heading)] == heading
    assert second[4 : 4 + len(cells)] == cells


def test_a_platform_that_nobody_knows_is_named_in_what_to_do():
    told = exported(run(start("akun,platform\nbunga_77,Foochat\nbunga_78,\nbunga_79,MiChat\n")))
    assert ["Foochat" in row[3] for row in told[1:]] == [True, False]


def test_rows_of_malice_leave_no_error_and_no_formula():
    nasty = [
        '=cmd|"/c calc"!A1', "+62 811", "@SUM(1)", "\x00bunga", "\u202ebunga_77", "a" * 3000,
        "'; DROP TABLE reports_report; --", "<script>alert(1)</script>", "https://[::1", "http://",
        "%s%d{0}", "\ud7ff", "..", "javascript:alert(1)", "https://instagram.com/%00",
             "\\\\host\\x",
    ]  # fmt: skip
    text = "akun,alasan\n" + "".join(
        f'"{nasty[n % len(nasty)].replace(chr(34), chr(34) * 2)}",x{n}\n' for n in range(2_000)
    )
    job = run(start(text))
    assert job.state == Job.State.FINISHED
    assert sum(counts(job)) == 2_000
    told = exported(job)
    assert len(told) > 1
    assert not [cell for row in told for cell in row if cell.startswith(FORMULA)]


@pytest.mark.parametrize("zone", ["+23:59", "-15:59:59.999999"])
def test_an_instant_in_a_zone_that_the_database_does_not_know_spoils_no_step(zone):
    told = f"akun,alasan,dilihat\nmichat: bunga_77,x,{world.AT.date()}T01:00:00{zone}\n"
    job = run(start(told))
    assert (job.state, sum(counts(job))) == (Job.State.FINISHED, 1)


def test_rows_beyond_a_step_are_read_in_constant_pieces():
    job = start("akun\n" + "".join(f"slot{n}.example\n" for n in range(2_345)))
    first = jobs.step_once(job.pk, at=world.AT)
    assert (first.done, first.total) == (1_000, 2_345)
    assert counts(run(job)) == (2_345, 0, 0)
    assert ReportItem.objects.filter(state="routed_elsewhere").count() == 2_345


def test_old_files_are_swept():
    job = start("akun\nMiChat: bunga_1\n")
    place = Path(settings.MEDIA_ROOT) / "imports" / job.params["file"]
    assert place.exists()
    csv_import.sweep(at=world.AT.replace(year=2100))
    assert not place.exists()
