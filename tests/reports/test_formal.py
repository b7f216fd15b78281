"""Requests of the police, ministries and courts."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from moderation_portal.policy import pack
from reports import custody, evidence, formal, pasting
from reports.models import ContactPoint, Evidence, FormalRequest, Report, ReportItem
from tests import world
from tests.reports.test_evidence import PDF, picture

pytestmark = pytest.mark.django_db

LETTER = {
    "letter_number": "B/114/III/2026/Ditreskrimsus",
    "letter_date": date(2026, 3, 16),
    "unit": "Ditreskrimsus",
    "officer": "AKP Putra",
    "category": "prostitution",
    "legal_analysis": "Melanggar Pasal 27 ayat (1) UU ITE karena menawarkan jasa seksual.",
    "locators": "MiChat: bunga_77\nhttps://www.instagram.com/melati_01/\n",
}


def files(*kinds: str, category: str = "prostitution") -> list[evidence.Prepared]:
    contents = {"letter": ("surat.pdf", PDF), "screenshot": ("layar.png", picture())}
    return [
        evidence.prepare(
            SimpleUploadedFile(*contents[kind]),
            kind=kind,
            source="police",
            category=pack().category(category),
        )
        for kind in kinds
    ]


def draft(*, actor=None, uploads=("letter", "screenshot"), at=world.AT, **facts) -> FormalRequest:
    world.michat()
    return formal.save_draft(
        None, LETTER | facts, actor=actor or world.polisi(), at=at, uploads=files(*uploads)
    )


def missing(request: FormalRequest) -> set[str]:
    return {gap.code for gap in formal.gaps(request, at=world.AT)}


@pytest.mark.law("PM5-16-4")
@pytest.mark.parametrize(
    ("taken_away", "gap"),
    [
        ({"legal_analysis": ""}, "legal_analysis"),
        ({"locators": "  \n"}, "locator_precise"),
        ({"uploads": ("screenshot",)}, "signed_letter"),
        ({"uploads": ("letter",)}, "screenshot"),
        ({"letter_number": ""}, "letter_number"),
        ({"letter_date": None}, "letter_date"),
    ],
)
def test_a_request_that_lacks_what_the_law_demands_is_not_handed_in(taken_away, gap):
    request = draft(**taken_away)
    with pytest.raises(Invalid) as refused:
        formal.submit(request, actor=world.polisi(), at=world.AT)
    assert gap in {one["code"] for one in refused.value.detail["gaps"]}
    request.refresh_from_db()
    assert request.state == FormalRequest.State.DRAFT
    assert not Report.objects.exists()


def test_before_a_category_is_chosen_only_what_every_one_demands_is_missed():
    assert missing(draft(category="", legal_analysis="")) == {"category", "legal_analysis"}


def stored(file: Evidence) -> bytes:
    return (Path(settings.MEDIA_ROOT) / file.path).read_bytes()


def test_files_of_a_draft_are_locked_away_once_its_category_wants_it(
    django_capture_on_commit_callbacks,
):
    letter, screen = files("letter", "screenshot", category="gambling")
    actor = world.polisi()
    facts = LETTER | {"category": "gambling"}
    request = formal.save_draft(None, facts, actor=actor, at=world.AT, uploads=[letter, screen])
    open_files = {file.kind: stored(file) for file in request.evidence.all()}
    assert open_files == {"letter": letter.content, "screenshot": screen.content}
    open_copies = [Path(settings.MEDIA_ROOT) / file.path for file in request.evidence.all()]

    with django_capture_on_commit_callbacks(execute=True):
        formal.save_draft(request, {"category": "child_sexual"}, actor=actor, at=world.AT)
    assert not any(place.exists() for place in open_copies)
    for file in request.evidence.all():
        assert file.is_quarantined
        assert open_files[file.kind] not in stored(file)
        cleared = world.citra()
        assert cleared.is_cleared
        content = custody.download(file, actor=cleared, purpose="Memeriksa surat ini", at=world.AT)
        assert content == open_files[file.kind]
        assert Event.objects.filter(
            kind="evidence.quarantined", subject=f"evidence:{file.pk}", is_sealed=True
        ).exists()


def test_a_file_stays_open_where_its_category_wants_no_quarantine():
    request = draft(category="gambling")
    formal.save_draft(request, {"unit": "Siber"}, actor=world.polisi(), at=world.AT)
    assert not request.evidence.filter(kind="letter", is_quarantined=True).exists()


@pytest.mark.law("PM5-17-1")
def test_who_is_no_registered_contact_point_hands_nothing_in():
    request = draft(actor=world.stray_polisi())
    with pytest.raises(Invalid) as refused:
        formal.submit(request, actor=world.stray_polisi(), at=world.AT)
    assert [one["rule"] for one in refused.value.detail["gaps"]] == ["PM5-17-1"]


@pytest.mark.law("PM5-17-1")
def test_a_contact_point_whose_time_has_ended_hands_nothing_in():
    request = draft()
    ContactPoint.objects.update(ended_on=world.AT.date() - timedelta(days=1))
    assert "contact_point_registered" in missing(request)
    ContactPoint.objects.update(ended_on=None, registered_on=world.AT.date() + timedelta(days=1))
    assert "contact_point_registered" in missing(request)


def test_the_police_file_as_themselves_and_not_as_another_contact_point():
    world.polisi()
    other = ContactPoint.objects.create(
        agency=world.polda(),
        name="Lain",
        email="lain@polda.example",
        registered_on=date(2025, 1, 1),
    )
    assert draft(contact_point=other).contact_point.user == world.polisi()


@pytest.mark.law("PM5-14-1")
def test_a_complete_request_goes_in_by_the_one_door():
    request = draft()
    received = formal.submit(request, actor=world.polisi(), at=world.AT)
    assert [one.outcome for one in received] == ["done"]
    report = Report.objects.get()
    assert report.formal_request == request
    assert (report.channel, report.reporter.kind) == ("letter", "police")
    assert list(report.items.values_list("state", flat=True)) == ["received", "received"]
    assert OutboxMessage.objects.filter(topic="report.received").count() == 1
    kinds = Event.objects.filter(thread=f"request:{request.pk}").values_list("kind", flat=True)
    assert {"request.drafted", "request.submitted", "evidence.added"} <= set(kinds)


def test_a_line_that_names_no_account_holds_the_request_back_until_told_otherwise():
    request = draft(locators="MiChat: bunga_77\n\nbunga_78\nMiChat: bunga_77")
    with pytest.raises(Invalid) as refused:
        formal.submit(request, actor=world.polisi(), at=world.AT)
    assert refused.value.detail["lines"] == [{"number": 3, "problem": "not_a_locator"}]
    formal.submit(request, actor=world.polisi(), at=world.AT, leave_broken=True)
    states = ReportItem.objects.order_by("position").values_list("raw", "state")
    assert list(states) == [("MiChat: bunga_77", "received"), ("bunga_78", "needs_info")]


def test_a_request_in_which_no_line_is_right_is_never_handed_in():
    request = draft(locators="bunga_78")
    with pytest.raises(Invalid):
        formal.submit(request, actor=world.polisi(), at=world.AT, leave_broken=True)


def test_the_same_letter_is_handed_in_once():
    first, second = draft(), draft()
    formal.submit(first, actor=world.polisi(), at=world.AT)
    with pytest.raises(Conflict) as refused:
        formal.submit(second, actor=world.polisi(), at=world.AT)
    assert refused.value.detail["request"] == first.pk
    with pytest.raises(Conflict):
        formal.submit(first, actor=world.polisi(), at=world.AT)
    assert Report.objects.count() == 1


def test_three_thousand_accounts_go_in_as_reports_of_a_thousand():
    names = "\n".join(f"MiChat: bunga_{n}" for n in range(2_500))
    received = formal.submit(draft(locators=names), actor=world.polisi(), at=world.AT)
    assert [len(one.items) for one in received] == [1000, 1000, 500]


def test_more_lines_than_a_page_holds_are_sent_to_the_import():
    with pytest.raises(Invalid):
        pasting.read_text("\n".join(f"MiChat: bunga_{n}" for n in range(5_001)))


def test_a_request_on_a_child_is_sealed_in_the_record():
    request = draft(category="child_sexual", uploads=(), urgency_reason="Anak dalam bahaya.")
    assert Event.objects.get(subject=f"request:{request.pk}").is_sealed


@pytest.mark.law("PM5-14-3")
def test_an_urgent_matter_needs_its_reason():
    assert "urgency_reason" in missing(draft(category="terrorism"))
    assert "urgency_reason" not in missing(draft(category="gambling"))


def test_nobody_else_touches_a_draft():
    request = draft()
    with pytest.raises(Refused):
        formal.save_draft(request, {"unit": "x"}, actor=world.lurah(), at=world.AT)
    with pytest.raises(Refused):
        formal.save_draft(request, {"unit": "x"}, actor=world.stray_polisi(), at=world.AT)
    with pytest.raises(Refused):
        formal.submit(request, actor=world.rina(), at=world.AT)


def test_staff_may_enter_a_paper_letter_for_a_contact_point():
    world.polisi()
    request = draft(actor=world.ayu(), contact_point=ContactPoint.objects.get())
    assert formal.submit(request, actor=world.ayu(), at=world.AT)[0].outcome == "done"


def test_a_draft_is_sent_back_with_a_reason_and_is_no_draft_any_more():
    request = draft()
    with pytest.raises(Invalid):
        formal.send_back(request, " ", actor=world.ayu(), at=world.AT)
    with pytest.raises(Refused):
        formal.send_back(request, "Tidak lengkap.", actor=world.polisi(), at=world.AT)
    formal.send_back(request, "Tidak lengkap.", actor=world.ayu(), at=world.AT)
    with pytest.raises(Conflict):
        formal.submit(request, actor=world.polisi(), at=world.AT)


def test_what_was_returned_tells_why_and_is_a_draft_again_once_it_is_saved():
    request = draft()
    assert formal.why_returned(request) is None
    formal.send_back(request, "Lampirkan penetapan.", actor=world.ayu(), at=world.AT)
    request.refresh_from_db()
    assert formal.why_returned(request).data["reason"] == "Lampirkan penetapan."
    mended = formal.save_draft(request, {"unit": "Siber"}, actor=world.polisi(), at=world.AT)
    assert (mended.pk, mended.state, formal.why_returned(mended)) == (request.pk, "draft", None)
    assert formal.submit(mended, actor=world.polisi(), at=world.AT)[0].outcome == "done"


def test_a_text_that_is_too_long_is_refused_by_name_and_a_nul_left_out():
    with pytest.raises(Invalid, match="300"):
        draft(article="x" * 301)
    assert draft(unit="Dit\x00reskrimsus").unit == "Ditreskrimsus"


def test_the_letter_of_a_sealed_request_is_in_the_way_of_no_ordinary_one():
    sealed = draft(category=world.CHILD)
    FormalRequest.objects.filter(pk=sealed.pk).update(state="submitted", handling="sealed")
    ordinary = draft(actor=world.ayu(), contact_point=sealed.contact_point)
    assert formal.submit(ordinary, actor=world.ayu(), at=world.AT)[0].outcome == "done"
    seen = formal.permissions.requests_visible_to(world.citra()).filter(state="submitted")
    assert {one.pk for one in seen} == {sealed.pk, ordinary.pk}


def test_of_a_letter_that_was_handed_in_before_nobody_hears_who_may_not_see_it():
    earlier = draft()
    formal.submit(earlier, actor=world.polisi(), at=world.AT)
    FormalRequest.objects.filter(pk=earlier.pk).update(category=world.CHILD)
    again = draft(actor=world.ayu(), contact_point=earlier.contact_point)
    with pytest.raises(Conflict) as told:
        formal.submit(again, actor=world.ayu(), at=world.AT)
    assert "request" not in (told.value.detail or {})
    assert str(earlier.pk) not in str(told.value.sentence)
