"""A letter as PDF, set by typst. Every text reaches it as data, never as typst source."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import typst
from django.conf import settings

from moderation_portal.policy import Issuer

from .document import thaw
from .mark import qr
from .wording import printable

SOURCE = Path(__file__).with_name("letter.typ").read_bytes()


class Written(Protocol):
    """Anything that holds the Markdown of a frozen letter: a Letter, or a stored notice."""

    @property
    def markdown(self) -> str: ...


def pdf(letter: Written, *, letterhead: Issuer | None = None) -> bytes:
    """The letter on letterhead, its targets as an attachment, pages numbered.

    The letterhead is the one frozen in the letter unless another is given; the arms on it are
    those of the deployment (`settings.LETTERHEAD_ARMS`). PDF/UA-1 and PDF/A-2a.
    The same letter always gives the same bytes: no clock, no system fonts, nothing from outside.
    """
    head, blocks = thaw(letter.markdown)
    if letterhead:
        head = replace(
            head,
            issuer=letterhead.name.say(head.language),
            office=letterhead.office.say(head.language),
            address=letterhead.address,
            email=letterhead.email,
            phone=letterhead.phone,
        )
    data = {"head": asdict(head), "blocks": [asdict(block) for block in blocks]}
    return typst.compile(
        SOURCE,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={
            "letter": json.dumps(printable(data), ensure_ascii=False),
            "arms": _arms(settings.LETTERHEAD_ARMS),
            "qr": qr(head.check_address),
        },
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(datetime.fromisoformat(head.issued_at).timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with typst, read once: reading them takes as long as setting a letter."""
    return typst.Fonts(include_system_fonts=False)


@lru_cache(maxsize=2)
def _arms(path: str) -> str:
    """The drawing on the letterhead, SVG as text; "" for none."""
    return Path(path).read_text(encoding="utf-8") if path else ""
