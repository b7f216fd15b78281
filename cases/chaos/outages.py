"""What happens while a server is away: nothing is lost, nobody is refused, and it goes on after."""

import json
import threading
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from cases.bench.visiting import sign_in
from moderation_portal import clock, tokens
from moderation_portal.models import User
from moderation_portal.roles import Role

from . import ledger
from .machines import BROKER, MAIL, until
from .play import PATIENCE, Broken, Play
from .scene import DEAF, address

PAGES = ("/id/lapor/", "/cases/?view=open", "/healthz")
API = "/api/v1/reports/"
POSTED = 40
SEEN_AT = "2026-03-17T09:00:00+07:00"
FINDING = {
    "tool": "play",
    "tool_version": "1",
    "rule": "judi",
    "rule_version": "1",
    "query": "judi",
    "public_access_proof": "Terlihat tanpa masuk.",
    "score": 0.9,
    "fetched_at": SEEN_AT,
}


class Caller:
    """Somebody with a browser, and a machine with a key, at the portal's own web server."""

    def __init__(self, base_url: str, person: User) -> None:
        there = urlsplit(base_url)
        self.host, self.port = there.hostname or "", there.port
        self.cookie = sign_in(person).cookie
        machine = User.objects.filter(role=Role.DETECTOR).first() or User.objects.create_user(
            "machine@bench.example", None, name="Machine", role=Role.DETECTOR
        )
        scopes = ("reports:write",)
        self.key = tokens.issue(machine, "play", scopes, at=clock.now()).key

    def get(self, path: str) -> int:
        """The status of a page; 599 where nobody answered."""
        return self._ask("GET", path, headers={"Cookie": self.cookie})

    def report(self, account: str, *, key: str) -> int:
        """The status of reporting one account by machine."""
        item = {
            "account": account,
            "category": "gambling",
            "reason": "Mempromosikan situs judi.",
            "seen_at": SEEN_AT,
            "finding": FINDING,
        }
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        return self._ask("POST", API, json.dumps({"items": [item]}), headers)

    def _ask(self, method: str, path: str, body: str | None = None, headers=None) -> int:
        link = HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            answer.read()
            return answer.status
        except (OSError, HTTPException):
            return 599
        finally:
            link.close()


def broker_away(play: Play) -> str:
    """Wake-ups cannot be carried, and those that waited are erased: pages answer, letters leave."""
    caller = Caller(play.stage.base_url, play.scene.people.author)
    for path in PAGES:
        if (status := caller.get(path)) != 200:
            raise Broken(f"{path} answered {status} before anything was away")
    before = len(play.taken())
    with play.meanwhile(lambda is_over: _call(caller, is_over)) as calling:
        with play.machines.away(BROKER):
            play.post(POSTED)
            time.sleep(play.size.broker_away)
            meanwhile = len(play.taken()) - before
        began = time.monotonic()
        until(lambda: play.machines.is_ready(BROKER), PATIENCE)
        play.drained()
    statuses = calling.result(PATIENCE)
    if failed := [status for status in statuses if status >= 500]:
        raise Broken(f"{len(failed)} of {len(statuses)} requests failed: {sorted(set(failed))}")
    back = ledger.seconds(time.monotonic() - began)
    return (
        f"away for {ledger.seconds(play.size.broker_away)}: {len(statuses)} requests, 0 failed; "
        f"{meanwhile} of {POSTED} letters left meanwhile, the rest within {back}"
    )


def _call(caller: Caller, is_over: threading.Event) -> list[int]:
    statuses = []
    while not is_over.wait(0.1):
        for path in PAGES:
            statuses.append(caller.get(path))
        number = len(statuses)
        statuses.append(caller.report(f"https://x.com/pemain_{number}", key=f"away-{number}"))
    return statuses


def mail_away(play: Play) -> str:
    """Nobody takes letters: all wait, none is given up, and they leave when somebody does again."""
    since, dead = clock.now(), ledger.dead()
    with play.machines.away(MAIL):
        play.post(POSTED)
        time.sleep(play.size.mail_away)
    seconds = play.drained()
    if gone := ledger.dead() - dead:
        raise Broken(f"{gone} letters were given up")
    if (tries := ledger.most_attempts(since)) > 20:
        raise Broken(f"a letter was tried {tries} times")
    return (
        f"away for {ledger.seconds(play.size.mail_away)}: {POSTED} letters waited, none given up, "
        f"at most {tries} tries; all gone {ledger.seconds(seconds)} after"
    )


def one_deaf(play: Play) -> str:
    """One mailbox never answers: the letters to others do not wait for it."""
    play.moods(silent=(address(DEAF),))
    since = clock.now()
    play.post(POSTED, to=[DEAF])
    play.post(POSTED)
    until(lambda: ledger.waits(address(DEAF)) == 0, PATIENCE)
    waited = ledger.lanes(since, ledger.SEND)
    play.moods()
    play.drained()
    told = ", ".join(f"{lane} {ledger.seconds(one.p95)}" for lane, one in waited.items())
    return f"{POSTED} letters to a mailbox that never answers; the others' p95: {told}"
