"""The probe's turn: what is due is looked at, politely, and what was seen is written down."""

import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from moderation_portal import policy
from moderation_portal.errors import Refused
from moderation_portal.roles import SYSTEM
from platforms import pacing, probe

from . import checking, pictures
from .models import Target
from .removal import PROBE, observe

# Together they end before the worker is killed, though it begins them as late as it may.
LOOKS_AT_ONCE = 10
MOST_LOOKS = 40
# The looks of one turn begin within this; a host takes as many as fit into it.
WITHIN = timedelta(seconds=8)
LEASE = timedelta(minutes=10)
# A turn that took longer asks for no pictures of what it saw: they are not worth its worker.
PICTURES_WITHIN = 40.0


@dataclass(frozen=True)
class _Look:
    """One account that is due. `host` is "" where no machine would be asked; `quiet` what is noted
    without asking one (`checking.seen_quietly`)."""

    pk: int
    url: str
    category: str
    slug: str
    host: str
    quiet: str = ""


def check(at: datetime) -> int:
    """Lets the probe look at what is due; returns how many accounts it looked at.

    Call it outside a transaction: the looking happens between short ones. A crash in between leaves
    the accounts due again after the lease. Where a host has no time now, its accounts stay due
    until it has.
    """
    ids = _claim(at)
    if not ids:
        return 0
    looks = _looks_of(ids)
    Target.objects.filter(pk__in=set(ids) - {look.pk for look in looks}).update(next_check_at=None)
    begins = _paced(looks, at)
    started = time.monotonic()

    def see(look: _Look) -> probe.Sight:
        left = (begins[look.pk] - at).total_seconds() - (time.monotonic() - started)
        time.sleep(max(left, 0))
        is_sexual = policy.pack().category(look.category).is_sexual
        signs = probe.signs_of(look.slug)
        return probe.look(look.url, is_sexual=is_sexual, at=at, signs=signs)

    fetched = [look for look in looks if not look.quiet and look.pk in begins]
    with ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
        sights = list(pool.map(see, fetched))
    for look, sight in zip(fetched, sights, strict=True):
        _write(look, sight, at)
    for look, sight in zip(fetched, sights, strict=True):
        if time.monotonic() - started < PICTURES_WITHIN:
            pictures.ask(look.pk, sight, at=at)
    for look in looks:
        if look.quiet and look.pk in begins:
            with suppress(Refused):
                observe([look.pk], look.quiet, actor=SYSTEM, method=PROBE, is_quiet=True, at=at)
    return len(fetched)


def _looks_of(ids: list[int]) -> list[_Look]:
    """The accounts among these that are, or seem to be, looked at."""
    quiet = checking.seen_quietly(ids)
    here = Target.objects.filter(pk__in=ids).order_by("pk")
    names = ("pk", "account__url", "case__category", "account__platform__slug")
    seem: QuerySet[Target] = checking.seem_probed(here)
    may = set(checking.may_be_probed(here).values_list("pk", flat=True)) | quiet.keys()
    return [
        _Look(pk, url, category, slug, probe.host_of(url), quiet.get(pk, ""))
        for pk, url, category, slug in seem.values_list(*names)
        if pk in may
    ]


def _paced(looks: Iterable[_Look], at: datetime) -> dict[int, datetime]:
    """When the look at each account begins; those whose host has no time now are put off until it
    has, and are missing here. What is only seemingly looked at takes its turn like the others."""
    by_host: defaultdict[str, list[int]] = defaultdict(list)
    for look in looks:
        by_host[look.host].append(look.pk)
    begins = dict.fromkeys(by_host.pop("", []), at)
    for host, ids in sorted(by_host.items()):
        slots = pacing.take(host, len(ids), at=at, until=at + WITHIN)
        begins |= dict(zip(ids, slots, strict=False))
        if left := ids[len(slots) :]:
            free = pacing.free_at(host, at)
            Target.objects.filter(pk__in=left).update(next_check_at=free)
    return begins


def _write(look: _Look, sight: probe.Sight, at: datetime) -> None:
    """What was seen, and how its host took it."""
    # Meanwhile it may have become something that must not be looked at: then nothing was seen.
    with suppress(Refused), transaction.atomic():
        observe([look.pk], sight.result, actor=SYSTEM, method=PROBE, proof=sight.proof, at=at)
        if sight.wait is not None:
            early = Target.objects.filter(pk=look.pk, next_check_at__lt=at + sight.wait)
            early.update(next_check_at=at + sight.wait)
    if look.host:
        with transaction.atomic():
            pacing.note(look.host, at=at, is_trouble=sight.is_trouble, wait=sight.wait)


def _claim(at: datetime) -> list[int]:
    """Takes what is due, and pushes it out of the others' sight for a while."""
    with transaction.atomic():
        due = Target.objects.filter(next_check_at__lte=at).order_by("next_check_at", "id")
        rows = due.select_for_update(no_key=True, skip_locked=True)[:MOST_LOOKS]
        ids = [row.pk for row in rows.only("pk")]
        if ids:
            Target.objects.filter(pk__in=ids).update(next_check_at=at + LEASE)
    return ids
