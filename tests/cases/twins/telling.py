"""One story played twice, with and without a sealed case beside it, and what each reader reads."""

import json
import re
from contextlib import contextmanager

from django.db import transaction
from django.test import Client

from cases.appeals import seeing
from cases.models import Case, Notice
from cases.notices import visible_to
from moderation_portal.models import Event
from platforms.models import Platform
from tests import world

# What no two plays share: tokens, receipts, hashes, numbers of a series and keys of rows.
OWN = [
    (re.compile(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"'), "token"),
    (re.compile(r"/a/[\w:.=-]+/"), "/a/link/"),
    (re.compile(r"/(?:check-a-letter|periksa-surat)/[\w-]+/"), "/letter/"),
    (re.compile(r"\bJ\d{6}-\w{8}\b"), "receipt"),
    (re.compile(r"\bk?[0-9a-f]{16,64}\b"), "hash"),
    (re.compile(r"\b([A-Z]{1,2})26-\d+"), r"\1#"),
    (re.compile(r"(?<=[/=\"\-:])\d{1,9}(?=[/\"&]|\.pdf)"), "#"),
]
KEYS = {"id", "owner", "holder", "report", "notice", "delivery", "contact", "item", "items"}
KEYS |= {"account", "accounts", "case", "target", "by", "user", "contacts", "appeal"}


@contextmanager
def played():
    """Everything that is done within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def readers():
    """Who must notice nothing: a caseworker, a supervisor, an auditor."""
    return [world.ayu(), world.sri(), world.auditor()]


def read(reader):
    """Address -> what this person reads there, without what is of one play only."""
    client = world.sign_in(Client(), reader)
    return {alike(path): alike(page(client, path)) for path in paths(reader)}


def read_by_platform():
    """What a representative without clearance reads, page after page."""
    client = world.sign_in(Client(), world.rina())
    mine = visible_to(world.rina()).order_by("drafted_at", "pk")
    pages = [
        page(client, f"/cases/platform/{notice.pk}/{part}")
        for notice in mine
        for part in ("", "list.csv")
    ]
    told = [page(client, f"/api/v1/notices/{notice.pk}/") for notice in mine]
    lists = ("/cases/platform/", "/api/v1/notices/", "/api/v1/notices/?view=past")
    return [alike(body) for body in (*(page(client, path) for path in lists), *pages, *told)]


def paths(reader):
    """Every page of the ordinary side that its staff opens."""
    yield from ("/cases/", "/cases/?q=bunga_77", "/cases/?owner=all&state=all", "/cases/notices/")
    yield from ("/cases/undelivered/", "/api/v1/cases/", "/cases/platforms/", "/cases/units/")
    yield from ("/cases/fresh/?since=0.0&seen=0", "/cases/given-back/")
    yield from ("/search/?q=bunga_77&wide=1", "/search/?q=bumga_77", "/search/?q=jasa+prostitusi")
    yield from ("/cases/team/", "/dead-letters/", "/standstills/")
    yield from (f"/cases/mail/?view={view}" for view in ("waiting", "done", "machines"))
    yield "/cases/appeals/"
    for appeal in seeing.visible_to(reader):
        yield f"/cases/appeals/{appeal.pk}/"
    for platform in Platform.objects.filter(cases__isnull=False).distinct().order_by("pk"):
        yield f"/cases/platforms/{platform.pk}/"
    for case in Case.objects.filter(handling="ordinary").order_by("pk"):
        yield f"/cases/{case.pk}/"
        yield f"/api/v1/cases/{case.pk}/"
        yield from (f"/cases/{case.pk}/{page}/" for page in ("do/merge", "move", "similar"))
    for notice in visible_to(reader).order_by("drafted_at", "pk"):
        yield f"/cases/notices/{notice.pk}/"
        if notice.state == Notice.State.DRAFTED:
            yield f"/cases/notices/{notice.pk}/sign/"


def page(client, path):
    answer = client.get(path)
    body = b"".join(answer) if answer.streaming else answer.content
    body = body.decode()
    if answer["Content-Type"].startswith("application/json"):
        body = json.dumps(without_keys(answer.json()), sort_keys=True)
    return f"{answer.status_code} {body}"


def record():
    """The open record, as an auditor reads it."""
    events = Event.objects.filter(is_sealed=False).order_by("id")
    rows = events.values_list("at", "kind", "actor_name", "actor_role", "subject", "data")
    return [
        (at, kind, name, role, alike(f"{subject}/"), alike(json.dumps(without_keys(data))))
        for at, kind, name, role, subject, data in rows
    ]


def without_keys(said):
    """JSON without the numbers of rows."""
    if isinstance(said, dict):
        return {key: "#" if key in KEYS else without_keys(told) for key, told in said.items()}
    return [without_keys(one) for one in said] if isinstance(said, list) else said


def alike(text):
    for pattern, word in OWN:
        text = pattern.sub(word, text)
    return text
