"""What the platform's own people do in the demo: they name a deputy and dispute a clock."""

from datetime import datetime, timedelta

from platforms import deputies

from .. import disputes
from ..models import Dispute, Notice
from .doing import Stage

AWAY = timedelta(days=9)


def disputed_clock(stage: Stage, at: datetime) -> None:
    """The administrator of MiChat holds that the silent order reached them later than it did."""
    at = stage.step("MiChat names a deputy, and disputes a clock", at)
    rina, joko, nadia = (stage.people[name] for name in ("rina", "joko", "nadia"))
    today = deputies.day_of(rina.representative.platform, at)
    deputies.name(
        joko.representative,
        nadia.representative,
        starts_on=today,
        ends_on=today + AWAY,
        actor=rina,
        at=at,
    )
    served = Notice.objects.filter(
        platform=rina.representative.platform, rung="order", handling="ordinary"
    ).exclude(served_at=None)
    notice = served.earliest("issued_at", "pk")
    if notice.served_at is None:
        raise AssertionError(notice)
    disputes.open_dispute(
        notice,
        Dispute.Kind.START,
        "Menurut catatan peladen surel kami, surat baru diterima dua jam kemudian.",
        actor=rina,
        at=at,
        instant=notice.served_at + timedelta(hours=2),
    )
