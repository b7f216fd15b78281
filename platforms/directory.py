"""The platforms that the portal ships with, and the quick look-up of all of them by short name."""

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from moderation_portal import audit
from moderation_portal.roles import SYSTEM

from .models import Platform, PlatformHost, Registration

FILE = Path(__file__).parent / "data" / "platforms.csv"
# What these show is chosen by the service, not posted by its users.
NOT_USER_GENERATED = frozenset({"search", "app_store"})

STAMP = """
SELECT coalesce(md5(string_agg(p::text, '|' ORDER BY p.id)), '') FROM platforms_platform p
"""


@dataclass(frozen=True)
class Seeded:
    """How many rows `seed` added."""

    platforms: int
    hosts: int


def seed(at: datetime) -> Seeded:
    """Adds the platforms and hosts of `data/platforms.csv` that are not there yet.

    What a steward has changed or added since is left alone; a second call adds nothing.
    """
    lines = _lines()
    with transaction.atomic():
        before = Platform.objects.count(), PlatformHost.objects.count()
        Platform.objects.bulk_create([_platform(line) for line in lines], ignore_conflicts=True)
        ids = dict(Platform.objects.values_list("slug", "id"))
        PlatformHost.objects.bulk_create(
            [
                PlatformHost(platform_id=ids[line["slug"]], host=host)
                for line in lines
                for host in _hosts(line)
            ],
            ignore_conflicts=True,
        )
        link_registrations()
        after = Platform.objects.count(), PlatformHost.objects.count()
        added = Seeded(after[0] - before[0], after[1] - before[1])
        if added.platforms or added.hosts:
            audit.record(
                "platforms.seeded",
                "platforms",
                actor=SYSTEM,
                at=at,
                data={"platforms": added.platforms, "hosts": added.hosts},
            )
    return added


def link_registrations() -> int:
    """Ties platforms to the register's line that was reviewed for them; returns how many.

    A line counts only if its number is the reviewed one and its host is the platform's own: a
    display name never decides. A tie that is there already stays.
    """
    numbers = {line["slug"]: line["pse_registration_no"] for line in _lines()}
    known: dict[str, list[Registration]] = {}
    for line in Registration.objects.filter(registration_no__in=filter(None, numbers.values())):
        known.setdefault(line.registration_no, []).append(line)
    if not known:
        return 0
    tied = []
    for platform in Platform.objects.filter(registration=None).prefetch_related("hosts"):
        hosts = {entry.host for entry in platform.hosts.all()}
        fitting = [r for r in known.get(numbers.get(platform.slug, ""), []) if r.host in hosts]
        if len(fitting) == 1:
            platform.registration = fitting[0]
            tied.append(platform)
    Platform.objects.bulk_update(tied, ["registration"])
    return len(tied)


_cache: tuple[str, dict[str, Platform]] = ("", {})


def by_slug() -> dict[str, Platform]:
    """Every platform by its short name; kept per process until any row of the table changes.

    One small query tells whether it has. The rows are shared: do not change them.
    """
    global _cache
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        stamp = cursor.fetchone()[0]
    if stamp != _cache[0] or not stamp:
        _cache = (stamp, {platform.slug: platform for platform in Platform.objects.all()})
    return _cache[1]


@cache
def _lines() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _platform(line: dict[str, str]) -> Platform:
    return Platform(
        slug=line["slug"],
        name=line["name"],
        kind=line["kind"],
        time_zone=line["time_zone"],
        language=line["language"],
        is_user_generated=line["kind"] not in NOT_USER_GENERATED,
    )


def _hosts(line: dict[str, str]) -> list[str]:
    """The platform's own hosts; mirrors belong to strangers, and a pattern is no host."""
    named = ";".join(line[column] for column in ("hosts", "own_path_hosts", "short_hosts"))
    return [host for host in named.split(";") if host and "*" not in host]
