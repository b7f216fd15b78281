"""The probe: when it looks, how often, and what it must never fetch."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases import checking, notices, probing, proofs, removal
from cases.models import Case, Notice, NoticeItem, Observation, Target
from moderation_portal import outbox, policy, tasks
from moderation_portal.celery import app
from moderation_portal.errors import Refused
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from platforms import probe
from reports.models import ReportedAccount
from tests import world
from tests.cases.at_once import at_once
from tests.cases.removal.doing import DAY, SPACING, Site, claim, ordered, see, states
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


# The probe


def closed_by_probe(site):
    made = ordered(site=site)
    claim(made, AT)
    Site.status = 404
    assert probing.check(AT) == 1
    assert probing.check(AT + SPACING) == 1
    assert states() == ("gone", "closed")
    return AT + SPACING


def test_the_probe_closes_what_it_finds_gone_twice(site):
    closed_by_probe(site)
    looks = Observation.objects.values_list("result", "method")
    assert list(looks) == [("gone", "probe")] * 2
    proof = Observation.objects.first().proof
    assert proof["status"] == 404
    assert "headers" not in proof, "of sexual matters only status and hash are kept"


def test_it_is_looked_at_again_after_an_hour_a_day_a_week_and_a_month(site):
    at = closed_by_probe(site)
    checks = policy.pack().limits_at(AT).checks
    assert [check / HOUR for check in checks] == [1, 24, 24 * 7, 24 * 30]
    for wait in checks:
        due = Target.objects.get().next_check_at
        assert due == at + wait
        assert probing.check(due - timedelta(seconds=1)) == 0
        assert probing.check(due) == 1
        at = due
    assert Target.objects.get().next_check_at is None
    assert probing.check(at + 365 * DAY) == 0


def test_all_looks_of_one_message_end_before_their_worker_is_killed():
    rounds = -(-probing.MOST_LOOKS // probing.LOOKS_AT_ONCE)
    longest = tasks.BEGINS_WITHIN + probing.WITHIN + timedelta(seconds=rounds * probe.SECONDS)
    assert longest < timedelta(seconds=app.conf.task_time_limit)


def test_a_recheck_that_finds_it_opens_the_case_again(site):
    at = closed_by_probe(site)
    Site.status = 200
    assert probing.check(at + HOUR) == 1
    assert states() == ("standing", "in_review")


def test_a_page_that_tells_nothing_is_looked_at_again_a_few_times(site):
    made = ordered(site=site)
    claim(made)
    Site.status = 403
    looks, at = 0, AT
    while (due := Target.objects.get().next_check_at) is not None:
        assert due >= at
        looks += probing.check(due)
        at = due
    assert looks == len(policy.pack().limits_at(AT).checks)
    assert states() == ("claimed", "ordered")


def test_where_nobody_told_who_can_see_it_a_public_address_is_looked_at(site):
    made = ordered(site=site)
    Target.objects.update(visibility="")
    claim(made)
    assert probing.check(AT) == 1


def test_silence_is_looked_at_when_it_falls_due(site):
    made = ordered(site=site)
    checking.schedule([Target.objects.get().pk], made.due_at)
    assert probing.check(made.due_at - HOUR) == 0
    assert probing.check(made.due_at) == 1


def test_an_idle_sweep_is_one_look_at_an_index(django_assert_num_queries):
    ordered()
    with django_assert_num_queries(3) as seen:
        assert probing.check(AT) == 0
    assert [q["sql"].split()[0] for q in seen.captured_queries] == [
        "SAVEPOINT",
        "SELECT",
        "RELEASE",
    ]


def test_a_crash_while_looking_leaves_it_due_again(site, monkeypatch):
    made = ordered(site=site)
    claim(made)

    def crash(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(probe, "look", crash)
        with pytest.raises(RuntimeError):
            probing.check(AT)
    assert probing.check(AT) == 0, "leased"
    assert probing.check(AT + probing.LEASE) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_look_at_each_account_once(site):
    made = ordered(*[f"reddit: u/kembang_{n}" for n in range(6)], site=site)
    claim(made)
    assert sum(at_once(*[lambda: probing.check(AT)] * 3)) == 6
    assert len(Site.visits) == 6


# Never fetched


def forbid(how):
    if how == "private target":
        Target.objects.update(visibility="private")
    elif how == "private account":
        ReportedAccount.objects.update(visibility="private")
    elif how == "shown nearby only":
        Target.objects.update(visibility="discoverable")
    elif how == "nobody told, nearby only by its address":
        Target.objects.update(visibility="")
        ReportedAccount.objects.update(visibility="discoverable")
    elif how == "no address":
        ReportedAccount.objects.update(url="")
    else:
        Case.objects.update(category="child_sexual")


@pytest.mark.parametrize(
    "how",
    [
        "private target",
        "private account",
        "shown nearby only",
        "nobody told, nearby only by its address",
        "no address",
        "child category",
    ],
)
def test_what_must_not_be_fetched_never_is(site, how):
    made = ordered(site=site)
    pk = Target.objects.get().pk
    forbid(how)
    Target.objects.update(next_check_at=AT)
    with pytest.raises(Refused):
        removal.observe([pk], "gone", actor=SYSTEM, method="probe", at=AT)
    assert probing.check(AT) == 0
    assert Site.visits == []
    assert not Observation.objects.exists()
    assert not Target.objects.exclude(next_check_at=None).exists()
    assert checking.schedule([pk], AT) == 0
    assert made.items.count() == 1


def test_what_a_sealed_case_knows_as_well_only_seems_probed(site):
    made = ordered(site=site)
    pk = Target.objects.get().pk
    sealed = world.child_case("reddit: u/kembang_1")
    claim(made)
    with pytest.raises(Refused):
        removal.observe([pk], "gone", actor=SYSTEM, method="probe", at=AT)
    assert probing.check(AT) == 0
    Target.objects.filter(case=sealed).update(state="gone")
    for _look in range(2):
        probing.check(Target.objects.get(pk=pk).next_check_at)
    assert Site.visits == []
    looks = Observation.objects.filter(target=pk).order_by("pk")
    assert list(looks.values_list("result", "method", "proof")) == [
        ("unclear", "probe", {}), ("gone", "probe", {}), ("gone", "probe", {}),
    ]  # fmt: skip
    assert Target.objects.get(pk=pk).state == "gone"


def proofs_seen(pk, who):
    looks = proofs.looks_at(Target.objects.get(pk=pk), who)
    return [(look.seen.result, bool(look.proof), look.is_kept_back) for look in looks]


def test_the_proof_of_a_look_that_may_be_missing_for_a_sealed_case_is_shown_to_the_cleared(site):
    made = ordered(site=site)
    pk = Target.objects.get().pk
    claim(made)
    for status in (200, 404):
        Site.status = status
        probing.check(Target.objects.get(pk=pk).next_check_at)
    assert proofs_seen(pk, world.ayu()) == [("gone", False, True), ("present", True, False)]
    assert proofs_seen(pk, world.citra()) == [("gone", True, False), ("present", True, False)]
    world.child_case("reddit: u/kembang_1")
    probing.check(Target.objects.get(pk=pk).next_check_at)
    assert proofs_seen(pk, world.ayu())[0] == ("unclear", False, True)


def test_the_page_of_looks_is_for_staff_who_see_the_case_and_its_accounts_alone(site, client):
    made = ordered(site=site)
    target = Target.objects.get()
    claim(made)
    probing.check(Target.objects.get(pk=target.pk).next_check_at)
    page = reverse("cases:looks", args=[target.case_id])
    other = world.child_case("michat: kuncup_1")
    hidden = reverse("cases:looks", args=[other.pk])
    strange = f"{page}?target={other.targets.get().pk}"
    officer = world.sign_in(client, world.ayu())
    assert b"SHA-256" in officer.get(page).content
    assert [officer.get(one).status_code for one in (hidden, strange)] == [404, 404]
    assert world.sign_in(client, world.auditor()).get(page).status_code == 403


def test_what_is_sealed_is_never_fetched(site):
    world.child_case("reddit: u/kembang_1")
    ReportedAccount.objects.update(url=site)
    Target.objects.update(visibility="public", next_check_at=AT)
    with pytest.raises(Refused):
        removal.observe([Target.objects.get().pk], "gone", actor=SYSTEM, method="probe", at=AT)
    assert probing.check(AT) == 0
    assert Site.visits == []


def test_where_a_child_may_be_shown_the_platforms_word_and_a_persons_do():
    world.michat()
    found = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    (pk,) = notices.gather(AT).issued
    made = Notice.objects.get(pk=pk)
    joko = world.cleared_joko()
    notices.open_in_portal(made, actor=joko, at=AT)
    see("gone", actor=world.citra(), note="hotline 42")
    assert states()[0] == "standing", "nobody confirmed yet"
    world.answer(made, "removed", at=AT + HOUR, actor=joko)
    assert Target.objects.get().next_check_at is None
    see("gone", AT + HOUR + timedelta(minutes=1), actor=world.citra(), note="hotline 43")
    assert states() == ("gone", "closed")
    assert Target.objects.get().next_check_at is None
    assert not Event.objects.filter(kind="target.observed", is_sealed=False).exists()


def test_the_pump_lets_the_probe_look(site):
    made = ordered(site=site)
    claim(made)
    outbox.enqueue("removal.check", {}, lane="bulk", at=AT)
    outbox.drain("bulk", at=AT)
    assert Site.visits == ["/kembang_1"]
    assert NoticeItem.objects.get().verified_at is None


# Politely


def test_accounts_of_one_host_wait_for_their_turn(site, settings):
    settings.PROBE_GAP_SECONDS = 60
    claim(ordered(*[f"reddit: u/kembang_{n}" for n in range(3)], site=site))
    assert probing.check(AT) == 1
    assert len(Site.visits) == 1
    later = set(Target.objects.values_list("next_check_at", flat=True))
    assert later == {AT + SPACING, AT + timedelta(minutes=1)}
    assert probing.check(AT + timedelta(seconds=59)) == 0
    assert probing.check(AT + timedelta(minutes=1)) == 1
    assert len(Site.visits) == 2
    assert Observation.objects.count() == 2


def test_what_only_seems_probed_takes_its_turn_like_the_others(site, settings):
    settings.PROBE_GAP_SECONDS = 60
    ordered(*[f"reddit: u/kembang_{n}" for n in range(2)], site=site)
    world.child_case("reddit: u/kembang_1")
    mine = Target.objects.filter(handling="ordinary").order_by("pk")
    mine.update(next_check_at=AT)
    first, second = mine.values_list("pk", flat=True)
    assert probing.check(AT) == 1
    assert Target.objects.get(pk=second).next_check_at == AT + timedelta(minutes=1)
    assert not Observation.objects.exclude(target=first).exists()


def test_a_host_that_is_down_is_not_asked_for_its_other_accounts(site, settings):
    settings.PROBE_GAP_SECONDS = 0
    claim(ordered(*[f"reddit: u/kembang_{n}" for n in range(2)], site=site))
    Site.status = 503
    probing.check(AT)
    asked = len(Site.visits)
    Target.objects.update(next_check_at=AT + timedelta(seconds=30))
    assert probing.check(AT + timedelta(seconds=30)) == 0
    assert len(Site.visits) == asked
