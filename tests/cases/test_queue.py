import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cases import decisions, queue
from cases.models import Case
from moderation_portal.errors import Invalid
from reports.models import ReportedAccount
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
PAGE = "/cases/"


def shown(client, by, **query):
    """The text of the queue as this person sees it."""
    world.sign_in(client, by)
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers_in(text, *cases):
    """Of these cases, those that the text names, in the order in which it does."""
    places = {case.number: text.find(f">{case.number}</a>") for case in cases}
    return sorted((n for n, place in places.items() if place >= 0), key=places.get)


@pytest.mark.parametrize("key", ["x", "1", "1.2.3", "1.x", f"{'9' * 30}.1"])
def test_a_broken_key_is_refused(key):
    with pytest.raises(Invalid):
        queue.page(Case.objects.all(), after=key)


def test_a_sealed_case_is_neither_listed_nor_counted_for_others(client):
    ordinary, sealed = world.case("michat: bunga_77"), world.child_case("michat: melati_12")
    assert numbers_in(shown(client, world.ayu()), ordinary, sealed) == [ordinary.number]
    assert queue.counts(Case.objects.filter(handling="ordinary"), world.ayu(), at=AT)["open"] == 1
    both = numbers_in(shown(client, world.citra()), ordinary, sealed)
    assert both == [sealed.number, ordinary.number]


def test_what_people_wrote_is_shown_as_text(client):
    case = world.case("michat: bunga_77")
    Case.objects.filter(pk=case.pk).update(title='<script>alert("{pk}")</script>{clock}')
    world.ayu().__class__.objects.filter(pk=world.ayu().pk).update(name="<b>Ayu</b>{pk}")
    decisions.claim([case], actor=world.ayu(), at=AT)
    text = shown(client, world.ayu(), view="open", x='"><script>')
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(&quot;{pk}&quot;)&lt;/script&gt;{clock}" in text
    assert "<td" in text
    assert "&lt;b&gt;Ayu&lt;/b&gt;{pk}" in text
    assert '"><script>' not in text


def test_soonest_due_comes_first_page_after_page(client, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    late, later, last = (world.case(f"michat: bunga_{n}", at=AT + n * HOUR) for n in range(3))
    first = shown(client, world.ayu())
    assert numbers_in(first, late, later, last) == [late.number, later.number]
    following = shown(client, world.ayu(), after=queue.write_key(later))
    assert numbers_in(following, late, later, last) == [last.number]
    back = shown(client, world.ayu(), before=queue.write_key(last))
    assert numbers_in(back, late, later, last) == [late.number, later.number]


def listed(view: str) -> list[Case]:
    chosen = queue.view_of(view, world.sri())
    cases = chosen.within(Case.objects.all(), world.sri(), AT)
    return queue.page(cases, view=chosen).cases


def test_what_was_answered_stands_among_the_open_where_it_began_to_wait_for_a_look():
    made = world.served_notice("michat: bunga_1")
    answered = Case.objects.get()
    sooner, later = (world.case(f"michat: melati_{n}", at=AT - n * HOUR) for n in (23, 20))
    assert sooner.due_at < AT + 2 * HOUR < later.due_at < answered.due_at
    assert listed("open") == [sooner, later, answered]
    world.answer(made, "removed", at=AT + 2 * HOUR)
    assert listed("open") == [sooner, answered, later]
    assert queue.beside(Case.objects.all(), listed("open")[1]) == (sooner.pk, later.pk)


def test_of_what_was_answered_the_longest_waiting_comes_first():
    first, second = (world.served_notice(f"michat: bunga_{n}", at=AT + n * HOUR) for n in range(2))
    world.answer(second, "removed", at=AT + 2 * HOUR)
    world.answer(first, "removed", at=AT + 3 * HOUR)
    notices = {
        item.target.case: notice for notice in (first, second) for item in notice.items.all()
    }
    assert [notices[case] for case in listed("answered")] == [second, first]


def test_what_comes_back_to_the_desk_stands_at_our_own_promise_again():
    made = world.served_notice("michat: bunga_1")
    world.answer(made, "removed", at=AT + 2 * HOUR)
    Case.objects.update(state="in_review", due_at=AT + 9 * HOUR)
    assert Case.objects.get().queued_at == AT + 9 * HOUR


def test_a_filter_narrows_and_stays_chosen(client):
    case, other = world.case("michat: bunga_77"), world.case("https://instagram.com/melati.12")
    chosen = other.platform_id
    text = shown(client, world.ayu(), platform=chosen)
    assert numbers_in(text, case, other) == [other.number]
    assert f'<option value="{chosen}" selected>Instagram</option>' in text
    assert f"platform={chosen}" in text.split(f">{other.number}</a>")[0]


def test_a_view_holds_what_its_name_says(client):
    mine, other = world.case("michat: bunga_77"), world.case("michat: melati_12")
    decisions.claim([mine], actor=world.ayu(), at=AT)
    for view, expected in {"mine": [mine], "new": [other], "unassigned": [other]}.items():
        text = shown(client, world.ayu(), view=view)
        assert numbers_in(text, mine, other) == [case.number for case in expected]


def test_the_queue_takes_ten_statements_however_many_cases(client):
    for n in range(4):
        world.case(f"michat: bunga_{n}", "instagram.com/melati.12")
    shown(client, world.ayu())
    with CaptureQueriesContext(connection) as said:
        client.get(PAGE)
    assert len(said) <= 10
    assert ReportedAccount.objects.count() == 5


def test_a_view_that_nothing_can_meet_counts_nothing():
    world.case("michat: bunga_77")
    counts = queue.counts(Case.objects.none(), world.ayu(), at=AT)
    assert set(counts.values()) == {0}


def closed(account: str, hours: int) -> Case:
    case = world.prepare(world.case(account), world.ayu())
    when = AT + hours * HOUR
    decisions.dismiss([case.pk], reason="Satire.", actor=world.ayu(), at=when).insist()
    return case


def test_closed_cases_are_listed_newest_first_page_after_page(client, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    cases = [closed(f"michat: bunga_{n}", n) for n in range(3)]
    first, second, third = Case.objects.order_by("closed_at")
    world.case("michat: melati_12")
    here = shown(client, world.auditor(), view="closed")
    assert numbers_in(here, *cases) == [third.number, second.number]
    assert 'name="case"' not in here, "nothing is done to what is closed"
    key = queue.write_key(second, queue.view_of("closed", world.auditor()))
    assert numbers_in(shown(client, world.auditor(), view="closed", after=key), *cases) == [
        first.number
    ]
    key = queue.write_key(first, queue.view_of("closed", world.auditor()))
    assert numbers_in(shown(client, world.auditor(), view="closed", before=key), *cases) == [
        third.number,
        second.number,
    ]
    assert numbers_in(shown(client, world.ayu()), *cases) == []


def test_closed_cases_are_told_apart_by_their_outcome(client):
    case = closed("michat: bunga_1", 1)
    for outcome, expected in {"no_violation": [case.number], "gone": []}.items():
        text = shown(client, world.ayu(), view="closed", outcome=outcome)
        assert numbers_in(text, case) == expected


def test_a_sealed_case_that_is_closed_is_not_there_for_others(client):
    case = world.prepare(world.child_case("michat: melati_12"), world.citra())
    decisions.dismiss([case.pk], reason="Dewasa.", actor=world.citra(), at=AT).insist()
    assert numbers_in(shown(client, world.auditor(), view="closed"), case) == []
    assert numbers_in(shown(client, world.cleared_auditor(), view="closed"), case) == [case.number]


def test_who_only_reads_is_offered_nothing_to_do(client):
    world.case("michat: bunga_77")
    assert 'name="verb"' in shown(client, world.sri())
    assert 'name="verb"' not in shown(client, world.auditor())


@pytest.mark.parametrize(
    "odd", ["urgency=%00", "category=gone", f"team={'x' * 400}", f"platform={'9' * 40}", "owner=x"]
)
def test_a_filter_that_nothing_meets_shows_nothing_and_stays_chosen(client, odd):
    case = world.case()
    world.sign_in(client, world.ayu())
    answer = client.get(f"{PAGE}?view=open&{odd}")
    assert answer.status_code == 200
    assert case.number not in answer.content.decode()
    name, value = next(iter(QueryDict(odd).items()))
    options = {one["name"]: one["options"] for one in answer.context["selects"]}
    assert f'value="{value}" selected' in options[name]
    for page in ("/cases/bulk/", "/cases/next/", "/cases/searches/new/"):
        told = {"back": f"?view=open&{odd}", "verb": "claim", "scope": "all", "name": "Satu"}
        told |= {"query": f"view=open&{odd}"}
        assert client.post(page, told).status_code < 500
    case.refresh_from_db()
    assert case.owner is None


def test_cases_of_somebody_who_has_left_are_found_and_no_others(client):
    theirs, other = world.case("michat: bunga_77"), world.case("michat: melati_12")
    bima = world.bima()
    decisions.claim([theirs], actor=bima, at=AT).insist()
    bima.__class__.objects.filter(pk=bima.pk).update(is_active=False)
    text = shown(client, world.ayu(), view="open", owner=bima.pk)
    assert numbers_in(text, theirs, other) == [theirs.number]
