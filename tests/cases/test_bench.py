from datetime import timedelta
from itertools import islice

import pytest
from django.core.management import CommandError, call_command

from cases.bench.figures import Figure, table
from cases.bench.tellings import tellings
from cases.bench.timing import Times
from cases.models import Case, Notice
from tests import world
from tests.world import AT


@pytest.mark.django_db
def test_it_fills_no_database_that_holds_reports():
    world.report()
    with pytest.raises(CommandError, match="empty"):
        call_command("bench", "--here", "--cases", "10")


def test_what_is_missed_is_said():
    late, early = Figure("a", "9 ms", 1.1, " × B", 1.0), Figure("b", "8 ms", 0.9, " × B", 1.0)
    few = Figure("c", "1 row/s", 0.3, " × COPY", 0.35, is_least=True)
    last_words = [line.split()[-1] for line in table([late, early, few]).splitlines()[2:]]
    assert last_words == ["MISSED", "met", "MISSED"]


def test_the_median_and_the_slowest_but_five_in_a_hundred():
    times = Times([n / 100 for n in range(100, 0, -1)])
    assert (times.median, times.p95) == (0.51, 0.96)


@pytest.mark.django_db
def test_the_same_seed_tells_the_same():
    ayu = world.ayu()
    first, again, other = (list(islice(tellings(ayu, at=AT, seed=n), 200)) for n in (1, 1, 2))
    assert first == again
    assert first != other
    assert all(AT - timedelta(days=15) < one.seen_at < AT for one in first)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_small_measurement_goes_through(capsys, settings):
    kept = settings.MEDIA_ROOT
    call_command("bench", "--here", "--cases", "300", "--runs", "1")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 16
    assert all(line.split()[-1] in ("met", "MISSED", "B") for line in lines[2:])
    assert Case.objects.count() >= 300
    assert Notice.objects.filter(state=Notice.State.SERVED).count() == 2
    assert kept == settings.MEDIA_ROOT
