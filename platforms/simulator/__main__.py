"""`python -m platforms.simulator`: the website, and the representative who reads a mail folder."""

import argparse
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock, Thread

from moderation_portal.mailcatcher import Mailbox, catching
from platforms.simulator.accounts import Accounts, Habit, Manner, Way
from platforms.simulator.browser import Unanswered
from platforms.simulator.letters import code_in, text_of
from platforms.simulator.post import piped
from platforms.simulator.representative import Representative, deliver_nothing
from platforms.simulator.site import Website

LOOK_SECONDS = 0.5
CODE_SECONDS = 120.0
LATE_SECONDS = 3600.0
ANSWERS_AT_ONCE = 4
# The key of a program of MiChat's.
KEY = "SIMULATOR_KEY"
# Who behaves how at first; `/_control` changes it.
CAST = {
    "michat.example": Habit(Manner.FALSE, Way.API),
    "legal@michat.example": Habit(Manner.PROMPT, Way.PORTAL, means="joko@michat.example"),
    "x.example": Habit(Manner.PROMPT, Way.REPLY),
    "instagram.example": Habit(Manner.HIDES),
    "telegram.example": Habit(Manner.SILENT),
    "facebook.example": Habit(Manner.RESTRICTS, Way.SHEET),
    "tiktok.example": Habit(Manner.RETURNS),
    "whatsapp.example": Habit(Manner.NEEDS_INFO),
}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def serving(port: int, accounts: Accounts) -> Iterator[int]:
    """Runs the website while the block lasts; yields its port."""
    with Website(port, accounts) as website:
        thread = Thread(target=website.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield int(website.server_address[1])
        finally:
            website.leaving.set()
            website.shutdown()
            thread.join()


class Reader:
    """Hands each new mail of a folder to the representative; what lay there before is left."""

    def __init__(self, mailbox: Mailbox, who: Representative, leaving: Event, late: float) -> None:
        self.mailbox, self.who, self.leaving, self.late = mailbox, who, leaving, late
        self.seen = max(mailbox.numbers(), default=0)
        who.await_code = self.await_code
        self.desks: defaultdict[str, Lock] = defaultdict(Lock)  # one letter at a time each

    def run(self) -> None:
        """Until it is time to leave."""
        with ThreadPoolExecutor(ANSWERS_AT_ONCE) as desk:
            while not self.leaving.wait(LOOK_SECONDS):
                for number in sorted(n for n in self.mailbox.numbers() if n > self.seen):
                    self.seen = number
                    desk.submit(self.deal_with, number)

    def deal_with(self, number: int) -> None:
        message = self.mailbox.message(number)
        text = text_of(message)
        for recipient in str(message["X-Envelope-To"]).split(", "):
            if not self.who.link_in(text):
                continue
            is_late = self.who.accounts.habit_of(recipient).manner == Manner.LATE
            if is_late and self.leaving.wait(self.late):
                return
            try:
                with self.desks[recipient]:
                    said = self.who.deal_with(recipient, message)
            except (Unanswered, OSError) as problem:
                said = f"not answered: {problem}"
            say(f"{recipient}: {said or 'silent'}")

    def await_code(self, recipient: str, ask: Callable[[], object]) -> str:
        """The first code that is mailed to this mailbox once it was asked for."""
        since = max(self.mailbox.numbers(), default=0)
        ask()
        for _turn in range(int(CODE_SECONDS / LOOK_SECONDS)):
            for number in sorted(n for n in self.mailbox.numbers() if n > since):
                message = self.mailbox.message(number)
                if recipient in str(message["X-Envelope-To"]) and code_in(text_of(message)):
                    return code_in(text_of(message))
            if self.leaving.wait(LOOK_SECONDS):
                break
        raise Unanswered("no code came")


def main(words: Sequence[str]) -> None:
    options = _options(words)
    known = cast(os.environ.get(KEY, ""), has_pipe=bool(options.pipe))
    accounts, leaving = Accounts(known), Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leaving.set())
    mailbox = Mailbox(options.mail) if options.mail else None
    sink = catching(mailbox, options.smtp_port, 0) if mailbox and options.smtp_port else None
    with serving(options.port, accounts) as port, sink or nullcontext():
        say(f"The simulated platforms: http://localhost:{port}/_control")
        if mailbox and options.portal:
            deliver = piped(options.pipe, options.mail_server) if options.pipe else deliver_nothing
            who = Representative(accounts, options.portal, lambda _recipient, _ask: "", deliver)
            Reader(mailbox, who, leaving, options.late_seconds).run()
        leaving.wait()


def cast(key: str, *, has_pipe: bool) -> dict[str, Habit]:
    """Who behaves how at first. Who lacks what their way takes (the key, a pipe for replies)
    answers by the link."""
    closed = ({Way.API} if not key else set()) | ({Way.REPLY} if not has_pipe else set())
    known = {
        to: replace(one, way=Way.LINK) if one.way in closed else one for to, one in CAST.items()
    }
    return {to: replace(one, means=key) if one.way == Way.API else one for to, one in known.items()}


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="platform-sim", description="Play every platform.")
    parser.add_argument("--port", type=int, default=8003, help="of the website (%(default)s)")
    parser.add_argument("--for", dest="portal", default="", help="address of the portal to answer")
    parser.add_argument("--mail", type=Path, help="folder in which the portal's mail arrives")
    parser.add_argument(
        "--smtp-port", type=int, default=0, help="take mail here and put it into the folder"
    )
    parser.add_argument("--pipe", default="", help="command that takes a reply by mail")
    parser.add_argument("--mail-server", default="", help="who vouches for it: MAIL_AUTHSERV_ID")
    parser.add_argument(
        "--late-seconds",
        type=float,
        default=LATE_SECONDS,
        help="how long one waits who answers late (%(default)s)",
    )
    return parser.parse_args(list(words))


if __name__ == "__main__":
    main(sys.argv[1:])
