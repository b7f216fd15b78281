"""A disk that is full: whoever hands something in hears so, and nothing is stored by half."""

from pathlib import Path

import pytest

from moderation_portal import stored_files
from reports import evidence
from reports.models import Evidence, Report
from tests import world
from tests.full_disk import full_disk
from tests.reports.test_evidence import picture, prepare


def files(folder) -> list[Path]:
    return [place for place in Path(folder).rglob("*") if place.is_file()]


@pytest.mark.django_db
def test_evidence_that_does_not_fit_leaves_neither_row_nor_piece(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    report = Report.objects.get(pk=world.report().report_id)
    kept = prepare(picture())
    told = {"actor": world.ayu(), "at": world.AT, "report": report}
    with full_disk(), pytest.raises(OSError, match="too large"):
        evidence.keep(kept, **told)
    assert not files(tmp_path)
    assert not Evidence.objects.exists()
    evidence.keep(kept, **told)
    assert len(files(tmp_path)) == 1


def test_what_lies_there_already_is_not_thrown_away(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(stored_files.secrets, "token_hex", lambda size: "ab")
    path = stored_files.write("evidence", b"first", at=world.AT)
    with pytest.raises(FileExistsError):
        stored_files.write("evidence", b"second", at=world.AT)
    assert stored_files.read(path) == b"first"
