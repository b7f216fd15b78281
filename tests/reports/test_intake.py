"""The one door in."""

import threading
from dataclasses import replace

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from moderation_portal import vault
from moderation_portal.models import Event, OutboxMessage
from moderation_portal.policy import Pack, pack
from moderation_portal.roles import PUBLIC
from reports import evidence, intake, receipts
from reports.models import (
    Evidence,
    Report,
    ReportedAccount,
    Reporter,
    ReporterIdentity,
    ReportItem,
)
from tests import world

pytestmark = pytest.mark.django_db


def states(told: intake.Received) -> list[str]:
    return [item.state for item in told.items]


def topics(topic: str) -> list[dict]:
    return [row.payload for row in OutboxMessage.objects.filter(topic=topic).order_by("id")]


def test_a_telling_without_accounts_is_refused_with_what_to_do():
    telling = world.telling()
    bare = intake.Telling(telling.reporter, "web", "prostitution", lines=())
    told = intake.receive([bare], actor=PUBLIC, at=world.AT)[0]
    assert told.outcome == "refused"
    assert "No account is named" in told.reason or "Tidak ada akun" in told.reason
    assert not Report.objects.exists()


def test_an_unknown_category_is_refused_and_the_others_of_the_batch_go_in():
    tellings = [world.telling(category="nonsense"), world.telling()]
    first, second = intake.receive(tellings, actor=PUBLIC, at=world.AT)
    assert (first.outcome, second.outcome) == ("refused", "done")


def test_the_public_names_at_most_as_many_accounts_as_the_policy_allows():
    fifty = [f"MiChat: bunga_{n}" for n in range(50)]
    assert world.report(*fifty).outcome == "done"
    told = world.report(*fifty, "MiChat: bunga_50")
    assert told.outcome == "refused"
    assert "51" in told.reason


def test_nobody_speaks_in_another_name():
    reporter = intake.ReporterFacts(kind="monitor", user=world.lurah())
    assert world.report(reporter=reporter).outcome == "refused"
    assert world.report(actor=world.rina()).outcome == "refused"


def test_a_monitor_reports_of_the_own_area_only():
    own = intake.ReporterFacts(kind="monitor", user=world.lurah(), area="35.73.05")
    facts = {"reporter": own, "actor": world.lurah()}
    assert world.report(area="35.73.05.1001", **facts).outcome == "done"
    for elsewhere in ("35.73.04", "35.73.051", "35"):
        assert world.report(area=elsewhere, **facts).outcome == "refused", elsewhere


@pytest.mark.law("PM5-17-1")
def test_an_official_request_comes_as_a_submitted_letter_only():
    world.polisi()
    reporter = intake.ReporterFacts(kind="police", user=world.polisi())
    told = world.report(reporter=reporter, actor=world.polisi())
    assert told.outcome == "refused"


def test_a_time_that_cannot_be_is_refused():
    from_the_future = world.AT.replace(year=world.AT.year + 1)
    assert world.report(seen_at=from_the_future).outcome == "refused"
    assert world.report(seen_at=world.AT.replace(year=1901)).outcome == "refused"


def test_a_field_of_ten_megabytes_is_refused_by_name():
    told = world.report(reason="a" * 10_000_000)
    assert told.outcome == "refused"
    assert "reason" in told.reason


def test_an_account_of_ten_megabytes_waits_and_hinders_no_other():
    told = world.report("x" * 10_000_000, "MiChat: bunga_77")
    assert states(told) == ["needs_info", "received"]
    assert told.items[0].problem == "too_long"


@pytest.mark.parametrize(
    "poison", ["\x00", "\ud800", "\x1b[2J"], ids=["nul", "surrogate", "escape"]
)
def test_what_no_database_takes_is_left_out_and_the_rest_kept(poison):
    told = world.report(f"MiChat: bun{poison}ga_77", reason=f"Menawarkan{poison} jasa.")
    assert told.outcome == "done"
    assert Report.objects.get().reason.startswith("Menawarkan")


@pytest.mark.parametrize(
    "reason",
    [
        "a\n\\.\nb",
        "\\.",
        '"',
        '""',
        'a "b" c',
        "a,b;c\td",
        "\\N",
        "\\x41",
        "NULL",
        "{}",
        "a\r\nb",
        "'",
        "%s",
    ],
)
def test_words_arrive_as_they_were_written(reason):
    told = world.report("MiChat: bunga_77", reason=reason)
    assert Report.objects.get(pk=told.report_id).reason == reason
    assert ReportItem.objects.get().raw == "MiChat: bunga_77"


def test_unseen_characters_hide_no_account():
    told = world.report("https://www.instagram.com/bunga\u200b_77\u202e/")
    assert [(one.platform, one.canonical) for one in told.items] == [("instagram", "bunga_77")]


@pytest.mark.law("PM5-14-1")
@pytest.mark.parametrize(
    ("kind", "user"),
    [("public", None), ("organisation", world.ngo), ("monitor", world.lurah)],
)
def test_the_public_in_all_its_forms_may_ask(kind, user):
    actor = user() if user else PUBLIC
    reporter = intake.ReporterFacts(kind=kind, user=user()) if user else world.warga()
    assert world.report(reporter=reporter, actor=actor).outcome == "done"


@pytest.mark.law("PM5-14-2")
@pytest.mark.parametrize("channel", ["web", "staff"])
def test_a_report_may_come_by_the_form_or_on_paper_through_staff(channel):
    actor = world.ayu() if channel == "staff" else PUBLIC
    assert world.report(actor=actor, channel=channel).outcome == "done"
    assert Report.objects.get().channel == channel


def test_each_account_has_a_state_of_its_own():
    told = world.report("MiChat: bunga_77", "situs-judi.example", "bunga_77", "MiChat bunga_77")
    assert states(told) == ["received", "routed_elsewhere", "needs_info", "repeated"]
    kept = ReportItem.objects.order_by("position").values_list("position", "state")
    assert list(kept) == [(1, "received"), (2, "routed_elsewhere"), (3, "needs_info")]


def test_an_account_is_one_row_however_it_is_written_and_whoever_tells():
    world.report("https://www.instagram.com/Bunga_77/?hl=id")
    world.report("instagram.com/bunga_77", reporter=world.warga(name="Budi"))
    world.report("IG: @bunga_77", reporter=world.warga(name="Cici"))
    account = ReportedAccount.objects.get()
    assert (account.platform.slug, account.canonical) == ("instagram", "bunga_77")
    assert account.items.count() == 3


def test_a_described_profile_goes_in_without_any_address():
    line = intake.Line("", "michat", "Nama “Melati”, sekitar Tlogomas Malang, foto kucing")
    telling = intake.Telling(world.warga(), "web", "prostitution", (line,), **world.COMPLETE)
    world.michat()
    told = intake.receive([telling], actor=PUBLIC, at=world.AT)[0]
    assert states(told) == ["received"]
    item = ReportItem.objects.get()
    assert (item.account.kind, item.visibility) == ("nearby", "discoverable")


def test_the_reporter_may_say_who_can_see_the_account():
    line = intake.Line("MiChat: bunga_77", visibility="private")
    telling = intake.Telling(world.warga(), "web", "prostitution", (line,), **world.COMPLETE)
    world.michat()
    intake.receive([telling], actor=PUBLIC, at=world.AT)
    assert ReportItem.objects.get().visibility == "private"


def test_the_very_same_telling_is_skipped_with_the_number_of_the_first():
    first = world.report("MiChat: bunga_77", wants_receipt=True)
    again = world.report("michat:  BUNGA_77", wants_receipt=True)
    assert (again.outcome, again.number, again.receipt_code) == ("skipped", first.number, "")
    assert Report.objects.count() == 1
    assert Reporter.objects.count() == 1


def test_the_same_telling_twice_in_one_batch_is_heard_once():
    told = intake.receive([world.telling(), world.telling()], actor=PUBLIC, at=world.AT)
    assert [one.outcome for one in told] == ["done", "skipped"]
    assert told[0].number == told[1].number


def test_two_anonymous_people_are_two_but_one_double_click_is_one():
    nobody = intake.ReporterFacts(kind="public")
    facts = {"reporter": nobody, "category": "child_sexual"}
    assert world.report(**facts).outcome == "done"
    assert world.report(**facts).outcome == "done"
    assert world.report(telling_key="form-1", **facts).outcome == "done"
    assert world.report(telling_key="form-1", **facts).outcome == "skipped"


def test_nobody_hears_that_somebody_else_has_told_of_an_account():
    first = world.report("MiChat: bunga_77")
    second = world.report("MiChat: bunga_77", reporter=world.warga(name="Budi"))
    assert states(first) == states(second) == ["received"]
    assert second.outcome == "done"


def test_the_identity_lies_apart_and_encrypted():
    world.report(reporter=world.warga(name="Tuti Alawiyah", phone="081234567890"))
    identity = ReporterIdentity.objects.get()
    assert b"Tuti" not in bytes(identity.name)
    assert vault.decrypt(identity.name) == "Tuti Alawiyah"
    record = str(list(Event.objects.values()))
    assert "Tuti" not in record
    assert "tuti@warga.example" not in record
    assert "tuti@warga.example" not in str(list(OutboxMessage.objects.values()))


def test_the_receipt_code_is_kept_as_a_keyed_hash_only():
    told = world.report(wants_receipt=True)
    assert receipts.find(told.receipt_code).pk == told.report_id
    kept = str(list(Report.objects.values())) + str(list(OutboxMessage.objects.values()))
    assert told.receipt_code not in kept
    assert receipts.normal(told.receipt_code)[:26] not in kept


def test_the_record_tells_of_every_report_and_of_what_was_passed_on():
    told = world.report("MiChat: bunga_77", "situs-judi.example")
    events = Event.objects.filter(thread=f"report:{told.report_id}").order_by("id")
    assert [one.kind for one in events] == ["report.received", "item.routed"]
    assert events[1].data == {"unit": "trustpositif", "rule": "host:website", "items": 1}


def test_what_can_become_a_case_is_handed_on_urgent_matters_first():
    ordinary = world.report("MiChat: bunga_77")
    child = world.report("MiChat: bunga_78", category="child_sexual")
    rows = OutboxMessage.objects.filter(topic="report.received").order_by("id")
    assert [(one.lane, one.payload["reports"]) for one in rows] == [
        ("internal", [ordinary.report_id]),
        ("urgent", [child.report_id]),
    ]


def test_what_waits_or_is_passed_on_is_not_handed_on():
    world.report("situs-judi.example")
    world.report("MiChat: bunga_77", reason="")
    assert topics("report.received") == []


def test_a_matter_of_a_child_is_sealed_from_its_first_event():
    told = world.report(category="child_sexual")
    assert Report.objects.get(pk=told.report_id).handling == "sealed"
    events = Event.objects.filter(thread=f"report:{told.report_id}")
    assert {one.is_sealed for one in events} == {True}


def test_a_finding_waits_for_its_verifier():
    told = world.report(
        reporter=intake.ReporterFacts(kind="detector", user=world.drone()),
        actor=world.drone(),
        channel="api",
        finding=intake.FindingFacts(
            tool="drone",
            tool_version="9",
            rule="open-bo",
            rule_version="3",
            query="open bo malang",
            public_access_proof="Terlihat tanpa masuk.",
        ),
    )
    report = Report.objects.get(pk=told.report_id)
    assert report.needs_verifier
    assert report.finding.rule == "open-bo"
    assert [gap.code for gap in told.items[0].gaps] == ["verifier"]
    assert topics("report.received") == []


def test_a_thousand_tellings_are_a_handful_of_statements():
    ayu = world.ayu()
    reporter = intake.ReporterFacts(kind="regulator", user=ayu)
    base = world.telling(reporter=reporter, channel="csv")

    def batch(size: int) -> list[intake.Telling]:
        return [
            intake.Telling(
                reporter,
                "csv",
                "prostitution",
                (intake.Line(f"MiChat: bunga_{n}"),),
                reason=base.reason,
            )
            for n in range(size)
        ]

    with CaptureQueriesContext(connection) as few:
        intake.receive(batch(2), actor=ayu, at=world.AT)
    with CaptureQueriesContext(connection) as many:
        told = intake.receive(batch(1000), actor=ayu, at=world.AT)
    assert [one.outcome for one in told].count("done") == 998
    assert len(many) <= len(few) + 1 <= 16
    assert ReportItem.objects.count() == 1000
    assert OutboxMessage.objects.filter(topic="report.received", lane="bulk").count() == 2


def test_all_of_a_batch_goes_in_or_nothing():
    """An upload that cannot be written takes the whole call back."""
    unwritable = evidence.Prepared("a.png", "screenshot", "image/png", None, "", False)
    broken = world.telling(category="gambling", uploads=(unwritable,))
    with pytest.raises(TypeError):
        intake.receive([world.telling(), broken], actor=PUBLIC, at=world.AT)
    assert not Report.objects.exists()
    assert not Evidence.objects.exists()
    assert not Event.objects.filter(kind="report.received").exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_telling_at_the_same_moment_is_heard_once():
    world.michat()
    telling = world.telling(wants_receipt=True)
    answers, start = [], threading.Barrier(4)

    def tell():
        start.wait()
        answers.extend(intake.receive([telling], actor=PUBLIC, at=world.AT))
        connections.close_all()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.outcome for one in answers) == ["done", "skipped", "skipped", "skipped"]
    assert len({one.number for one in answers}) == 1
    assert Report.objects.count() == 1
    assert Reporter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_batches_that_name_the_same_accounts_in_other_orders_do_not_wait_in_a_ring():
    world.michat()
    names = [f"MiChat: bunga_{n:03}" for n in range(40)]
    start, problems = threading.Barrier(4), []

    def tell(number: int):
        mixed = names[number:] + names[:number]
        start.wait()
        try:
            told = world.report(*(mixed[::-1] if number % 2 else mixed),
                                reporter=world.warga(name=f"N{number}"))  # fmt: skip
            problems.extend([] if told.outcome == "done" else [told])
        except Exception as error:  # whatever it is, the test names it
            problems.append(error)
        connections.close_all()

    threads = [threading.Thread(target=tell, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert ReportedAccount.objects.count() == 40


def with_sources(*sources) -> Pack:
    return replace(pack(), sections={**pack().sections, "sources": sources})


def test_who_must_come_with_a_letter_is_what_the_pack_says(monkeypatch):
    told = world.telling(reporter=intake.ReporterFacts(kind="police", user=world.polisi()))
    (refused,) = intake.receive([told], actor=world.ayu(), at=world.AT)
    assert refused.outcome == "refused"
    law = with_sources(*(replace(o, is_official=False) for o in pack().sections["sources"]))
    monkeypatch.setattr("reports.judging.pack", lambda: law)
    (taken,) = intake.receive([told], actor=world.ayu(), at=world.AT)
    assert taken.outcome == "done"


def test_a_source_that_the_pack_does_not_know_is_refused(monkeypatch):
    law = with_sources(*(one for one in pack().sections["sources"] if one.code != "public"))
    monkeypatch.setattr("reports.judging.pack", lambda: law)
    assert world.report().outcome == "refused"
