"""The life of a claim, looked at by the probe on platforms that are played by a real process."""

from datetime import timedelta

import pytest

from cases import probing
from cases.models import NoticeItem, Observation, Target
from moderation_portal import policy
from platforms import probe
from platforms.simulator.accounts import State
from reports.models import ReportedAccount
from tests import world
from tests.cases.removal.doing import DAY, SPACING, claim, ordered, states
from tests.simulated import simulator, simulator_process
from tests.world import AT, HOUR

__all__ = ["simulator", "simulator_process"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def account(request, simulator) -> str:
    """The address of an account that no other test knows of."""
    return f"https://www.reddit.com/user/{request.node.name.partition('[')[0][-40:]}"


def claimed(account, code="removed", at=AT):
    """An order for this account that the platform claims to have followed."""
    made = ordered()
    ReportedAccount.objects.update(url=account)
    if code == "removed":
        claim(made, at)
    else:
        world.answer(made, code, at=at, actor=world.representative(
            world.person("abuse@reddit.example", "Abuse", "responder"), made.platform, "responder"
        ))  # fmt: skip
    Target.objects.update(next_check_at=at)
    return made


def looks():
    return list(Observation.objects.order_by("pk").values_list("result", flat=True))


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("present", "present"), ("removed", "gone"), ("deleted", "gone"), ("missing", "gone"),
        ("suspended", "gone"), ("geo_blocked", "geo_blocked"), ("geo_page", "geo_blocked"),
        ("login_redirect", "login_walled"), ("login_page", "login_walled"),
        ("rate_limited", "unclear"), ("broken", "unclear"),
    ],
)  # fmt: skip
def test_each_page_is_told_for_what_it_is(simulator, state, seen):
    account = f"https://www.reddit.com/user/told_{state}"
    simulator.steer(account=account, state=state)
    sight = probe.look(account, is_sexual=False, at=AT, signs=probe.signs_of("reddit"))
    assert sight.result == seen
    assert {"status", "final_url", "text_sha256", "at", "vantage"} <= sight.proof.keys()
    assert (sight.wait == timedelta(seconds=120)) == (state == State.RATE_LIMITED)


def test_a_page_without_an_end_is_left(simulator, monkeypatch):
    account = "https://www.reddit.com/user/without_an_end"
    simulator.steer(account=account, state="slow")
    monkeypatch.setattr(probe, "SECONDS", 0.3)
    sight = probe.look(account, is_sexual=False, at=AT)
    assert (sight.result, sight.is_trouble) == ("unclear", True)


def test_the_visitor_says_who_it_is_and_where_to_write(simulator, account, settings):
    probe.look(account, is_sexual=False, at=AT)
    (visit,) = simulator.visits(account.removeprefix("https://www."))
    assert settings.BASE_URL in visit["agent"]
    assert "@" in visit["agent"]


def test_a_true_claim_closes_after_two_looks_that_are_spaced(simulator, account):
    simulator.steer(account=account, state="removed")
    claimed(account)
    assert probing.check(AT) == 1
    assert states() == ("claimed", "ordered")
    assert probing.check(AT + SPACING - timedelta(seconds=1)) == 0
    assert probing.check(AT + SPACING) == 1
    assert states() == ("gone", "closed")
    assert NoticeItem.objects.get().verified_at == AT + SPACING


@pytest.mark.parametrize("check", range(4))
def test_what_is_there_again_at_any_recheck_opens_the_case_again(simulator, account, check):
    simulator.steer(account=account, state="removed")
    claimed(account)
    probing.check(AT)
    probing.check(AT + SPACING)
    for place in range(check + 1):
        assert states() == ("gone", "closed")
        due = Target.objects.get().next_check_at
        assert due is not None
        simulator.steer(account=account, state="present" if place == check else "removed")
        assert probing.check(due) == 1
    assert states() == ("standing", "in_review")


def test_one_that_flaps_is_never_closed(simulator, account):
    """It is there, gone, there, gone: no two looks in a row find it gone."""
    simulator.steer(account=account, state="flapping")
    claimed(account)
    for hours in range(6):
        Target.objects.update(next_check_at=AT + hours * HOUR)
        probing.check(AT + hours * HOUR)
    assert {"present", "gone"} == set(looks())
    assert states()[0] != "gone"


@pytest.mark.parametrize("state", ["login_page", "login_redirect", "rate_limited", "broken"])
def test_a_wall_and_a_fault_never_count_as_gone(simulator, account, state):
    simulator.steer(account=account, state=state)
    claimed(account)
    for days in range(8):
        probing.check(AT + days * 8 * DAY)
    assert len(looks()) == len(policy.pack().limits_at(AT).checks)
    assert states() == ("claimed", "ordered")


def test_withheld_here_is_not_gone_where_removal_was_claimed(simulator, account):
    simulator.steer(account=account, state="geo_blocked")
    claimed(account)
    probing.check(AT)
    probing.check(AT + DAY)
    assert set(looks()) == {"geo_blocked"}
    assert states() == ("claimed", "ordered")


def test_withheld_here_is_what_was_said_where_it_was_said(simulator, account):
    simulator.steer(account=account, state="geo_blocked")
    claimed(account, "restricted")
    probing.check(AT)
    assert states() == ("claimed", "ordered")
    probing.check(AT + SPACING)
    assert states() == ("gone", "closed")


def test_a_reupload_under_another_handle_leaves_the_first_gone(simulator, account):
    simulator.steer(account=account, returns_as="again_and_again")
    again = account.rpartition("/")[0] + "/again_and_again"
    seen = [probe.look(one, is_sexual=False, at=AT).result for one in (account, again)]
    assert seen == ["gone", "present"]


def test_patience_that_was_asked_for_is_kept(simulator, account):
    simulator.steer(account=account, state="rate_limited")
    claimed(account)
    probing.check(AT)
    Target.objects.update(next_check_at=AT + timedelta(seconds=90))
    assert probing.check(AT + timedelta(seconds=90)) == 0
    due = Target.objects.get().next_check_at
    assert due == AT + timedelta(seconds=120)
    assert probing.check(due) == 1


def test_only_this_machine_steers_the_simulator(simulator):
    request = probe.http.client.HTTPConnection(simulator.url.removeprefix("http://"))
    request.request("GET", "/_control", headers={"Host": "attacker.example"})
    assert request.getresponse().status == 403
