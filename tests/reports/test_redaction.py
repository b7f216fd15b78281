"""Parts of a picture are covered in a copy; the original stays as it was."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.policy import pack
from reports import custody, evidence, formal, permissions, redaction
from reports.models import Evidence
from reports.redaction import Area
from tests import world
from tests.reports.test_custody import shot
from tests.reports.test_evidence import plain, prepare, quarantined
from tests.world import AT

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SECRET, WHY = (12, 200, 34), "nomor telepon saksi"
CORNER = Area(25, 25, 50, 50)


def with_secret(format_: str = "PNG", size=(80, 60)) -> bytes:
    """A white picture whose middle half has a colour that stands nowhere else."""
    made = Image.new("RGB", size, "white")
    width, height = size
    box = (width // 4, height // 4, width * 3 // 4 - 1, height * 3 // 4 - 1)
    ImageDraw.Draw(made).rectangle(box, fill=SECRET)
    out = io.BytesIO()
    made.save(out, format_)
    return out.getvalue()


def stored(file: Evidence, settings) -> bytes:
    return (Path(settings.MEDIA_ROOT) / file.path).read_bytes()


def greenness(content: bytes) -> int:
    """By how much the greenest pixel is greener than it is red."""
    with Image.open(io.BytesIO(content)) as shown:
        red, green, _blue = shown.convert("RGB").split()
        return max(g - r for g, r in zip(green.tobytes(), red.tobytes(), strict=True))


def redact(file: Evidence, *areas: Area, actor=None, at=AT, purpose=WHY) -> Evidence:
    return redaction.redact(
        file, areas or [CORNER], purpose=purpose, actor=actor or world.ayu(), at=at
    )


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
def test_the_covered_pixels_are_gone_and_the_original_is_as_it_was(settings, format_):
    original = shot(content=with_secret(format_))
    before = stored(original, settings)
    facts = Evidence.objects.filter(pk=original.pk).values().get()
    assert greenness(before) > 100
    copy = redact(original, Area(20, 20, 60, 60))
    made = stored(copy, settings)
    assert greenness(made) < 20, "nothing of the colour is left"
    assert hashlib.sha256(made).hexdigest() == copy.sha256 != original.sha256
    assert stored(original, settings) == before
    assert Evidence.objects.filter(pk=original.pk).values().get() == facts
    assert (copy.redacts, copy.report_id, copy.kind) == (original, original.report_id, "screenshot")


@pytest.mark.parametrize("size", [(80, 60), (81, 61), (7, 5), (400, 3)])
def test_areas_are_rounded_outwards_so_that_no_edge_stays(settings, size):
    original = shot(content=with_secret(size=size))
    assert greenness(stored(redact(original), settings)) <= 0


def test_an_area_that_reaches_over_the_edge_covers_up_to_it(settings):
    copy = redact(shot(content=with_secret()), Area(20, 20, 100, 100))
    with Image.open(io.BytesIO(stored(copy, settings))) as shown:
        assert shown.size == (80, 60)
        assert shown.getpixel((79, 59)) == (0, 0, 0)
        assert shown.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "areas",
    [
        [],
        [Area(-1, 0, 10, 10)],
        [Area(0, 100, 10, 10)],
        [Area(0, 0, 0, 10)],
        [Area(0, 0, 10, float("nan"))],
        [CORNER] * (redaction.MOST_AREAS + 1),
    ],
    ids=["none", "left of it", "below it", "empty", "no number", "too many"],
)
def test_areas_outside_the_picture_are_refused(areas):
    file = shot()
    with pytest.raises(Invalid):
        redaction.redact(file, areas, purpose=WHY, actor=world.ayu(), at=AT)
    assert not file.redactions.exists()


def test_whoever_covers_says_why_and_both_files_have_their_line():
    file = shot()
    with pytest.raises(Invalid):
        redact(file, purpose="  ")
    copy = redact(file)
    line = Event.objects.get(kind="evidence.redacted", subject=f"evidence:{file.pk}")
    assert line.data["copy"] == copy.pk
    assert line.data["purpose"] == WHY
    assert line.data["areas"] == [[25, 25, 50, 50]]
    added = Event.objects.get(kind="evidence.added", subject=f"evidence:{copy.pk}")
    assert (added.data["sha256"], added.data["original_sha256"]) == (copy.sha256, file.sha256)


def test_a_copy_of_a_copy_belongs_to_the_same_original():
    file = shot()
    first = redact(file)
    second = redact(first, Area(0, 0, 5, 5), at=AT + timedelta(minutes=1))
    assert second.redacts == file
    assert set(file.redactions.all()) == {first, second}


def test_only_staff_cover_and_nothing_that_may_not_be_shown():
    file = shot()
    for who in (world.auditor, world.polisi, world.lurah, world.rina, world.steward):
        with pytest.raises(Refused):
            redact(file, actor=who())
    for hidden in (quarantined(), plain()):
        with pytest.raises(Refused):
            redact(hidden, actor=world.citra())
    assert not Evidence.objects.filter(redacts__isnull=False).exists()


def test_a_damaged_original_is_not_copied(settings):
    file = shot()
    (Path(settings.MEDIA_ROOT) / file.path).write_bytes(b"something else")
    with pytest.raises(Conflict):
        redact(file)


def test_whoever_is_not_of_the_house_is_shown_the_newest_copy_in_place_of_the_original():
    letter = formal.save_draft(None, {"category": "gambling"}, actor=world.polisi(), at=AT)
    handed = prepare(with_secret(), kind="other", source="police", category="gambling")
    by_desk = evidence.keep(handed, actor=world.ayu(), at=AT, formal_request=letter)
    own = evidence.keep(handed, actor=world.polisi(), at=AT, formal_request=letter)
    first = redact(by_desk)
    second = redact(first, Area(0, 0, 5, 5), at=AT + timedelta(minutes=1))
    redact(own, at=AT + timedelta(minutes=1))
    theirs = set(permissions.evidence_visible_to(world.polisi()))
    assert by_desk not in theirs
    assert first not in theirs
    assert {second, own} <= theirs
    assert {by_desk, first, second, own} <= set(permissions.evidence_visible_to(world.ayu()))


def test_a_copy_is_locked_away_with_its_original(settings):
    letter = formal.save_draft(None, {"category": "gambling"}, actor=world.polisi(), at=AT)
    handed = prepare(with_secret(), kind="other", source="police", category="gambling")
    file = evidence.keep(handed, actor=world.polisi(), at=AT, formal_request=letter)
    copy = redact(file)
    formal.save_draft(letter, {"category": "prostitution"}, actor=world.polisi(), at=AT)
    copy.refresh_from_db()
    assert copy.is_quarantined
    assert not custody.may_be_shown(copy)
    assert b"PNG" not in stored(copy, settings)
    assert pack().category("prostitution").is_sexual


def test_no_other_code_reads_what_is_stored_so_nothing_leaves_past_the_custody():
    rooms = [ROOT / room for room in ("moderation_portal", "platforms", "reports", "cases")]
    sources = [path for room in rooms for path in room.rglob("*.py")]
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if "evidence.read(" in path.read_text(encoding="utf-8")
    }
    assert readers == {"reports/custody.py", "reports/redaction.py", "reports/views/files.py"}
