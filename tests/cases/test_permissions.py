import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import decisions, notes, permissions
from cases.models import Case, CaseState
from cases.table import BY_VERB_AND_STATE, TABLE
from moderation_portal.models import User
from moderation_portal.roles import PUBLIC, SYSTEM, Actor, Role
from tests import world
from tests.world import AT, HOUR

SEES_ORDINARY = {
    Role.CASEWORKER,
    Role.SUPERVISOR,
    Role.DIRECTOR,
    Role.CHILD_PROTECTION,
    Role.AUDITOR,
    Role.CLEARED_AUDITOR,
}
SEES_SEALED = {Role.CHILD_PROTECTION, Role.CLEARED_AUDITOR}
CLEARABLE = SEES_SEALED | {Role.CASEWORKER, Role.SUPERVISOR, Role.DIRECTOR}
PEOPLE = [role for role in Role if role != Role.SYSTEM]


def an_actor(role, *, is_cleared=False, pk=1):
    """Somebody of this role who is in no table."""
    return Actor(role, "Somebody", pk=pk, is_cleared=is_cleared)


def a_case(state=CaseState.NEW, handling="ordinary", **facts):
    """A case that is in no table, in this state."""
    return Case(pk=7, state=state, handling=handling, opened_at=AT, **facts)


def both():
    """An ordinary and a sealed case."""
    return world.case(), world.child_case("michat: melati_12")


@pytest.mark.parametrize("nobody", [PUBLIC, SYSTEM, None, an_actor(Role.DIRECTOR), User()])
def test_cases_are_shown_to_nobody_who_has_not_signed_in(nobody):
    with pytest.raises(TypeError):
        permissions.visible_to(nobody)


@pytest.mark.django_db
@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("is_cleared", [False, True])
def test_each_role_sees_its_cases_and_no_others(role, is_cleared):
    ordinary, sealed = both()
    user = world.person("orang@komdigi.example", "Orang", role, is_cleared=is_cleared)
    expected = set()
    if role in SEES_ORDINARY:
        expected.add(ordinary.pk)
    if role in SEES_SEALED or (is_cleared and role in CLEARABLE):
        expected.add(sealed.pk)
    assert set(permissions.visible_to(user).values_list("pk", flat=True)) == expected


@pytest.mark.django_db
def test_somebody_who_has_left_sees_nothing():
    world.case()
    ayu = world.ayu()
    ayu.is_active = False
    assert not permissions.visible_to(ayu).exists()


@pytest.mark.django_db
def test_a_sealed_case_and_an_absent_one_are_refused_in_the_same_words():
    sealed = world.child_case()
    hidden = decisions.claim([sealed.pk], actor=world.ayu(), at=AT).refused[0]
    absent = decisions.claim([sealed.pk + 1000], actor=world.ayu(), at=AT).refused[0]
    assert (hidden.reason, hidden.error.detail) == (absent.reason, absent.error.detail)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.verb}-{row.sources[0]}")
@pytest.mark.parametrize("handling", ["ordinary", "sealed"])
def test_a_verb_is_for_the_roles_of_its_row_alone(row, handling):
    case = a_case(row.sources[0], handling, outcome=row.of_outcome or "")
    allowed = {
        role
        for role in Role
        if permissions.judge(an_actor(role, is_cleared=True), row.verb, case, None, at=AT)
    }
    assert allowed == row.roles_for(handling)


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.DIRECTOR])
def test_without_clearance_no_role_touches_a_sealed_case(role):
    for row in TABLE:
        case = a_case(row.sources[0], "sealed")
        verdict = permissions.judge(an_actor(role), row.verb, case, None, at=AT)
        assert verdict == permissions.Denied(permissions.not_found())


@pytest.mark.parametrize("state", CaseState)
def test_a_verb_is_refused_outside_the_states_of_its_rows(state):
    for verb in {row.verb for row in TABLE}:
        if (verb, state) in BY_VERB_AND_STATE:
            continue
        row = permissions.rows_of(verb)[0]
        handling = "ordinary" if row.roles else "sealed"
        actor = an_actor(next(iter(row.roles_for(handling))), is_cleared=True)
        verdict = permissions.judge(actor, verb, a_case(state, handling), None, at=AT)
        assert isinstance(verdict, permissions.TooLate)
        assert str(state.label) in verdict.reason


def test_a_word_that_is_no_verb_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        permissions.may(an_actor(Role.DIRECTOR), "burn", a_case())


@pytest.mark.django_db
def test_a_case_that_somebody_holds_is_theirs_and_the_supervisors():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    case.refresh_from_db()
    other = permissions.may(world.bima(), "dismiss", case, at=AT)
    assert "Ayu Lestari" in other.reason
    assert permissions.may(world.ayu(), "dismiss", case, at=AT)
    assert permissions.may(world.sri(), "dismiss", case, at=AT)


@pytest.mark.django_db
def test_a_claim_lapses_when_its_holder_does_nothing_for_the_policys_lease():
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    notes.note([case], text="Dilihat.", actor=world.ayu(), at=AT + HOUR / 3)
    case.refresh_from_db()
    assert not permissions.may(world.bima(), "claim", case, at=AT + HOUR * 0.8)
    assert not permissions.may(world.bima(), "claim", case)
    assert permissions.may(world.bima(), "claim", case, at=AT + HOUR)


@pytest.mark.django_db
def test_what_a_supervisor_assigned_does_not_lapse_before_it_is_begun():
    case = world.case()
    decisions.assign([case], owner=world.ayu(), actor=world.sri(), at=AT)
    case.refresh_from_db()
    assert not permissions.may(world.bima(), "claim", case, at=AT + 100 * HOUR)


@pytest.mark.django_db
def test_the_author_is_told_who_may_approve_instead():
    sri, dewi = world.sri(), world.dewi()
    case = world.upheld_case(by=sri)
    verdict = permissions.may(sri, "approve", case, at=AT)
    assert dewi.name in verdict.reason
    assert sri.name not in verdict.reason
    assert permissions.may(dewi, "approve", case, at=AT)


@pytest.mark.django_db
def test_only_the_cleared_are_named_as_approvers_of_a_sealed_case():
    sri, ratna = world.sri(), world.cleared_sri()
    case = world.upheld_case(by=world.citra(), category=world.CHILD)
    verdict = permissions.may(world.citra(), "approve", case, at=AT)
    assert ratna.name in verdict.reason
    assert sri.name not in verdict.reason


@pytest.mark.django_db
def test_a_page_offers_what_the_table_allows_now_with_reasons_for_the_rest():
    case = world.upheld_case()
    offers = {
        offer.transition.verb: offer.verdict for offer in permissions.verbs_for(world.ayu(), case)
    }
    assert set(offers) == {"assign", "note", "refer", "preserve", "approve", "send_back"}
    assert offers["note"]
    assert not offers["approve"]
    assert str(Role.SUPERVISOR.label) in offers["approve"].reason


@pytest.mark.django_db
def test_verbs_of_a_case_cost_two_statements_at_most():
    case = world.upheld_case()
    dewi = world.dewi()
    with CaptureQueriesContext(connection) as seen:
        permissions.verbs_for(dewi, case, at=AT)
    assert len(seen) <= 2
