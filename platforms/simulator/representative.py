"""The representative of the simulated platforms: reads the mail, deals with orders, answers.

They answer by the signed link of the letter, as a person with a browser would. Another way of
answering is another function with `answer_by_link`'s shape in `WAYS`.
"""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.cookiejar import CookieJar

from platforms.simulator.accounts import Accounts, Manner, State

SECONDS = 30.0
DEFANGED = re.compile(r"h(?:xx|tt)ps?://[^\s,;\"'<>]+", re.I)
CODE = re.compile(r"(?<!\d)\d{8}(?!\d)")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# The first of what may be lacking in an order, where the page asks for it.
LACKING = re.compile(r'name="lacks"[^>]*>.*?<option value="([^"]+)"', re.S)
RETURNED = "_baru"
# What each manner makes of an account's page, and what it says of it.
DOES: dict[Manner, tuple[State | None, str]] = {
    Manner.PROMPT: (State.REMOVED, "removed"),
    Manner.LATE: (State.REMOVED, "removed"),
    Manner.FALSE: (None, "removed"),
    Manner.RESTRICTS: (State.GEO_BLOCKED, "restricted"),
    Manner.HIDES: (State.LOGIN_PAGE, "removed"),
    Manner.RETURNS: (State.REMOVED, "removed"),
    Manner.REFUSES: (None, "refused"),
    Manner.NEEDS_INFO: (None, "needs_info"),
}
REASONS = {"refused": "It follows our rules.", "needs_info": "Which account is meant?"}

# Asks for a code for a mailbox by calling what it is given, and gives the code that then came.
AwaitCode = Callable[[str, Callable[[], object]], str]


@dataclass
class Browser:
    """One mailbox's browser: it keeps cookies, so that a code is asked for once."""

    jar: CookieJar = field(default_factory=CookieJar)

    def open(self, address: str, fields: dict[str, str] | None = None) -> str:
        """The text behind an address; `fields` are posted with the page's own token."""
        data = None
        if fields is not None:
            found = TOKEN.search(self.open(address))
            token = {"csrfmiddlewaretoken": found[1]} if found else {}
            data = urllib.parse.urlencode(token | fields).encode()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            # `link_in` has let no other address through than the portal's own.
            with opener.open(address, data, timeout=SECONDS) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Unanswered(f"{refusal.code} for {address}") from refusal


class Unanswered(Exception):
    """The portal did not take the answer."""


@dataclass
class Representative:
    """Deals with every order that arrives for any platform.

    `portal` is where links must lead.
    """

    accounts: Accounts
    portal: str
    await_code: AwaitCode
    way: str = "link"
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def link_in(self, text: str) -> str:
        """The address in a letter's text under which it is answered; "" if there is none."""
        path = r"(?:/[a-z]{2})?/a/[^\s/<>\"']{20,}/"
        found = re.search(re.escape(self.portal.rstrip("/")) + path, text)
        return found[0] if found else ""

    def deal_with(self, recipient: str, text: str) -> str:
        """Does and says what this mailbox's manner is; returns the code of the answer, "" for
        none. Raises Unanswered or OSError."""
        manner, link = self.accounts.manner_of(recipient), self.link_in(text)
        if not link or manner == Manner.SILENT:
            return ""
        state, code = DOES[manner]
        browser = self._browsers.setdefault(recipient, Browser())
        ordered = WAYS[self.way](self, browser, recipient, link, code)
        self._do(ordered, state, manner)
        return code

    def _do(self, ordered: Iterable[str], state: State | None, manner: Manner) -> None:
        for address in ordered if state else ():
            self.accounts.set(address, state or State.PRESENT)
            if manner == Manner.RETURNS:
                handle = address.rstrip("/").rpartition("/")[2]
                self.accounts.return_as(address, handle + RETURNED)


def answer_by_link(
    who: Representative, browser: Browser, recipient: str, link: str, code: str
) -> list[str]:
    """Confirms the browser where the portal wants it, and gives one answer for all accounts.

    Returns the addresses that the letter's list names. Raises Unanswered for a letter that asks
    for none.
    """
    page = browser.open(link)
    if 'name="step" value="send"' in page:
        asked = who.await_code(recipient, lambda: browser.open(link, {"step": "send"}))
        page = browser.open(link, {"step": "code", "code": asked})
    if 'name="reference"' not in page:
        raise Unanswered("this letter asks for no answer")
    ordered = addresses_in(browser.open(link + "list.csv"))
    lacking = LACKING.findall(page) if code == "needs_info" else []
    said = {"code": code, "reason": REASONS.get(code, ""), "reference": "SIM-1"}
    browser.open(link, said | {"lacks": "".join(lacking[:1]), "step": "send"})
    return ordered


WAYS: dict[str, Callable[[Representative, Browser, str, str, str], list[str]]] = {
    "link": answer_by_link
}


def addresses_in(text: str) -> list[str]:
    """The addresses in a list, made whole again: letters break them so that nobody clicks."""
    broken = DEFANGED.findall(text)
    whole = [re.sub(r"^h(?:xx|tt)p", "http", one.replace("[.]", "."), flags=re.I) for one in broken]
    return list(dict.fromkeys(whole))


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def code_in(text: str) -> str:
    """The one-time code in a mail; "" if there is none."""
    found = CODE.search(text)
    return found[0] if found else ""
