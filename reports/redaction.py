"""Covering parts of a picture: a copy without them is made, and the original stays as it was.

Whatever leaves the house, or is shown to somebody outside it, is the newest copy
(`permissions.evidence_visible_to`).
"""

import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from math import ceil, floor

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import STAFF

from . import custody, evidence
from .models import Evidence, FormalRequest
from .texts import plain

MOST_AREAS = 20


@dataclass(frozen=True)
class Area:
    """A rectangle in percent of the picture's width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def is_sound(self) -> bool:
        """Whether it begins inside the picture and covers something."""
        begins = 0 <= self.left < 100 and 0 <= self.top < 100
        return begins and self.width > 0 and self.height > 0


def redact(
    file: Evidence, areas: Iterable[Area], *, purpose: str, actor: User, at: datetime
) -> Evidence:
    """Makes a copy of a picture in which these areas are black; gives its row.

    The pixels are overwritten before the copy is encoded: nothing of them is in its bytes. A copy
    of a copy belongs to the same original, which no one changes. Raises Refused for whoever is not
    of the staff and for a file that may not be shown, Invalid for areas outside the picture or a
    missing reason, Conflict for a damaged file.
    """
    wanted, said = _checked(areas), plain(purpose)
    if not said:
        raise Invalid.field("purpose", _("Give a reason."))
    with transaction.atomic():
        fresh = _held(file)
        if actor.role not in STAFF or not custody.may_be_shown(fresh):
            raise Refused(_("You cannot cover parts of this file."))
        mime, content = _covered(fresh, wanted)
        name = evidence.safe_name(fresh.name, evidence.SUFFIXES[mime])
        copy = evidence.keep(
            evidence.Prepared(name, fresh.kind, mime, content, fresh.sha256, is_quarantined=False),
            actor=actor,
            at=at,
            report=fresh.report,
            formal_request=fresh.formal_request,
            redacts=fresh.redacts or fresh,
        )
        areas_told = [astuple(area) for area in wanted]
        told = {"purpose": said[: custody.LONGEST_PURPOSE], "copy": copy.pk, "areas": areas_told}
        evidence.record("evidence.redacted", fresh, actor, at, **told)
    return copy


def _held(file: Evidence) -> Evidence:
    """The file as it is now. Its letter is locked, so that nobody gives it another category, and
    has its files locked away, while a copy is made that they would not know of."""
    if file.formal_request_id:
        FormalRequest.objects.select_for_update(no_key=True).get(pk=file.formal_request_id)
    found = Evidence.objects.select_related("report", "formal_request", "redacts")
    return found.get(pk=file.pk)


def _checked(areas: Iterable[Area]) -> list[Area]:
    found = list(areas)
    if not found:
        raise Invalid(_("Give at least one area that is to be covered."))
    if len(found) > MOST_AREAS:
        said = _("At most %(most)s areas at once. Cover the others in the copy.")
        raise Invalid(said % {"most": MOST_AREAS})
    if not all(area.is_sound for area in found):
        said = _("An area begins inside the picture, between 0 and 100, and is larger than 0.")
        raise Invalid(said)
    return found


def _covered(file: Evidence, areas: Iterable[Area]) -> tuple[str, bytes]:
    try:
        with Image.open(io.BytesIO(evidence.read(file))) as picture:
            covered = picture.convert("RGB")
    except evidence.UNREADABLE as error:
        raise Conflict(_("This picture cannot be read. Download the file instead.")) from error
    covered.info.clear()
    brush = ImageDraw.Draw(covered)
    for area in areas:
        brush.rectangle(_pixels(area, *covered.size), fill="black")
    return evidence.written(covered, file.mime)


def _pixels(area: Area, width: int, height: int) -> tuple[int, int, int, int]:
    """The first and the last column and row, rounded outwards: no edge of what is hidden stays."""
    return (
        floor(area.left * width / 100),
        floor(area.top * height / 100),
        min(width, ceil((area.left + area.width) * width / 100)) - 1,
        min(height, ceil((area.top + area.height) * height / 100)) - 1,
    )
