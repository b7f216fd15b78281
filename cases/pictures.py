"""Pictures of what platforms' servers answered our probe: a proof that people can look at.

None is taken where an ordinary case about the account is of a sexual matter or one of children, and
none of a sealed case. Beyond that no sealed case is asked: whether there is a picture must not tell
whether there is one. Of "gone" the cleared alone see it, as its other proof (`proofs`).

The page that a look has fetched is kept, encrypted, until a worker has drawn it: a step of its own,
which no look waits for. What cannot be drawn leaves nothing behind, and the next look asks anew.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from moderation_portal import audit, outbox, policy, stored_files, vault
from moderation_portal.errors import Conflict
from moderation_portal.models import Event, Lane, User
from moderation_portal.roles import STAFF, SYSTEM
from platforms import drawing, probe
from reports import custody
from reports.models import Handling

from . import permissions
from .checking import FETCHED
from .models import LookPicture, Observation, Target
from .removal import PROBE

log = logging.getLogger(__name__)

TOPIC = "look.picture"
FOLDER = "looks"
TAKEN = "look.pictured"
HTML = ("text/html", "application/xhtml+xml")
BROKEN = (OSError, InvalidTag, InvalidToken)


def may_have(targets: QuerySet[Target]) -> QuerySet[Target]:
    """Of these accounts those of which pictures are taken and shown, as the ordinary side knows."""
    barred = {
        category.code
        for category in policy.pack().sections["categories"]
        if category.is_sexual or category.may_show_child or category.handling == Handling.SEALED
    }
    beside = Target.objects.filter(account_id=OuterRef("account_id"), handling=Handling.ORDINARY)
    return targets.filter(handling=Handling.ORDINARY).exclude(
        Exists(beside.filter(case__category__in=barred))
    )


def ask(target_id: int, sight: probe.Sight, *, at: datetime) -> None:
    """Has a picture taken of what a look saw at `at`, where it told something and none is there of
    the same text. A disk that is full costs the picture, never the look."""
    page, text = sight.page, str(sight.proof.get("text_sha256", ""))
    if not settings.CHROMIUM or page is None or sight.result == probe.Seen.UNCLEAR:
        return
    if not page.headers.get("content-type", HTML[0]).lower().startswith(HTML):
        return
    looks = Observation.objects.filter(target_id=target_id, method=PROBE, seen_at=at)
    seen = looks.order_by("-pk").first()
    has_one = LookPicture.objects.filter(target_id=target_id, text_sha256=text).exists()
    here = may_have(Target.objects.filter(pk=target_id))
    if seen is None or has_one or not here.exists():
        return
    sealed, wrapped_key = vault.seal_file(probe.source_of(page).encode())
    try:
        path = stored_files.write(FOLDER, sealed, at=at)
    except OSError as trouble:
        log.warning("no picture of look %s: %s", seen.pk, trouble)
        return
    told = {"seen": seen, "path": path, "wrapped_key": wrapped_key}
    with transaction.atomic():
        made, is_new = LookPicture.objects.get_or_create(
            target_id=target_id, text_sha256=text, defaults=told
        )
        if is_new:
            outbox.enqueue(TOPIC, {"picture": made.pk}, lane=Lane.BULK, at=at)


def take(picture_id: int, *, at: datetime) -> None:
    """Draws a page that waits for it. Call it outside a transaction: it takes seconds.

    Run twice it keeps one picture. Where none can be drawn the row goes, and why is logged; raises
    OSError when the disk is full.
    """
    found = LookPicture.objects.filter(pk=picture_id, taken_at=None).first()
    if found is None:
        return
    try:
        if not may_have(Target.objects.filter(pk=found.target_id)).exists():
            raise drawing.Undrawn("its matter is one of which none is taken")
        drawn = drawing.draw(_opened(found).decode())
    except (drawing.Undrawn, Conflict) as why:
        log.warning("no picture of look %s: %s", found.seen_id, why)
        give_up(picture_id)
        return
    sealed, wrapped_key = vault.seal_file(drawn)
    path = stored_files.write(FOLDER, sealed, at=at)
    digest, page = hashlib.sha256(drawn).hexdigest(), found.path
    with transaction.atomic():
        is_first = LookPicture.objects.filter(pk=picture_id, taken_at=None, path=page).update(
            path=path, wrapped_key=wrapped_key, sha256=digest, size=len(drawn), taken_at=at
        )
        if is_first:
            found.sha256 = digest
            _record(TAKEN, found, SYSTEM, at)
    stored_files.remove(page if is_first else path)


def give_up(picture_id: int) -> None:
    """There will be no picture of this look: neither the page nor the row is kept."""
    for waiting in LookPicture.objects.filter(pk=picture_id, taken_at=None):
        waiting.delete()
        stored_files.remove(waiting.path)


def sweep(*, at: datetime) -> int:
    """Throws away stored pages and pictures that no row names; returns how many."""
    return stored_files.sweep(
        FOLDER,
        lambda paths: LookPicture.objects.filter(path__in=paths).values_list("path", flat=True),
        at=at,
    )


def visible_to(user: User) -> QuerySet[LookPicture]:
    """The pictures that this person may see: of cases that they see, and those that prove what is
    never noted without a look; the others only if they are cleared (`proofs`)."""
    if user.role not in STAFF:
        return LookPicture.objects.none()
    cases = permissions.visible_to(user)
    found = LookPicture.objects.filter(
        taken_at__isnull=False,
        target__in=may_have(Target.objects.all()),
        target__case__in=cases,
    )
    if permissions.sees_sealed(user):
        return found
    telling = Observation.objects.filter(
        target=OuterRef("target"), method=PROBE, result__in=FETCHED
    ).annotate(text=KeyTextTransform("text_sha256", "proof"))
    return found.filter(Exists(telling.filter(text=OuterRef("text_sha256"))))


@transaction.atomic
def open_page(picture: LookPicture, *, actor: User, at: datetime) -> custody.Veiled:
    """The veiled picture; that it was looked at is recorded. Raises Conflict for a damaged one."""
    veiled = custody.veil(content_of(picture))
    _record("evidence.page_opened", picture, actor, at)
    return veiled


def show(picture: LookPicture, *, actor: User, purpose: str, at: datetime) -> str:
    """Lets this person see the picture clearly for a purpose; gives the ticket of `has_ticket`.

    Raises Invalid when no purpose is given.
    """
    _record("evidence.viewed", picture, actor, at, purpose=custody.purposeful(purpose))
    return custody.ticket_for(_subject(picture), actor=actor, at=at)


def has_ticket(picture: LookPicture, ticket: str, *, actor: User, at: datetime) -> bool:
    """Whether this person was let see this picture clearly a moment ago."""
    return custody.opens(ticket, _subject(picture), actor=actor, at=at)


def download(picture: LookPicture, *, actor: User, purpose: str, at: datetime) -> bytes:
    """The picture, to be handed out as a file. Raises Invalid when no purpose is given, Conflict
    when it is no longer the one that was taken."""
    said = custody.purposeful(purpose)
    content = content_of(picture)
    _record("evidence.downloaded", picture, actor, at, purpose=said)
    return content


def content_of(picture: LookPicture) -> bytes:
    """The picture as it was taken. Whoever hands it on records that. Raises Conflict when it is no
    longer that one."""
    content = _opened(picture)
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise Conflict(_damaged())
    return content


def custody_of(picture: LookPicture, reader: User) -> Sequence[Event]:
    """What the record holds of a picture, newest first."""
    return custody.custody_of(_subject(picture), _subject(picture), reader)


def _opened(picture: LookPicture) -> bytes:
    try:
        sealed = stored_files.read(picture.path)
        return vault.open_file(sealed, bytes(picture.wrapped_key))
    except BROKEN as error:
        raise Conflict(_damaged()) from error


def _record(kind: str, picture: LookPicture, actor, at: datetime, **data: object) -> None:
    """One event, on a thread of the picture's own: that of its case would tell everybody which
    accounts nobody ever found gone."""
    told = {"sha256": picture.sha256, "target": picture.target_id, **data}
    is_kept_back = picture.seen.result not in FETCHED
    subject = _subject(picture)
    audit.record(kind, subject, actor=actor, at=at, data=told, is_sealed=is_kept_back)


def _subject(picture: LookPicture) -> str:
    return f"picture:{picture.pk}"


def _damaged() -> str:
    return _("The stored file is missing or is no longer what was handed in. Tell the operator.")
