"""`manage.py import_letters`, and what it makes of letters."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from reports import formal, letter_drafts, permissions
from reports.models import Evidence, FormalRequest, Report
from tests import world

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "gov_takedowns" / "eml"

LETTER = """\
KEPOLISIAN NEGARA REPUBLIK INDONESIA
Nomor : B/114/III/2026/Ditreskrimsus
Surabaya, 16 Maret 2026
Perihal : Permohonan pemutusan akses

Dengan ini kami mohon pemutusan akses akun berikut, melanggar Pasal 27 ayat (1) UU ITE:
1. hxxps://www.instagram[.]com/melati_01/
2. MiChat ID: bunga_77

a.n. Kepala Direktorat
"""


def mail(sender: str = "polisi@polda.example", body: str = LETTER) -> bytes:
    head = f"From: Ditreskrimsus <{sender}>\nTo: aduan@komdigi.example\nSubject: Permohonan\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}".encode()


def take(content: bytes, name: str = "surat.eml") -> letter_drafts.Taken:
    return letter_drafts.take(content, name, actor=SYSTEM, at=world.AT)


@pytest.mark.law("PM5-14-2")
def test_a_letter_becomes_a_draft_and_never_a_live_request():
    world.polisi()
    world.michat()
    (pk,) = take(mail()).made
    draft = FormalRequest.objects.get(pk=pk)
    assert (draft.state, draft.source) == ("draft", "letter")
    assert draft.letter_number == "B/114/III/2026/Ditreskrimsus"
    assert draft.letter_date.isoformat() == "2026-03-16"
    assert draft.contact_point.user == world.polisi()
    assert any("melati_01" in line for line in draft.locators.splitlines())
    assert not Report.objects.exists()
    assert Event.objects.filter(kind="request.read", subject=f"request:{pk}").exists()


def test_a_letter_from_the_mail_is_locked_away_once_somebody_says_what_it_is_about():
    (pk,) = take(mail()).made
    draft = FormalRequest.objects.get(pk=pk)
    kept = draft.evidence.get()
    assert not kept.is_quarantined
    formal.save_draft(draft, {"category": "child_sexual"}, actor=world.citra(), at=world.AT)
    kept.refresh_from_db()
    assert kept.is_quarantined
    assert kept not in permissions.evidence_visible_to(world.ayu())


def test_reading_a_letter_again_adds_nothing():
    take(mail())
    again = take(mail(), "copy.eml")
    assert (again.made, again.known) == ((), 1)
    assert FormalRequest.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_an_unknown_sender_is_no_contact_point():
    (pk,) = take(mail("siapa@surel.example")).made
    assert FormalRequest.objects.get(pk=pk).contact_point is None


def test_what_cannot_be_read_is_kept_and_flagged():
    for number, content in enumerate(
        (b"", b"\x00\xff" * 500, mail(body="Salam, mohon bantuannya."))
    ):
        (pk,) = take(content, f"{number}.eml").made
        draft = FormalRequest.objects.get(pk=pk)
        assert draft.flags
        assert draft.evidence.count() == 1


def test_a_folder_is_read_and_what_is_no_letter_left_alone(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail())
    (tmp_path / "b.exe").write_bytes(b"MZ")
    out = StringIO()
    call_command("import_letters", str(tmp_path), stdout=out)
    assert out.getvalue().startswith("1 files: 1 drafts made, 0 letters known before.")
    with pytest.raises(CommandError):
        call_command("import_letters", str(tmp_path / "none"), stdout=out)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared letters are not here")
def test_real_letters_become_drafts_twice_read_once(tmp_path):
    files = letter_drafts.files_in(SHARED)[:15]
    for path in files:
        assert take(path.read_bytes(), path.name).made
    drafts = FormalRequest.objects.count()
    for path in files:
        assert not take(path.read_bytes(), path.name).made
    assert FormalRequest.objects.count() == drafts >= len(files)
    with_accounts = FormalRequest.objects.exclude(locators="").count()
    assert with_accounts >= 0.8 * drafts
