"""Files that are handed in."""

import io
import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from PIL import Image, ImageFile

from moderation_portal.errors import Invalid
from moderation_portal.models import Event
from moderation_portal.policy import pack
from reports import evidence, formal
from reports.models import Evidence, Report
from tests import world

GAMBLING, PROSTITUTION, CHILD = "gambling", "prostitution", "child_sexual"


def picture(format_: str = "PNG", size=(40, 30), **saved) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format_, **saved)
    return out.getvalue()


def upload(content: bytes, name: str = "shot.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def prepare(content: bytes, *, category=GAMBLING, kind="screenshot", source="public", name="a.png"):
    return evidence.prepare(
        upload(content, name), kind=kind, source=source, category=pack().category(category)
    )


def look_at(content: bytes) -> evidence.Seen:
    category = pack().category(GAMBLING)
    return evidence.look_at(upload(content), kind="screenshot", source="public", category=category)


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.mark.parametrize(
    "category", [PROSTITUTION, "pornography", CHILD, "violence_child", "trafficking"]
)
@pytest.mark.parametrize("source", ["public", "organisation", "monitor"])
def test_the_public_hands_in_no_picture_of_anything_sexual_or_of_a_child(source, category):
    with pytest.raises(Invalid):
        prepare(picture(), category=category, source=source)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"PK\x03\x04" + b"\x00" * 60,
        b"MZ" + b"\x00" * 100,
        b"",
        PDF,
    ],
    ids=["svg", "gif", "html", "zip", "exe", "empty", "pdf"],
)
def test_a_file_that_is_not_a_picture_is_refused_whatever_its_name(content):
    with pytest.raises(Invalid):
        prepare(content, name="foto.png")


def test_a_picture_that_is_cut_off_or_forged_is_refused():
    for content in (
        picture()[:60],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        b"\xff\xd8\xff" + b"x" * 99,
    ):
        with pytest.raises(Invalid):
            prepare(content)


def claims_to_be(width: int, height: int) -> bytes:
    """A small PNG whose header says that it is large."""
    head = b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    given = picture()
    return given[:12] + head + struct.pack(">I", zlib.crc32(head)) + given[33:]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(4001, 4000), (10_000, 10_000), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_by_its_header_and_not_unpacked(monkeypatch, size):
    monkeypatch.setattr(evidence, "_encoded_anew", pytest.fail)
    with pytest.raises(Invalid, match="16"):
        prepare(claims_to_be(*size))


def test_looking_at_a_picture_decodes_nothing_of_it(monkeypatch):
    given = picture("JPEG", size=(4000, 4000))
    monkeypatch.setattr(ImageFile.ImageFile, "load", pytest.fail)
    assert look_at(given).mime == "image/jpeg"


def test_a_picture_that_is_larger_inside_than_its_header_says_is_refused():
    seen = look_at(picture("WEBP"))
    broken = replace(seen, content=seen.content[:-20] + b"\xff" * 20)
    for one in (broken, replace(seen, content=seen.content[:60])):
        with pytest.raises(Invalid):
            evidence.encode(one)


def test_a_file_that_is_too_large_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(Invalid):
        prepare(picture(size=(400, 400)))


def test_a_picture_is_encoded_anew_so_that_nothing_hides_in_it():
    exif = Image.Exif()
    exif[0x9286] = "my secret place"
    exif[0x0110] = "telephone of Tuti"
    said = {"exif": exif, "comment": b"from Tuti", "icc_profile": b"profile of Tuti" * 20}
    given = picture("JPEG", **said) + b"<script>alert(1)</script>"
    kept = prepare(given, name="../../<b>foto.php")
    assert kept.content != given
    assert b"Tuti" not in kept.content
    assert b"script" not in kept.content
    assert not Image.open(io.BytesIO(kept.content)).getexif()
    assert kept.original_sha256 != evidence.hashlib.sha256(kept.content).hexdigest()


@pytest.mark.parametrize(
    ("format_", "kept_as"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "JPEG")]
)
def test_the_usual_pictures_are_taken_upright(format_, kept_as):
    turned = Image.Exif()
    turned[0x0112] = 6
    kept = prepare(picture(format_, exif=turned))
    shown = Image.open(io.BytesIO(kept.content))
    assert (shown.size, shown.format) == ((30, 40), kept_as)
    assert kept.mime == f"image/{kept_as.lower()}"


def test_a_picture_with_transparent_or_few_colours_is_taken():
    for mode in ("RGBA", "P", "L", "LA", "1"):
        given = io.BytesIO()
        Image.new(mode, (40, 30)).save(given, "PNG")
        kept = prepare(given.getvalue())
        assert Image.open(io.BytesIO(kept.content)).mode == "RGB"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\fakepath\\layar.PNG", "layar.png"),
        ("a\u202egnp.exe", "a_gnp.png"),
        ("\x00", "_.png"),
        ("=1+1.png", "_1_1.png"),
        ("", "file.png"),
    ],
)
def test_a_file_name_is_a_plain_one(name, kept):
    assert evidence.safe_name(name, ".png") == kept


@pytest.mark.django_db
@pytest.mark.law("PM5-16-4")
def test_what_officials_must_attach_is_locked_away_unopened(settings):
    given = picture() + b"left as it is"
    kept = prepare(given, category=PROSTITUTION, source="police")
    assert kept.is_quarantined
    assert kept.content == given
    row = evidence.keep(kept, report=report(), actor=world.ayu(), at=world.AT)
    stored = (Path(settings.MEDIA_ROOT) / row.path).read_bytes()
    assert b"PNG" not in stored
    assert b"left as it is" not in stored


def test_a_signed_letter_stays_as_it_was_signed():
    kept = prepare(PDF, kind="letter", source="police", name="surat.pdf", category=PROSTITUTION)
    assert kept.content == PDF
    assert not kept.is_quarantined
    assert prepare(PDF, kind="letter", source="police", category=CHILD).is_quarantined


@pytest.mark.django_db
def test_a_kept_file_is_recorded_with_the_hash_of_what_was_sent():
    row = plain()
    event = Event.objects.get(kind="evidence.added")
    assert event.thread == f"report:{row.report_id}"
    assert event.data["sha256"] == row.sha256
    assert event.data["original_sha256"] == evidence.hashlib.sha256(picture()).hexdigest()


def test_a_parked_file_comes_back_once_and_is_swept_after_a_day(settings):
    kept = prepare(picture(), name="layar.png")
    ticket = evidence.park(kept, at=world.AT)
    assert evidence.parked(ticket) == kept
    folder = Path(settings.MEDIA_ROOT) / "parked"
    assert all(b"PNG" not in place.read_bytes() for place in folder.iterdir())
    assert ticket not in str(list(folder.iterdir()))
    evidence.sweep_parked(at=world.AT + 23 * world.HOUR)
    assert evidence.parked(ticket)
    evidence.sweep_parked(at=world.AT + 25 * world.HOUR)
    assert evidence.parked(ticket) is None
    assert evidence.parked("../../etc/passwd") is None


def test_a_file_that_a_crash_left_without_a_row_is_swept_after_a_day(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept = plain()
    place = Path(settings.MEDIA_ROOT) / kept.path
    stray = place.with_name("0" * 32)
    stray.write_bytes(b"the open copy of what was locked away")
    then = world.AT.timestamp()
    os.utime(stray, (then, then))
    assert evidence.sweep_strays(at=world.AT + 23 * world.HOUR) == 0
    assert evidence.sweep_strays(at=world.AT + 25 * world.HOUR) == 1
    assert (stray.exists(), place.exists()) == (False, True)


@pytest.mark.django_db
def test_an_upload_of_a_draft_belongs_to_it():
    draft = formal.save_draft(None, {"category": "gambling"}, actor=world.polisi(), at=world.AT)
    kept = evidence.prepare(
        upload(PDF, "surat.pdf"),
        kind="letter",
        source="police",
        category=pack().category("gambling"),
    )
    row = evidence.keep(kept, actor=world.polisi(), at=world.AT, formal_request=draft)
    assert list(draft.evidence.all()) == [row]


def report() -> Report:
    return Report.objects.get(pk=world.report().report_id)


def quarantined() -> Evidence:
    kept = prepare(picture(), category=PROSTITUTION, source="police")
    return evidence.keep(kept, report=report(), actor=world.ayu(), at=world.AT)


def plain() -> Evidence:
    kept = prepare(picture())
    return evidence.keep(kept, report=report(), actor=world.ayu(), at=world.AT)


@pytest.fixture
def kept(db, settings, tmp_path):
    """Two files that were handed in, of which one is locked away."""
    settings.MEDIA_ROOT = tmp_path
    report = Report.objects.get(pk=world.report().report_id)
    told = {"actor": world.ayu(), "at": world.AT, "report": report}
    sealed = {"category": CHILD, "kind": "letter", "source": "regulator"}
    made = [evidence.keep(prepare(picture(), **which), **told) for which in ({}, sealed)]
    assert [row.is_quarantined for row in made] == [False, True]
    return made


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_is_gone_or_changed_is_named(kept, tmp_path, which):
    (tmp_path / kept[which].path).write_bytes(b"something else")
    assert evidence.damaged(Evidence.objects.all()) == [kept[which].pk]
    (tmp_path / kept[which].path).unlink()
    with pytest.raises(CommandError, match=rf"1 files are gone .*: {kept[which].pk}"):
        call_command("evidence", "verify")


def test_files_that_are_as_they_were_are_said_to_be(kept, capsys):
    call_command("evidence", "verify")
    assert capsys.readouterr().out == "2 files: all as they were handed in\n"
