"""Who saw which file, when and what for."""

import io
from pathlib import Path

import pytest
from PIL import Image

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from reports import custody, evidence, formal, permissions
from reports.models import Evidence, Report
from tests import world
from tests.reports.test_evidence import PDF, picture, plain, prepare, quarantined
from tests.world import AT

pytestmark = pytest.mark.django_db
WHY = "memeriksa laporan"
DETAILED = (640, 480)


def told_of(file: Evidence) -> list[tuple[str, str]]:
    events = Event.objects.filter(subject=f"evidence:{file.pk}").order_by("id")
    return [(event.kind, event.data.get("purpose", "")) for event in events]


def shot(account: str = "MiChat: judi_1", *, content: bytes | None = None) -> Evidence:
    """A picture of a matter in which pictures may be shown."""
    report = Report.objects.get(pk=world.report(account, category="gambling").report_id)
    return evidence.keep(prepare(content or picture()), report=report, actor=world.ayu(), at=AT)


def in_matter(category: str, *, kind: str = "screenshot") -> Evidence:
    """A file that is not locked away though its matter is one of this category."""
    report = Report.objects.get(pk=world.report(category=category).report_id)
    return evidence.keep(prepare(picture(), kind=kind), report=report, actor=world.citra(), at=AT)


def test_a_quarantined_file_opens_to_cleared_officers_only_and_for_a_purpose():
    row = quarantined()
    with pytest.raises(Refused):
        custody.download(row, actor=world.ayu(), purpose=WHY, at=AT)
    with pytest.raises(Invalid):
        custody.download(row, actor=world.citra(), purpose="  ", at=AT)
    assert custody.download(row, actor=world.citra(), purpose=WHY, at=AT) == picture()
    event = Event.objects.get(kind="evidence.downloaded")
    assert (event.actor_id, event.data["purpose"]) == (world.citra().pk, WHY)
    assert (event.is_sealed, event.data["sha256"]) == (True, row.sha256)


def test_a_stored_file_that_was_changed_or_lost_is_not_handed_out(settings):
    for row in (quarantined(), plain()):
        place = Path(settings.MEDIA_ROOT) / row.path
        kept = place.read_bytes()
        place.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        with pytest.raises(Conflict):
            custody.download(row, actor=world.citra(), purpose=WHY, at=AT)
        place.unlink()
        with pytest.raises(Conflict):
            custody.download(row, actor=world.citra(), purpose=WHY, at=AT)
    assert not Event.objects.filter(kind="evidence.downloaded").exists()


def test_each_look_and_each_download_leaves_its_line():
    row = shot()
    custody.open_page(row, actor=world.ayu(), at=AT)
    custody.show(row, actor=world.bima(), purpose=WHY, at=AT)
    custody.download(row, actor=world.ayu(), purpose="untuk arsip kasus", at=AT)
    assert told_of(row) == [
        ("evidence.added", ""),
        ("evidence.page_opened", ""),
        ("evidence.viewed", WHY),
        ("evidence.downloaded", "untuk arsip kasus"),
    ]
    lines = custody.lines_of(row, world.sri())
    assert [line.actor_name for line in lines[:2]] == ["Ayu Lestari", "Bima Saputra"]
    assert {line.data["sha256"] for line in lines} == {row.sha256}


@pytest.mark.parametrize("purpose", ["", "   ", "ok", "\x00" * 30])
def test_nothing_opens_without_a_purpose_in_words(purpose):
    row = shot()
    for do in (custody.show, custody.download):
        with pytest.raises(Invalid):
            do(row, actor=world.ayu(), purpose=purpose, at=AT)
    assert told_of(row) == [("evidence.added", "")]


def test_of_a_veiled_picture_nothing_can_be_made_out():
    noise = Image.effect_noise(DETAILED, 90).convert("RGB")
    given = io.BytesIO()
    noise.save(given, "PNG")
    row = shot(content=given.getvalue())
    veiled = custody.open_page(row, actor=world.ayu(), at=AT)
    with Image.open(io.BytesIO(veiled.png)) as shown:
        assert (shown.mode, max(shown.size)) == ("L", custody.VEILED)
    assert (veiled.width, veiled.height) == DETAILED


@pytest.mark.parametrize(
    "category", ["prostitution", "pornography", "child_sexual", "violence_child", "trafficking"]
)
def test_nothing_of_a_sexual_matter_or_of_children_is_shown_whoever_asks(category):
    row = in_matter(category)
    assert not row.is_quarantined, "even when a file was let in unlocked"
    for actor in (world.citra(), world.cleared_sri(), world.cleared_auditor()):
        with pytest.raises(Refused):
            custody.open_page(row, actor=actor, at=AT)
        with pytest.raises(Refused):
            custody.show(row, actor=actor, purpose=WHY, at=AT)


def test_what_is_locked_away_or_no_picture_or_of_an_unsaid_matter_is_not_shown():
    letter = formal.save_draft(
        None, {}, actor=world.polisi(), at=AT, uploads=[prepare(picture(), kind="letter")]
    )
    report = Report.objects.get(pk=world.report(category="gambling").report_id)
    scan = prepare(PDF, kind="letter", name="a.pdf")
    pdf = evidence.keep(scan, report=report, actor=world.ayu(), at=AT)
    for row in (quarantined(), letter.evidence.get(), pdf):
        with pytest.raises(Refused):
            custody.open_page(row, actor=world.citra(), at=AT)


@pytest.mark.parametrize("who", [world.polisi, world.lurah, world.ngo, world.rina, world.steward])
def test_whoever_is_not_of_the_house_is_shown_no_picture(who):
    row = shot()
    with pytest.raises(Refused):
        custody.open_page(row, actor=who(), at=AT)
    with pytest.raises(Refused):
        custody.show(row, actor=who(), purpose=WHY, at=AT)


def test_a_ticket_opens_one_file_to_one_person_for_a_quarter_of_an_hour():
    row, other = shot(), shot("MiChat: lain_9")
    ticket = custody.show(row, actor=world.ayu(), purpose=WHY, at=AT)

    def opens(file, actor, after=0, given=ticket) -> bool:
        at = AT + after * custody.LOOK
        return custody.has_ticket(file, given, actor=actor, at=at)

    assert opens(row, world.ayu())
    assert opens(row, world.ayu(), after=1)
    assert not opens(row, world.ayu(), after=1.01)
    assert not opens(other, world.ayu())
    assert not opens(row, world.bima())
    other_end = "B" if ticket.endswith("A") else "A"
    for forged in ("", "x", ticket[:-1] + other_end, ticket + "A"):
        assert not opens(row, world.ayu(), given=forged)


def test_a_ticket_ends_when_the_file_is_locked_away():
    row = shot()
    ticket = custody.show(row, actor=world.ayu(), purpose=WHY, at=AT)
    Evidence.objects.filter(pk=row.pk).update(is_quarantined=True)
    row.refresh_from_db()
    assert not custody.has_ticket(row, ticket, actor=world.ayu(), at=AT)


def test_the_uncleared_read_no_sealed_line_of_a_file():
    row = quarantined()
    assert custody.lines_of(row, world.citra())
    assert custody.lines_of(row, world.ayu()) == []


def test_a_file_of_the_house_is_seen_by_its_own_people_alone():
    row = shot()
    for who in (world.ayu, world.auditor):
        assert permissions.evidence_visible_to(who()).filter(pk=row.pk).exists()
    for who in (world.polisi, world.lurah, world.rina, world.steward):
        assert not permissions.evidence_visible_to(who()).filter(pk=row.pk).exists()
