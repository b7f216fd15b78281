"""An appeal in the demo: the holder of an account that was closed objects, and it is reviewed."""

from datetime import datetime, timedelta

from ..appeals import filing, reviewing
from ..models import Appeal, NoticeItem
from .doing import Stage
from .passing import work

ACCOUNT = "bisyar_contoh"
STATEMENT = (
    "Akun ini milik saya. Isinya cerita satire tentang penipuan daring dan tidak menawarkan jasa "
    "apa pun. Mohon diperiksa kembali."
)


def under_review(stage: Stage, at: datetime) -> None:
    """The holder objects by the number that X told them; the director, who had no part, takes it
    up."""
    at = stage.step("The holder of a closed account appeals; the director reviews", at)
    item = NoticeItem.objects.filter(notice__rung="order", target__account__canonical=ACCOUNT)
    number = str(item.earliest("pk").notice)
    filing.file(number, f"https://x.com/{ACCOUNT}", STATEMENT, key="demo", at=at)
    work(at)
    later = stage.clock.to(at + timedelta(minutes=40))
    reviewing.take(Appeal.objects.get(), is_free=True, actor=stage.people["dewi"], at=later)
