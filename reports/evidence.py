"""Files that were handed in: looked at, re-encoded or encrypted, hashed, and never shown inline.

Nobody may keep pictures of a child (Law 44/2008 art. 6), and a hotline refuses them too; yet an
official request must carry a screenshot (Permenkominfo 5/2020 art. 16(4)(c)). So the public is
asked for none in such categories, and what officials must attach is locked away unopened.
"""

import hashlib
import io
import os
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import filetype
from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from moderation_portal import audit, stored_files, vault
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.policy import Category

from .models import Evidence, Handling, ReporterKind

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
PDF = "application/pdf"
ACCEPTED: dict[str, frozenset[str]] = {
    Evidence.Kind.SCREENSHOT: frozenset(PICTURES),
    Evidence.Kind.LETTER: frozenset({PDF, *PICTURES}),
    Evidence.Kind.OTHER: frozenset({PDF, *PICTURES}),
}
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", PDF: ".pdf"}
MOST_PIXELS = 16_000_000  # three screens of a large telephone; decoded, 50 MB
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, struct.error)
PARKED_FOR = timedelta(days=1)
FOLDER = "evidence"
UNOFFICIAL = frozenset({ReporterKind.PUBLIC, ReporterKind.ORGANISATION, ReporterKind.MONITOR})


@dataclass(frozen=True)
class Seen:
    """A file that may be made fit to keep; `content` as it was handed in, not decoded yet."""

    name: str
    kind: str
    mime: str
    content: bytes
    is_quarantined: bool


@dataclass(frozen=True)
class Prepared:
    """A file that may be kept: `content` as it will be stored (before any encryption)."""

    name: str
    kind: str
    mime: str
    content: bytes
    original_sha256: str
    is_quarantined: bool


def look_at(file, *, kind: str, source: str, category: Category) -> Seen:
    """Looks at an upload (`name`, `read()`) without decoding any of it: that costs next to nothing.

    Raises Invalid when it is too large, not what it says, or a picture that must not be handed in
    or has more than `MOST_PIXELS`, as its header tells.
    """
    if (
        source in UNOFFICIAL
        and kind != Evidence.Kind.LETTER
        and not category.screenshot_from_public
    ):
        raise Invalid(
            _("Do not send or keep a picture of this. The address and your words are enough.")
        )
    content = file.read(settings.UPLOAD_MAX_BYTES + 1)
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise Invalid(
            _("The file is larger than %(most)s MB. Send a smaller one.")
            % {"most": settings.UPLOAD_MAX_BYTES // 1024 // 1024}
        )
    found = filetype.guess_mime(content) or ""
    if found not in ACCEPTED[kind]:
        raise Invalid(_wrong_file(kind))
    is_quarantined = is_for_quarantine(kind, category)
    if found in PICTURES and not is_quarantined:
        _check_pixels(content, found)
    return Seen(file.name, kind, found, content, is_quarantined)


def encode(seen: Seen) -> Prepared:
    """Makes a file fit to keep. A picture is re-encoded, which strips its metadata and whatever
    else hides in it; what goes to quarantine is not decoded at all.

    Raises Invalid when a picture turns out to be broken.
    """
    mime, content = seen.mime, seen.content
    if mime in PICTURES and not seen.is_quarantined:
        mime, content = _encoded_anew(content, mime)
    name = safe_name(seen.name, SUFFIXES[mime])
    digest = hashlib.sha256(seen.content).hexdigest()
    return Prepared(name, seen.kind, mime, content, digest, seen.is_quarantined)


def prepare(file, *, kind: str, source: str, category: Category) -> Prepared:
    """`look_at` and `encode` in one, for uploads of people who have signed in."""
    return encode(look_at(file, kind=kind, source=source, category=category))


def is_for_quarantine(kind: str, category: Category) -> bool:
    """Whether such a file is locked away: pictures that may be sexual or show a child, and the
    letters of sealed matters."""
    if kind == Evidence.Kind.LETTER:
        return Handling(category.handling) == Handling.SEALED
    return category.is_sexual or category.may_show_child


def keep(
    prepared: Prepared,
    *,
    actor,
    at: datetime,
    report=None,
    formal_request=None,
    petition=None,
    redacts: Evidence | None = None,
) -> Evidence:
    """Stores a prepared file and its row, in the caller's transaction.

    The file is written first: a crash leaves a file without a row, never a row without its file.
    """
    stored, wrapped_key = prepared.content, None
    if prepared.is_quarantined:
        stored, wrapped_key = vault.seal_file(prepared.content)
    row = Evidence.objects.create(
        kind=prepared.kind,
        report=report,
        formal_request=formal_request,
        petition=petition,
        name=prepared.name,
        mime=prepared.mime,
        size=len(prepared.content),
        sha256=hashlib.sha256(prepared.content).hexdigest(),
        original_sha256=prepared.original_sha256,
        path=stored_files.write(FOLDER, stored, at=at),
        redacts=redacts,
        is_quarantined=prepared.is_quarantined,
        wrapped_key=wrapped_key,
        added_by_id=actor.pk,
        added_at=at,
    )
    told = {"original_sha256": row.original_sha256, "is_quarantined": row.is_quarantined}
    record("evidence.added", row, actor, at, **told)
    return row


def record(kind: str, row: Evidence, actor, at: datetime, **data: object) -> None:
    """Records what was done with a file, and the hash that it has."""
    audit.record(
        kind,
        f"evidence:{row.pk}",
        thread=thread_of(row),
        actor=actor,
        at=at,
        data={"sha256": row.sha256, **data},
        is_sealed=is_sealed(row),
    )


def lock_away(files: QuerySet[Evidence], category: Category, *, actor, at: datetime) -> list[int]:
    """Puts into quarantine those of `files` that belong there once their matter is of `category`;
    gives their ids. What lay open is encrypted anew, and its open copy thrown away after the
    commit. Raises Conflict when a file is no longer what was handed in.
    """
    locked = []
    for row in files.filter(is_quarantined=False).select_for_update().order_by("id"):
        if not is_for_quarantine(row.kind, category):
            continue
        sealed, row.wrapped_key = vault.seal_file(read(row))
        open_copy = row.path
        row.path, row.is_quarantined = stored_files.write(FOLDER, sealed, at=at), True
        row.save(update_fields=["path", "is_quarantined", "wrapped_key"])
        transaction.on_commit(partial(stored_files.remove, open_copy))
        record("evidence.quarantined", row, actor, at)
        locked.append(row.pk)
    return locked


def is_sealed(evidence: Evidence) -> bool:
    """Whether the file belongs to a sealed matter, or was locked away like one."""
    report = evidence.report
    return evidence.is_quarantined or bool(report and report.handling == Handling.SEALED)


def thread_of(row: Evidence) -> str:
    """The page of the record to which a file belongs."""
    if row.report_id:
        return f"report:{row.report_id}"
    if row.petition_id:
        return f"petition:{row.petition_id}"
    return f"request:{row.formal_request_id}" if row.formal_request_id else ""


def read(evidence: Evidence) -> bytes:
    """The content of a file as it was stored. Whoever hands it on records that (`custody`).

    Raises Conflict when it is no longer what was handed in.
    """
    try:
        content = stored_files.read(evidence.path)
        if evidence.is_quarantined:
            content = vault.open_file(content, bytes(evidence.wrapped_key or b""))
    except (OSError, InvalidTag, InvalidToken) as error:
        raise Conflict(_damaged()) from error
    if hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise Conflict(_damaged())
    return content


def damaged(files: QuerySet[Evidence]) -> list[int]:
    """The ids of those that are gone, or are no longer what was handed in, in order."""
    found = []
    for row in files.order_by("id").iterator(chunk_size=500):
        try:
            read(row)
        except Conflict:
            found.append(row.pk)
    return found


def park(prepared: Prepared, *, at: datetime) -> str:
    """Holds a file between the steps of a form, encrypted; gives the ticket that finds it again."""
    ticket = secrets.token_urlsafe(24)
    sealed, wrapped_key = vault.seal_file(prepared.content)
    place = _parked(ticket)
    place.parent.mkdir(parents=True, exist_ok=True)
    head = b"\n".join(
        [
            prepared.name.encode(),
            prepared.kind.encode(),
            prepared.mime.encode(),
            prepared.original_sha256.encode(),
            wrapped_key,
        ]
    )
    place.write_bytes(head + b"\n" + sealed)
    os.utime(place, (at.timestamp(), at.timestamp()))
    return ticket


def parked(ticket: str) -> Prepared | None:
    """The file behind a ticket, or None once it has been thrown away."""
    try:
        name, kind, mime, digest, key, sealed = _parked(ticket).read_bytes().split(b"\n", 5)
    except FileNotFoundError:
        return None
    content = vault.open_file(sealed, key)
    return Prepared(name.decode(), kind.decode(), mime.decode(), content, digest.decode(), False)


def unpark(ticket: str) -> None:
    """Throws a held file away."""
    _parked(ticket).unlink(missing_ok=True)


def sweep_parked(*, at: datetime) -> int:
    """Throws away what nobody came back for within a day; returns how many files."""
    oldest = (at - PARKED_FOR).timestamp()
    stale = [place for place in _folder("parked").glob("*") if place.stat().st_mtime < oldest]
    for place in stale:
        place.unlink(missing_ok=True)
    return len(stale)


def sweep_strays(*, at: datetime) -> int:
    """Throws away stored files that no row names; returns how many.

    A crash leaves one: before its row was committed, or after it was locked away and before the
    open copy was gone.
    """
    return stored_files.sweep(
        FOLDER,
        lambda paths: Evidence.objects.filter(path__in=paths).values_list("path", flat=True),
        at=at,
    )


def safe_name(name: str, suffix: str) -> str:
    """A file name without path, control or direction characters, ending in what the file is."""
    stem = Path(name.replace("\\", "/")).stem
    shown = "".join(letter if letter.isalnum() or letter in " -_()" else "_" for letter in stem)
    return (shown.strip()[:100] or "file") + suffix


def _wrong_file(kind: str) -> str:
    if kind == Evidence.Kind.SCREENSHOT:
        return _("This is not a picture that we can read. Send a PNG, JPEG or WebP file.")
    return _("This is not a file that we can read. Send a PDF, or a PNG, JPEG or WebP picture.")


def _check_pixels(content: bytes, mime: str) -> None:
    """Refuses by the header what would take much memory: a small file may claim any size."""
    try:
        with Image.open(io.BytesIO(content), formats=[PICTURES[mime]]) as picture:
            pixels = picture.width * picture.height
    except Image.DecompressionBombError:
        pixels = MOST_PIXELS + 1
    except UNREADABLE as error:
        raise Invalid(_wrong_file(Evidence.Kind.SCREENSHOT)) from error
    if pixels > MOST_PIXELS:
        raise Invalid(
            _(
                "This picture has more than %(most)s million pixels. Send a picture of the screen,"
                " or a smaller copy."
            )
            % {"most": MOST_PIXELS // 1_000_000}
        )


def _encoded_anew(content: bytes, mime: str) -> tuple[str, bytes]:
    """A screenshot stays exact, as PNG; photographs become JPEG. Both quickly, not as small as
    could be."""
    try:
        with Image.open(io.BytesIO(content), formats=[PICTURES[mime]]) as picture:
            ImageOps.exif_transpose(picture, in_place=True)
            upright = picture.convert("RGB")
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise Invalid(_wrong_file(Evidence.Kind.SCREENSHOT)) from error
    upright.info.clear()  # comments and colour profiles would be written again
    return written(upright, mime)


def written(picture: Image.Image, mime: str) -> tuple[str, bytes]:
    """A picture as it is kept: what came as `mime`, and its bytes."""
    encoded = io.BytesIO()
    if mime == "image/png":
        picture.save(encoded, "PNG", compress_level=1)
        return mime, encoded.getvalue()
    picture.save(encoded, "JPEG", quality=88)
    return "image/jpeg", encoded.getvalue()


def _damaged() -> str:
    return _("The stored file is missing or is no longer what was handed in. Tell the operator.")


def _folder(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def _parked(ticket: str) -> Path:
    return _folder("parked") / vault.keyed_hash("parked", ticket)
