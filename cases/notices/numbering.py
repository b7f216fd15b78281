"""The numbers of notices: those of the ordinary ones count up without gaps.

The numbers of sealed notices follow no order, like their ids: no gap in the ordinary series tells
of them, and no platform that has received two can tell how many lie between.
"""

from datetime import datetime

from django.db.models import Max, Q

from moderation_portal import locks
from moderation_portal.policy import Pack
from moderation_portal.series import SEALED_FROM, letter_number
from reports.models import Handling

from ..models import Notice

LETTERS = {"ordinary": "B", "sealed": "R"}
LOCK = 7_261_101


def take(notice: Notice, pack: Pack, at: datetime) -> None:
    """Gives the notice the next number of its series, such as B-000123/KOMDIGI/III/2026.

    Call it inside the transaction that issues the notice: until that ends, others wait.
    """
    is_sealed = notice.handling == Handling.SEALED
    notice.serial = notice.pk - SEALED_FROM if is_sealed else _next()
    notice.number = letter_number(LETTERS[notice.handling], notice.serial, pack, at)


def _next() -> int:
    locks.hold(LOCK)
    ordinary = Notice.objects.filter(handling=Handling.ORDINARY)
    return (ordinary.aggregate(last=Max("serial"))["last"] or 0) + 1


def revise(notice: Notice, original: Notice) -> None:
    """Gives the notice the number of the one it replaces, with the next revision."""
    notice.serial = original.serial
    notice.revision = original.revision + 1
    plain = (original.number or "").partition("-Rev.")[0]
    notice.number = f"{plain}-Rev.{notice.revision}"


def named(text: str) -> Q:
    """The notice whose number somebody typed, however it is spaced and in whatever case."""
    typed = "".join(text.split()).upper()
    return Q(number__in={typed, typed.replace("-REV.", "-Rev.")})


def looks_sealed(text: str) -> bool:
    """Whether what somebody typed could be the number of a sealed notice, there or not."""
    return "".join(text.split()).upper().startswith(LETTERS[Handling.SEALED])
