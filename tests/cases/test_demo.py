from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cases import notices
from cases.demo import cast, passing, story
from cases.management.commands.bench import throw_away_database
from cases.management.commands.demo import read_end
from cases.models import (
    Case,
    CaseOutcome,
    CaseState,
    CoordinationNote,
    Notice,
    Target,
    TargetState,
)
from moderation_portal import audit, clock, context, outbox, policy
from moderation_portal.models import Event, Lane, OutboxMessage
from moderation_portal.roles import CLEARED, Role
from platforms.models import Commitment, Statement
from reports.models import FormalRequest, Petition, Report
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def test_only_the_demo_is_erased_and_told(settings):
    world.report()
    with pytest.raises(CommandError, match="PORTAL_MODE=demo"):
        call_command("demo", "--anew")
    assert Report.objects.exists()


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T09:00", "09:00"])
def test_what_is_no_time_is_told(text):
    with pytest.raises(CommandError, match="Write it as"):
        read_end(text)


def test_the_story_does_not_end_in_the_future():
    with pytest.raises(CommandError, match="future"):
        read_end((clock.now() + HOUR).isoformat())


def test_a_time_without_a_zone_is_the_countrys():
    assert read_end("2026-03-01T09:00").isoformat() == "2026-03-01T09:00:00+07:00"


def test_time_goes_from_one_due_thing_to_the_next():
    assert passing.next_due(AT) == AT + passing.LONGEST_TURN
    outbox.enqueue("x", {}, lane=Lane.BULK, at=AT, due_at=AT + 2 * HOUR)
    outbox.enqueue("y", {}, lane=Lane.BULK, at=AT, due_at=AT)
    assert passing.next_due(AT) == AT + 2 * HOUR
    OutboxMessage.objects.filter(topic="x").update(state="dead")
    assert passing.next_due(AT) == AT + passing.LONGEST_TURN


def test_everybody_of_the_cast_is_offered_at_sign_in():
    kinds = {(role, facts.get("is_cleared", role in CLEARED)) for role, *_who, facts in cast.PEOPLE}
    assert kinds - {(Role.DETECTOR, False)} == set(context.DEMO_WALK), "a machine does not sign in"
    assert len(cast.sign_ins()) == len(kinds)


def test_the_sign_ins_are_listed_in_the_language_of_the_launcher(capsys, settings):
    settings.IS_DEMO = True
    call_command("demo", sign_ins=True)
    told = capsys.readouterr().out
    assert "caseworker " in told
    assert "petugas" not in told


def test_a_new_key_of_the_program_ends_the_one_before_it(capsys, settings):
    settings.IS_DEMO = True
    world.joko()
    answered = []
    for _time in range(2):
        call_command("demo", program_key=True)
        head = {"authorization": f"Bearer {capsys.readouterr().out.strip()}"}
        answered.append((head, Client().get("/api/v1/notices/", headers=head).status_code))
    assert [status for _head, status in answered] == [200, 200]
    assert Client().get("/api/v1/notices/", headers=answered[0][0]).status_code == 401


@pytest.mark.slow
def test_the_story_is_the_one_of_march_2021(mail):
    people = cast.gather(AT - story.LENGTH)
    told: list[str] = []
    story.play(people, AT, lambda what, at: told.append(what))
    assert told[-2].startswith("New report")
    assert told[-1].startswith("We see it gone, once")
    waiting = Target.objects.get(account__canonical="cempaka_contoh")
    assert waiting.gone_since <= AT - policy.pack().limits_at(AT).gone_spacing

    (promise,) = Commitment.objects.all()
    assert [clause.target_hours for clause in promise.clauses.all()] == [None]
    assert set(Statement.objects.values_list("kind", flat=True)) == {Statement.Kind.WARNING}
    said = set(CoordinationNote.objects.values_list("kind", flat=True))
    assert said == {CoordinationNote.Kind.MEETING, CoordinationNote.Kind.NO_REQUEST}
    assert Petition.objects.get().replied_at
    assert FormalRequest.objects.get().state == FormalRequest.State.SUBMITTED

    silent = Case.objects.filter(platform__slug="michat", state=CaseState.ORDERED).earliest("pk")
    ladder = Notice.objects.filter(items__target__case=silent).values_list("rung", "state")
    assert ("warning_1", Notice.State.DRAFTED) in ladder
    kept = Case.objects.get(platform__slug="x")
    assert (kept.state, kept.outcome) == (CaseState.CLOSED, CaseOutcome.GONE)
    answered = Case.objects.get(targets__account__canonical="melati_vip_contoh")
    states = set(answered.targets.values_list("state", flat=True))
    assert states == {TargetState.CLAIMED, TargetState.REFUSED}
    sealed = Notice.objects.filter(handling="sealed").order_by("drafted_at", "pk")
    assert [notice.rung for notice in sealed] == ["preservation", "order"]
    assert {notice.state for notice in sealed} <= {Notice.State.ISSUED, Notice.State.SERVED}
    assert not OutboxMessage.objects.filter(state="dead").exists()
    for case in Case.objects.all():
        told = Event.objects.filter(thread=case.thread).order_by("pk").values_list("kind", "at")
        assert told, case.number
        kinds = [kind for kind, _at in told]
        assert [at for _kind, at in told] == sorted(at for _kind, at in told), kinds
        if "case.ordered" in kinds:
            assert kinds.index("case.approved") < kinds.index("case.ordered")
    theirs = {name: notices.visible_to(people[name]) for name in ("joko", "nadia")}
    is_sealed = {name: seen.filter(handling="sealed").exists() for name, seen in theirs.items()}
    assert is_sealed == {"joko": False, "nadia": True}, "somebody can answer the sealed order"


@pytest.fixture
def demo(transactional_db, mail, settings, tmp_path):
    """The demo on an empty database of its own; gives what its command says."""
    settings.IS_DEMO = True
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SEAL_SHIP_DIR = str(tmp_path / "seals")

    def run(*words: str) -> list[str]:
        out = StringIO()
        call_command("demo", *words, stdout=out)
        return out.getvalue().splitlines()

    with throw_away_database():
        yield run


@pytest.mark.slow
def test_the_story_is_told_anew_on_a_shifted_clock(demo):
    first = demo("--aloud", "--ends", "2026-03-01T09:00")
    again = demo("--anew", "--aloud", "--ends", "2026-04-01T09:00")
    assert "is late by today's clock" in again.pop()
    assert first.pop().startswith("The story ended on")
    steps = [[line.split("  ")[1] for line in told] for told in (first, again)]
    assert steps[0] == steps[1]
    assert again[0].startswith("26 Mar 2026")
    assert Report.objects.earliest("received_at").received_at.month == 3, "the first is gone"
    assert audit.verify().ok, "no seal of the first telling is left to be missed"
    assert demo() == ["The demo is laid out already; `--anew` replays it."]
