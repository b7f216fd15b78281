"""One verb on all that a search holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import decisions, many
from cases.models import Case
from moderation_portal import jobs
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Job, JobRow, User
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
OPEN = "view=open"


def cases(count):
    return [world.case(f"michat: bunga_{n}") for n in range(count)]


def do(query, seen, *, by=None, name="claim", said=None, at=AT + HOUR):
    return many.do(name, query, seen, said or {}, actor=by or world.ayu(), at=at)


def finish(job):
    for _step in range(10):
        job = jobs.step_once(job.pk, at=AT + HOUR)
        if job.state not in jobs.GOING:
            return job
    raise AssertionError("it did not end")


def test_when_the_number_has_changed_nothing_is_done():
    cases(2)
    with pytest.raises(Conflict) as said:
        do(OPEN, 1)
    assert said.value.detail == {"now": 2}
    assert not Case.objects.exclude(owner=None).exists()


def test_the_very_cases_that_were_counted_are_taken():
    cases(2)
    with CaptureQueriesContext(connection) as asked:
        do(OPEN, 2)
    reads = [one["sql"] for one in asked if '"cases_case"."state" = \'closed\'' in one["sql"]]
    assert len(reads) == 1, "what is asked twice may be answered otherwise"


def test_more_than_the_most_is_refused(monkeypatch):
    monkeypatch.setattr(many, "MOST", 1)
    cases(2)
    with pytest.raises(Invalid):
        do(OPEN, 2)


def test_sealed_cases_are_neither_counted_nor_touched_for_others():
    sealed = world.child_case("michat: melati_12")
    (plain,) = cases(1)
    assert do(OPEN, 1).done == [plain.pk]
    sealed.refresh_from_db()
    assert sealed.owner is None


def test_each_case_hears_what_came_of_it():
    free, taken = cases(2)
    decisions.claim([taken], actor=world.bima(), at=AT + HOUR)
    result = do(OPEN, 2)
    assert (result.done, [one.id for one in result.skipped]) == ([free.pk], [taken.pk])


def test_more_than_go_at_once_are_done_by_a_job_of_the_same_person(monkeypatch):
    monkeypatch.setattr(many, "AT_ONCE", 2)
    found = cases(5)
    decisions.claim([found[3]], actor=world.bima(), at=AT + HOUR)
    job = do("view=open", 5, name="assign", said={"owner": world.ayu()}, by=world.sri())
    assert isinstance(job, Job)
    job = finish(job)
    assert (job.state, job.done, job.skipped, job.refused) == ("finished", 5, 0, 0)
    assert set(Case.objects.values_list("owner__name", flat=True)) == {"Ayu Lestari"}


def test_a_job_keeps_to_the_cases_that_were_there_and_says_of_each_why_not(monkeypatch):
    monkeypatch.setattr(many, "AT_ONCE", 2)
    found = cases(4)
    decisions.claim([found[1]], actor=world.bima(), at=AT + HOUR)
    job = do(OPEN, 4)
    later = world.case("michat: melati_9", at=AT + 2 * HOUR)
    job = finish(job)
    assert (job.done, job.skipped, job.total) == (3, 1, 4)
    row = JobRow.objects.get()
    assert (row.row, row.outcome) == (found[1].pk, "skipped")
    assert "Bima Saputra" in row.problem["message"]
    later.refresh_from_db()
    assert later.owner is None


def test_a_job_does_nothing_for_somebody_who_has_left(monkeypatch):
    monkeypatch.setattr(many, "AT_ONCE", 1)
    cases(2)
    job = do(OPEN, 2)
    User.objects.filter(pk=world.ayu().pk).update(is_active=False)
    assert finish(job).done == 0
    assert not Case.objects.exclude(owner=None).exists()
