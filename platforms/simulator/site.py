"""The website of the simulated platforms, and the page by which somebody steers it.

Any host and any path is an account's page; what the page does stands in `Accounts`. `/_control`,
asked for under the machine's own name, shows all and takes a form:
`account=…&state=…`, `account=…&returns_as=…` or `recipient=…` with `manner`, `way`, `slip` and
`means` as far as they change; `/_control/state` is JSON.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from urllib.parse import parse_qs

from platforms.simulator.accounts import HOME, Accounts, Manner, Slip, State, Way

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1"})
MOST_BYTES = 64_000
RETRY_SECONDS = 120
DRIP_SECONDS = 1.0
STATUS = {
    State.REMOVED: 404,
    State.DELETED: 410,
    State.GEO_BLOCKED: 451,
    State.LOGIN_REDIRECT: 302,
    State.RATE_LIMITED: 429,
    State.BROKEN: 500,
}
# Sentences that platforms show (`platforms/data/signs.csv`).
MISSING = (
    "Sorry, this page isn't available. This account doesn’t exist. "
    "Couldn't find this account. This channel doesn't exist. User not found. "
    "Sorry, nobody on Reddit goes by that name. This content isn't available right now."
)
WORDS = {
    State.REMOVED: "Page not found",
    State.DELETED: "Gone",
    State.MISSING: MISSING,
    State.SUSPENDED: "Account suspended. This account has been suspended.",
    State.GEO_BLOCKED: "Unavailable for legal reasons in your country.",
    State.GEO_PAGE: "This content is not available in your country.",
    State.LOGIN_PAGE: "Sign in to go on",
    State.RATE_LIMITED: "Too many requests",
    State.BROKEN: "Something went wrong",
}
# What of a habit a form may change.
HABIT: dict[str, type[str]] = {"manner": Manner, "way": Way, "slip": Slip, "means": str}
LOGIN_FORM = '<form method="post" action="/login"><input name="u"><input type="password"></form>'


class Website(ThreadingHTTPServer):
    """The server with what its pages show; port 0 is any free one."""

    daemon_threads = True

    def __init__(self, port: int, accounts: Accounts) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self.accounts = accounts
        self.leaving = Event()

    def server_close(self) -> None:
        self.leaving.set()
        super().server_close()


class _Visit(BaseHTTPRequestHandler):
    """One request."""

    server: Website
    timeout = 30

    def log_message(self, format: str, *words: object) -> None:
        """The portal's own log says what it looked at."""

    def do_GET(self) -> None:
        if self.path.startswith("/_control"):
            return self._show_control()
        host = self.headers.get("Host", "")
        if self.path.startswith("/login"):
            return self._send(200, page("Sign in", LOGIN_FORM))
        address = f"http://{host}{self.path.partition('?')[0]}"
        state = self.server.accounts.visit(
            address,
            agent=self.headers.get("User-Agent", ""),
            country=self.headers.get("X-Country", HOME),
        )
        if state == State.SLOW:
            return self._drip()
        more = {}
        if state == State.LOGIN_REDIRECT:
            more["Location"] = "/login?next=" + self.path
        if state == State.RATE_LIMITED:
            more["Retry-After"] = str(RETRY_SECONDS)
        self._send(STATUS.get(state, 200), shown(state, address), more)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdecimal() else 0
        if not self._is_local() or self.path != "/_control" or size > MOST_BYTES:
            return self._send(403, page("Not here", ""))
        fields = {
            name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()
        }
        try:
            steer(self.server.accounts, fields)
        except (KeyError, ValueError) as problem:
            return self._send(422, page("Not understood", escape(str(problem))))
        self._send(303, "", {"Location": "/_control"})

    def _is_local(self) -> bool:
        """Whether it is asked for under this machine's name, by no page of another website."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        origin = self.headers.get("Origin", "")
        return host in LOCAL_NAMES and origin in ("", f"http://{self.headers['Host']}")

    def _show_control(self) -> None:
        if not self._is_local():
            return self._send(403, page("Not here", ""))
        known = self.server.accounts.as_json()
        if self.path == "/_control/state":
            return self._send(200, json.dumps(known), {"Content-Type": "application/json"})
        self._send(200, control_page(known))

    def _send(self, status: int, text: str, more: dict[str, str] | None = None) -> None:
        body = text.encode()
        headers = {"Content-Type": "text/html; charset=utf-8", **(more or {})}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def _drip(self) -> None:
        """A page that never ends, until the visitor leaves."""
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while not self.server.leaving.wait(DRIP_SECONDS):
                self.wfile.write(b".")
                self.wfile.flush()


def steer(accounts: Accounts, fields: dict[str, str]) -> None:
    """Does what a form asks for. Raises KeyError or ValueError for what it does not know."""
    if habit := {name: kind(fields[name]) for name, kind in HABIT.items() if name in fields}:
        accounts.behave(fields.get("recipient", ""), **habit)
    elif "returns_as" in fields:
        accounts.return_as(fields["account"], fields["returns_as"])
    else:
        accounts.set(fields["account"], State(fields["state"]))


def shown(state: State, address: str) -> str:
    """The page of an account in this state."""
    name = escape(address.rpartition("/")[2].lstrip("@"))
    if state in (State.PRESENT, State.FLAPPING):
        return page(
            name, f"<p>Profile of {name}</p><article>Open every night, ask for the price.</article>"
        )
    form = LOGIN_FORM if state == State.LOGIN_PAGE else ""
    return page("Notice", f"<p>{WORDS.get(state, '')}</p>{form}")


def page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{title}</title><h1>{title}</h1>{content}</html>"
    )


def control_page(known) -> str:
    """What is known, and the two forms."""
    rows = "".join(
        f"<tr><td>{escape(key)}</td><td>{one['state']}</td><td>{escape(one['follows'])}</td></tr>"
        for key, one in known["accounts"].items()
    )
    habits = "".join(
        f"<tr><td>{escape(to) or 'everybody else'}</td><td>{one['manner']}</td>"
        f"<td>{one['way']}</td><td>{one['slip']}</td></tr>"
        for to, one in known["habits"].items()
    )
    head = "<tr><th>Mailbox or domain<th>Manner<th>Way<th>Slip</tr>"
    return page(
        "Simulated platforms",
        f"<table><tr><th>Account<th>Page<th>Follows</tr>{rows}</table>"
        f'<form method="post" action="/_control"><label>Address <input name="account"></label>'
        f"{choice('state', State)}<button>Set</button></form>"
        f"<h2>Representatives</h2><table>{head}{habits}</table>"
        f'<form method="post" action="/_control"><label>Mailbox <input name="recipient"></label>'
        f"{choice('manner', Manner)}{choice('way', Way)}{choice('slip', Slip)}"
        f'<label>Key or sign-in <input name="means"></label><button>Set</button></form>',
    )


def choice(name: str, values: Iterable[str]) -> str:
    options = "".join(f"<option>{value}</option>" for value in values)
    return f'<label>{name} <select name="{name}">{options}</select></label>'
