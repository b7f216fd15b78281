"""Notices: who is gathered, what is frozen, what leaves, and when the platform's clock starts."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.translation import override as speaking

from cases import decisions, notices
from cases.models import (
    Case,
    CaseOutcome,
    CaseState,
    Decision,
    Delivery,
    Notice,
    NoticeItem,
    Target,
    TargetState,
)
from cases.notices import files, service
from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Clause, Commitment, Contact, Platform, Registration
from reports.models import ReportedAccount
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def english():
    """The sentences below are those of the source."""
    with speaking("en"):
        yield


def gather(at=AT, **options):
    world.michat()
    return notices.gather(at, **options)


def drain(at=AT):
    """What the workers of both lanes do."""
    return sum(outbox.drain(lane, at=at) for lane in ("urgent", "notice"))


def kinds(**which):
    return list(Event.objects.filter(**which).order_by("id").values_list("kind", flat=True))


def make_urgent():
    Case.objects.update(urgency="urgent")


# Gathering


def test_nothing_leaves_without_reasons_and_the_others_leave():
    found = world.approved_case("michat: kembang_1", by=world.sri())
    Decision.objects.update(reasons=" ")
    gathered = gather(is_asked=True)
    assert gathered.issued == []
    assert found.number in gathered.problems[0]
    other = world.approved_case("instagram: kembang_2")
    again = gather(is_asked=True)
    assert Notice.objects.get(pk__in=again.issued).platform_id == other.platform_id
    assert Case.objects.get(pk=found.pk).state == CaseState.APPROVED


@pytest.mark.law("PM5-17-2")
def test_a_cloud_provider_is_never_ordered():
    world.approved_case()
    Platform.objects.update(is_cloud=True)
    assert gather(is_asked=True).issued == []


def test_an_account_that_is_not_approved_does_not_leave():
    world.upheld_case()
    assert gather(is_asked=True).issued == []


def test_ordinary_accounts_wait_for_others_but_no_longer_than_the_policy_says():
    world.approved_case("michat: kembang_1")
    world.approved_case("michat: kembang_2", at=AT + 40 * MINUTE)
    most = timedelta(minutes=policy.pack().limits.gather_minutes)
    assert most <= HOUR
    assert gather(AT + most - MINUTE).issued == []
    (pk,) = gather(AT + most).issued
    assert Notice.objects.get(pk=pk).item_count == 2


def test_urgent_accounts_leave_at_once():
    world.approved_case()
    make_urgent()
    assert len(gather().issued) == 1


def test_an_approval_wakes_the_gathering_and_the_notice_is_sent(mail):
    world.michat()
    world.approved_case()
    while outbox.drain("notice", at=AT + 2 * HOUR):
        pass
    assert len(mail.to("abuse@michat.example")) == 1


def test_what_differs_in_platform_urgency_or_basis_leaves_apart():
    first = world.case("michat: kembang_1")
    bases = [
        basis.code
        for basis in policy.pack().bases_for(first.category, AT)
        if basis.kind == "prohibition"
    ]
    world.approve(world.uphold(first, world.ayu(), bases=bases[:1]), world.sri())
    for account, facts in (
        ("michat: kembang_2", {"bases": bases[1:2]}),
        ("instagram: kembang_3", {}),
        ("michat: kembang_4", {}),
        ("michat: kembang_5", {"test": {**world.TEST, "remedy": "item"}}),
    ):
        found = world.uphold(world.case(account), world.ayu(), **facts)
        world.approve(found, world.sri())
    Case.objects.filter(targets__account__canonical="kembang_4").update(urgency="urgent")
    assert len(gather(is_asked=True).issued) == 5


def test_gathering_again_issues_nothing_again():
    world.notice()
    assert gather(AT + HOUR, is_asked=True).issued == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_gather_an_account_only_once():
    world.michat()
    world.approved_case("michat: kembang_1", "michat: kembang_2")
    at_once(*[lambda: notices.gather(AT, is_asked=True)] * 3)
    assert NoticeItem.objects.count() == 2
    assert Notice.objects.count() == 1


# Issuing


def test_what_was_issued_is_frozen():
    made = world.notice("https://www.instagram.com/anggrek.contoh/")
    text, locator = made.text, made.items.get().locator
    ReportedAccount.objects.update(url="https://www.instagram.com/other/", display="other")
    Decision.objects.update(reasons="Something else.")
    made.refresh_from_db()
    assert (made.text, made.items.get().locator) == (text, locator)
    assert made.policy_version == policy.pack().version
    assert notices.pdf_of(made).startswith(b"%PDF")


def test_a_stored_letter_that_was_changed_is_not_shown():
    made = world.notice()
    path = Path(files.settings.MEDIA_ROOT) / made.pdf
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Conflict, match="damaged"):
        notices.pdf_of(made)


@pytest.mark.law("PM5-10-4")
def test_the_letter_names_basis_reasons_locator_and_redress_and_never_who_told(mail):
    made = world.notice("https://www.instagram.com/anggrek.contoh/")
    basis = policy.pack().basis(made.basis, AT)
    for words in (basis.citation["en"], "Melanggar.", "hxxps://", "[.]com/anggrek.contoh", "24"):
        assert words in made.text, words
    plain = " ".join(made.text.split())
    duties = policy.pack().duties("duty", AT)
    assert duties
    for duty in duties:
        assert duty.text["en"].rstrip(".;") in plain
    for words in ("Tuti", "tuti@warga.example"):
        assert words not in made.markdown + made.html + made.text
    assert "https://www.instagram.com" not in made.text + made.html


def test_the_letter_is_in_the_language_of_the_platform():
    world.michat()
    Platform.objects.filter(slug="michat").update(language="id")
    assert "Surat Perintah" in world.notice().text


def test_the_registered_company_is_addressed():
    found = world.michat()
    found.registration = Registration.objects.create(
        registration_no="1", system_id="1", pse_id="1", system_name="MICHAT", domicile="foreign",
        company="MICHAT PTE LIMITED", status="registered",
    )  # fmt: skip
    found.save()
    assert "MICHAT PTE LIMITED" in world.notice().text


def test_an_issued_notice_orders_its_cases_and_stands_on_their_timelines():
    made = world.notice()
    found = Case.objects.get()
    assert found.state == CaseState.ORDERED
    assert not Target.objects.exclude(ready_at=None).exists()
    assert "notice.issued" in kinds(thread=found.thread)
    assert "notice.issued" in kinds(thread=f"notice:{made.pk}")


def test_numbers_have_no_gaps_and_sealed_ones_a_series_of_their_own():
    numbers = [world.notice(f"michat: kembang_{n}").number for n in range(3)]
    assert [number[:8] for number in numbers] == ["B-000001", "B-000002", "B-000003"]
    assert numbers[0] == "B-000001/KOMDIGI/III/2026"
    sealed = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(sealed, world.citra()), world.cleared_sri())
    (pk,) = gather(is_asked=True).issued
    assert Notice.objects.get(pk=pk).number == "R-000001/KOMDIGI/III/2026"
    assert world.notice("michat: kembang_9").number.startswith("B-000004")


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_the_same_moment_differ():
    world.michat()
    for account in ("michat: a_kembang", "instagram: b_kembang", "telegram: c_kembang"):
        world.approved_case(account)
    ids = set(Platform.objects.filter(cases__isnull=False).values_list("pk", flat=True))
    at_once(*[lambda pk=pk: notices.gather(AT, platform_id=pk, is_asked=True) for pk in ids])
    serials = sorted(Notice.objects.values_list("serial", flat=True))
    assert serials == [1, 2, 3]


# Sending


def test_a_refused_mailbox_is_buried_recorded_and_the_next_contact_is_addressed(mail):
    mail.answers["abuse@michat.example"] = "550 5.1.1 no such user"
    made = world.notice()
    drain()
    first = Delivery.objects.get(contact__address="abuse@michat.example")
    assert first.state == Delivery.State.REFUSED
    assert "no such user" in first.proof["reply"]
    assert OutboxMessage.objects.filter(state="dead").count() == 1
    assert {"delivery.refused"} <= set(kinds(thread=f"notice:{made.pk}"))
    assert Contact.objects.get(address="abuse@michat.example").liveness == "bouncing"
    drain()
    (copy,) = mail.to("legal@michat.example")
    assert copy["Message-ID"] == made.message_id
    made.refresh_from_db()
    assert made.served_at == AT


def test_where_nobody_is_left_the_record_says_so(mail):
    mail.answers = {f"{name}@michat.example": "550 gone" for name in ("abuse", "legal")}
    made = world.notice()
    drain()
    drain()
    assert "notice.unreachable" in kinds(thread=f"notice:{made.pk}")
    made.refresh_from_db()
    assert made.served_at is None


def test_a_busy_mailbox_is_tried_again_and_the_clock_starts_with_success_only(mail):
    made = world.notice()
    mail.answers["abuse@michat.example"] = "451 come back"
    drain()
    made.refresh_from_db()
    assert made.served_at is None
    mail.answers.clear()
    later = AT + HOUR
    drain(later)
    made.refresh_from_db()
    assert made.served_at == later
    states = Delivery.objects.order_by("attempt").values_list("attempt", "state")
    assert list(states) == [(1, "failed"), (2, "accepted")]


def test_a_mail_cut_off_late_is_sent_again_under_the_same_id_and_serves_once(mail):
    made = world.notice()
    mail.is_dropping = True
    drain()
    mail.is_dropping = False
    drain(AT + HOUR)
    copies = mail.to("abuse@michat.example")
    assert [copy["Message-ID"] for copy in copies] == [made.message_id] * 2
    assert list(Delivery.objects.order_by("attempt").values_list("state", flat=True)) == [
        "uncertain",
        "accepted",
    ]
    assert kinds(kind="notice.served", thread=f"notice:{made.pk}") == ["notice.served"]


def test_a_worker_that_died_while_sending_leaves_an_uncertain_attempt(mail):
    made = world.notice()
    abuse = Contact.objects.get(address="abuse@michat.example")
    Delivery.objects.create(
        notice=made, contact=abuse, purpose="notice", step="order", attempt=1, state="trying",
        started_at=AT,
    )  # fmt: skip
    drain(AT + MINUTE)
    assert list(Delivery.objects.order_by("attempt").values_list("state", flat=True)) == [
        "uncertain",
        "accepted",
    ]


def test_the_same_message_run_twice_sends_one_mail(mail):
    world.notice()
    payload = OutboxMessage.objects.get(topic="notice.send").payload
    notices.hand_over(payload, at=AT)
    notices.hand_over(payload, at=AT + MINUTE)
    assert len(mail.to("abuse@michat.example")) == 1


def test_a_withdrawn_notice_is_not_sent_any_more(mail):
    made = world.notice()
    notices.withdraw(Case.objects.all(), reason="Wrong account.", actor=world.sri(), at=AT).insist()
    drain()
    assert [m["Message-ID"] for m in mail.to("abuse@michat.example")] != [made.message_id]
    assert not Delivery.objects.filter(notice=made).exists()


def test_the_mail_is_the_frozen_letter_with_the_contacts_own_link(mail):
    made = world.notice()
    drain()
    (copy,) = mail.to("abuse@michat.example")
    text = copy.get_body(("plain",)).get_content()
    assert copy["Subject"] == made.subject
    assert copy["Auto-Submitted"] == "auto-generated"
    assert f"+n{made.pk}c" in copy["Reply-To"]
    assert "/en/a/" in text
    assert notices.portal_address(made) not in text
    assert notices.portal_address(made) in made.text
    attached = next(copy.iter_attachments())
    assert attached.get_content() == notices.pdf_of(made)
    assert attached.get_filename() == "B-000001-KOMDIGI-III-2026.pdf"


def test_a_contact_in_the_portal_finds_it_there_and_it_is_not_served_by_lying_there(mail):
    Contact.objects.filter(platform=world.michat()).delete()
    Contact.objects.create(platform=world.michat(), channel="portal", name="Desk", rung=0)
    Contact.objects.filter(channel="email").delete()
    made = world.notice()
    Contact.objects.filter(channel="email").delete()
    drain()
    made.refresh_from_db()
    assert made.served_at is None
    notices.open_in_portal(made, actor=world.rina(), at=AT + HOUR)
    made.refresh_from_db()
    assert (made.served_at, made.acknowledged_at) == (AT + HOUR, AT + HOUR)


def test_a_mail_that_says_that_something_lies_in_the_portal_is_no_service(mail):
    Contact.objects.filter(platform=world.michat()).update(channel="portal")
    world.approved_case()
    (pk,) = notices.gather(AT, is_asked=True).issued
    drain()
    (copy,) = mail.to("abuse@michat.example")
    assert "bunga_77" not in copy.as_string()
    made = Notice.objects.get(pk=pk)
    assert made.served_at is None
    notices.open_in_portal(made, actor=world.rina(), at=AT + HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + HOUR


# Service


@pytest.mark.law("PM5-15-6")
def test_an_ordinary_order_is_due_24_clock_hours_after_service():
    made = world.served_notice()
    item = made.items.get()
    assert item.due_at - made.served_at == timedelta(hours=24)
    assert made.due_at == item.due_at
    assert Case.objects.get().due_at == item.due_at


@pytest.mark.law("PM5-15-8", "PM5-14-3")
def test_an_urgent_order_is_due_4_clock_hours_after_service():
    world.michat()
    world.approved_case()
    make_urgent()
    (pk,) = gather().issued
    service.start_clock(pk, at=AT + HOUR, proof={})
    assert Notice.objects.get(pk=pk).due_at == AT + 5 * HOUR


def test_service_happens_once_and_later_copies_change_nothing(mail):
    made = world.served_notice()
    drain(AT + HOUR)
    notices.open_in_portal(made, actor=world.rina(), at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT
    assert made.items.get().delivered_at == AT
    assert kinds(kind="notice.served", thread=f"notice:{made.pk}") == ["notice.served"]


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_the_same_moment_serve_once():
    made = world.notice()
    calls = [
        lambda n=n: service.start_clock(made.pk, at=AT + n * MINUTE, proof={}) for n in range(4)
    ]
    assert sorted(at_once(*calls)) == [False, False, False, True]


def test_the_promises_in_force_at_service_are_bound_to_each_item():
    promise = Commitment.objects.create(
        platform=world.michat(), made_by="MiChat", made_to="Kominfo", made_on=date(2021, 3, 19),
        text="…", source="letter",
    )  # fmt: skip
    for leg, source in (("claimed", "public"), ("verified", "police")):
        Clause.objects.create(
            commitment=promise, leg=leg, target_hours=12, valid_from=date(2021, 3, 19),
            reporter_kinds=[source],
        )  # fmt: skip
    item = world.served_notice().items.get()
    Clause.objects.update(target_hours=99)
    item.refresh_from_db()
    assert [(kept["leg"], kept["target_hours"]) for kept in item.clauses] == [("claimed", 12.0)]


def test_a_later_bounce_annuls_the_service_and_the_next_delivery_serves_anew():
    made = world.served_notice()
    first = Delivery.objects.get()
    notices.annul(first.pk, reason="5.1.1 bounced", actor=world.bima(), at=AT + HOUR)
    made.refresh_from_db()
    first.refresh_from_db()
    assert (made.state, made.served_at, made.items.get().due_at) == ("issued", None, None)
    assert (first.state, first.proof["bounce"]) == ("annulled", "5.1.1 bounced")
    notices.open_in_portal(made, actor=world.rina(), at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + 2 * HOUR


def test_a_bounce_of_one_copy_lets_the_other_copy_stand(mail):
    made = world.served_notice()
    drain(AT + HOUR)
    notices.annul(Delivery.objects.earliest("id").pk, reason="x", actor=world.bima(), at=AT + HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + HOUR


# Taking back


@pytest.mark.parametrize(
    ("verb", "outcome"),
    [(notices.withdraw, CaseOutcome.WITHDRAWN), (notices.release, CaseOutcome.RELEASED)],
)
def test_taking_back_closes_the_case_stops_the_clock_and_tells_the_platform(mail, verb, outcome):
    made = world.served_notice()
    verb(Case.objects.all(), reason="It is satire.", actor=world.sri(), at=AT + HOUR).insist()
    found, target = Case.objects.get(), Target.objects.get()
    assert (found.state, found.outcome) == (CaseState.CLOSED, outcome)
    assert target.state == TargetState.RELEASED
    made.refresh_from_db()
    assert made.state == Notice.State.WITHDRAWN
    assert made.items.get().next_step_at is None
    letter = Notice.objects.get(rung="withdrawal")
    assert (letter.follows_id, letter.due_at) == (made.pk, None)
    assert "It is satire." in letter.text
    drain(AT + HOUR)
    assert letter.message_id in {m["Message-ID"] for m in mail.to("abuse@michat.example")}
    letter.refresh_from_db()
    assert letter.items.get().due_at is None


def test_a_caseworker_takes_nothing_back():
    world.served_notice()
    with pytest.raises(Refused):
        notices.withdraw(Case.objects.all(), reason="x", actor=world.ayu(), at=AT).insist()
    assert not Notice.objects.filter(rung="withdrawal").exists()


def test_a_correction_is_the_next_revision_with_a_clock_of_its_own(mail):
    old = world.served_notice()
    target = old.items.get().target_id
    new = notices.correct(
        old,
        change="The handle was misspelt.",
        locators={target: "bunga_78"},
        actor=world.sri(),
        at=AT + HOUR,
    )
    old.refresh_from_db()
    assert old.state == Notice.State.WITHDRAWN
    assert old.items.get().next_step_at is None
    assert (new.number, new.revision) == (f"{old.number}-Rev.1", 1)
    assert "misspelt" in new.text
    assert "bunga_78" in new.text
    drain(AT + 2 * HOUR)
    new.refresh_from_db()
    assert new.due_at == AT + 26 * HOUR
    assert Case.objects.get().state == CaseState.ORDERED


@pytest.mark.parametrize("state", ["drafted", "withdrawn", "settled"])
def test_only_an_open_notice_is_corrected(state):
    made = world.served_notice()
    Notice.objects.update(state=state)
    with pytest.raises(Conflict):
        notices.correct(made, change="x", actor=world.sri(), at=AT)


def test_a_correction_needs_words_and_an_overseer():
    made = world.served_notice()
    with pytest.raises(Invalid):
        notices.correct(made, change=" ", actor=world.sri(), at=AT)
    with pytest.raises(Refused):
        notices.correct(made, change="x", actor=world.ayu(), at=AT)


def test_a_restoration_asks_the_platform_to_bring_back_what_it_took_down(mail):
    world.served_notice()
    with pytest.raises(Conflict):
        notices.restore(Case.objects.all(), reason="Wrong.", actor=world.sri(), at=AT)
    notices.withdraw(Case.objects.all(), reason="Wrong.", actor=world.sri(), at=AT).insist()
    (pk,) = notices.restore(Case.objects.all(), reason="Wrong.", actor=world.dewi(), at=AT + HOUR)
    letter = Notice.objects.get(pk=pk)
    assert letter.rung == "restoration"
    drain(AT + HOUR)
    assert letter.message_id in {m["Message-ID"] for m in mail.to("abuse@michat.example")}


# Who sees what


def test_a_stranger_to_the_platform_sees_none_of_its_notices():
    made = world.notice()
    other = world.representative(
        world.person("lia@line.example", "Lia", "responder"), world.platform("line"), "responder"
    )
    assert notices.visible_to(world.rina()).get() == made
    for user in (other, world.lurah(), world.steward(), world.drone(), world.polisi()):
        assert not notices.visible_to(user).exists()
    assert notices.visible_to(world.auditor()).get() == made


@pytest.mark.parametrize("state", ["drafted", "discarded"])
def test_a_platform_sees_no_draft(state):
    world.notice()
    Notice.objects.update(state=state)
    assert not notices.visible_to(world.rina()).exists()
    assert notices.visible_to(world.ayu()).exists()


def test_a_proposal_to_the_minister_is_not_for_the_platform():
    world.notice()
    Notice.objects.update(rung="block_proposal")
    assert not notices.visible_to(world.rina()).exists()


def test_a_representative_who_has_left_sees_nothing():
    world.notice()
    rina = world.rina()
    rina.representative.is_active = False
    rina.representative.save()
    assert not notices.visible_to(rina).exists()


# Sealed


@pytest.fixture
def sealed():
    """An issued sealed notice, and a responder of the platform who is cleared."""
    world.michat()
    found = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    (pk,) = gather().issued
    return Notice.objects.get(pk=pk)


def cleared_responder():
    joko = world.joko()
    joko.is_cleared = True
    joko.save()
    return joko


def test_the_mail_of_a_sealed_notice_says_that_it_awaits_and_nothing_else(sealed, mail):
    drain()
    (copy,) = mail.to("abuse@michat.example")
    whole = copy.as_string() + copy.get_body(("plain",)).get_content()
    category = policy.pack().category("child_sexual", AT)
    canaries = ["kuncup_1", sealed.number, "R-0000", *category.name.values(), "/a/"]
    assert [word for word in canaries if word.lower() in whole.lower()] == []
    assert list(copy.iter_attachments()) == []
    assert "await" in copy["Subject"]


def test_a_sealed_notice_goes_to_cleared_contacts_only(mail):
    world.michat()
    Contact.objects.update(is_cleared=False)
    found = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    gather()
    drain()
    assert mail.messages == []


def test_a_sealed_notice_is_served_by_a_cleared_sign_in_and_not_by_its_mail(sealed, mail):
    drain()
    sealed.refresh_from_db()
    assert sealed.served_at is None
    assert sealed.items.get().sent_at == AT
    notices.open_in_portal(sealed, actor=cleared_responder(), at=AT + HOUR)
    sealed.refresh_from_db()
    assert sealed.served_at == AT + HOUR
    assert sealed.due_at == AT + 5 * HOUR


def test_who_is_not_cleared_never_hears_of_a_sealed_notice(sealed):
    for user in (world.rina(), world.ayu(), world.sri(), world.dewi(), world.auditor()):
        assert not notices.visible_to(user).exists()
    for user in (cleared_responder(), world.citra(), world.cleared_auditor()):
        assert notices.visible_to(user).exists()
    assert not Event.objects.filter(subject=f"notice:{sealed.pk}", is_sealed=False).exists()


def test_the_letter_of_a_sealed_notice_is_encrypted_at_rest(sealed):
    stored = (Path(files.settings.MEDIA_ROOT) / sealed.pdf).read_bytes()
    assert b"%PDF" not in stored
    assert notices.pdf_of(sealed).startswith(b"%PDF")


def test_a_released_case_that_was_never_ordered_sends_nothing():
    found = world.approved_case()
    notices.withdraw([found.pk], reason="Wrong.", actor=world.sri(), at=AT).insist()
    assert gather(AT + 2 * HOUR, is_asked=True).issued == []
    assert not Notice.objects.exists()


def test_the_case_page_of_judging_is_not_needed_for_the_system_to_order():
    """What persons decided is carried out without another click."""
    found = world.approved_case()
    assert found.state == CaseState.APPROVED
    gather(is_asked=True)
    found.refresh_from_db()
    assert found.state == CaseState.ORDERED
    decisions.note([found.pk], text="Ordered.", actor=world.ayu(), at=AT).insist()
