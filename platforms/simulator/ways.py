"""The ways by which a simulated representative answers an order, and what goes wrong in them.

Each takes an `Errand` and returns the addresses of the accounts that the order names. It raises
Unanswered where the portal took nothing, and OSError where it was not reached.
"""

import csv
import io
import json
import re
import secrets
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from platforms.simulator.accounts import Slip, Way
from platforms.simulator.browser import Browser, Unanswered
from platforms.simulator.letters import addresses_in, text_of

# The first of what may be lacking in an order, where the page asks for it.
LACKING = re.compile(r'name="lacks"[^>]*>.*?<option value="([^"]+)"', re.S)
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
REASONS = {"refused": "It follows our rules.", "needs_info": "Which account is meant?"}
REFERENCE = "SIM-1"
NO_CODE, NO_ACCOUNT = "vanished", "nobody_at_all"
TORN = b"PK\x03\x04 torn"
MOST_PAGES = 20
# The columns of the portal's list, which are headed in the reader's language.
ANSWER, REASON, LACKS, KEY = 3, 4, 5, 8

# Asks for a code for a mailbox by calling what it is given, and gives the code that then came.
AwaitCode = Callable[[str, Callable[[], object]], str]
# Hands a message to the mail server of the portal.
Deliver = Callable[[EmailMessage], None]


@dataclass(frozen=True)
class Errand:
    """One order in one mailbox, and what is to be said of it.

    `portal` is the portal's address and `link` the one in the letter; `means` is the key of the
    program (API), or the e-mail address of the person who signs in.
    """

    recipient: str
    letter: EmailMessage
    portal: str
    link: str
    code: str
    slip: Slip
    means: str
    browser: Browser
    await_code: AwaitCode
    deliver: Deliver

    @property
    def said(self) -> str:
        """The code of the answer, or one that nobody knows."""
        return NO_CODE if self.slip == Slip.WRONG_CODE else self.code

    @property
    def times(self) -> range:
        return range(2 if self.slip == Slip.TWICE else 1)


def by_link(errand: Errand) -> list[str]:
    """By the form behind the signed link, as a person with a browser would."""
    return _by_form(errand, _confirmed(errand))


def by_portal(errand: Errand) -> list[str]:
    """By the same form in the portal, signed in."""
    return _by_form(errand, _signed_in(errand))


def by_sheet(errand: Errand) -> list[str]:
    """By the portal's list, filled in and handed in again: signed in, or by the link where nobody
    is named who signs in."""
    browser = errand.browser
    address = _signed_in(errand) if errand.means else _confirmed(errand)
    listed = browser.open(address + "list.csv")
    lacking = LACKING.findall(browser.open(address)) if errand.code == "needs_info" else []
    file = ("list.csv", _filled(listed, errand, "".join(lacking[:1])))
    if errand.slip == Slip.DAMAGED:
        file = ("list.xlsx", TORN)
    for _time in errand.times:
        ticket = TICKET.search(browser.open(address, {"step": "upload"}, file))
        if ticket is None:
            raise Unanswered("no row of the list was right")
        browser.open(address, {"step": "send-file", "ticket": ticket[1]})
    return addresses_in(listed)


def by_api(errand: Errand) -> list[str]:
    """By the platforms' API, as a program with a key does; each account by its own key. Of a letter
    with more accounts than a page of the API has only that page is answered."""
    head = {"Authorization": f"Bearer {errand.means}", "Content-Type": "application/json"}
    found = _line_of(errand, head)
    told = json.loads(errand.browser.call(_api(errand, f"{found['id']}/"), headers=head))
    lacks = told["lacks"][0]["code"] if errand.code == "needs_info" and told["lacks"] else ""
    what = {"code": errand.said, "reason": REASONS.get(errand.code, ""), "lacks": lacks}
    what = {name: text for name, text in what.items() if text} | {"reference": REFERENCE}
    items = [{"key": one["key"]} | what for one in told["items"]]
    if errand.slip == Slip.UNKNOWN_ACCOUNT:
        items.append({"locator": NO_ACCOUNT} | what)
    body = json.dumps({"items": items}).encode()
    head["Idempotency-Key"] = secrets.token_hex(16)
    for _time in errand.times:
        place = _api(errand, f"{found['id']}/answers/")
        answer = errand.browser.call(
            place, body[:-9] if errand.slip == Slip.DAMAGED else body, head
        )
        if not json.loads(answer)["counts"]["done"]:
            raise Unanswered("no account was answered")
    return addresses_in("\n".join(one["locator"] for one in told["items"]))


def by_reply(errand: Errand) -> list[str]:
    """By a reply to the letter, in the form that a machine reads. Nobody hears what came of it."""
    lacks = " [locator]" if errand.code == "needs_info" else ""
    reason = REASONS.get(errand.code, "")
    lines = [f"all: {errand.said}{lacks}" + (f"; {reason}" if reason else "")]
    if errand.slip == Slip.UNKNOWN_ACCOUNT:
        lines.append(f"99999: {errand.said}")
    if errand.slip == Slip.DAMAGED:
        lines = ["The list is in the file."]
    reply = EmailMessage()
    reply["From"], reply["To"] = errand.recipient, str(errand.letter["Reply-To"])
    reply["Subject"] = f"Re: {errand.letter['Subject']}"
    reply["In-Reply-To"] = str(errand.letter["Message-ID"])
    reply["Message-ID"] = make_msgid(domain=errand.recipient.rpartition("@")[2])
    reply.set_content("\n".join(lines))
    if errand.slip == Slip.DAMAGED:
        reply.add_attachment(
            TORN, maintype="application", subtype="octet-stream", filename="list.xlsx"
        )
    for _time in errand.times:
        errand.deliver(reply)
    return addresses_in(text_of(errand.letter), only_broken=True)


WAYS: dict[Way, Callable[[Errand], list[str]]] = {
    Way.LINK: by_link,
    Way.API: by_api,
    Way.REPLY: by_reply,
    Way.SHEET: by_sheet,
    Way.PORTAL: by_portal,
}


def _confirmed(errand: Errand) -> str:
    """The address behind the link, whose browser is confirmed by a mailed code where it is not."""
    browser, link = errand.browser, errand.link
    if 'name="step" value="send"' in browser.open(link):
        asked = errand.await_code(errand.recipient, lambda: browser.open(link, {"step": "send"}))
        browser.open(link, {"step": "code", "code": asked})
    return link


def _signed_in(errand: Errand) -> str:
    """The address of the order's page for the person in `means`, by the demo's one click."""
    login, click = errand.portal + "/account/login/", errand.portal + "/demo/sign-in"
    errand.browser.open(click, {"email": errand.means}, page=login)
    return f"{errand.portal}/cases/platform/{_line_of(errand, {})['id']}/"


def _by_form(errand: Errand, address: str) -> list[str]:
    """One answer for all accounts."""
    page = errand.browser.open(address)
    if 'name="reference"' not in page:
        raise Unanswered("this letter asks for no answer")
    ordered = addresses_in(errand.browser.open(address + "list.csv"))
    lacking = LACKING.findall(page) if errand.code == "needs_info" else []
    said = {"code": errand.said, "reason": REASONS.get(errand.code, ""), "reference": REFERENCE}
    said |= {"lacks": "".join(lacking[:1])}
    if errand.slip == Slip.UNKNOWN_ACCOUNT:
        said[f"code-{NO_ACCOUNT}"] = errand.code
    if errand.slip == Slip.DAMAGED:
        said = {}
    for _time in errand.times:
        errand.browser.open(address, said | {"step": "send"})
    return ordered


def _filled(listed: str, errand: Errand, lacks: str) -> bytes:
    """The portal's list with the same answer in each row; remarks and heading stay."""
    rows = list(csv.reader(io.StringIO(listed.removeprefix("\ufeff"))))
    for row in rows:
        if len(row) > KEY and row[0].isdecimal():
            row[ANSWER], row[REASON], row[LACKS] = errand.said, REASONS.get(errand.code, ""), lacks
    if errand.slip == Slip.UNKNOWN_ACCOUNT:
        stranger = ["99999", NO_ACCOUNT, "", errand.code, "", "", "", "", "k0123456789abcdef"]
        rows.append(stranger)
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


def _api(errand: Errand, path: str) -> str:
    return f"{errand.portal}/api/v1/notices/{path}"


def _line_of(errand: Errand, head: Mapping[str, str]) -> dict[str, Any]:
    """The line of this order among what waits for an answer: that of the letter's own number."""
    place, subject = _api(errand, ""), str(errand.letter["Subject"])
    for _page in range(MOST_PAGES):
        told = json.loads(errand.browser.call(place, headers=head))
        for line in told["notices"]:
            if line["number"] in subject:
                return dict(line)
        if not told["next"]:
            break
        place = urllib.parse.urljoin(errand.portal, told["next"])
    raise Unanswered("no such notice waits for an answer")
