"""A steward writes a letter anew: two persons, nothing unresolved, nothing backwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cases.models import Notice
from moderation_portal import changes, clock, letter_texts
from moderation_portal.errors import Invalid, Refused
from moderation_portal.letter_forms import parts_of
from moderation_portal.letter_names import name_of
from moderation_portal.letter_texts import LetterText
from moderation_portal.models import Change
from moderation_portal.policy import pack
from moderation_portal.policy.template import SUPPLIED
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon(still_clock):
    """No day ends while a page is read and filled in."""


def source(code="order", language="en", **parts) -> str:
    """The pack's letter with some of its parts written anew."""
    told = parts_of(pack().template(code, language)) | parts
    head = [line.split(": ", 1) for line in told["head"].splitlines()]
    return letter_texts.compose(code, language, told | {"head": head})


def anew(old="Yours faithfully,", new="With kind regards,", code="order", language="en") -> str:
    body = pack().template(code, language).body
    assert old in body
    return source(code, language, body=body.replace(old, new))


def asked(text: str, *, code="order", language="en", at=AT, **facts) -> Change:
    told = {"code": code, "language": language, "source": text, "because": "SK 2/2026"}
    told |= {"valid_from": pack().day(at), **facts}
    row = LetterText.objects.create(**told, is_active=False)
    wanted = {**told, "is_active": True}
    return changes.ask(row, wanted, "SK", actor=world.steward(), at=at, is_new=True)


def approved(text: str, *, at=AT, **facts) -> LetterText:
    change = asked(text, at=at, **facts)
    changes.approve(change.pk, actor=world.sri(), at=at)
    return LetterText.objects.get(pk=change.row)


def plain_of(page) -> str:
    return " ".join(str(one) for one in page.context["messages"])


def body_at(at, code="order", language="en") -> str:
    return letter_texts.template_at(code, language, at).body


def test_the_pack_s_text_stands_until_a_second_person_approves_another():
    change = asked(anew())
    assert "Yours faithfully" in body_at(AT)
    with pytest.raises(Refused):
        changes.approve(change.pk, actor=world.steward(), at=AT)
    changes.approve(change.pk, actor=world.sri(), at=AT)
    assert "With kind regards" in body_at(AT)
    assert letter_texts.version_at("order", "en", AT) == f"{pack().version}+order.en@1"
    assert letter_texts.version_at("order", "id", AT) == pack().version


def test_a_text_stands_from_its_first_day_on_and_never_before_it_was_approved():
    approved(anew(), at=AT, valid_from=pack().day(AT + 3 * DAY))
    assert "Yours faithfully" in body_at(AT + 2 * DAY)
    assert "With kind regards" in body_at(AT + 3 * DAY)
    approved(anew(new="Respectfully,"), at=AT + 5 * DAY, valid_from=pack().day(AT + 4 * DAY))
    assert "With kind regards" in body_at(AT + 4 * DAY)
    assert "Respectfully" in body_at(AT + 5 * DAY)


def test_what_is_taken_back_gives_way_at_once_and_still_stood_before():
    row = approved(anew())
    changes.ask(row, {"is_active": False}, "", actor=world.steward(), at=AT + HOUR)
    assert "With kind regards" in body_at(AT)
    assert "Yours faithfully" in body_at(AT + HOUR)


def test_a_steward_takes_a_text_back_and_hears_when_there_was_nothing_to_take(client):
    row = approved(anew(), at=clock.now())
    end = reverse("letter_text_end", args=[row.pk])
    assert world.sign_in(client, world.sri()).post(end).status_code == 403
    browser = world.sign_in(client, world.steward())
    said = [plain_of(browser.post(end, follow=True)) for _n in range(2)]
    assert "tidak dipakai lagi" in said[0]
    assert "tidak dipakai lagi" not in said[1]
    assert "Tidak ada yang diubah." in said[1]
    assert "Yours faithfully" in body_at(clock.now())


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"body": "Do it."}, "legal_bases"),
        ({"subject": "Order {{ nummer }}"}, "nummer"),
        ({"subject": "Order {{ number }} {{"}, "braces"),
        ({"to": "{{ code }}"}, "code"),
        ({"body": "| a | b |"}, "table"),
    ],
)
def test_what_could_not_be_sent_is_refused_with_a_sentence(parts, told):
    text = source(**parts)
    with translation.override("en"):
        said = letter_texts.problems("order", "en", text)
    assert any(told in one for one in said)
    change = asked(text)
    with pytest.raises(Invalid):
        changes.approve(change.pk, actor=world.sri(), at=AT)


def test_every_letter_of_the_pack_is_fit_as_it_is_and_survives_the_form():
    for code, language in pack().letters:
        assert letter_texts.problems(code, language, source(code, language)) == []


def test_a_text_that_a_newer_pack_makes_unfit_gives_way_to_the_pack():
    row = approved(anew())
    LetterText.objects.filter(pk=row.pk).update(source=source(body="Do it."))
    assert "Yours faithfully" in body_at(AT)
    assert letter_texts.version_at("order", "en", AT) == pack().version
    assert letter_texts.rows_at(AT) == {}


def test_a_notice_keeps_the_text_that_it_was_written_by():
    approved(anew("Atas perhatian", "Terima kasih. Atas perhatian", language="id"), language="id")
    approved(anew("Yours faithfully,", "With kind regards,"))
    world.served_notice()
    notice = Notice.objects.get()
    assert notice.policy_version == f"{pack().version}+order.{notice.language}@1"
    words = {"id": "Terima kasih. Atas", "en": "With kind regards"}
    assert words[notice.language] in notice.markdown


def address(name="letter_text", code="order", language="en") -> str:
    return reverse(name, args=[code, language])


def sent(**parts) -> dict:
    told = parts_of(pack().template("order", "en"))
    told |= {"valid_from": pack().day(clock.now()).isoformat(), "because": "SK", "reason": "ND"}
    return told | parts


@pytest.mark.parametrize(
    "who", [world.steward, world.sri, world.dewi, world.auditor, world.cleared_auditor]
)
def test_those_who_may_read_every_page_of_the_letters(client, who):
    browser = world.sign_in(client, who())
    for one in (reverse("letter_texts"), address(), address("letter_text_mail")):
        assert browser.get(one).status_code == 200
    assert browser.get(address("letter_text_pdf")).content.startswith(b"%PDF")


def test_a_letter_is_one_line_of_the_list_with_its_text_in_each_language(client):
    browser = world.sign_in(client, world.steward())
    page = browser.get(reverse("letter_texts")).content.decode()
    with translation.override("id"):
        name = name_of("order")
    line = next(one for one in page.split('<tr role="row">') if f">{name}<" in one)
    assert "Surat perintah takedown" in line.partition("</th>")[0]
    assert all(f"/policy/letters/order/{language}/" in line for language in ("id", "en"))


def test_every_letter_of_the_portal_has_a_name_of_its_own_in_every_language():
    for language in ("id", "en"):
        with translation.override(language):
            names = {name_of(code) for code in SUPPLIED}
        assert len(names) == len(SUPPLIED)
        assert not names & set(SUPPLIED)


def test_the_list_of_letters_costs_the_same_however_many_are_written_anew(client):
    browser = world.sign_in(client, world.steward())
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("letter_texts"))
    approved(anew(), at=clock.now())
    approved(source(code="reminder"), code="reminder", at=clock.now())
    with CaptureQueriesContext(connection) as more:
        page = browser.get(reverse("letter_texts")).content.decode()
    assert len(more) == len(few)
    assert page.count("versi 1, sejak") == 2


@pytest.mark.parametrize("who", [world.ayu, world.citra, world.polisi, world.rina, world.ngo])
def test_others_read_none(client, who):
    browser = world.sign_in(client, who())
    for one in (reverse("letter_texts"), address(), address("letter_text_pdf")):
        assert browser.get(one).status_code == 403


@pytest.mark.parametrize("who", [world.sri, world.auditor])
def test_only_a_steward_writes(client, who):
    browser = world.sign_in(client, who())
    assert browser.post(address(), sent(verb="ask")).status_code == 403
    assert not LetterText.objects.exists()


def test_a_steward_sees_what_is_written_before_asking(client):
    browser = world.sign_in(client, world.steward())
    body = pack().template("order", "en").body.replace("Yours faithfully", "Cheers")
    page = browser.post(address(), sent(body=body, verb="preview")).content.decode()
    assert "Cheers" in page.partition('<article class="letter"')[2]
    mail = browser.post(address("letter_text_mail"), sent(body=body))
    assert "Cheers" in mail.content.decode()
    assert "sha256-" in mail["Content-Security-Policy"]
    assert browser.post(address("letter_text_pdf"), sent(body=body)).content.startswith(b"%PDF")
    assert not LetterText.objects.exists()


def test_a_steward_asks_and_the_second_person_is_led_to_the_text(client):
    browser = world.sign_in(client, world.steward())
    body = pack().template("order", "en").body.replace("Yours faithfully", "Cheers")
    assert browser.post(address(), sent(body=body, verb="ask")).status_code == 302
    row = LetterText.objects.get()
    assert (row.is_active, row.version) == (False, 0)
    browser = world.sign_in(client, world.sri())
    there = f"{address()}?text={row.pk}"
    assert there in browser.get(reverse("changes")).content.decode()
    assert "Cheers" in browser.get(there).content.decode()


def test_the_page_of_changes_leads_to_a_long_text_instead_of_holding_it(client):
    change = asked(anew(new="Yours in the very last line,"))
    page = reverse("changes")
    for _n in range(2):
        told = world.sign_in(client, world.sri()).get(page).content.decode()
        assert "subject: " in told
        assert "very last line" not in told
        if Change.objects.get().state == Change.State.WAITING:
            changes.approve(change.pk, actor=world.sri(), at=AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": "Do it."},
        {"body": "{{ nonsense }}"},
        {"head": "Number"},
        {"subject": ""},
        {"because": ""},
        {"reason": ""},
        {"valid_from": "2020-01-01"},
    ],
)
def test_what_is_wrong_is_told_and_the_text_is_kept(client, wrong):
    browser = world.sign_in(client, world.steward())
    page = browser.post(address(), sent(verb="ask", signature="Keep me", **wrong))
    assert page.status_code == 422
    assert "Keep me" in page.content.decode()
    assert not LetterText.objects.exists()


@pytest.mark.parametrize(
    "there",
    ["/policy/letters/nope/en/", "/policy/letters/order/de/", "order?text=x", "order?text=9"],
)
def test_a_letter_that_is_none_is_not_found(client, there):
    if there.startswith("order"):
        there = address() + there.removeprefix("order")
    assert world.sign_in(client, world.steward()).get(there).status_code == 404
