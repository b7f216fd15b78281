"""`manage.py import_reports`."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from moderation_portal.models import Job
from reports import csv_import
from reports.models import Report, ReportItem
from tests import world

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "indonesia"


def run(*arguments, **options) -> str:
    out = StringIO()
    world.michat()
    call_command("import_reports", *map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for arguments in ((tmp_path / "none.csv",), (empty,), ("--job", "999999")):
        with pytest.raises(CommandError):
            run(*arguments)
    with pytest.raises(CommandError, match="nobody@"):
        run(empty, email="nobody@komdigi.example")


@pytest.mark.parametrize("name", ["list.txt", "table.csv"])
def test_a_file_without_any_category_is_refused_once_with_the_codes_to_choose(
    tmp_path, settings, name
):
    given, settings.MEDIA_ROOT = tmp_path / name, tmp_path
    given.write_text("akun\nMiChat: bunga_77\n" if name == "table.csv" else "MiChat: bunga_77\n")
    for category in ("", "perikanan"):
        with pytest.raises(CommandError, match=r"--category .*\bgambling, "):
            run(given, category=category)
    assert not Job.objects.exists()
    assert not list((tmp_path / "imports").glob("*"))


def test_a_list_is_imported_and_its_problems_written_to_a_file(tmp_path):
    given, problems = tmp_path / "list.txt", tmp_path / "problems.csv"
    given.write_text("slot.example\nMiChat: bunga_77\n=cmd\n")
    said = run(given, category="gambling", reason="Judi.", errors=problems)
    assert "3 rows taken in, 0 skipped, 0 refused." in said
    assert "routed_elsewhere" in said
    assert "'=cmd" in problems.read_text(encoding="utf-8-sig")


def test_a_trial_writes_nothing(tmp_path):
    given = tmp_path / "list.txt"
    given.write_text("MiChat: bunga_77\n")
    assert "would be" in run(given, "--dry-run", category="gambling", reason="Judi.")
    assert not Report.objects.exists()


def test_an_import_that_was_interrupted_is_finished_by_its_number(tmp_path, monkeypatch):
    given = tmp_path / "list.txt"
    given.write_text("".join(f"slot{n}.example\n" for n in range(30)))
    monkeypatch.setattr(csv_import, "ROWS_A_STEP", 10)
    steps = []

    whole = csv_import.intake.receive

    def receive(tellings, **facts):
        if len(steps) == 1:
            raise KeyboardInterrupt
        steps.append(1)
        return whole(tellings, **facts)

    with monkeypatch.context() as stopped:
        stopped.setattr(csv_import.intake, "receive", receive)
        with pytest.raises(KeyboardInterrupt):
            run(given, category="gambling")
    job = Job.objects.get()
    assert job.done == 10
    assert "30 rows taken in" in run("--job", job.pk)
    assert Report.objects.count() == 30


def test_an_import_in_somebodys_name_is_recorded_as_theirs(tmp_path):
    given = tmp_path / "list.txt"
    given.write_text("MiChat: bunga_77\n")
    run(given, category="gambling", reason="Judi.", email=world.ayu().email)
    assert Report.objects.get().reporter.user == world.ayu()


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared sample of gambling sites is not here")
def test_a_list_of_gambling_sites_is_passed_to_the_team_for_websites(tmp_path):
    lines = (SHARED / "gambling_domains_sample.txt").read_text(encoding="utf-8").splitlines()
    given = tmp_path / "sites.txt"
    given.write_text("\n".join(lines[:2_000]))
    run(given, category="gambling")
    states = ReportItem.objects.values_list("state", flat=True)
    assert list(states).count("routed_elsewhere") >= 0.99 * len(states)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared comments are not here")
def test_comments_become_reports_with_the_accounts_in_them_or_wait(tmp_path):
    lines = (SHARED / "judol_comments.jsonl").read_text(encoding="utf-8").splitlines()[:500]
    given = tmp_path / "comments.jsonl"
    given.write_text("\n".join(lines))
    run(given, category="gambling")
    assert set(ReportItem.objects.values_list("state", flat=True)) <= {
        "received", "routed_elsewhere", "needs_info",
    }  # fmt: skip
    texts = {json.loads(line)["text"].strip() for line in lines}
    assert Report.objects.filter(reason__in=texts).count() >= 0.95 * len(texts)
