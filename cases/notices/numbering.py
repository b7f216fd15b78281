"""The numbers of notices: one series for each handling class, without gaps.

Sealed notices have a series of their own, so that no gap in the ordinary one tells of them.
"""

from datetime import datetime

from django.db import connection
from django.db.models import Max

from moderation_portal.policy import Pack

from ..models import Notice

LETTERS = {"ordinary": "B", "sealed": "R"}
LOCKS = {"ordinary": 7_261_101, "sealed": 7_261_102}
MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def take(notice: Notice, pack: Pack, at: datetime) -> None:
    """Gives the notice the next number of its series, such as B-000123/KOMDIGI/III/2026.

    Call it inside the transaction that issues the notice: until that ends, others wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCKS[notice.handling]])
    last = Notice.objects.filter(handling=notice.handling).aggregate(last=Max("serial"))["last"]
    notice.serial = (last or 0) + 1
    day = pack.day(at)
    issuer = pack.issuer(at).short_name.upper()
    series = f"{LETTERS[notice.handling]}-{notice.serial:06d}"
    notice.number = f"{series}/{issuer}/{MONTHS[day.month - 1]}/{day.year}"


def revise(notice: Notice, original: Notice) -> None:
    """Gives the notice the number of the one it replaces, with the next revision."""
    notice.serial = original.serial
    notice.revision = original.revision + 1
    plain = (original.number or "").partition("-Rev.")[0]
    notice.number = f"{plain}-Rev.{notice.revision}"
