"""Anybody who holds a letter learns whether it is ours; whoever guesses learns nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cases import notices
from cases.models import Notice, NoticeCopy
from cases.notices import copies, files, marks
from moderation_portal.letters.document import thaw
from reports import doorkeeper
from tests import world
from tests.world import AT, HOUR

from .browsing import text

pytestmark = pytest.mark.django_db
TWO = ("michat: bunga_77", "michat: melati_88")
NO_LETTER = "No letter of ours bears this number and this code."


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: AT + HOUR)
    with translation.override("en"):
        yield


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def code_of(there: Notice | NoticeCopy) -> str:
    return marks.mark_of(there, is_signed=False).code


def ask(client: Client, number: str, code: str):
    return client.post(reverse("letter_check:ask"), {"number": number, "code": code})


def whole(answer) -> str:
    """The page with its numbers unbroken."""
    return re.sub(r'<span class="nowrap">([^<]*)</span>(?:<wbr>)?', r"\1", text(answer))


def page_of(there: Notice | NoticeCopy) -> str:
    return reverse("letter_check:letter", args=[marks.token_of(there)])


def compare(client: Client, there: Notice | NoticeCopy, content: bytes, name="surat.pdf"):
    return client.post(page_of(there), {"file": SimpleUploadedFile(name, content)})


def withheld(made: Notice) -> NoticeCopy:
    """The copy for the platform that leaves the first account out."""
    made.items.filter(position=1).update(is_withheld=True)
    theirs = copies.for_platform(made, at=AT)
    assert theirs is not None
    assert isinstance(theirs.source, NoticeCopy)
    return theirs.source


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("{number}", "aaaa-aaaa"),
        ("{number}", ""),
        ("B-999999/KOMDIGI/III/2026", "{code}"),
        ("{number}", "{code}9"),
        ("\x00", "\x00"),
        ("' OR 1=1 --", "’"),
    ],
)
def test_an_unknown_number_and_a_wrong_code_are_answered_alike(stranger, number, code):
    made = world.notice()
    told = {"number": made.number, "code": code_of(made)}
    answer = ask(stranger, number.format(**told), code.format(**told))
    assert answer.status_code == 422
    assert made.platform.name not in text(answer)
    if "\x00" not in number and code:
        assert NO_LETTER in text(answer)


@pytest.mark.parametrize("which", ["number", "code"])
def test_a_wrong_code_costs_the_same_work_as_an_unknown_number(
    stranger, django_assert_num_queries, which
):
    made = world.notice()
    asked = {"number": made.number, "code": code_of(made)} | {which: "B-1"}
    with django_assert_num_queries(3):  # the limit, the notice, its copies
        ask(stranger, **asked)


@pytest.mark.parametrize("token", ["1-", "x", "1-2-3", "9" * 40, "0-0", "-", "%00"])
def test_an_address_that_nobody_printed_leads_to_no_letter(stranger, token):
    world.notice()
    answer = stranger.get(f"/en/check-a-letter/{token}/")
    assert answer.status_code == 404


def test_the_address_of_one_letter_opens_no_other(stranger):
    first = world.notice()
    second = world.notice("michat: melati_88")
    secret = marks.secret_of(first)
    address = reverse("letter_check:letter", args=[f"{second.pk}-{secret}"])
    answer = stranger.get(address)
    assert answer.status_code == 404
    assert NO_LETTER in text(answer)


def test_a_draft_is_no_letter(stranger):
    made = world.notice()
    Notice.objects.filter(pk=made.pk).update(issued_at=None, state="drafted")
    assert stranger.get(page_of(made)).status_code == 404


def test_who_tries_codes_is_stopped(stranger, monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "letter", (3, 3))
    made = world.notice()
    for _try in range(3):
        assert ask(stranger, made.number, "aaaa-aaaa").status_code == 422
    answer = ask(stranger, made.number, code_of(made))
    assert answer.status_code == 429
    assert made.platform.name not in text(answer)


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{upper}", "{bare}"])
def test_number_and_code_as_printed_lead_to_the_letter(stranger, typed):
    made = world.notice()
    code = code_of(made)
    code = typed.format(code=code, upper=code.upper(), bare=code.replace("-", ""))
    answer = ask(stranger, f" {made.number.lower()} ", code)
    assert answer.status_code == 302
    assert answer.url == page_of(made)
    page = whole(stranger.get(answer.url))
    for told in (made.number, "MiChat", "17 March 2026", "In force", made.pdf_sha256):
        assert told in page, told


def test_the_address_in_the_qr_code_leads_to_the_letter(stranger, settings):
    made = world.notice()
    head, _blocks = thaw(made.markdown)
    answer = stranger.get(head.check_address.removeprefix(settings.BASE_URL))
    assert answer.status_code == 200
    assert made.number in whole(answer)


def test_what_the_letter_says_and_of_whom_stands_on_no_page(stranger):
    made = world.notice()
    page = text(stranger.get(page_of(made)))
    assert "bunga_77" not in page
    assert "Open BO" not in page
    assert str(made.items.get().target.case) not in page


def test_nothing_is_left_in_the_browser_nor_asked_of_it(stranger):
    made = world.notice()
    answers = [
        stranger.get(reverse("letter_check:ask")),
        ask(stranger, made.number, code_of(made)),
        stranger.get(page_of(made)),
        compare(stranger, made, b"x"),
    ]
    assert [dict(answer.cookies) for answer in answers] == [{}] * 4
    assert {answer.headers["Cache-Control"].split(",")[0] for answer in answers} == {"max-age=0"}


def test_a_sealed_letter_is_told_of_in_the_words_of_any_other(stranger):
    plain = world.notice("michat: melati_88")
    sealed = world.notice("michat: mawar_contoh", category=world.CHILD)
    pages = [
        whole(stranger.get(page_of(made)))
        .replace(made.number, "#")
        .replace(made.pdf_sha256, "#")
        .replace(marks.token_of(made), "#")
        for made in (plain, sealed)
    ]
    assert pages[0] == pages[1]


def test_whoever_holds_one_of_two_texts_is_told_of_that_one_alone(stranger):
    made = world.notice(*TWO)
    copy = withheld(made)
    assert code_of(copy) != code_of(made)
    seen = {}
    for there in (made, copy):
        answer = ask(stranger, made.number, code_of(there))
        assert answer.url == page_of(there)
        seen[there.pdf_sha256] = whole(stranger.get(answer.url))
    assert len(seen) == 2
    for own, page in seen.items():
        (other,) = seen.keys() - {own}
        assert own in page
        assert other not in page


def test_the_file_as_it_was_issued_is_recognised_and_a_changed_byte_is_not(stranger):
    made = world.notice()
    whole = files.pdf_of(made)
    assert "byte for byte" in text(compare(stranger, made, whole))
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    answer = compare(stranger, made, bytes(changed))
    assert "Your file is not the letter" in text(answer)
    assert answer.status_code == 200


def test_a_genuine_letter_with_anything_around_it_is_not_the_letter(stranger):
    made = world.notice()
    whole = files.pdf_of(made)
    forged = [
        whole + b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n",  # an update of its own
        whole + b"\n",
        b"%PDF-1.7\n" + whole,
        whole[: whole.rindex(b"%%EOF")],
        whole + whole,
    ]
    for content in forged:
        page = text(compare(stranger, made, content))
        assert "Your file is not the letter" in page
        assert "byte for byte" not in page


def test_the_whole_letter_is_not_the_copy(stranger):
    made = world.notice(*TWO)
    copy = withheld(made)
    assert "byte for byte" in text(compare(stranger, copy, files.pdf_of(copy)))
    assert "Your file is not the letter" in text(compare(stranger, copy, files.pdf_of(made)))


def test_nothing_of_a_compared_file_is_kept(stranger, settings, tmp_path):
    made = world.notice()
    settings.FILE_UPLOAD_TEMP_DIR = settings.MEDIA_ROOT = str(tmp_path)
    answer = compare(stranger, made, b"%PDF-" + b"x" * 4_000_000)
    assert "Your file is not the letter" in text(answer)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("content", [None, b""])
def test_without_a_file_the_page_says_what_is_missing(stranger, content):
    made = world.notice()
    sent = {} if content is None else {"file": SimpleUploadedFile("surat.pdf", content)}
    answer = stranger.post(page_of(made), sent)
    assert answer.status_code == 422
    assert 'href="#id_file"' in text(answer)


def test_a_file_that_is_too_large_is_told_so(stranger, settings):
    settings.UPLOAD_MAX_BYTES = 1_000_000
    answer = compare(stranger, world.notice(), b"x" * 1_500_000)
    assert answer.status_code == 422
    assert "larger than" in text(answer)


def test_a_withdrawn_letter_is_told_of_as_withdrawn(stranger):
    made = world.served_notice()
    found = made.items.get().target.case
    notices.withdraw([found.pk], actor=world.sri(), reason="Keliru.", at=AT).insist()
    assert "Withdrawn" in text(stranger.get(page_of(made)))


def test_a_corrected_letter_is_told_of_as_replaced(stranger):
    made = world.served_notice()
    new = notices.correct(made, actor=world.ayu(), change="Alamat keliru.", at=AT)
    new = notices.approve_correction(new, actor=world.sri(), at=AT)
    assert "Replaced by a corrected letter" in text(stranger.get(page_of(made)))
    page = text(stranger.get(page_of(new)))
    assert "In force" in page
    assert ask(stranger, new.number.lower(), code_of(new)).url == page_of(new)
