"""What this room's messages do: letters to reporters, and sweeping up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import outbox
from platforms.channels.base import Later, Never

from . import csv_import, evidence, petitions, reporter_mail
from .models import Handling, Petition, Report


@outbox.on(reporter_mail.TOPIC, leaves=True)
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


@outbox.on(petitions.TOPIC, leaves=True, bury=tell_not_mailed)
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


@outbox.tells(reporter_mail.TOPIC)
def letters_to_reporters(payloads: Sequence[Mapping[str, Any]]) -> list[outbox.Told]:
    """About which report; who told it stays unsaid."""
    told = []
    for report in outbox.rows_of(payloads, "report", Report.objects.all()):
        said = _("Mail to whoever told report %(number)s") % {"number": report.number}
        address = reverse("reports:report", args=[report.pk])
        told.append(outbox.Told(said, address, report.handling == Handling.SEALED))
    return told


@outbox.tells(petitions.TOPIC)
def replies_to_petitions(payloads: Sequence[Mapping[str, Any]]) -> list[outbox.Told]:
    """Which reply."""
    told = []
    for petition in outbox.rows_of(payloads, "petition", Petition.objects.all()):
        said = _("Reply %(number)s to a petition") % {"number": petition.reply_number}
        told.append(outbox.Told(said, reverse("reports:petition", args=[petition.pk])))
    return told
