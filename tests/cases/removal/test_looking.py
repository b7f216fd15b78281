"""Is it gone? Seen twice and spaced; what is there again opens its case again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import probing, removal
from cases.models import Case, Notice, Observation, Target
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import Event
from reports.models import ReportItem
from tests import world
from tests.cases.at_once import at_once
from tests.cases.removal.doing import DAY, SPACING, claim, ordered, see, states
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


# Who looks


def test_only_staff_and_the_probe_record_what_was_seen():
    ordered()
    for person in (world.rina(), world.lurah(), world.auditor(), world.polisi()):
        with pytest.raises(Refused):
            see("gone", actor=person)
    for bad in ({"result": "vanished"}, {"result": "gone", "method": "dream"}):
        with pytest.raises(Invalid):
            see(**bad)
    assert not Observation.objects.exists()


def test_who_is_not_cleared_records_nothing_of_a_sealed_account():
    world.child_case()
    with pytest.raises(Refused):
        see("gone", actor=world.sri())
    see("gone", actor=world.citra())


# Twice, and spaced


def test_one_look_closes_nothing():
    ordered()
    see("gone")
    assert states() == ("standing", "ordered")
    assert Target.objects.get().gone_since == AT


def test_two_looks_too_close_together_close_nothing():
    ordered()
    see("gone")
    see("gone", AT + SPACING - timedelta(seconds=1))
    assert states() == ("standing", "ordered")


def test_two_spaced_looks_close_the_account_and_the_case():
    made = ordered()
    see("gone")
    see("gone", AT + SPACING)
    assert states() == ("gone", "closed")
    found, item = Case.objects.get(), made.items.get()
    assert found.outcome == "gone"
    assert item.verified_at == AT + SPACING
    made.refresh_from_db()
    assert (made.state, item.next_step_at) == (Notice.State.SETTLED, None)
    assert ReportItem.objects.get().progress == ReportItem.Progress.REMOVED


def test_a_look_that_finds_it_in_between_starts_the_count_anew():
    ordered()
    see("gone")
    see("present", AT + SPACING / 2)
    see("gone", AT + SPACING)
    assert states() == ("standing", "ordered")


def test_the_case_stays_open_while_one_account_stands():
    ordered("reddit: u/kembang_1", "reddit: u/kembang_2")
    first, second = Target.objects.all()
    for at in (AT, AT + SPACING):
        see("gone", at, target=first)
    assert Case.objects.get().state == "ordered"
    for at in (AT + DAY, AT + DAY + SPACING):
        see("gone", at, target=second)
    assert Case.objects.get().state == "closed"


def test_what_many_accounts_need_next_is_written_in_the_statements_of_one(site):
    made = ordered(*[f"reddit: u/kembang_{n}" for n in range(6)], site=site)
    ids, bima = [item.target_id for item in made.items.order_by("pk")], world.bima()
    counts = []
    for batch in (ids[:1], ids[1:]):
        with CaptureQueriesContext(connection) as seen:
            removal.observe(batch, "gone", actor=bima, method="person", at=AT)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert set(Target.objects.values_list("next_check_at", flat=True)) == {AT + SPACING}


@pytest.mark.django_db(transaction=True)
def test_two_people_who_look_at_the_same_moment_are_not_two_spaced_looks():
    ordered()
    ayu, bima = world.ayu(), world.bima()
    at_once(lambda: see("gone", actor=ayu), lambda: see("gone", actor=bima))
    assert states() == ("standing", "ordered")
    assert Observation.objects.count() == 2


# Against the platform's word


def test_a_claim_that_a_person_finds_untrue_is_void_and_the_ladder_goes_on():
    made = ordered()
    claim(made, AT + HOUR)
    see("present", AT + 2 * HOUR)
    assert states() == ("standing", "ordered")
    assert made.items.get().next_step_at == AT + 12 * HOUR


def test_the_probe_gives_a_fresh_claim_time_to_spread(site):
    made = ordered(site=site)
    claim(made, AT + HOUR)
    assert probing.check(AT + HOUR) == 1
    assert states()[0] == "claimed"
    assert probing.check(AT + HOUR + SPACING) == 1
    assert states()[0] == "standing"


def test_what_is_there_again_opens_the_same_case_again():
    ordered()
    see("gone")
    see("gone", AT + SPACING)
    see("present", AT + 3 * DAY)
    assert states() == ("standing", "in_review")
    assert Case.objects.get().outcome == ""
    kinds = Event.objects.filter(thread=Case.objects.get().thread).values_list("kind", flat=True)
    assert {"target.reappeared", "case.reopened"} <= set(kinds)


def test_what_is_there_again_in_an_open_case_climbs_on():
    made = ordered("reddit: u/kembang_1", "reddit: u/kembang_2")
    first, _second = Target.objects.all()
    for at in (AT, AT + SPACING):
        see("gone", at, target=first)
    see("present", AT + 3 * HOUR, target=first)
    item = made.items.get(target=first)
    assert item.next_step_at == AT + 12 * HOUR
    assert Case.objects.get().state == "ordered"


def test_what_reappears_after_its_notice_was_settled_gets_a_new_one():
    world.michat()
    found = world.approved_case("reddit: u/kembang_1")
    ordered("reddit: u/kembang_2")
    one = Target.objects.get(case=found)
    Notice.objects.filter(items__target=one).update(state="settled")
    Target.objects.filter(pk=one.pk).update(state="gone")
    see("present", AT + DAY, target=one)
    one.refresh_from_db()
    assert (one.state, one.ready_at) == ("standing", AT + DAY)
