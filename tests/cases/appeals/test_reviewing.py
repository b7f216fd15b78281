"""Who reviews an appeal, and what a judgement does to the order, the platform and the case."""

import pytest

from cases import ladder, notices
from cases.appeals import filing, placing, reviewing, seeing
from cases.models import Case, CaseOutcome, CaseState, Notice, Target, TargetState
from cases.notices import issuing
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from reports.models import ReportItem
from tests import world
from tests.cases.notices.doing import drain as send
from tests.cases.removal.doing import DAY, see
from tests.world import AT, HOUR

from .doing import cleared_dewi, decided, filed, gone, taken

pytestmark = pytest.mark.django_db


def refused(appeal, who):
    """Why this person may not review it."""
    with pytest.raises(Refused) as no:
        taken(appeal, who)
    return no.value.sentence


def test_nobody_reviews_without_the_declaration():
    found, _code = filed(world.served_notice().number)
    with pytest.raises(Invalid):
        reviewing.take(found, is_free=False, actor=world.dewi(), at=AT)
    assert taken(found).reviewer == world.dewi()


@pytest.mark.parametrize("who", [world.ayu, world.bima, world.citra, world.auditor, world.rina])
def test_only_who_oversees_reviews(who):
    found, _code = filed(world.served_notice().number)
    assert "Only these may do this" in refused(found, who())


def test_who_approved_the_order_does_not_review():
    found, _code = filed(world.served_notice().number)
    assert "You took part" in refused(found, world.sri())


def test_a_supervisor_who_decided_the_order_does_not_review():
    case = world.upheld_case(by=world.sri())
    world.approve(case, world.dewi())
    issuing.gather(AT, is_asked=True)
    found, _code = filed(Notice.objects.get().number)
    assert "You took part" in refused(found, world.sri())
    assert "You took part" in refused(found, world.dewi())


def test_who_signed_a_warning_does_not_review():
    made = world.served_notice()
    other = world.person("nur@komdigi.example", "Nur Aini", "supervisor")
    warning = Notice.objects.create(
        platform=made.platform, rung="warning_1", urgency="ordinary", handling="ordinary",
        basis=made.basis, state="drafted", follows=made, language="id", policy_version="x",
        drafted_at=AT,
    )  # fmt: skip
    item = made.items.get()
    warning.items.create(target=item.target, position=1, locator=item.locator)
    warning.signatures.create(signer=other, role="supervisor", signed_at=AT)
    found, _code = filed(made.number)
    assert "You took part" in refused(found, other)


def test_who_sent_it_does_not_review():
    other = world.person("nur@komdigi.example", "Nur Aini", "supervisor")
    world.approved_case()
    issuing.gather(AT, is_asked=True, actor=other)
    found, _code = filed(Notice.objects.get().number)
    assert "You took part" in refused(found, other)


def test_who_asked_for_the_review_does_not_do_it():
    made = world.served_notice()
    other = world.person("nur@komdigi.example", "Nur Aini", "supervisor")
    found = filing.open_by_motion(made, "bunga_77", "Ragu.", actor=other, at=AT)
    assert "reviewed yourself" in refused(found, other)


def test_another_takes_it_over_and_the_first_decides_no_more():
    found, _code = filed(world.served_notice().number)
    other = world.person("nur@komdigi.example", "Nur Aini", "supervisor")
    first = taken(found)
    taken(first, other)
    with pytest.raises(Refused):
        reviewing.decide(first, "dismissed", "Tetap.", actor=world.dewi(), at=AT)


def test_nobody_decides_what_they_have_not_taken():
    found, _code = filed(world.served_notice().number)
    with pytest.raises(Refused):
        reviewing.decide(found, "dismissed", "Tetap.", actor=world.dewi(), at=AT)


def test_who_turns_out_to_have_had_a_part_decides_no_more():
    made = world.served_notice()
    found, _code = filed("B-1/2026")
    found = taken(found, world.sri())
    placing.assign(found, made.number, "bunga_77", actor=world.dewi(), at=AT)
    with pytest.raises(Refused):
        reviewing.decide(found, "upheld", "Keliru.", actor=world.sri(), at=AT)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("upheld", " "), "answer"),
        (("odd", "x"), "verdict"),
        (("partly", "x"), "stays"),
        (("dismissed", "x" * 5001), "answer"),
    ],
)
def test_a_judgement_without_reasons_is_none(given, field):
    found = taken(filed(world.served_notice().number)[0])
    with pytest.raises(Invalid) as no:
        reviewing.decide(found, *given, actor=world.dewi(), at=AT)
    assert list(no.value.detail["fields"]) == [field]


def test_what_is_not_found_can_only_be_not_admissible():
    found = taken(filed("B-1/2026")[0])
    with pytest.raises(Invalid):
        reviewing.decide(found, "upheld", "Keliru.", actor=world.dewi(), at=AT)
    done = reviewing.decide(found, "inadmissible", "Tidak ada.", actor=world.dewi(), at=AT)
    assert (done.state, done.restoration) == ("inadmissible", None)


def test_an_appeal_is_decided_once():
    found = decided(filed(world.served_notice().number)[0], "dismissed")
    with pytest.raises(Conflict):
        reviewing.decide(found, "upheld", "Keliru.", actor=world.dewi(), at=AT)
    with pytest.raises(Conflict):
        taken(found, world.person("nur@komdigi.example", "Nur Aini", "supervisor"))


def test_what_is_dismissed_changes_nothing():
    made = world.served_notice()
    before = made.items.values().get()
    decided(filed(made.number)[0], "dismissed")
    assert made.items.values().get() == before
    assert not Notice.objects.filter(rung="restoration").exists()


def test_what_is_upheld_annuls_the_order_and_orders_to_restore(mail):
    made = world.served_notice()
    found = decided(filed(made.number)[0])
    made.refresh_from_db()
    assert (made.state, made.items.get().next_step_at) == (Notice.State.WITHDRAWN, None)
    case, target = Case.objects.get(), Target.objects.get()
    assert (case.state, case.outcome) == (CaseState.CLOSED, CaseOutcome.WITHDRAWN)
    assert target.state == TargetState.RELEASED
    letter = found.restoration
    assert (letter.rung, letter.follows_id, letter.template) == (
        "restoration", made.pk, "restoration_order",
    )  # fmt: skip
    assert "annulled" in letter.text
    assert "within 48 hours" in letter.text
    assert "Satire yang dilindungi." in letter.text
    assert world.dewi().name in letter.text
    send(AT + HOUR)
    assert letter.message_id in {m["Message-ID"] for m in mail.to("abuse@michat.example")}
    assert ladder.climb(AT + 60 * DAY) == 0


def test_of_accounts_that_are_gone_the_case_stays_closed_and_the_account_is_released():
    made = gone()
    found = decided(filed(made.number)[0], at=AT + 3 * HOUR)
    case = Case.objects.get()
    assert (case.state, case.outcome) == (CaseState.CLOSED, CaseOutcome.GONE)
    assert Target.objects.get().state == TargetState.RELEASED
    assert found.restoration.items.get().target.account.canonical == "bunga_77"


def test_the_others_of_the_same_order_go_on():
    made = world.served_notice("michat: bunga_77", "michat: bunga_78")
    found = decided(filed(made.number)[0])
    made.refresh_from_db()
    assert made.state == Notice.State.SERVED
    assert Case.objects.get().state == CaseState.ORDERED
    assert found.restoration.items.count() == 1
    assert made.items.exclude(next_step_at=None).get().locator == "@bunga_78"


def test_the_reporters_hear_that_the_order_was_withdrawn_and_no_more():
    decided(filed(gone().number)[0], at=AT + 3 * HOUR)
    assert ReportItem.objects.get().progress == ReportItem.Progress.WITHDRAWN


def test_what_is_upheld_in_part_says_in_the_letter_what_stays_removed():
    found = filed(world.served_notice().number)[0]
    done = decided(found, "partly", stays="Unggahan 12 Maret.")
    assert "What stays removed:" in done.restoration.text
    assert "Unggahan 12 Maret." in done.restoration.text


def test_a_second_appeal_that_is_upheld_orders_nothing_twice():
    made = world.served_notice()
    first = decided(filed(made.number, key="a")[0])
    see("present", AT + 2 * HOUR)
    second = decided(filed(made.number, key="b")[0], at=AT + 3 * HOUR)
    assert first.restoration == second.restoration
    assert second.restored_at == AT + 2 * HOUR
    assert Notice.objects.filter(rung="restoration").count() == 1


def test_an_order_that_was_withdrawn_before_is_restored_all_the_same():
    made = world.served_notice()
    notices.withdraw(Case.objects.all(), reason="Keliru.", actor=world.sri(), at=AT).insist()
    found = decided(filed(made.number)[0])
    assert found.restoration.follows_id == made.pk


def test_a_sealed_order_is_reviewed_by_the_cleared_and_restored_in_the_portal_alone(mail):
    made = world.served_notice("michat: kuncup_1", category=world.CHILD)
    found, _code = filed(made.number, "kuncup_1")
    assert "Only these may do this" in refused(found, world.dewi())
    done = decided(found, by=cleared_dewi())
    assert done.restoration.handling == "sealed"
    send(AT + HOUR)
    assert not [m for m in mail.to("abuse@michat.example") if "kuncup_1" in m.as_string()]


def test_what_a_sealed_case_wants_gone_is_not_told_to_be_restored(mail):
    made = gone()
    sealed = world.served_notice("michat: bunga_77", category=world.CHILD, at=AT + 3 * HOUR)
    found = decided(filed(made.number, at=AT + 4 * HOUR)[0], at=AT + 4 * HOUR)
    assert found.restoration.items.get().is_withheld
    send(AT + 5 * HOUR)
    letters = [m for m in mail.to("abuse@michat.example") if found.restoration.number in str(m)]
    assert letters == []
    assert sealed.state == Notice.State.SERVED
    assert found in seeing.visible_to(world.ayu())


def test_every_step_stands_in_the_record_of_appeal_and_case():
    made = world.served_notice()
    found = decided(filed(made.number)[0])
    kinds = ["appeal.filed", "appeal.placed", "appeal.taken", "appeal.upheld"]
    events = Event.objects.filter(kind__startswith="appeal.").order_by("id")
    here = events.filter(thread=f"appeal:{found.pk}").values_list("kind", flat=True)
    assert list(here) == kinds
    case = events.filter(thread=Case.objects.get().thread).values_list("kind", flat=True)
    assert list(case) == kinds[1:]
    assert "milik saya" not in str(list(events.values_list("data", flat=True)))


def test_it_may_be_reported_again_after_that():
    decided(filed(world.served_notice().number)[0])
    neighbour = world.warga(name="Wati", email="wati@warga.example")
    again = world.case("michat: bunga_77", reporter=neighbour, at=AT + 2 * HOUR)
    assert again.state == CaseState.NEW
    assert Case.objects.count() == 2
