"""What a platform reads of a notice that names an account for which a sealed case speaks.

The notice keeps the whole letter: that is what the regulator's ordinary staff sees, of orders,
warnings, corrections and withdrawals alike, so that nothing on their pages tells. The copy for the
platform leaves the account out. It is written when it is handed over, for only then is it known
what it must leave out, and frozen as well; the record of that is sealed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from moderation_portal import audit
from moderation_portal.letters import Letter
from moderation_portal.policy.template import GIVEN
from moderation_portal.roles import SYSTEM

from ..models import Notice, NoticeCopy, NoticeItem
from . import drafting, files, fining


@dataclass(frozen=True)
class ForPlatform:
    """The letter that may be handed over now, and the ids of the items that it names."""

    letter: Letter
    source: Notice | NoticeCopy
    named: tuple[int, ...]

    @property
    def pdf(self) -> bytes:
        """The letter as it was frozen. Raises as `files.pdf_of`."""
        return files.pdf_of(self.source)


def for_platform(notice: Notice, *, at: datetime) -> ForPlatform | None:
    """The letter without what the platform must not read in it; None when nothing is left.

    What it has read before stays named.
    """
    found = notice.items.order_by("position")
    rows = list(found.values_list("pk", "is_withheld", "sent_at"))
    named = tuple(pk for pk, is_withheld, sent_at in rows if not is_withheld or sent_at is not None)
    if not named:
        return None
    source: Notice | NoticeCopy = notice
    if len(named) < len(rows):
        items = list(found.select_related("target__case", "target__account"))
        told = frozenset(named)
        source = _copy(notice, items, [item for item in items if item.pk in told], at)
    letter = Letter(source.subject, source.markdown, source.text, source.html)
    return ForPlatform(letter, source, named)


def _copy(
    notice: Notice, items: Sequence[NoticeItem], named: Sequence[NoticeItem], at: datetime
) -> NoticeCopy:
    """The frozen copy that leaves out exactly these; written once."""
    left_out = sorted({item.pk for item in items}.difference(item.pk for item in named))
    choice = hashlib.sha256(str(left_out).encode()).hexdigest()
    known = NoticeCopy.objects.filter(notice=notice, choice=choice).first()
    if known is not None:
        return known
    code, issued_at = notice.template or notice.rung, notice.issued_at or at
    given = {
        name: datetime.fromisoformat(said) if GIVEN[name] == "instant" and said else said
        for name, said in notice.given.items()
    }
    if "history" in given:
        ids = [item.target_id for item in named]
        given["history"] = drafting.followers(notice, ids, at=issued_at, is_told=True)
    given |= fining.again(notice, named)
    letter = drafting.render(notice, named, code=code, at=issued_at, more=given)
    made = NoticeCopy(notice=notice, left_out=left_out, choice=choice, written_at=at)
    drafting.keep(made, letter)
    files.put_down(made, at=at)
    data = {"left_out": left_out, "sha256": made.pdf_sha256}
    subject = f"notice:{notice.pk}"
    with transaction.atomic():
        NoticeCopy.objects.bulk_create([made], ignore_conflicts=True)
        audit.record("notice.copied", subject, actor=SYSTEM, at=at, data=data, is_sealed=True)
    return NoticeCopy.objects.get(notice=notice, choice=choice)
