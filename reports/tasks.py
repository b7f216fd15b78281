"""What this room's messages do: letters to reporters, and sweeping up."""

from datetime import datetime, timedelta

from moderation_portal import outbox
from platforms.channels.base import Later, Never

from . import csv_import, evidence, petitions, reporter_mail


@outbox.on(reporter_mail.TOPIC, outside=True)
def tell_reporter(payload: dict, *, at: datetime) -> None:
    try:
        reporter_mail.send(
            payload["report"], payload["letter"], payload["unit"], payload["stamp"], at=at
        )
    except Later as later:
        raise outbox.Later(later.reason) from later
    except Never as never:
        raise outbox.Never(never.reason) from never


def tell_not_mailed(payload: dict, why: str, *, at: datetime) -> None:
    petitions.tell_not_mailed(payload["petition"], at=at)


@outbox.on(petitions.TOPIC, outside=True, bury=tell_not_mailed)
def tell_petitioner(payload: dict, *, at: datetime) -> None:
    try:
        petitions.mail(payload["petition"], at=at)
    except Later as later:
        raise outbox.Later(later.reason) from later
    except Never as never:
        raise outbox.Never(never.reason) from never


@outbox.on("reports.tidy", one_by_one=True)
def tidy(payload: dict, *, at: datetime) -> None:
    """Deletes files that nobody came back for, and imports that are a month old."""
    evidence.sweep_parked(at=at)
    csv_import.sweep(at=at)


@outbox.on("evidence.sweep", one_by_one=True, outside=True)
def sweep_evidence(payload: dict, *, at: datetime) -> None:
    """Deletes files that a crash left without a row."""
    evidence.sweep_strays(at=at)


outbox.every("reports.tidy", timedelta(hours=1))
outbox.every("evidence.sweep", timedelta(days=1))
