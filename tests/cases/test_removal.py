"""Is it gone? Seen twice and spaced; looked at again; never fetched where it must not be."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import answers, checking, notices, removal
from cases.models import Case, Notice, NoticeItem, Observation, Target
from moderation_portal import outbox, policy
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM, Actor, Role
from platforms import probe
from platforms.models import Contact
from reports.models import ReportedAccount, ReportItem
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
SPACING = policy.pack().limits.gone_spacing


class Site(BaseHTTPRequestHandler):
    """A platform's website on which accounts come and go."""

    status = 200
    visits: list[str] = []

    def do_GET(self):
        self.visits.append(self.path)
        self.send_response(type(self).status)
        self.end_headers()
        self.wfile.write(b"<h1>kembang</h1>")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    running = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def site(server, settings):
    """The website; every account of the test lives on it."""
    settings.PROBE_ALLOW_HOSTS = ["127.0.0.1"]
    Site.status, Site.visits = 200, []
    return f"http://127.0.0.1:{server.server_port}"


def ordered(*accounts, site=""):
    """A served notice; with `site`, of accounts whose pages the probe may open."""
    reddit = world.platform("reddit")
    Contact.objects.get_or_create(
        platform=reddit, channel="email", name="Abuse", address="abuse@reddit.example"
    )
    made = world.served_notice(*accounts or ("reddit: u/kembang_1",))
    Target.objects.update(visibility="public")
    ReportedAccount.objects.update(visibility="public")
    for account in ReportedAccount.objects.all() if site else ():
        account.url = f"{site}/{account.canonical}"
        account.save()
    return made


def claim(made, at=AT):
    """The platform says that everything is removed."""
    given = [answers.Given(item.pk, "removed") for item in made.items.all()]
    contact = made.platform.contacts.first()
    actor = Actor(Role.RESPONDER, contact.name)
    answers.take(made, given, actor=actor, channel="link", contact=contact, at=at)


def see(result, at=AT, *, target=None, actor=None, method="person", **facts):
    pk = (target or Target.objects.get()).pk
    return removal.observe([pk], result, actor=actor or world.ayu(), method=method, at=at, **facts)


def states():
    return Target.objects.get().state, Case.objects.get().state


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
    assert removal.check(AT + HOUR) == 1
    assert states()[0] == "claimed"
    assert removal.check(AT + HOUR + SPACING) == 1
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


# The probe


def closed_by_probe(site):
    made = ordered(site=site)
    claim(made, AT)
    Site.status = 404
    assert removal.check(AT) == 1
    assert removal.check(AT + SPACING) == 1
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
    checks = policy.pack().limits.checks
    assert [check / HOUR for check in checks] == [1, 24, 24 * 7, 24 * 30]
    for wait in checks:
        due = Target.objects.get().next_check_at
        assert due == at + wait
        assert removal.check(due - timedelta(seconds=1)) == 0
        assert removal.check(due) == 1
        at = due
    assert Target.objects.get().next_check_at is None
    assert removal.check(at + 365 * DAY) == 0


def test_a_recheck_that_finds_it_opens_the_case_again(site):
    at = closed_by_probe(site)
    Site.status = 200
    assert removal.check(at + HOUR) == 1
    assert states() == ("standing", "in_review")


def test_a_page_that_tells_nothing_is_looked_at_again_a_few_times(site):
    made = ordered(site=site)
    claim(made)
    Site.status = 403
    looks, at = 0, AT
    while (due := Target.objects.get().next_check_at) is not None:
        assert due >= at
        looks += removal.check(due)
        at = due
    assert looks == len(policy.pack().limits.checks)
    assert states() == ("claimed", "ordered")


def test_silence_is_looked_at_when_it_falls_due(site):
    made = ordered(site=site)
    checking.schedule([Target.objects.get().pk], made.due_at)
    assert removal.check(made.due_at - HOUR) == 0
    assert removal.check(made.due_at) == 1


def test_an_idle_sweep_is_one_look_at_an_index(django_assert_num_queries):
    ordered()
    with django_assert_num_queries(3) as seen:
        assert removal.check(AT) == 0
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
            removal.check(AT)
    assert removal.check(AT) == 0, "leased"
    assert removal.check(AT + removal.LEASE) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_look_at_each_account_once(site):
    made = ordered(*[f"reddit: u/kembang_{n}" for n in range(6)], site=site)
    claim(made)
    assert sum(at_once(*[lambda: removal.check(AT)] * 3)) == 6
    assert len(Site.visits) == 6


# Never fetched


def forbid(how):
    if how == "private target":
        Target.objects.update(visibility="private")
    elif how == "private account":
        ReportedAccount.objects.update(visibility="private")
    elif how == "shown nearby only":
        Target.objects.update(visibility="discoverable")
    elif how == "no address":
        ReportedAccount.objects.update(url="")
    elif how == "child category":
        Case.objects.update(category="child_sexual")
    else:
        world.child_case("reddit: u/kembang_1")


@pytest.mark.parametrize(
    "how",
    ["private target", "private account", "shown nearby only", "no address", "child category",
     "sealed twin"],
)  # fmt: skip
def test_what_must_not_be_fetched_never_is(site, how):
    made = ordered(site=site)
    pk = Target.objects.get().pk
    forbid(how)
    Target.objects.update(next_check_at=AT)
    with pytest.raises(Refused):
        removal.observe([pk], "gone", actor=SYSTEM, method="probe", at=AT)
    assert removal.check(AT) == 0
    assert Site.visits == []
    assert not Observation.objects.exists()
    assert not Target.objects.exclude(next_check_at=None).exists()
    assert checking.schedule([pk], AT) == 0
    assert made.items.count() == 1


def test_what_is_sealed_is_never_fetched(site):
    world.child_case("reddit: u/kembang_1")
    ReportedAccount.objects.update(url=site)
    Target.objects.update(visibility="public", next_check_at=AT)
    with pytest.raises(Refused):
        removal.observe([Target.objects.get().pk], "gone", actor=SYSTEM, method="probe", at=AT)
    assert removal.check(AT) == 0
    assert Site.visits == []


def test_where_a_child_may_be_shown_the_platforms_word_and_a_persons_do():
    world.michat()
    found = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    (pk,) = notices.gather(AT).issued
    made = Notice.objects.get(pk=pk)
    joko = world.joko()
    joko.is_cleared = True
    joko.save()
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
