"""What a page weighs when nothing of it is in the browser yet, and how often it asks."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import brotli
import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Page, Response, Route

from cases.models import Case
from moderation_portal.static_store import slim
from reports.models import ReporterKind
from tests import world

pytestmark = pytest.mark.browser
KB = 1024
FULL_PAGE = 50
FULL_CASE = 100


@dataclass
class Scales:
    """Weighs what a page fetches, as it goes over the wire: pages as they came, style and scripts
    as a deployment keeps them (`static_store`)."""

    requests: list[str] = field(default_factory=list)
    size: int = 0

    def weigh(self, answer: Response) -> None:
        """Adds one answer."""
        self.requests.append(answer.url)
        if django_settings.STATIC_URL in answer.url:
            self.size += stored(answer.url, answer.body())
        else:
            self.size += answer.request.sizes()["responseBodySize"]


def stored(name: str, content: bytes) -> int:
    """How many bytes of a file go over the wire."""
    return len(brotli.compress(slim(name, content)))


def weigh(page: Page, url: str) -> Scales:
    """Opens a page in a browser that has nothing of it yet."""
    answers: dict[str, Response] = {}  # what is fetched twice comes from the cache
    page.on("response", lambda answer: answers.setdefault(answer.url, answer))
    page.goto(url, wait_until="networkidle")
    scales = Scales()
    for answer in list(answers.values()):  # weighing one waits, and others may still come
        scales.weigh(answer)
    return scales


@pytest.fixture
def full(site) -> Case:
    """A full page of cases, one of them with a full page of accounts; an order that lists many."""
    for place in range(FULL_PAGE):
        world.case(f"michat: anggrek_{place}")
    accounts = (f"michat: melati_{place}" for place in range(FULL_CASE))
    ngo = replace(world.warga(), kind=ReporterKind.ORGANISATION)
    return world.case(*accounts, reporter=ngo, actor=world.ngo())


# One case a hundred thousand times: each with a name, an account and a due time of its own.
# The sequences are named, for a table that may hold sealed rows has two that belong to its ids.
CROWD = 100_000
ACCOUNTS = """
INSERT INTO reports_reportedaccount
SELECT made.* FROM reports_reportedaccount model, generate_series(1, %(size)s) n, LATERAL
    jsonb_populate_record(model, jsonb_build_object('canonical', 'crowd_' || n, 'id',
        nextval('reports_reportedaccount_id_seq'))) made
WHERE model.id = (SELECT account_id FROM cases_target WHERE case_id = %(model)s)
"""
OWN = [field.column for field in Case._meta.concrete_fields if not field.generated]
CASES = f"""
INSERT INTO cases_case ({", ".join(OWN)})
SELECT {", ".join(f"made.{column}" for column in OWN)}
FROM cases_case model, generate_series(1, %(size)s) n, LATERAL
    jsonb_populate_record(model, jsonb_build_object('title', 'crowd_' || n, 'id',
        nextval('cases_case_id_seq'),
        'due_at', model.due_at - n * interval '1 second')) made
WHERE model.id = %(model)s
"""
TARGETS = """
INSERT INTO cases_target
SELECT made.* FROM cases_target model, cases_case c
JOIN reports_reportedaccount a ON a.canonical = c.title, LATERAL
    jsonb_populate_record(model, jsonb_build_object('case_id', c.id, 'account_id', a.id, 'id',
        nextval('cases_target_id_seq'))) made
WHERE model.case_id = %(model)s AND c.title LIKE 'crowd%%'
"""


@pytest.fixture
def crowded(full) -> Case:
    """A hundred thousand cases besides, and what PostgreSQL's own housekeeper then does."""
    model = world.case("michat: bunga_77")
    with connection.cursor() as cursor:
        for statement in (ACCOUNTS, CASES, TARGETS):
            cursor.execute(statement, {"model": model.pk, "size": CROWD})
            assert cursor.rowcount == CROWD
            # The next statement joins what this one wrote: unseen, it would be walked over for
            # every row of the other.
            cursor.execute("ANALYZE")
    return full


def within(scales: Scales, *, kb: int, requests: int) -> None:
    """Fails where a page asks more of its reader than it may."""
    assert len(scales.requests) <= requests, scales.requests
    assert scales.size <= kb * KB, f"{scales.size / KB:.1f} KB"


def test_a_full_queue_keeps_its_budget(visit, full):
    reader = visit(world.ayu())
    scales = weigh(reader.page, reader.url + "/cases/")
    assert reader.page.locator("table.queue tbody tr").count() == FULL_PAGE
    within(scales, kb=40, requests=5)


def test_a_case_with_a_hundred_accounts_keeps_its_budget(visit, full):
    reader = visit(world.ayu())
    scales = weigh(reader.page, f"{reader.url}/cases/{full.pk}/")
    assert reader.page.locator("main").inner_text().count("melati_") >= FULL_CASE
    within(scales, kb=45, requests=5)


@pytest.mark.slow
def test_a_hundred_thousand_cases_weigh_no_more(
    visit, client, crowded, django_assert_max_num_queries
):
    world.sign_in(client, world.ayu())
    case = f"/cases/{crowded.pk}/"
    pages = ("/cases/", 10, 40), (case, 15, 45), ("/search/?q=crowd_77", 30, 40)
    for path, statements, kb in pages:
        assert client.get(path).status_code == 200  # a process reads some things once
        with django_assert_max_num_queries(statements):
            client.get(path)
        reader = visit(world.ayu())
        within(weigh(reader.page, reader.url + path), kb=kb, requests=5)


def test_the_public_form_keeps_its_budget(site, visit):
    reader = visit(width=390)
    within(weigh(reader.page, reader.url + "/id/lapor/"), kb=15, requests=4)


def test_the_platform_s_answer_keeps_its_budget(site, visit):
    notice = world.served_notice(*(f"michat: melati_{place}" for place in range(12)))
    reader = visit(world.rina(), width=390)
    within(weigh(reader.page, f"{reader.url}/cases/platform/{notice.pk}/"), kb=15, requests=4)


def test_slimmed_style_and_scripts_do_what_they_did(visit, full):
    reader = visit(world.ayu())
    reader.page.route("**/static/*.*s*", slimmed)
    page = reader.open("/cases/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tbody input:checked").count() == 1
    assert page.locator("tbody tr.is-ticked").count() == 1
    assert "1" in page.locator("[data-count]").inner_text()


def slimmed(route: Route) -> None:
    """Answers with a file as a deployment keeps it."""
    answer = route.fetch()
    route.fulfill(response=answer, body=slim(urlsplit(route.request.url).path, answer.body()))


def test_style_and_script_stay_small():
    sizes = {
        name: stored(name, (django_settings.BASE_DIR / "static" / name).read_bytes())
        for name in ("portal.css", "portal.js", "public.js")
    }
    assert sizes["portal.css"] <= 8 * KB
    assert sizes["portal.js"] <= 4 * KB
    assert sizes["public.js"] <= 2 * KB
