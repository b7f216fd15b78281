"""The representative of the simulated platforms: reads the mail, deals with orders, answers.

By which way stands in their habit; the ways themselves are in `ways`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage

from platforms.simulator.accounts import Accounts, Manner, State
from platforms.simulator.browser import Browser, Unanswered
from platforms.simulator.letters import text_of
from platforms.simulator.ways import WAYS, AwaitCode, Deliver, Errand

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


def deliver_nothing(_reply: EmailMessage) -> None:
    """Where there is no mail server of a portal."""
    raise Unanswered("no mail server takes the reply")


@dataclass
class Representative:
    """Deals with every order that arrives for any platform.

    `portal` is where links must lead.
    """

    accounts: Accounts
    portal: str
    await_code: AwaitCode
    deliver: Deliver = deliver_nothing
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def link_in(self, text: str) -> str:
        """The address in a letter's text under which it is answered; "" if there is none."""
        path = r"(?:/[a-z]{2})?/a/[^\s/<>\"']{20,}/"
        found = re.search(re.escape(self.portal.rstrip("/")) + path, text)
        return found[0] if found else ""

    def deal_with(self, recipient: str, letter: EmailMessage) -> str:
        """Does and says what this mailbox's habit is; returns the code of the answer, "" for
        none. Raises Unanswered or OSError."""
        habit, link = self.accounts.habit_of(recipient), self.link_in(text_of(letter))
        if not link or habit.manner == Manner.SILENT:
            return ""
        state, code = DOES[habit.manner]
        errand = Errand(
            recipient=recipient,
            letter=letter,
            portal=self.portal.rstrip("/"),
            link=link,
            code=code,
            slip=habit.slip,
            means=habit.means,
            browser=self._browsers.setdefault(recipient, Browser()),
            await_code=self.await_code,
            deliver=self.deliver,
        )
        self._do(WAYS[habit.way](errand), state, habit.manner)
        return code

    def _do(self, ordered: Iterable[str], state: State | None, manner: Manner) -> None:
        for address in ordered if state else ():
            self.accounts.set(address, state or State.PRESENT)
            if manner == Manner.RETURNS:
                handle = address.rstrip("/").rpartition("/")[2]
                self.accounts.return_as(address, handle + RETURNED)
