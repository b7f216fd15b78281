"""What this room does when it is told of something, and what it looks after by itself."""

import logging
from datetime import datetime, timedelta

from moderation_portal import outbox, standstills
from moderation_portal.models import Lane
from platforms.replies import TOPIC as REPLIED

from . import (
    claims,
    decisions,
    ladder,
    links,
    notices,
    opening,
    pictures,
    probing,
    replies,
    searches,
    withholding,
)
from .appeals import filing, placing, restored
from .blocks import sending as access
from .fines import commitments, unpaid
from .holds import deciding
from .liveness import asking
from .notices import (
    authority_copies,
    ending,
    informing,
    issuing,
    letter_signing,
    replaying,
    sending,
    standing_in,
)

log = logging.getLogger(__name__)

# So often an order that was asked for looks whether it may leave again.
STILL = timedelta(minutes=1)


@outbox.on("report.received", one_by_one=True)
def open_reports(payload: dict, *, at: datetime) -> None:
    """Takes what a report tells into cases; each message is a transaction of its own."""
    opened = opening.open_or_join(payload["reports"], at=at)
    decisions.resume_answered(payload["reports"], at=at)
    if opened.left:
        raise outbox.Later("accounts were being closed and opened at the same moment")


@outbox.on("notices.gather", outside=True)
def gather_notices(payload: dict, *, at: datetime) -> None:
    """Issues what is approved: of one urgency when an approval asked for it, else what has waited.

    What cannot be written is buried where a person sees it, if an approval asked; the regular look
    only logs it. After a restore nothing is numbered that may bear a number given already, and no
    time runs out for what is held back while the clock cannot be trusted.
    """
    urgency = payload.get("urgency")
    if not standstills.may_leave(at):
        if urgency is None:
            return
        raise outbox.Wait("everything that leaves stands still", STILL)
    gathered = notices.gather(at, urgency=urgency, is_asked=urgency is not None)
    if urgency is None:
        if standstills.may_escalate(at):
            withholding.lapse(at)
            deciding.lapse(at)
        withholding.give_back(at)
    for problem in gathered.problems:
        log.error("notice not issued: %s", problem)
    if gathered.problems and urgency is not None:
        raise outbox.Never("; ".join(map(str, gathered.problems)))


@outbox.on(filing.PLACE, one_by_one=True)
def place_appeal(payload: dict, *, at: datetime) -> None:
    placing.place(payload["appeal"], at=at)


@outbox.on("appeals.look", one_by_one=True)
def look_at_appeals(payload: dict, *, at: datetime) -> None:
    restored.tell_late(at)


@outbox.on("holds.look", one_by_one=True)
def look_at_holds(payload: dict, *, at: datetime) -> None:
    deciding.tell_ends(at)


@outbox.on("fines.look", outside=True)
def look_at_fines(payload: dict, *, at: datetime) -> None:
    """No fine counts as unpaid for a time in which nothing may be trusted."""
    if standstills.may_escalate(at):
        unpaid.look(at)


@outbox.on("preservation.look", one_by_one=True)
def look_at_preservations(payload: dict, *, at: datetime) -> None:
    ending.tell_ends(at)


@outbox.on(issuing.SIGN, outside=True)
def sign_letter(payload: dict, *, at: datetime) -> None:
    letter_signing.sign_letter(payload["notice"], at=at)


@outbox.on(issuing.SEND, leaves=True, was_sent=sending.was_sent)
def send_notice(payload: dict, *, at: datetime) -> None:
    notices.hand_over(payload, at=at)


@outbox.on(issuing.DEPUTIES, one_by_one=True)
def tell_deputies(payload: dict, *, at: datetime) -> None:
    standing_in.tell_deputies(payload, at=at)


@outbox.on("contacts.look", one_by_one=True)
def look_at_contacts(payload: dict, *, at: datetime) -> None:
    """Nobody counts as silent for a time in which an answer may have been missed."""
    if standstills.may_escalate(at):
        asking.lapse(at=at)
    asking.chase(at=at)
    asking.ask(at=at)


@outbox.on(asking.TOPIC, leaves=True)
def ask_contact(payload: dict, *, at: datetime) -> None:
    asking.send(payload, at=at)


@outbox.on(REPLIED, one_by_one=True, bury=replies.give_up, may_crash_once=True)
def read_mail(payload: dict, *, at: datetime) -> None:
    replies.handle(payload, at=at)


@outbox.on("mail.forget", one_by_one=True)
def forget_mail(payload: dict, *, at: datetime) -> None:
    """Batch after batch, a day's worth at a time."""
    while replies.forget(at=at):
        pass


@outbox.on(replaying.TOPIC, leaves=True)
def replay(payload: dict, *, at: datetime) -> None:
    replaying.send(payload, at=at)


@outbox.on(replaying.TEST, leaves=True)
def call_webhook(payload: dict, *, at: datetime) -> None:
    replaying.send_test(payload, at=at)


@outbox.on(links.TOPIC, leaves=True)
def send_code(payload: dict, *, at: datetime) -> None:
    links.mail_code(payload, at=at)


@outbox.on("ladder.climb", outside=True)
def climb_ladder(payload: dict, *, at: datetime) -> None:
    """Batch after batch until nothing is due; each is a transaction of its own. While escalations
    stand still nothing is climbed: what is due then, is at the first turn after."""
    if not standstills.may_escalate(at):
        return
    while ladder.climb(at) == ladder.MOST:
        pass


@outbox.on("removal.check", outside=True)
def check_removals(payload: dict, *, at: datetime) -> None:
    if standstills.may_leave(at):
        probing.check(at)


def no_picture(payload: dict, why: str, *, at: datetime) -> None:
    pictures.give_up(payload["picture"])


@outbox.on(pictures.TOPIC, outside=True, bury=no_picture, may_crash_once=True)
def take_picture(payload: dict, *, at: datetime) -> None:
    pictures.take(payload["picture"], at=at)


@outbox.on("looks.sweep", one_by_one=True, outside=True)
def sweep_looks(payload: dict, *, at: datetime) -> None:
    """Deletes stored pages, pictures and letters that a crash left without a row."""
    pictures.sweep(at=at)
    commitments.sweep(at=at)


@outbox.on("claims.draw", one_by_one=True)
def draw_claims(payload: dict, *, at: datetime) -> None:
    claims.draw_month(at)


@outbox.on("searches.look_up", one_by_one=True)
def look_up_searches(payload: dict, *, at: datetime) -> None:
    searches.look_up(at)


@outbox.on(searches.LOOK, one_by_one=True)
def look_at_search(payload: dict, *, at: datetime) -> None:
    searches.look(payload["search"], at=at)


def access_not_mailed(payload: dict, why: str, *, at: datetime) -> None:
    access.not_mailed(payload["letter"], why, at=at)


@outbox.on(access.TOPIC, leaves=True, bury=access_not_mailed)
def tell_provider(payload: dict, *, at: datetime) -> None:
    access.mail(payload["letter"], at=at)


def copy_not_mailed(payload: dict, why: str, *, at: datetime) -> None:
    authority_copies.not_mailed(payload["notice"], why, at=at)


@outbox.on(issuing.COPY, leaves=True, bury=copy_not_mailed)
def copy_order(payload: dict, *, at: datetime) -> None:
    authority_copies.mail(payload["notice"], at=at)


@outbox.on(informing.TOPIC, leaves=True)
def inform_provider(payload: dict, *, at: datetime) -> None:
    informing.mail(payload, at=at)


outbox.every("mail.forget", timedelta(days=1))
outbox.every("contacts.look", timedelta(hours=1))
outbox.every("preservation.look", timedelta(hours=1))
outbox.every("fines.look", timedelta(hours=1))
outbox.every("holds.look", timedelta(hours=1))
outbox.every("appeals.look", timedelta(hours=1))
outbox.every("notices.gather", timedelta(minutes=1))
outbox.every("ladder.climb", timedelta(seconds=30))
outbox.every("removal.check", timedelta(minutes=1), Lane.BULK)
outbox.every("looks.sweep", timedelta(days=1))
outbox.every("claims.draw", timedelta(days=1))
outbox.every("searches.look_up", timedelta(hours=1))
