"""What is similar to a case, and who is told."""

import pytest
from django.db import connection

from cases import decisions, merging, similar
from cases.models import Case
from cases.similar import Common
from moderation_portal.errors import Refused
from moderation_portal.models import Event
from reports.models import Evidence, Report
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
A, B = "michat: bunga_77", "michat: melati_12"
PHONE = "wa.me/6281234567890"


def compare(case, who=None, **told):
    who = who or world.sri()
    return similar.compare(case, actor=who, at=AT + HOUR, **told)


def ties(case, who=None):
    """Number of each similar case -> what it has in common."""
    return {
        match.case.pk: [tie.common for tie in match.ties] for match in compare(case, who).matches
    }


def dismissed(case):
    world.prepare(case, world.bima())
    decisions.dismiss([case], reason="Bukan.", actor=world.bima(), at=AT).insist()
    return case


def again(*accounts, at=AT + HOUR, **facts):
    """A case of accounts that were told of before."""
    who = world.warga(name="Wati", email=f"wati{at:%H}@warga.example")
    return world.case(*accounts, at=at, reporter=who, **facts)


def attach(case, name, sha256, original=""):
    report = Report.objects.filter(items__joining__target__case=case).first()
    return Evidence.objects.create(
        kind="screenshot", report=report, name=name, mime="image/png", size=9, sha256=sha256,
        original_sha256=original, path=f"{case.pk}/{name}", added_at=AT,
    )  # fmt: skip


def test_the_same_account_in_an_earlier_case_is_named():
    earlier = dismissed(world.case(A))
    assert ties(again(A)) == {earlier.pk: [Common.ACCOUNT]}


@pytest.mark.parametrize(
    ("other", "is_similar"),
    [
        ("michat: bunga_78", True),
        ("michat: bunga77", True),
        ("michat: real_bunga_77", True),
        ("michat: bunga_77_new", True),
        ("https://t.me/bunga_77", True),
        ("michat: bintang_5", False),
        ("michat: melati_77", False),
    ],
)
def test_a_handle_that_looks_alike_is_named_on_any_platform(other, is_similar):
    found = world.case(other)
    assert ties(world.case(A)) == ({found.pk: [Common.HANDLE]} if is_similar else {})


def test_the_same_telephone_number_is_named_on_any_platform_and_a_similar_one_is_not():
    case = world.case(PHONE)
    same = world.case("https://t.me/+6281234567890")
    world.case("wa.me/6281234567891")
    assert ties(case) == {same.pk: [Common.PHONE]}


def test_the_same_file_is_named_also_where_one_of_the_two_is_kept_as_it_came():
    case, same, locked, other = (
        world.case(f"michat: {name}_contoh") for name in ("satu", "kedua", "tiga", "empat")
    )
    attach(case, "a.png", "a" * 64, "b" * 64)
    attach(same, "b.png", "a" * 64, "c" * 64)
    attach(locked, "c.png", "b" * 64, "b" * 64)
    attach(other, "d.png", "d" * 64)
    assert ties(case) == {same.pk: [Common.FILE], locked.pk: [Common.FILE]}


def test_a_file_without_a_hash_of_its_original_is_like_no_other_such():
    case, other = world.case(A), world.case(B)
    attach(case, "a.png", "a" * 64)
    attach(other, "b.png", "b" * 64)
    assert ties(case) == {}


def test_what_was_merged_is_named_on_both_sides():
    case, host = world.case(B), world.case(A)
    merging.merge([case], into=host, actor=world.ayu(), at=AT).insist()
    assert ties(host) == {case.pk: [Common.MERGED]}
    assert ties(Case.objects.get(pk=case.pk)) == {host.pk: [Common.MERGED]}


def test_the_surest_link_comes_first_and_several_are_told_together():
    earlier = dismissed(world.case(A))
    near = world.case("michat: bunga_78")
    case = again(A)
    attach(earlier, "a.png", "a" * 64)
    attach(case, "b.png", "a" * 64)
    found = compare(case).matches
    assert [match.case.pk for match in found] == [earlier.pk, near.pk]
    assert [tie.common for tie in found[0].ties] == [Common.ACCOUNT, Common.FILE]


def test_of_each_kind_the_newest_few_are_named(monkeypatch):
    monkeypatch.setattr(similar, "MOST", 2)
    names = [dismissed(again(A, at=AT + hours * HOUR)).pk for hours in range(3)]
    assert set(ties(again(A, at=AT + 4 * HOUR))) == set(names[1:])


def test_handles_are_compared_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(similar, "HANDLES_AT_ONCE", 1)
    near = world.case("michat: melati_13")
    case = world.case(A, B)
    places = [compare(case, start=start) for start in (0, 1)]
    assert [found.has_more_handles for found in places] == [True, False]
    assert sum(m.case.pk == near.pk for found in places for m in found.matches) == 1


@pytest.mark.parametrize(
    "who",
    ["bima", "auditor", "cleared_auditor", "polisi", "lurah", "ngo", "rina", "steward", "drone"],
)
def test_who_does_not_work_on_the_case_compares_nothing(who):
    case = world.prepare(world.case(A), world.ayu())
    with pytest.raises(Refused):
        compare(case, getattr(world, who)())
    assert not Event.objects.filter(kind="case.compared").exists()


def test_a_caseworker_takes_the_case_first():
    case = world.case(A)
    with pytest.raises(Refused):
        compare(case, world.ayu())
    decisions.claim([case], actor=world.ayu(), at=AT).insist()
    assert compare(Case.objects.get(pk=case.pk), world.ayu()).matches == []


def test_every_look_is_recorded_with_its_purpose_and_what_was_found():
    earlier = dismissed(world.case(A))
    case = again(A)
    compare(case)
    event = Event.objects.get(kind="case.compared", thread=case.thread)
    assert event.data == {"purpose": "decide", "found": {"account": 1}}
    assert (event.actor_id, event.is_sealed) == (world.sri().pk, False)
    compare(Case.objects.get(pk=earlier.pk))
    followed = Event.objects.get(kind="case.compared", thread=earlier.thread)
    assert followed.data["purpose"] == "follow"


def test_what_is_sealed_is_named_to_the_cleared_alone_and_counted_in_no_open_record():
    case, sealed = world.case(A), world.child_case(A)
    assert ties(case) == {}
    assert ties(case, world.citra()) == {sealed.pk: [Common.ACCOUNT]}
    opened = Event.objects.filter(kind="case.compared", is_sealed=False).order_by("id")
    assert [event.data["found"] for event in opened] == [{}, {}]
    hidden = Event.objects.get(kind="case.compared", is_sealed=True)
    assert (hidden.thread, hidden.data["found"]) == (case.thread, {"account": 1})


def test_a_sealed_case_is_compared_by_the_cleared_and_all_of_it_is_sealed():
    case, sealed = world.case(A), world.child_case(A)
    with pytest.raises(Refused):
        compare(sealed)
    assert ties(sealed, world.citra()) == {case.pk: [Common.ACCOUNT]}
    assert Event.objects.get(kind="case.compared").is_sealed


def test_sealed_cases_take_nobodys_place(monkeypatch):
    monkeypatch.setattr(similar, "MOST", 1)
    near = world.case("michat: bunga_78")
    world.child_case("michat: bunga_77")
    world.child_case("michat: bunga_79")
    case = world.case("michat: bunga_77")
    assert ties(case) == {near.pk: [Common.HANDLE]}
    assert near.pk in ties(case, world.citra())


MANY = """
WITH made AS (
    INSERT INTO reports_reportedaccount
        (platform_id, kind, canonical, display, url, visibility, first_seen_at)
    SELECT platform_id, kind, md5(n::text), md5(n::text), '', visibility, first_seen_at
    FROM reports_reportedaccount, generate_series(1, 6000) n WHERE canonical = 'melati_12'
    RETURNING id
)
INSERT INTO cases_target
    (account_id, handling, case_id, visibility, state, report_count, checks_done)
SELECT id, 'ordinary', %s, '', 'standing', 1, 0 FROM made
"""
# All that the comparisons read: a plan goes by what is known of each, and of one that nobody has
# counted the planner knows what tests before this one have left.
COMPARED = ("cases_case", "cases_target", "cases_joining", "reports_report", "reports_reportitem")
COMPARED += ("reports_reportedaccount", "reports_evidence")


def test_each_comparison_finds_its_rows_by_an_index():
    case, other = world.case(A), world.case(B)
    values = {"case": case.pk, "into": None, "handlings": ["ordinary"], "most": 20, "start": 0}
    values["handles"] = list(case.targets.values_list("account_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(MANY, [other.pk])
        cursor.execute("SELECT gin_clean_pending_list('account_canonical_trgm')")
        cursor.execute(f"ANALYZE {', '.join(COMPARED)}")
        for common, statement in similar.STATEMENTS.items():
            cursor.execute(f"EXPLAIN {statement}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            for table in ("reports_reportedaccount", "cases_target"):
                assert f"Seq Scan on {table}" not in plan, (common, plan)
            assert common != Common.HANDLE or "account_canonical_trgm" in plan, plan
