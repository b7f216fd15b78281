"""What the tests of pages do again and again."""

import re
from pathlib import Path

from django.urls import reverse

from cases import ladder
from cases.models import Notice
from tests import world
from tests.world import HOUR

ROOT = Path(__file__).resolve().parents[3]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"')


def url(name: str, *arguments) -> str:
    return reverse(f"cases:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def plain(response) -> bytes:
    """The page without what is random in every answer."""
    return TOKEN.sub("", text(response)).encode()


def drafted_warning() -> Notice:
    """The first warning, drafted for a served notice that stayed unanswered."""
    served = world.served_notice()
    for hour in range(24, 30):
        ladder.climb(served.served_at + hour * HOUR)
    return Notice.objects.get(state=Notice.State.DRAFTED)


def other_representative():
    """Somebody who answers for another platform."""
    user = world.person("nina@whatsapp.example", "Nina Utami", "responder")
    return world.representative(user, world.whatsapp(), "responder")


def answer(browser, notice, **said):
    return browser.post(url("answer", notice.pk), said)
