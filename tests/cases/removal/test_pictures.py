"""Pictures of looks: which there are, who sees them, and that they cost no look anything."""

import io
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from cases import pictures, probing, proofs
from cases.models import Case, LookPicture, Target
from moderation_portal import outbox, stored_files, tasks
from moderation_portal.celery import app
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Event, OutboxMessage
from platforms import drawing
from reports import custody
from reports.models import ReportedAccount
from tests import world
from tests.cases.removal.doing import Site, claim, ordered
from tests.simulated import simulator, simulator_process
from tests.world import AT, HOUR

__all__ = ["simulator", "simulator_process"]
pytestmark = pytest.mark.django_db
WHY = "to show it to the court"
TOKEN = re.compile(rb'csrf[^>]+|"X-CSRFToken": "[^"]+"')


def drawn(source: str) -> bytes:
    """What a browser would draw, for tests that do not need one."""
    assert "kembang" in source
    encoded = io.BytesIO()
    Image.new("RGB", (64, 80), (255, 240, 0)).save(encoded, "PNG")
    return encoded.getvalue()


@pytest.fixture
def browser(settings, monkeypatch):
    """There is a browser, and it draws."""
    settings.CHROMIUM = "/usr/bin/true"
    monkeypatch.setattr(drawing, "draw", drawn)


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path / pictures.FOLDER


def looked(site, status=200, *, at=AT):
    """An account of an ordinary matter, not a sexual one, that the probe has looked at."""
    if not Target.objects.exists():
        claim(ordered(site=site), at)
        Case.objects.update(category="gambling")
    Site.status = status
    target = Target.objects.get(handling="ordinary")
    Target.objects.filter(pk=target.pk).update(next_check_at=at)
    probing.check(at)
    return target


def draw_all(at=AT):
    while outbox.drain("bulk", at=at):
        pass


def shown(target, who):
    return [look.picture for look in proofs.looks_at(target, who)]


def test_a_look_is_followed_by_a_picture_which_it_does_not_wait_for(site, browser, folder):
    target = looked(site)
    waiting = LookPicture.objects.get()
    assert (waiting.taken_at, waiting.seen.result) == (None, "present")
    assert shown(target, world.ayu()) == [None]
    draw_all()
    taken = LookPicture.objects.get()
    assert shown(target, world.ayu()) == [taken.pk]
    assert pictures.content_of(taken) == drawn("kembang")
    (line,) = pictures.custody_of(taken, world.ayu())
    assert (line.kind, line.data["sha256"]) == ("look.pictured", taken.sha256)


def test_page_and_picture_lie_encrypted_and_the_page_goes_once_it_is_drawn(site, browser, folder):
    looked(site)
    (page,) = (path for path in folder.rglob("*") if path.is_file())
    assert b"kembang" not in page.read_bytes()
    draw_all()
    (picture,) = (path for path in folder.rglob("*") if path.is_file())
    assert picture != page
    assert b"PNG" not in picture.read_bytes()


def test_what_reads_as_before_has_one_picture(site, browser, folder):
    target = looked(site)
    draw_all()
    looked(site, at=AT + HOUR)
    assert not OutboxMessage.objects.filter(topic=pictures.TOPIC, state="queued").exists()
    (first, second) = shown(target, world.ayu())
    assert first == second is not None


@pytest.mark.parametrize("category", ["prostitution", "child_sexual"])
@pytest.mark.parametrize("where", ["its own case", "an ordinary case beside it"])
def test_of_sexual_matters_no_picture_is_taken(site, browser, folder, category, where):
    target = looked(site, status=503)
    case = target.case
    if where == "an ordinary case beside it":
        case = world.case("reddit: u/kembang_2")
        Target.objects.filter(case=case).update(account=target.account_id, state="gone")
    Case.objects.filter(pk=case.pk).update(category=category)
    Site.status = 200
    Target.objects.filter(pk=target.pk).update(next_check_at=AT + HOUR)
    probing.check(AT + HOUR)
    assert not LookPicture.objects.exists()


def test_what_turns_out_to_be_sexual_is_neither_drawn_nor_shown(site, browser, folder):
    target = looked(site)
    Case.objects.update(category="prostitution")
    draw_all()
    assert not LookPicture.objects.exists()
    Case.objects.update(category="gambling")
    looked(site, at=AT + HOUR)
    draw_all(AT + HOUR)
    assert any(shown(target, world.ayu()))
    Case.objects.update(category="prostitution")
    assert not any(shown(target, world.ayu()))
    assert not pictures.visible_to(world.citra()).exists()


def test_a_sealed_case_neither_causes_nor_prevents_nor_gets_a_picture(site, browser, folder):
    target = looked(site)
    sealed = world.child_case("reddit: u/kembang_1")
    draw_all()
    assert any(shown(target, world.ayu())), "the look was made before; its picture tells nothing"
    looked(site, at=AT + HOUR)
    assert LookPicture.objects.count() == 1, "nothing was fetched, so there is nothing to draw"
    assert not LookPicture.objects.filter(target__case=sealed).exists()


def test_the_picture_of_what_may_be_missing_for_a_sealed_case_is_shown_to_the_cleared(
    site, browser, folder, client
):
    target = looked(site, status=404)
    draw_all()
    (made,) = LookPicture.objects.all()
    assert shown(target, world.ayu()) == [None]
    assert shown(target, world.citra()) == [made.pk]
    page = reverse("cases:look_picture", args=[made.pk])
    strange = reverse("cases:look_picture", args=[7])
    officer = world.sign_in(client, world.ayu())
    hidden, absent = officer.get(page), officer.get(strange)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert world.sign_in(client, world.citra()).get(page).status_code == 200
    assert not Event.objects.filter(subject=f"picture:{made.pk}", is_sealed=False).exists()
    assert not Event.objects.filter(thread=f"case:{target.case_id}", kind=pictures.TAKEN).exists()


def test_to_the_uncleared_a_look_that_was_none_reads_like_one_with_a_picture(
    site, browser, folder, client, still_clock
):
    """As where a sealed case knows the account: nothing was fetched then (`removal.observe`)."""
    target = looked(site, status=404)
    draw_all()
    officer = world.sign_in(client, world.ayu())
    page = reverse("cases:looks", args=[target.case_id])
    fetched = officer.get(page).content
    LookPicture.objects.all().delete()
    target.observations.update(proof={})
    assert TOKEN.sub(b"", officer.get(page).content) == TOKEN.sub(b"", fetched)


@pytest.mark.parametrize("what", ["no browser", "unclear", "a file"])
def test_where_nothing_can_be_drawn_nothing_is_kept(site, browser, folder, settings, what):
    if what == "no browser":
        settings.CHROMIUM = ""
    Site.mime = "image/png" if what == "a file" else ""
    looked(site, status=503 if what == "unclear" else 200)
    assert not LookPicture.objects.exists()
    assert not folder.exists()


def test_a_browser_that_fails_costs_the_picture_and_the_next_look_asks_anew(
    site, browser, folder, monkeypatch
):
    def fail(source):
        raise drawing.Undrawn("it took too long")

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "draw", fail)
        target = looked(site)
        draw_all()
    assert not LookPicture.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert not OutboxMessage.objects.filter(topic=pictures.TOPIC).exclude(state="done").exists()
    looked(site, at=AT + HOUR)
    draw_all(AT + HOUR)
    assert any(shown(target, world.ayu()))


def test_a_full_disk_costs_no_look(site, browser, folder, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files, "write", full)
    target = looked(site)
    assert target.observations.count() == 1
    assert not LookPicture.objects.exists()


def test_a_picture_that_two_workers_draw_is_kept_once(site, browser, folder, monkeypatch):
    looked(site)
    (waiting,) = LookPicture.objects.all()

    def overtaken(source):
        with monkeypatch.context() as patch:
            patch.setattr(drawing, "draw", drawn)
            pictures.take(waiting.pk, at=AT)
        return drawn(source)

    monkeypatch.setattr(drawing, "draw", overtaken)
    pictures.take(waiting.pk, at=AT + HOUR)
    assert LookPicture.objects.get().taken_at == AT
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    assert Event.objects.filter(kind=pictures.TAKEN).count() == 1


def test_what_is_given_up_leaves_nothing_behind(site, browser, folder):
    looked(site)
    waiting = LookPicture.objects.get()
    found = OutboxMessage.objects.filter(topic=pictures.TOPIC)
    outbox.desk.bury(found, actor=world.sri(), reason="too many", at=AT)
    assert not LookPicture.objects.filter(pk=waiting.pk).exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_files_without_a_row_are_swept(site, browser, folder):
    looked(site)
    stray = stored_files.write(pictures.FOLDER, b"page", at=AT)
    assert pictures.sweep(at=AT + 25 * HOUR) == 1
    assert not (folder.parent / stray).exists()
    assert (folder.parent / LookPicture.objects.get().path).exists()


def test_a_picture_ends_before_its_worker_is_killed():
    longest = tasks.BEGINS_WITHIN + timedelta(seconds=drawing.SECONDS)
    assert longest < timedelta(seconds=app.conf.task_time_limit)


@pytest.mark.browser
@pytest.mark.slow
def test_a_real_browser_draws_what_a_platform_answered(simulator, settings, folder):
    settings.CHROMIUM = os.environ.get("PORTAL_CHROMIUM", "")
    if not settings.CHROMIUM:
        pytest.skip("no Chromium: name one by PORTAL_CHROMIUM, or apt install chromium")
    address = "https://www.reddit.com/user/drawn_1"
    target = looked_at(address)
    draw_all()
    if not LookPicture.objects.exists():
        pytest.skip("this Chromium draws nothing here")
    with Image.open(io.BytesIO(pictures.content_of(LookPicture.objects.get()))) as picture:
        assert picture.size == (drawing.WIDTH, drawing.HEIGHT)
        assert len(picture.getcolors(2**24)) > 2, "there is something on it"
    assert any(shown(target, world.ayu()))
    assert len(simulator.visits(address.removeprefix("https://www."))) == 1, (
        "the page was fetched once, for the look"
    )


def looked_at(address):
    """An account at this address that the probe has looked at."""
    ordered()
    Case.objects.update(category="gambling")
    ReportedAccount.objects.update(url=address)
    Target.objects.update(next_check_at=AT)
    assert probing.check(AT) == 1
    return Target.objects.get()


# Seeing them


@pytest.fixture
def page(site, browser, folder):
    """The address of a picture that was taken of an ordinary matter."""
    looked(site)
    draw_all()
    return reverse("cases:look_picture", args=[LookPicture.objects.get().pk])


def test_a_picture_is_blurred_until_somebody_says_why_and_each_view_is_recorded(page, client):
    officer = world.sign_in(client, world.ayu())
    taken = LookPicture.objects.get()
    first = officer.get(page).content.decode()
    assert "data:image/png" in first
    assert "?ticket=" not in first
    assert officer.post(page, {"show": "1", "purpose": "no"}).status_code == 422
    clear = officer.post(page, {"show": "1", "purpose": WHY}).content.decode()
    source = clear.partition('class="evidence"><img src="')[2].partition('"')[0]
    answer = officer.get(source)
    assert answer.content == drawn("kembang")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert officer.get(source.partition("?")[0]).status_code == 404
    file = officer.post(page, {"purpose": WHY})
    assert file["Content-Disposition"].startswith("attachment")
    kinds = [line.kind for line in pictures.custody_of(taken, world.ayu())]
    assert kinds[0] == "evidence.downloaded"
    assert {"evidence.viewed", "evidence.page_opened", "look.pictured"} <= set(kinds)
    assert world.sign_in(client, world.bima()).get(source).status_code == 404, "it is ayu's ticket"


def test_pictures_are_for_staff_who_see_the_case(page, client):
    assert world.sign_in(client, world.auditor()).get(page).status_code == 403
    assert not pictures.visible_to(world.auditor()).exists()
    # No picture is ever of a sealed case; were there one, none but the cleared would know.
    Target.objects.filter(pictures__isnull=False).update(case=world.child_case("michat: kuncup_1"))
    assert world.sign_in(client, world.ayu()).get(page).status_code == 404


def test_a_picture_that_was_changed_is_not_shown(page, client, folder):
    taken = LookPicture.objects.get()
    place = Path(folder.parent / taken.path)
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(Conflict):
        pictures.content_of(taken)
    answer = world.sign_in(client, world.ayu()).get(page)
    assert answer.status_code == 200
    assert "Show it clearly" not in answer.content.decode()


def test_a_purpose_is_asked_for(page):
    taken = LookPicture.objects.get()
    for do in (pictures.show, pictures.download):
        with pytest.raises(Invalid):
            do(taken, actor=world.ayu(), purpose="x", at=AT)


def test_the_ticket_of_one_picture_opens_no_other(page):
    taken = LookPicture.objects.get()
    ticket = custody.ticket_for(f"evidence:{taken.pk}", actor=world.ayu(), at=AT)
    assert not pictures.has_ticket(taken, ticket, actor=world.ayu(), at=AT)
