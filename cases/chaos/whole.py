"""All or nothing, once or not at all: what happens at one moment in several places."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import Error, connection

from cases import answers, decisions, ladder, notices
from cases.models import Case, CaseState, Notice, NoticeItem, Target, TargetState, Urgency
from moderation_portal import clock, outbox
from moderation_portal.models import Event, Lane
from reports.models import ReportItem

from . import copying
from .machines import DATABASE, PUMP, until
from .outages import Caller
from .play import PATIENCE, Broken, Play, patiently, reconnect
from .scene import address

AT_ONCE = 100
CHANNELS = ("portal", "link", "api", "reply")
BY_MAIL = ("link", "reply")
SILENT_FOR = timedelta(hours=25)
ASSIGNED = "case.assigned"
# So many accounts whose time is over, and looks at them besides those of the pumps.
OVERDUE, LOOKS = 9, 5


def crash_in_bulk(play: Play) -> str:
    """The database ends while one action moves a thousand cases: all are moved, or none is."""
    ids, moved = _untouched(play.size.cases), 0
    size = len(ids)
    for owner in play.scene.people.holders:
        running = play.aside(partial(_assign, play, ids, owner))
        time.sleep(play.chance.uniform(0.0, 1.5))
        play.machines.kill(DATABASE)
        running.result(PATIENCE)
        reconnect()
        found, told = patiently(partial(_moved, ids, owner))
        if found not in (0, size) or told != found:
            raise Broken(f"{found} of {size} cases were moved, and {told} events say so")
        moved += found == size
    crashes = len(play.scene.people.holders)
    return f"{crashes} crashes over {size:,} cases: {moved} × all, {crashes - moved} × none"


def _untouched(most: int) -> list[int]:
    free = Case.objects.filter(state=CaseState.NEW, handling="ordinary", owner=None)
    enough = until(lambda: patiently(lambda: free[:most].count()) >= most, PATIENCE)
    if not enough:
        raise Broken("the reports that came in have not become cases")
    return list(free.order_by("pk").values_list("pk", flat=True)[:most])


def _assign(play: Play, ids: list[int], owner: Any) -> None:
    try:
        decisions.assign(ids, owner=owner, actor=play.scene.people.approver, at=clock.now())
    except Error:
        connection.close()


def _moved(ids: list[int], owner: Any) -> tuple[int, int]:
    threads = [f"case:{pk}" for pk in ids]
    told = Event.objects.filter(thread__in=threads, kind=ASSIGNED, data__owner=owner.pk)
    return Case.objects.filter(pk__in=ids, owner=owner).count(), told.count()


def same_call(play: Play) -> str:
    """One machine sends the same call a hundred times at once: it is taken once, and another body
    under its key is refused."""
    caller = Caller(play.stage.base_url, play.scene.people.author)
    until(lambda: play.machines.is_ready("web"), PATIENCE)
    account = "https://x.com/seratus_kali"
    with ThreadPoolExecutor(max_workers=AT_ONCE) as machines:
        sent = [machines.submit(caller.report, account, key="one") for _ in range(AT_ONCE)]
        statuses = [one.result(PATIENCE) for one in sent]
    known = ReportItem.objects.filter(account__canonical="seratus_kali").count()
    other = caller.report("https://x.com/lain", key="one")
    wrong = set(statuses) - {HTTPStatus.OK, HTTPStatus.CONFLICT}
    if known != 1 or wrong or other != HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Broken(f"{known} reports; answers {sorted(set(statuses))}, another body {other}")
    waited = statuses.count(HTTPStatus.CONFLICT)
    return f"{AT_ONCE} calls at once: 1 report, {waited} told to wait; another body refused"


def many_pumps(play: Play) -> str:
    """Several pumps, and more besides, look at orders whose time is over: each account is warned
    of once."""
    order = _order(play)
    accounts = [_due(play, order, clock.now()).target_id for _ in range(OVERDUE)]
    drafts = NoticeItem.objects.filter(target__in=accounts, notice__rung="warning_1")
    for _ in range(LOOKS):
        outbox.enqueue("ladder.climb", {}, lane=Lane.INTERNAL, at=clock.now())
    if not until(lambda: drafts.count() >= len(accounts), PATIENCE):
        raise Broken("nobody drafted the warnings that are due")
    until(lambda: False, 5)  # for whoever would draft them again
    twice = drafts.count() - len(accounts)
    if twice:
        raise Broken(f"{twice} accounts are in two warnings")
    return f"{len(play.machines.names(PUMP))} pumps: {len(accounts)} accounts, each warned of once"


def races(play: Play) -> str:
    """At the very deadline a platform answers and the ladder climbs: one of them, never both."""
    first = dict.fromkeys(CHANNELS, 0)
    order = _order(play)
    for turn in range(play.size.races):
        channel = CHANNELS[turn % len(CHANNELS)]
        at = clock.now()
        item = _due(play, order, at)
        calls: list[Callable[[], Any]] = [
            partial(_answer, play, item, channel, at),
            partial(ladder.climb, at),
        ]
        play.chance.shuffle(calls)
        for running in [play.aside(call) for call in calls]:
            running.result(PATIENCE)
        first[channel] += _who_was_first(item)
    told = ", ".join(f"{channel} {count}" for channel, count in first.items())
    return f"{play.size.races} races: 0 both, 0 neither; the ladder was first by {told}"


def _order(play: Play) -> Notice:
    """The ordinary one for the platform whose representative is in the play."""
    ordinary = (one for one in play.scene.orders if one.urgency == Urgency.ORDINARY)
    return next(one for one in ordinary if one.platform.slug == "michat")


def _due(play: Play, order: Notice, at: datetime) -> NoticeItem:
    """The account of an order whose time is over at this instant."""
    began = at - SILENT_FOR
    copying.post([order], 1, at=began)
    notice = Notice.objects.filter(issued_at=began).get()
    notices.open_in_portal(notice, actor=play.scene.people.representative, at=began)
    item = notice.items.get()
    NoticeItem.objects.filter(pk=item.pk).update(step=4, next_step_at=at)
    return item


def _answer(play: Play, item: NoticeItem, channel: str, at: datetime) -> None:
    given = [answers.Given(item.pk, "removed")]
    actor, contact = play.scene.people.representative, None
    if channel in BY_MAIL:
        contact = item.notice.platform.contacts.get(address=address("michat"))
    answers.take(item.notice, given, actor=actor, channel=channel, at=at, contact=contact)


def _who_was_first(item: NoticeItem) -> bool:
    """Whether the ladder was; either way the answer stands and no warning is left."""
    item.refresh_from_db()
    target = Target.objects.get(pk=item.target_id)
    drafts = Notice.objects.filter(rung="warning_1", items__target=target)
    if target.state != TargetState.CLAIMED or item.next_step_at is not None:
        raise Broken("an answer was lost in the race")
    if drafts.count() > 1 or drafts.exclude(state=Notice.State.DISCARDED).exists():
        raise Broken("a warning stands for an account that was answered")
    return drafts.exists()
