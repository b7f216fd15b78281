"""The reporter's receipt: a code that opens a status page, and what that page may know.

The portal keeps a keyed hash of the code only, so nobody who reads the database can open a page.
What became of a case arrives here as a projection; a case is never read.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal import vault
from moderation_portal.policy import pack

from . import completeness, reporter_mail
from .completeness import Gap
from .models import Question, Report, ReportItem

# Crockford's base 32: no I, L, O, U, so a code survives being read aloud and written by hand.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LENGTH = 26  # 130 bits
CHECK_LENGTH = 2  # tells a slip of the pen from an unknown code
GROUP = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})

PROJECT = """
UPDATE reports_reportitem item SET progress = given.progress
FROM unnest(%s::bigint[], %s::text[]) AS given (id, progress)
WHERE item.id = given.id AND item.progress <> given.progress
RETURNING item.report_id
"""

# An account in a case of which something was asked; later nobody waits for the answer any more.
ASKED = "asked"
JOINED = (ReportItem.State.ACCEPTED, ReportItem.State.DUPLICATE)
ASKABLE = (ReportItem.Progress.WAITING, ReportItem.Progress.LOOKED_AT)

# What each state and progress means to the person who told us.
SENTENCES: dict[str, Promise] = {
    ReportItem.State.NEEDS_INFO: gettext_lazy(
        "We need more before we can act. This is what is missing:"
    ),
    ASKED: gettext_lazy("An officer has a question for you. Please answer it."),
    ReportItem.State.ROUTED: gettext_lazy("This is passed to the unit that is responsible for it."),
    ReportItem.State.DECLINED: gettext_lazy("We cannot act on this account."),
    ReportItem.Progress.WAITING: gettext_lazy("Received. An officer will look at it."),
    ReportItem.Progress.LOOKED_AT: gettext_lazy("An officer is looking at it."),
    ReportItem.Progress.ORDERED: gettext_lazy("The platform has been told to act."),
    ReportItem.Progress.REMOVED: gettext_lazy("It is gone: we have checked."),
    ReportItem.Progress.NOT_REMOVED: gettext_lazy("Closed: the account was not removed."),
    ReportItem.Progress.REFERRED: gettext_lazy("Closed here: another unit goes on with it."),
    ReportItem.Progress.WITHDRAWN: gettext_lazy(
        "Closed: the platform had been told to act, and we withdrew that order."
    ),
    ReportItem.Progress.RELEASED: gettext_lazy(
        "Closed: the platform had been told to act, and we accepted its reasons for not acting."
    ),
}
TONES: dict[str, str] = {
    ReportItem.State.NEEDS_INFO: "warn",
    ASKED: "warn",
    ReportItem.State.ROUTED: "info",
    ReportItem.State.DECLINED: "neutral",
    ReportItem.Progress.WAITING: "neutral",
    ReportItem.Progress.LOOKED_AT: "info",
    ReportItem.Progress.ORDERED: "progress",
    ReportItem.Progress.REMOVED: "good",
    ReportItem.Progress.NOT_REMOVED: "neutral",
    ReportItem.Progress.REFERRED: "info",
    ReportItem.Progress.WITHDRAWN: "neutral",
    ReportItem.Progress.RELEASED: "neutral",
}


@dataclass(frozen=True)
class ItemStatus:
    """One account on the status page: `sentence` is plain, `details` what to do or who has it;
    `gaps` is what its reporter may still add."""

    position: int
    account: str
    code: str
    tone: str
    sentence: str
    details: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question of an officer: what is asked, about which accounts, and when it was answered."""

    pk: int
    text: str
    accounts: tuple[str, ...]
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Status:
    """What a reporter sees of their report."""

    number: str
    received_at: datetime
    category: str
    items: tuple[ItemStatus, ...]
    questions: tuple[Asked, ...] = ()


def issue() -> tuple[str, str]:
    """A fresh code, grouped for reading aloud, and the keyed hash under which it is stored."""
    secret = "".join(secrets.choice(ALPHABET) for _place in range(SECRET_LENGTH))
    whole = secret + _check(secret)
    groups = (whole[i : i + GROUP] for i in range(0, len(whole), GROUP))
    return "-".join(groups), vault.keyed_hash("receipt", secret)


def find(code: str) -> Report | None:
    """The report behind a code, however it is spaced or misread; None if there is none, or if not
    all of the code is right, its check characters included.

    A code of any shape costs the same work, so the answer's time tells nothing.
    """
    found = Report.objects.filter(receipt_hash=hash_of(code)).first()
    return None if looks_mistyped(code) else found


def hash_of(code: str) -> str:
    """The keyed hash under which a code is kept, however it is spaced or misread."""
    return vault.keyed_hash("receipt", normal(code)[:SECRET_LENGTH])


def looks_mistyped(code: str) -> bool:
    """Whether the check characters show that the code was copied wrongly."""
    plain = normal(code)
    return (
        len(plain) != SECRET_LENGTH + CHECK_LENGTH
        or _check(plain[:SECRET_LENGTH]) != plain[SECRET_LENGTH:]
    )


def normal(code: str) -> str:
    """The code as issued but without groups: capitals, misread letters put right."""
    capitals = code[:200].upper().translate(MISREAD)
    return "".join(letter for letter in capitals if letter in ALPHABET)


def status(report: Report, *, at: datetime) -> Status:
    """What the status page shows, in the active language. Nothing of any case is in it."""
    asked: list[Asked] = []
    waits: set[int] = set()
    for question in report.questions.prefetch_related("items__account"):
        about = list(question.items.all())
        is_awaited = any(i.state in JOINED and i.progress in ASKABLE for i in about)
        if question.answered_at is None and is_awaited:
            waits.update(item.pk for item in about)
        if question.answered_at is not None or is_awaited:
            asked.append(_asked(question, about))
    items = report.items.select_related("account").order_by("position")
    return Status(
        number=report.number,
        received_at=report.received_at,
        category=str(pack().category(report.category, at).name),
        items=tuple(_item_status(item, at, is_asked=item.pk in waits) for item in items),
        questions=tuple(asked),
    )


def project(progress: Mapping[int, str], *, at: datetime) -> int:
    """Takes over what may be known of each item's case: item id to `ReportItem.Progress`.

    Returns how many items moved. A reporter with an e-mail address is told once all has ended.
    """
    ids = sorted(progress)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PROJECT, [ids, [str(progress[i]) for i in ids]])
        moved = [row[0] for row in cursor.fetchall()]
        reporter_mail.queue_outcomes(moved, at=at)
    return len(moved)


def _asked(question: Question, about: Iterable[ReportItem]) -> Asked:
    accounts = tuple(item.shown for item in about)
    return Asked(question.pk, question.text, accounts, question.asked_at, question.answered_at)


def _item_status(item: ReportItem, at: datetime, *, is_asked: bool) -> ItemStatus:
    is_open = item.state in (ReportItem.State.RECEIVED, *JOINED)
    code = item.progress if is_open else item.state
    if is_asked and item.progress in ASKABLE:
        code = ASKED
    details: list[str] = []
    gaps: tuple[Gap, ...] = ()
    if item.state == ReportItem.State.NEEDS_INFO:
        details = completeness.messages(item.gaps)
        gaps = tuple(
            Gap(gap["code"], sentence, problem=gap.get("problem", ""))
            for gap, sentence in zip(item.gaps, details, strict=True)
        )
    elif item.state == ReportItem.State.ROUTED:
        details = [str(pack().unit(item.unit, at).tells_reporter)]
    elif item.state == ReportItem.State.DECLINED:
        details = [reporter_mail.worded_decline(item)]
    sentence = str(SENTENCES[code])
    shown = item.shown
    return ItemStatus(item.position, shown, code, TONES[code], sentence, tuple(details), gaps)


def _check(secret: str) -> str:
    digest = hashlib.sha256(secret.encode()).digest()
    return "".join(ALPHABET[byte % 32] for byte in digest[:CHECK_LENGTH])


def read_aloud() -> str:
    """How to read the code to somebody on the telephone."""
    return _("The letters I, L, O and U do not occur: what looks like O is a zero, like I a one.")
