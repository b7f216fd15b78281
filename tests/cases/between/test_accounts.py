"""The accounts of a case: narrowed, turned over, ticked."""

import re

import pytest

from cases import removal
from cases.models import Case, Target
from tests import world
from tests.cases.pages.browsing import text, url
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
NAMES = ("satu", "dua", "tiga", "empat", "lima", "enam")


def many():
    return world.served_notice(*(f"michat: {name}_contoh" for name in NAMES))


def target(name):
    return Target.objects.get(account__display=f"@{name}_contoh")


def shown(page):
    """The accounts that a page lists."""
    part = page[page.index("targets-head") :].partition("</table>")[0]
    return re.findall(r'<th role="rowheader" scope="row"><bdi class="address">@(\w+)_contoh', part)


def read(browser, query=""):
    return text(browser.get(f"{url('case', Case.objects.get().pk)}?{query}"))


def test_the_accounts_are_narrowed_by_what_stands_in_the_address(desk):
    notice = many()
    item = notice.items.get(target=target("dua"))
    given = [world.answers.Given(item.pk, "refused", reason="Tidak.")]
    world.answers.take(notice, given, actor=world.rina(), channel="portal", at=AT + HOUR)
    removal.observe([target("tiga").pk], "gone", actor=world.ayu(), method="person", at=AT + HOUR)
    browser = desk(world.sri)
    assert sorted(shown(read(browser))) == sorted(NAMES)
    for query, names in {
        "account-state=refused": ["dua"],
        "account-said=refused": ["dua"],
        "account-seen=gone": ["tiga"],
        "account-text=LIMA": ["lima"],
        "account-text=contoh&account-state=refused": ["dua"],
    }.items():
        assert shown(read(browser, query)) == names, query
    assert len(shown(read(browser, "account-said=none"))) == len(NAMES) - 1
    assert len(shown(read(browser, "account-seen=none"))) == len(NAMES) - 1
    assert len(shown(read(browser, "account-state=zzz"))) == len(NAMES), "no such filter"


def test_a_filter_that_nothing_meets_says_so_and_leaves_the_counts(desk):
    many()
    page = read(desk(world.sri), "account-text=zzz")
    assert "No account of this case is like that" in page
    assert "0 of 6 gone" in page


def test_what_was_disputed_can_be_weighed_also_from_a_page_that_does_not_show_it(desk):
    notice = many()
    given = [world.answers.Given(notice.items.get(target=target("dua")).pk, "refused", reason="T.")]
    world.answers.take(notice, given, actor=world.rina(), channel="portal", at=AT + HOUR)
    assert url("weigh", Case.objects.get().pk) in read(desk(world.bima), "account-text=lima")


def test_a_case_of_few_accounts_has_no_filter(desk):
    world.case("michat: satu_contoh")
    assert "account-filter" not in read(desk(world.sri))


def test_the_pages_of_accounts_keep_the_view_and_the_filter(desk, monkeypatch):
    many()
    monkeypatch.setattr("cases.views.account_page.TARGETS_A_PAGE", 2)
    browser = desk(world.sri)
    query, names = "view=open&account-text=contoh", []
    for _page in range(9):
        page = read(browser, query)
        names += shown(page)
        onward = re.search(r'rel="next" href="\?([^"]+)"', page)
        if onward is None:
            break
        query = onward[1].replace("&amp;", "&")
        assert "view=open" in query
        assert "account-text=contoh" in query
    assert sorted(names) == sorted(NAMES)
    assert 'rel="prev" href="?' in page


def test_the_filter_of_one_case_does_not_go_along_to_the_next(desk):
    world.case("michat: satu_contoh")
    world.case("michat: dua_contoh", at=AT + HOUR)
    first = Case.objects.order_by("pk")[0]
    page = text(desk(world.sri).get(f"{url('case', first.pk)}?view=open&account-text=satu"))
    (onward,) = re.findall(r'id="case-next" href="([^"]+)"', page)
    assert "account" not in onward


def test_ticked_accounts_are_looked_at_and_the_filter_is_there_again_afterwards(desk):
    many()
    browser, case = desk(world.ayu), Case.objects.get()
    ids = [target(name).pk for name in ("satu", "dua")]
    page = read(browser, "view=open&account-text=contoh")
    form = page[page.index(f'action="{url("observe", case.pk)}"') :].partition("</form>")[0]
    assert 'name="account-text" value="contoh"' in form
    assert 'name="view" value="open"' in form
    address = f"{url('observe', case.pk)}?view=open&account-text=contoh"
    query = "".join(f"&target={pk}" for pk in ids)
    review = text(browser.get(address + query))
    assert "@satu_contoh" in review
    assert "@tiga_contoh" not in review
    said = {"target": ids, "result": "present", "note": "Dibuka tanpa masuk."}
    done = browser.post(address + query, said)
    assert "account-text=contoh" in done.url
    assert "target=" not in done.url
    assert Target.objects.filter(observations__result="present").count() == 2


def test_accounts_are_ticked_only_by_who_may_do_something_to_several(desk):
    many()
    assert 'name="target"' in read(desk(world.ayu))
    assert 'name="target"' not in read(desk(world.auditor))
    Case.objects.update(state="awaiting_approval")
    assert 'name="target"' not in read(desk(world.ayu))
